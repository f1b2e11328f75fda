package policychange

import (
	"fmt"
	"slices"
	"strings"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// judged is a draft held against the policies in force.
type judged struct {
	next       Version // without author and instant
	widening   []policy.Reason
	difference []string
	unchanged  bool
}

// judge checks a draft and says what it would do. The head is the newest version of what it changes, nil if there is
// none. It does not look at who wants it.
func judge(d Draft, set policy.Set, head *Version, dir Things) (judged, error) {
	if err := checkBase(d, head); err != nil {
		return judged{}, err
	}
	next := Version{Kind: d.Kind, ID: d.ID, Version: d.BaseVersion + 1, Deleted: d.Delete}
	if d.Delete {
		if d.Kind == policy.KindSettings {
			return judged{}, invalid("", "settings cannot be deleted, only changed")
		}
		if head == nil || head.Deleted {
			return judged{}, notFound("policy", d.ID)
		}
		next.Name, next.Body = head.Name, head.Body
	} else {
		body, name, err := wellFormed(d)
		if err != nil {
			return judged{}, err
		}
		next.Name, next.Body = name, body
		if err := checkMeaning(next, set, head, dir); err != nil {
			return judged{}, err
		}
	}
	j := judged{next: next, difference: Difference(head, &next, dir)}
	j.unchanged = len(j.difference) == 0
	j.widening = policy.Widens(set, with(set, next))
	return j, nil
}

// checkBase refuses a draft made from another version than the newest: the author has not seen what it would undo.
func checkBase(d Draft, head *Version) error {
	switch {
	case head == nil && d.BaseVersion == 0:
		return nil
	case head == nil:
		return notFound("policy", d.ID)
	case head.Version != d.BaseVersion:
		return stale("%s is at version %d; this change was made from version %d. Read it again and repeat what you want",
			label(head), head.Version, d.BaseVersion)
	}
	return nil
}

func label(v *Version) string {
	if v.Kind == policy.KindSettings {
		return "the settings"
	}
	return fmt.Sprintf("%s policy %q", v.Kind, v.Name)
}

// wellFormed gives the policy as it is stored, if it is one of the kind that the draft says.
func wellFormed(d Draft) (body any, name string, err error) {
	switch b := d.Body.(type) {
	case policy.Eligibility:
		if d.Kind == policy.KindEligibility {
			b.ID, b.Name, b.Previous, b.Revision = d.ID, strings.TrimSpace(b.Name), nil, policy.Revision{}
			return b, b.Name, firstProblem(b.Validate())
		}
	case policy.Approver:
		if d.Kind == policy.KindApprover {
			b.ID, b.Name, b.Previous, b.Revision = d.ID, strings.TrimSpace(b.Name), nil, policy.Revision{}
			return b, b.Name, firstProblem(b.Validate())
		}
	case policy.Settings:
		if d.Kind == policy.KindSettings {
			b.Previous, b.Revision = nil, policy.Revision{}
			return b, settingsName, firstProblem(b.Validate())
		}
	}
	return nil, "", invalid("kind", "the kind %q does not fit to what was given", d.Kind)
}

// settingsName is what the settings are called where policies have names.
const settingsName = "Settings"

// checkMeaning looks at a policy in the light of the others and of the directory.
func checkMeaning(next Version, set policy.Set, head *Version, dir Things) error {
	if err := checkReferences(next, head, dir); err != nil {
		return err
	}
	if s, ok := next.Body.(policy.Settings); ok {
		return checkAdministrators(s, set.Settings, dir)
	}
	return checkNameFree(next, set)
}

// checkNameFree keeps names telling: people and documents speak of policies by name.
func checkNameFree(next Version, set policy.Set) error {
	taken := false
	switch next.Kind {
	case policy.KindEligibility:
		taken = slices.ContainsFunc(set.Eligibility, func(p policy.Eligibility) bool {
			return !p.Deleted && p.Name == next.Name && p.ID != next.ID
		})
	case policy.KindApprover:
		taken = slices.ContainsFunc(set.Approver, func(p policy.Approver) bool {
			return !p.Deleted && p.Name == next.Name && p.ID != next.ID
		})
	case policy.KindSettings: // there is only one
	}
	if taken {
		return invalid("name", "there is another %s policy named %q", next.Kind, next.Name)
	}
	return nil
}

// checkAdministrators refuses settings that leave nobody who could change them back.
func checkAdministrators(s, before policy.Settings, dir Things) error {
	if s.AdministratorGroup == before.AdministratorGroup && s.AdministratorGroup != "" {
		return nil
	}
	if s.AdministratorGroup == "" {
		return invalid("administratorGroup", "without an administrator group nobody could change anything any more")
	}
	group, _ := dir.Group(s.AdministratorGroup)
	for _, member := range group.Members {
		if u, ok := dir.User(member); ok && u.Status == directory.UserEnabled {
			return nil
		}
	}
	return invalid("administratorGroup", "the group %s has no enabled member, so nobody could change anything any more", group.DisplayName)
}

// with is the set of policies after a version is applied.
func with(set policy.Set, v Version) policy.Set {
	after := set
	revision := policy.Revision{Version: v.Version, Deleted: v.Deleted}
	switch b := v.Body.(type) {
	case policy.Eligibility:
		b.Revision, b.Previous = revision, nil
		after.Eligibility = replaced(set.Eligibility, b, func(p policy.Eligibility) bool { return p.ID == v.ID }, v.Deleted)
	case policy.Approver:
		b.Revision, b.Previous = revision, nil
		after.Approver = replaced(set.Approver, b, func(p policy.Approver) bool { return p.ID == v.ID }, v.Deleted)
	case policy.Settings:
		b.Revision, b.Previous = revision, nil
		after.Settings = b
	}
	return after
}

func replaced[P any](policies []P, p P, same func(P) bool, gone bool) []P {
	out := slices.DeleteFunc(slices.Clone(policies), same)
	if gone {
		return out
	}
	return append(out, p)
}
