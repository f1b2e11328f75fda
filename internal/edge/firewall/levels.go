package firewall

import (
	"fmt"
	"io/fs"
	"strings"
)

// ofLevel is CRS without the rules of paranoia levels above one. CRS skips those when it runs; to compile and pass over
// them would take half of the start and of the memory.
type ofLevel struct {
	fs.FS

	level int
}

// ReadFile implements fs.ReadFileFS.
func (l ofLevel) ReadFile(name string) ([]byte, error) {
	content, err := fs.ReadFile(l.FS, name)
	if err != nil || !strings.HasSuffix(name, ".conf") {
		return content, err //nolint:wrapcheck // it stands in between
	}
	return []byte(upTo(l.level, string(content))), nil
}

// upTo leaves out what is between the line that skips the levels above one to the end, and that end.
func upTo(level int, rules string) string {
	begin := strings.Index(rules, fmt.Sprintf("\nSecRule TX:DETECTION_PARANOIA_LEVEL \"@lt %d\" ", level+1))
	end := strings.LastIndex(rules, "\nSecMarker \"END-")
	if begin < 0 || end < begin {
		return rules
	}
	return rules[:begin] + rules[end:]
}
