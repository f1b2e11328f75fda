package main

import (
	"bytes"
	"fmt"
	"io"
)

// plain keeps what is shown to people from steering their terminal: names in the directory, justifications and
// comments are other people's text. Line breaks and tabs pass; every other control character, also of the C1 range,
// shows as a replacement character.
type plain struct{ to io.Writer }

func (p plain) Write(b []byte) (int, error) {
	var out bytes.Buffer
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '\n' || c == '\t':
			out.WriteByte(c)
		case c < 0x20 || c == 0x7f:
			out.WriteRune('\uFFFD')
		case c == 0xC2 && i+1 < len(b) && b[i+1] >= 0x80 && b[i+1] < 0xA0: // U+0080 to U+009F
			out.WriteRune('\uFFFD')
			i++
		default:
			out.WriteByte(c)
		}
	}
	if _, err := p.to.Write(out.Bytes()); err != nil {
		return 0, fmt.Errorf("show answer: %w", err)
	}
	return len(b), nil
}
