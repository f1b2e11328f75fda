// Package idp is the sandbox's OpenID provider: a real one (zitadel/oidc, everything in memory) for which nobody needs a
// password. Its sign-in page lets you pick who you are among the people of the simulated organization.
//
// It speaks the authorization code flow with PKCE and signs ID tokens with ES256. It remembers who signed in, in a cookie
// of its own, and honours prompt and max_age: who is asked for a fresh sign-in has to pick again. Below /_sandbox/ a
// control API makes trouble on purpose: keys are rotated, the provider is down, tokens carry what was not asked for.
package idp
