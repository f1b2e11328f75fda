// Package e2e signs in to the built program as people do: with Chromium, at providers that nobody here wrote. It is a
// module of its own, so that Dex, a SAML provider and a driver of browsers stay out of what TEAM is built from. It has
// nothing but tests; tools/ci/e2e.sh runs them.
//
// AWS is simulated in the test's process, and so are the providers; TEAM is a process of its own. Every page that a
// test visits must be silent: a message in the console, or a refusal by a security policy, fails the test. Pictures of
// the pages, light, dark and narrow, are left in .cache/e2e.
package e2e
