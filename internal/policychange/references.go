package policychange

import "github.com/team-idc/team/internal/policy"

// checkReferences refuses a policy that names what the directory does not know. What the version before named already
// may stay: somebody who left must not keep an administrator from narrowing the policy.
func checkReferences(next Version, head *Version, dir Things) error {
	type thing struct {
		kind policy.Named
		id   string
	}
	had := map[thing]bool{}
	if head != nil && !head.Deleted {
		for _, m := range policy.Mentions(head.Body) {
			had[thing{m.Kind, m.ID}] = true
		}
	}
	for _, m := range policy.Mentions(next.Body) {
		if had[thing{m.Kind, m.ID}] || dir.know(m) {
			continue
		}
		if m.Kind == policy.NamedMachine {
			return invalid(m.Field, "there is no machine client %s; see team machine list", m.ID)
		}
		return invalid(m.Field, "there is no %s %s in the directory", m.Kind, m.ID)
	}
	return nil
}
