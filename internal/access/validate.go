package access

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of what may be written, in characters.
const (
	MaxJustification = 2000
	MaxComment       = 2000
	MaxTicket        = 100
)

var (
	accountID        = regexp.MustCompile(`^\d{12}$`)
	permissionSetARN = regexp.MustCompile(`^arn:aws(-cn|-us-gov)?:sso:::permissionSet/ssoins-[A-Za-z0-9-.]{16}/ps-[A-Za-z0-9-./]{16}$`)
)

// CheckComment refuses a comment that is too long or contains what no reader would see.
func CheckComment(comment string) error {
	return checkText("comment", "the comment", comment, MaxComment, false)
}

func checkText(field, what, text string, most int, required bool) error {
	if !utf8.ValidString(text) {
		return invalid(field, "%s is not valid UTF-8", what)
	}
	if n := utf8.RuneCountInString(text); n > most {
		return invalid(field, "%s has %d characters; at most %d are allowed", what, n, most)
	}
	blank := true
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			return invalid(field, "%s contains a control character (U+%04X); remove it", what, r)
		}
		if isBidiControl(r) {
			return invalid(field, "%s contains an invisible direction mark (U+%04X) that can make it read otherwise than it is; remove it", what, r)
		}
		// Characters that show nothing, such as the zero-width space, are allowed (scripts need joiners) but say nothing.
		blank = blank && (unicode.IsSpace(r) || !unicode.IsGraphic(r))
	}
	if required && blank {
		return invalid(field, "%s is required", what)
	}
	return nil
}

// checkTicket is for a ticket: one line, since it stands in one in lists, exports and messages.
func checkTicket(ticket string, required bool) error {
	if strings.ContainsAny(ticket, "\n\r\t\u2028\u2029") {
		return invalid("ticket", "the ticket must be one line without tabs")
	}
	return checkText("ticket", "the ticket", ticket, MaxTicket, required)
}

// isBidiControl finds the characters that reorder text on screens of approvers (Trojan Source).
func isBidiControl(r rune) bool {
	return (r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069)
}

func checkTarget(field, account, permissionSet string) error {
	if !accountID.MatchString(account) {
		return invalid(field, "an account id has twelve digits")
	}
	if !permissionSetARN.MatchString(permissionSet) {
		return invalid(field, "the role is not a permission set's ARN (arn:aws:sso:::permissionSet/ssoins-…/ps-…)")
	}
	return nil
}

// Human writes a duration as people do: 1h30m, 45m, 30s.
func Human(d time.Duration) string {
	d = d.Round(time.Second)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	text := ""
	if h > 0 {
		text += fmt.Sprintf("%dh", h)
	}
	if m > 0 {
		text += fmt.Sprintf("%dm", m)
	}
	if s > 0 || text == "" {
		text += fmt.Sprintf("%ds", s)
	}
	return text
}
