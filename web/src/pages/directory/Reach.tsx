// Reach is who can reach what: of a person everything they may ask for, of an account everybody who may ask for it. The
// server works it out; the page draws it.

import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Nothing } from '../../parts/Asked'
import { DirectorySelect } from '../../parts/DirectorySelect'
import { suggestAccounts, suggestUsers } from '../../parts/suggest'
import { HeldNow } from './HeldNow'
import { ReachOfAccount } from './ReachOfAccount'
import { ReachOfPerson } from './ReachOfPerson'

type Subject = 'person' | 'account'

const subjects = {
  person: {
    text: 'What a person reaches',
    label: 'Person',
    placeholder: 'Choose a person',
    kind: 'users',
    suggest: suggestUsers,
  },
  account: {
    text: 'Who reaches an account',
    label: 'Account',
    placeholder: 'Choose an account',
    kind: 'accounts',
    suggest: suggestAccounts,
  },
}

export default function Reach() {
  const search = useSearch({ strict: false }) as { person?: string; account?: string; as?: string }
  const navigate = useNavigate()
  const [subject, setSubject] = useState<Subject>(search.account ? 'account' : 'person')
  const about: Subject = search.account ? 'account' : search.person ? 'person' : subject
  const id = search[about]
  const { suggest, ...words } = subjects[about]
  const chosen = useQuery({
    queryKey: ['directory', 'suggest', words.kind, 'one', id],
    queryFn: async () => (await suggest(id ?? '')).find(s => s.value === id) ?? null,
    enabled: id !== undefined,
  })
  const go = (to: object) => void navigate({ to: '.', search: { as: search.as, ...to } as never })
  const asList = search.as === 'list'
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="What may be asked for, by the policies in force. What was given already is below."
          actions={
            id && (
              <SegmentedControl
                label="Show it as"
                selectedId={asList ? 'list' : 'picture'}
                options={[
                  { id: 'picture', text: 'Picture' },
                  { id: 'list', text: 'List' },
                ]}
                onChange={e =>
                  void navigate({
                    to: '.',
                    search: ((before: object) => ({
                      ...before,
                      as: e.detail.selectedId === 'list' ? 'list' : undefined,
                    })) as never,
                    replace: true,
                  })
                }
              />
            )
          }
        >
          Who reaches what
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container>
          <SpaceBetween size="m">
            <SegmentedControl
              label="Question"
              selectedId={about}
              options={(Object.keys(subjects) as Subject[]).map(s => ({ id: s, text: subjects[s].text }))}
              onChange={e => {
                setSubject(e.detail.selectedId as Subject)
                go({})
              }}
            />
            <FormField label={words.label}>
              <DirectorySelect
                key={about}
                label={words.label}
                placeholder={words.placeholder}
                kind={words.kind}
                selected={id ? (chosen.data ?? { value: id, label: id }) : undefined}
                suggest={suggest}
                onChange={o => go({ [about]: o.value })}
              />
            </FormField>
          </SpaceBetween>
        </Container>
        {id === undefined ? (
          <Container>
            <Nothing title={words.placeholder}>
              {about === 'person'
                ? 'You see their groups, the policies that these reach, and the accounts and permission sets that follow.'
                : 'You see the policies that reach it, the groups and people these name, and what they may ask for.'}
            </Nothing>
          </Container>
        ) : about === 'person' ? (
          <ReachOfPerson key={id} id={id} name={chosen.data?.label ?? id} asList={asList} />
        ) : (
          <ReachOfAccount key={id} id={id} name={chosen.data?.label ?? id} asList={asList} />
        )}
        {id && <HeldNow {...(about === 'person' ? { user: id } : { account: id })} />}
      </SpaceBetween>
    </ContentLayout>
  )
}
