import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMe } from '../../api/me'
import type { Held } from './held'
import { cliCommands, cliProfile } from './portal'

/** UseIt says how access that is held is used on the command line. */
export function UseIt({ held }: { held: Held }) {
  const me = useMe()
  return (
    <ExpandableSection headerText="Use it with the AWS CLI">
      <SpaceBetween size="s">
        <Snippet what="the profile" text={cliProfile(me, held)}>
          Add this to <code>~/.aws/config</code>, once:
        </Snippet>
        <Snippet what="the commands" text={cliCommands(held)}>
          Then sign in:
        </Snippet>
      </SpaceBetween>
    </ExpandableSection>
  )
}

function Snippet({ what, text, children }: { what: string; text: string; children: React.ReactNode }) {
  return (
    <div>
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        <span>{children}</span>
        <CopyToClipboard
          variant="icon"
          textToCopy={text}
          copyButtonAriaLabel={`Copy ${what}`}
          copySuccessText="Copied"
          copyErrorText="Your browser did not copy it"
        />
      </SpaceBetween>
      <Box margin={{ top: 'xs' }}>
        <code className="typed">{text}</code>
      </Box>
    </div>
  )
}
