package lint

import (
	"fmt"
	"strings"

	"github.com/team-idc/team/internal/policy"
)

func (l *linter) user(id string) string {
	if u, ok := l.dir.User(id); ok && u.UserName != "" {
		return u.UserName
	}
	return id
}

func (l *linter) group(id string) string {
	if g, ok := l.dir.Group(id); ok && g.DisplayName != "" {
		return g.DisplayName
	}
	return id
}

func (l *linter) account(id string) string {
	if a, ok := l.dir.Account(id); ok && a.Name != "" {
		return a.Name + " (" + id + ")"
	}
	return id
}

func (l *linter) permissionSet(arn string) string {
	if s, ok := l.dir.PermissionSet(arn); ok && s.Name != "" {
		return s.Name
	}
	return arn
}

// unit spells where an organizational unit is.
func (l *linter) unit(id string) string {
	if path := l.dir.UnitPath(id); len(path) > 0 {
		return strings.Join(l.dir.OUNames(path), " / ")
	}
	return id
}

func title(ref policy.Ref) string {
	if ref.Kind == policy.KindSettings {
		return "The settings"
	}
	kind := string(ref.Kind)
	return fmt.Sprintf("%s%s policy %q", strings.ToUpper(kind[:1]), kind[1:], ref.Name)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func people(n int) string   { return count(n, "person", "people") }
func accounts(n int) string { return count(n, "account", "accounts") }

// some joins at most three words and counts the others.
func some(words []string) string {
	const most = 3
	if len(words) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
	}
	return strings.Join(words, ", ")
}
