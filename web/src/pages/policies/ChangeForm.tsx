// ChangeForm changes a policy or the settings in two steps: what is to be, then what that would do. Nothing is saved that
// was not shown. A version that somebody else made meanwhile is shown beside what was typed.

import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useState } from 'react'
import { answer, api, ProblemError, type Schemas } from '../../api/client'
import { ProblemBox } from '../../parts/ProblemBox'
import { useAct } from '../../parts/useAct'
import type { PolicyKind } from '../../words/policy'
import { Conflict } from './Conflict'
import { Effect } from './Effect'
import { type Body, members, same, withAt } from './members'

export interface Fields<B> {
  draft: B
  set: (path: string, value: unknown) => void
  /** errorOf is what the server says is wrong at a path of the body. */
  errorOf: (...paths: string[]) => string | undefined
}

export interface Version<B> {
  body: B
  /** version that the body is of; 0: there is none yet. */
  version: number
}

type Outcome = Schemas['PolicyOutcome']

interface Props<B extends Body> {
  kind: PolicyKind
  /** id of the policy; undefined: a new one. */
  id?: string
  inForce: Version<B>
  /** reload reads the version in force now. */
  reload?: () => Promise<Version<B>>
  save: (body: B, version: number) => Promise<Outcome>
  fields: (f: Fields<B>) => ReactNode
  onSaved: (outcome: Outcome) => void
  onCancel?: () => void
}

export function draftOf(kind: PolicyKind, id: string | undefined, version: number, body: Body): Schemas['PolicyDraft'] {
  return {
    kind,
    ...(kind !== 'settings' && id ? { policyId: id } : {}),
    ...(version > 0 ? { baseVersion: version } : {}),
    [kind]: body,
  }
}

const old = ['policies', 'proposals', 'settings', 'me', 'requestable']

export function ChangeForm<B extends Body>(p: Props<B>) {
  const [began, setBegan] = useState(p.inForce)
  const [draft, setDraft] = useState(p.inForce.body)
  const [theirs, setTheirs] = useState<Version<B>>()
  const [preview, setPreview] = useState<Schemas['PolicyPreview']>()
  const [touched, setTouched] = useState<string[]>([])

  const meet = async (error: unknown) => {
    if (error instanceof ProblemError && error.code === 'stale' && p.reload) setTheirs(await p.reload())
  }
  const review = useAct<void, Schemas['PolicyPreview']>({
    call: async () => {
      setTouched([])
      try {
        return await answer(api.POST('/api/v1/policies/preview', { body: draftOf(p.kind, p.id, began.version, draft) }))
      } catch (e) {
        await meet(e)
        throw e
      }
    },
    onDone: seen => {
      setPreview(seen)
      window.scrollTo({ top: 0 })
    },
    quiet: true,
  })
  const save = useAct<void, Outcome>({
    call: async () => {
      try {
        return await p.save(draft, began.version)
      } catch (e) {
        await meet(e)
        throw e
      }
    },
    done: o =>
      o.unchanged
        ? 'It was in force already.'
        : o.proposal
          ? 'Proposed. A second administrator has to agree.'
          : 'Saved, and in force.',
    onDone: p.onSaved,
    makesOld: old,
    quiet: true,
  })

  const error = save.error ?? review.error
  // What was changed since then may be right now.
  const errorOf = (...paths: string[]) =>
    error instanceof ProblemError
      ? error.field(...paths.filter(path => !isTouched(touched, path)).flatMap(path => placesOf(p.kind, path)))
      : undefined
  const set = (path: string, value: unknown) => {
    setDraft(before => withAt(before, path, value))
    setTouched(before => [...before, path])
  }

  if (theirs) {
    return (
      <Conflict
        kind={p.kind}
        began={began.body}
        yours={draft}
        theirs={theirs}
        onMerged={body => {
          setBegan(theirs)
          setDraft(body)
          setTheirs(undefined)
          setPreview(undefined)
          review.reset()
          save.reset()
        }}
      />
    )
  }

  const movedOn = p.inForce.version > began.version
  const unsaved = !same(draft, began.body)
  const back = () => {
    setPreview(undefined)
    save.reset()
  }

  return (
    <form
      onSubmit={e => {
        e.preventDefault()
        if (preview) save.run()
        else review.run()
      }}
    >
      {review.dialog}
      {save.dialog}
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {preview ? (
              <Button variant="link" formAction="none" onClick={back} disabled={save.running}>
                Back to the form
              </Button>
            ) : (
              p.onCancel && (
                <Button variant="link" formAction="none" onClick={p.onCancel}>
                  Cancel
                </Button>
              )
            )}
            {preview ? (
              <Button variant="primary" loading={save.running} disabled={preview.unchanged}>
                {preview.waits ? 'Propose' : 'Save'}
              </Button>
            ) : (
              <Button variant="primary" loading={review.running}>
                Review what it does
              </Button>
            )}
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          {movedOn && (
            <Alert
              type="warning"
              header="Somebody changed it meanwhile"
              action={
                <Button
                  formAction="none"
                  onClick={() => {
                    if (unsaved) setTheirs(p.inForce)
                    else {
                      setBegan(p.inForce)
                      setDraft(p.inForce.body)
                    }
                  }}
                >
                  {unsaved ? 'Show both' : 'Show it'}
                </Button>
              }
            >
              It is at version {p.inForce.version} now; this form began with version {began.version}.{' '}
              {unsaved && 'What you typed is kept.'}
            </Alert>
          )}
          {error !== null && error !== undefined && <Trouble kind={p.kind} error={error} />}
          {preview ? (
            <Container header={<Header variant="h2">What it would do</Header>}>
              <Effect preview={preview} />
            </Container>
          ) : (
            p.fields({ draft, errorOf, set })
          )}
        </SpaceBetween>
      </Form>
    </form>
  )
}

/** placesOf a member are where the API says that it is wrong: in a draft, or in a change. */
const placesOf = (kind: PolicyKind, path: string) => [`${kind}.${path}`, `policy.${path}`]

const isTouched = (touched: string[], path: string) =>
  touched.some(t => t === path || t.startsWith(`${path}.`) || path.startsWith(`${t}.`) || path.startsWith(`${t}[`))

/** Trouble is what went wrong; of what is missing or wrong, each thing by the name of its field. */
function Trouble({ kind, error }: { kind: PolicyKind; error: unknown }) {
  if (!(error instanceof ProblemError) || error.code !== 'invalid' || !error.problem.errors?.length) {
    return <ProblemBox error={error} />
  }
  const labelled = error.problem.errors.map(e => {
    const path = (e.location ?? '')
      .replace(/^body\.(eligibility|approver|settings|policy)\./, '')
      .replace(/\[\d+\].*$/, '')
    const member = members[kind].find(
      m => m.path === path || m.path.startsWith(`${path}.`) || path.startsWith(`${m.path}.`),
    )
    return `${member ? `${member.label}: ` : ''}${e.message}`
  })
  return (
    <Alert type="warning" header="Something is missing or wrong">
      <ul>
        {labelled.map(text => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Alert>
  )
}
