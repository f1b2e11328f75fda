// Passkeys, over the browser's own conversion from and to JSON.

import type { Schemas } from './client'

/** assertion has the browser use one of the passkeys that the options allow. It throws a sentence for people. */
export async function assertion(options: Schemas['PasskeyOptions']): Promise<Schemas['PasskeyProof']> {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    throw new Error('This browser cannot use passkeys here. Use a newer one, or another way.')
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options.publicKey as unknown as PublicKeyCredentialRequestOptionsJSON,
  )
  let credential: Credential | null
  try {
    credential = await navigator.credentials.get({ publicKey })
  } catch (e) {
    if (e instanceof DOMException && e.name === 'NotAllowedError') {
      throw new Error('No passkey was used: it was cancelled, it took too long, or none on this device fits.')
    }
    throw e
  }
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser gave no passkey.')
  return { credential: credential.toJSON() as unknown as Schemas['PasskeyProof']['credential'] }
}
