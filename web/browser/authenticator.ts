// Passkeys without hands.

import type { Page } from '@playwright/test'

/** authenticator gives a page's browser one that holds passkeys and always finds the person present. It says how many it holds. */
export async function authenticator(page: Page): Promise<() => Promise<number>> {
  const protocol = await page.context().newCDPSession(page)
  await protocol.send('WebAuthn.enable')
  const { authenticatorId } = await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return async () => (await protocol.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length
}
