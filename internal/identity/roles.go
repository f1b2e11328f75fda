package identity

import (
	"slices"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// rolesOf says whether somebody is an administrator and an auditor, by the settings' groups. Who made or agreed to a
// widening change of the settings holds a role only if they held it before too, while they are cooling (P11).
func rolesOf(set policy.Set, dir *directory.Snapshot, userID string, at time.Time) (administrator, auditor bool) {
	groups := dir.GroupsOf(userID)
	in := func(group string) bool { return group != "" && slices.Contains(groups, group) }
	administrator, auditor = true, true
	for s := &set.Settings; s != nil; s = s.Previous {
		administrator = administrator && in(s.AdministratorGroup)
		auditor = auditor && in(s.AuditorGroup)
		if !cooling(s.Revision, dir, userID, at) {
			break
		}
	}
	return administrator, auditor
}

func cooling(r policy.Revision, dir *directory.Snapshot, userID string, at time.Time) bool {
	return slices.ContainsFunc(r.Cooling, func(c policy.Cooling) bool {
		return at.Before(c.Until) && dir.SamePerson(c.UserID, userID)
	})
}
