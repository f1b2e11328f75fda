package main

import (
	"bytes"
	"testing"
)

func TestTextOfOthersDoesNotSteerTheTerminal(t *testing.T) {
	for text, want := range map[string]string{
		"Größe 佐藤\tok\n":                 "Größe 佐藤\tok\n",
		"\x1b[2J\x1b]0;gone\x07":         "\uFFFD[2J\uFFFD]0;gone\uFFFD",
		"a\rb\x00c\x7f":                  "a\uFFFDb\uFFFDc\uFFFD",
		"C1: \u009b31m, not \u00a0space": "C1: \uFFFD31m, not \u00a0space",
	} {
		var out bytes.Buffer
		if n, err := (plain{&out}).Write([]byte(text)); err != nil || n != len(text) {
			t.Errorf("%q: %d, %v", text, n, err)
		}
		if out.String() != want {
			t.Errorf("%q shows as %q, want %q", text, out.String(), want)
		}
	}
}
