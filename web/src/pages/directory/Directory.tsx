// Directory is what TEAM knows of the organization: its tree, and lists of what is in it, each with its age.

import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Accounts } from './Accounts'
import { Groups } from './Groups'
import { OrgTree } from './OrgTree'
import { PermissionSets } from './PermissionSets'
import { Reading } from './Reading'
import { ReadingState } from './ReadingState'
import { Users } from './Users'

const tabs = [
  { id: 'tree', label: 'Organization', content: <OrgTree /> },
  { id: 'accounts', label: 'Accounts', content: <Accounts /> },
  { id: 'sets', label: 'Permission sets', content: <PermissionSets /> },
  { id: 'users', label: 'Users', content: <Users /> },
  { id: 'groups', label: 'Groups', content: <Groups /> },
  { id: 'reading', label: 'How it is read', content: <Reading /> },
]

export default function Directory() {
  const { tab } = useSearch({ strict: false }) as { tab?: string }
  const navigate = useNavigate()
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="What TEAM knows of the organization and its people, as AWS last said.">
          Directory
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ReadingState />
        <Tabs
          activeTabId={tabs.some(t => t.id === tab) ? (tab ?? 'tree') : 'tree'}
          // What one list is filtered by means nothing to another.
          onChange={e => void navigate({ to: '.', search: { tab: e.detail.activeTabId } as never })}
          tabs={tabs}
          ariaLabel="Parts of the directory"
        />
      </SpaceBetween>
    </ContentLayout>
  )
}
