package identity

import "crypto/rand"

// GenerateForTest makes a secret, and HashForTest what is kept of it.
func GenerateForTest() (string, error) { return generate(rand.Reader) }

// HashForTest is what is kept of a secret.
func HashForTest(text string) string { return hashOf(text) }
