// The settings: what holds for everybody, besides what policies say.

import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Asked } from '../../parts/Asked'
import { etagOf } from '../../words/policy'
import { ChangeForm } from '../policies/ChangeForm'
import { Shown } from '../policies/Compared'
import type { Settings as Body } from '../policies/members'
import { CoolingNotice, Waiting } from '../policies/Policy'
import { Versions } from '../policies/Versions'
import { ProtectedAccounts } from './ProtectedAccounts'
import { SettingsFields } from './SettingsFields'

const read = () => answer(api.GET('/api/v1/settings'))

function versionOf(s: Schemas['Settings']): { body: Body; version: number } {
  const { version, cooling: _, ...body } = s
  return { body, version }
}

export default function Settings() {
  const me = useMe()
  const navigate = useNavigate()
  const [editing, setEditing] = useState(false)
  const settings = useQuery({ queryKey: ['settings'], queryFn: read })
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={`What holds for everybody, besides what policies say.${settings.data ? ` Version ${settings.data.version}.` : ''}`}
          actions={
            me.administrator &&
            settings.data &&
            !editing && (
              <Button variant="primary" onClick={() => setEditing(true)}>
                Edit
              </Button>
            )
          }
        >
          Settings
        </Header>
      }
    >
      <Asked query={settings} what="the settings">
        {s => (
          <SpaceBetween size="l">
            <CoolingNotice cooling={s.cooling} />
            <Waiting kind="settings" id="settings" />
            {editing ? (
              <ChangeForm<Body>
                kind="settings"
                id="settings"
                inForce={versionOf(s)}
                reload={async () => versionOf(await read())}
                save={(body, version) =>
                  answer(
                    api.PUT('/api/v1/settings', {
                      params: { header: { 'If-Match': etagOf(version) } },
                      body: { settings: body },
                    }),
                  )
                }
                fields={f => <SettingsFields {...f} />}
                onSaved={o => {
                  setEditing(false)
                  if (o.proposal && !o.applied) void navigate({ to: `/proposals/${o.proposal.id}` })
                }}
                onCancel={() => setEditing(false)}
              />
            ) : (
              <Tabs
                ariaLabel="About the settings"
                tabs={[
                  {
                    id: 'says',
                    label: 'What they say',
                    content: (
                      <Container>
                        <Shown kind="settings" body={versionOf(s).body} />
                      </Container>
                    ),
                  },
                  {
                    id: 'protected',
                    label: 'Protected accounts',
                    content: <ProtectedAccounts settings={versionOf(s)} />,
                  },
                  { id: 'versions', label: 'Versions', content: <Versions kind="settings" id="settings" /> },
                ]}
              />
            )}
          </SpaceBetween>
        )}
      </Asked>
    </ContentLayout>
  )
}
