// Secret is what is shown once. It is in the page's memory alone, as long as it is shown.

import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import SpaceBetween from '@cloudscape-design/components/space-between'

export function Secret({ text, what }: { text: string; what: string }) {
  return (
    <SpaceBetween size="xs">
      <Box variant="code">
        <span className="secret">{text}</span>
      </Box>
      <CopyToClipboard
        copyButtonText={`Copy ${what}`}
        textToCopy={text}
        copySuccessText="Copied"
        copyErrorText="The browser did not let it be copied: select it, and copy it by hand."
      />
    </SpaceBetween>
  )
}
