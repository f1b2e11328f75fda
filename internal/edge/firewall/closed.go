package firewall

import (
	"net/netip"
	"strings"
	"time"
)

// closed tells values of a closed form: ids, numbers, instants, addresses. Nothing that a rule looks for can be written
// in one of these forms (a test holds them against every rule), so that such values are not inspected, and requests that
// differ in them alone are the same sight.
func closed(value string) bool {
	switch {
	case value == "" || len(value) > 128:
		return false
	case isGroups(value), isTagged(value), isPermissionSet(value), isInstant(value), isAddresses(value):
		return true
	}
	return false
}

// isGroups: groups of lower-case hexadecimal digits with single dashes between them. A UUID, an account's number, a
// traceparent, any number.
func isGroups(value string) bool {
	dash := true // at the beginning, and after a dash, there must be a digit
	for i := range len(value) {
		switch c := value[i]; {
		case isHex(c):
			dash = false
		case c == '-' && !dash:
			dash = true
		default:
			return false
		}
	}
	return !dash
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }

// isTagged: the ids of TEAM (req_…) and of AWS's units and roots (ou-ab12-…, r-ab12), and versions as in If-Match ("3").
func isTagged(value string) bool {
	if prefix, rest, ok := strings.Cut(value, "_"); ok {
		return 2 <= len(prefix) && len(prefix) <= 4 && isAll(prefix, isLower) && isGroups(rest)
	}
	if rest, ok := strings.CutPrefix(value, "ou-"); ok {
		root, unit, ok := strings.Cut(rest, "-")
		return ok && isCode(root, 32) && isCode(unit, 32)
	}
	if rest, ok := strings.CutPrefix(value, "r-"); ok {
		return isCode(rest, 32)
	}
	if rest, ok := strings.CutPrefix(value, `"`); ok {
		number, ok := strings.CutSuffix(rest, `"`)
		return ok && 1 <= len(number) && len(number) <= 20 && isAll(number, isDigit)
	}
	return false
}

// isPermissionSet: the ARN of one.
func isPermissionSet(value string) bool {
	rest, ok := strings.CutPrefix(value, "arn:aws")
	if !ok {
		return false
	}
	partition, rest, ok := strings.Cut(rest, ":sso:::permissionSet/ssoins-")
	if !ok || !isAll(strings.ReplaceAll(partition, "-", ""), isLower) || strings.Contains(partition, "--") || len(partition) > 10 {
		return false
	}
	instance, set, ok := strings.Cut(rest, "/ps-")
	return ok && isCode(instance, 16) && isCode(set, 16)
}

// isInstant: as RFC 3339 has it.
func isInstant(value string) bool {
	if len(value) < len("2006-01-02T15:04:05Z") || value[4] != '-' || value[10] != 'T' {
		return false
	}
	_, err := time.Parse(time.RFC3339Nano, value)
	return err == nil
}

// isAddresses: IP addresses with commas between them, as in X-Forwarded-For.
func isAddresses(value string) bool {
	for one := range strings.SplitSeq(value, ",") {
		a, err := netip.ParseAddr(strings.TrimSpace(one))
		if err != nil || a.Zone() != "" {
			return false
		}
	}
	return true
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isCode: lower-case letters and digits, one at least and at most so many.
func isCode(value string, most int) bool {
	return value != "" && len(value) <= most && isAll(value, func(c byte) bool { return isLower(c) || isDigit(c) })
}

func isAll(value string, is func(byte) bool) bool {
	for i := range len(value) {
		if !is(value[i]) {
			return false
		}
	}
	return true
}

// isOpaque: one token of an Authorization header (token68 of RFC 9110), or of a cookie of TEAM. It is compared with what
// is stored, or its signature is verified; nothing else is ever done with it.
func isOpaque(value string) bool {
	return value != "" && isAll(value, func(c byte) bool {
		return isLower(c) || isDigit(c) || 'A' <= c && c <= 'Z' || strings.IndexByte("-._~+/=", c) >= 0
	})
}
