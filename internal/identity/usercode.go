package identity

import (
	"fmt"
	"io"
	"strings"
)

// userCodeLetters are those of RFC 8628, section 6.1: without vowels, so that no words come out, and without digits and
// letters that look alike.
const userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ"

const userCodeLength = 8

// newUserCode draws a user code, each letter as likely as the other.
func newUserCode(random io.Reader) (string, error) {
	const n = len(userCodeLetters)
	var code strings.Builder
	b := make([]byte, 1)
	for code.Len() < userCodeLength {
		if _, err := io.ReadFull(random, b); err != nil {
			return "", fmt.Errorf("make user code: %w", err)
		}
		if int(b[0]) < 256/n*n {
			code.WriteByte(userCodeLetters[int(b[0])%n])
		}
	}
	return code.String(), nil
}

// SpellUserCode writes a user code for people: BCDF-GHJK.
func SpellUserCode(code string) string {
	return code[:userCodeLength/2] + "-" + code[userCodeLength/2:]
}

// ReadUserCode reads a user code as people enter it: in small letters, with or without the dash, with spaces.
func ReadUserCode(text string) (code string, ok bool) {
	code = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(text))
	if len(code) != userCodeLength || strings.Trim(code, userCodeLetters) != "" {
		return "", false
	}
	return code, true
}
