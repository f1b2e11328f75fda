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
	case isGroups(value), isTagged(value), isPermissionSet(value), isInstant(value), isAddress(value):
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

// isTagged: the ids of TEAM (req_…), and versions as in If-Match ("3"). Ids of AWS's units (ou-ab12-…) are not among them:
// in letters and digits somebody could write the name of a Java class.
func isTagged(value string) bool {
	if prefix, rest, ok := strings.Cut(value, "_"); ok {
		return 2 <= len(prefix) && len(prefix) <= 4 && isAll(prefix, isLower) && isGroups(rest)
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
	return ok && len(instance) == 16 && isAll(instance, isHex) && len(set) == 16 && isAll(set, isHex)
}

// isInstant: as RFC 3339 has it.
func isInstant(value string) bool {
	if len(value) < len("2006-01-02T15:04:05Z") || value[4] != '-' || value[10] != 'T' {
		return false
	}
	_, err := time.Parse(time.RFC3339Nano, value)
	return err == nil
}

func isAddress(value string) bool {
	a, err := netip.ParseAddr(value)
	return err == nil && a.Zone() == ""
}

// isAddresses: IP addresses with commas between them, as in X-Forwarded-For. Headers alone have them.
func isAddresses(value string) bool {
	for one := range strings.SplitSeq(value, ",") {
		if !isAddress(strings.TrimSpace(one)) {
			return false
		}
	}
	return true
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

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
