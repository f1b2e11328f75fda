package access

import (
	"slices"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Roles somebody has in TEAM itself, beside asking and deciding.
type Roles struct {
	Administrator bool // changes policies and settings, revokes, sees everything
	Auditor       bool // sees everything, changes nothing
}

// RolesOf says which roles the settings give a user who is in these groups. Users that the directory does not know
// as enabled have none (P9).
func RolesOf(set policy.Set, dir *directory.Snapshot, who policy.Person, at time.Time) Roles {
	if u, ok := dir.User(who.UserID); !ok || u.Status != directory.UserEnabled {
		return Roles{}
	}
	in := func(groups []string) bool {
		return len(groups) > 0 && !slices.ContainsFunc(groups, func(g string) bool { return !slices.Contains(who.Groups, g) })
	}
	return Roles{
		Administrator: in(AdministratorGroups(set, dir, who.UserID, at)),
		Auditor:       in(AuditorGroups(set, dir, who.UserID, at)),
	}
}

// AdministratorGroups are the ids of the groups a user must be in, all of them, to be an administrator at that moment.
// It is the settings' group; while the user is cooling on changes of the settings also the group of before, because
// nobody becomes an administrator by their own change (P11). None means that nobody is: no group is set.
func AdministratorGroups(set policy.Set, dir *directory.Snapshot, userID string, at time.Time) []string {
	return roleGroups(set, dir, userID, at, func(s policy.Settings) string { return s.AdministratorGroup })
}

// AuditorGroups is AdministratorGroups for auditors.
func AuditorGroups(set policy.Set, dir *directory.Snapshot, userID string, at time.Time) []string {
	return roleGroups(set, dir, userID, at, func(s policy.Settings) string { return s.AuditorGroup })
}

func roleGroups(set policy.Set, dir *directory.Snapshot, userID string, at time.Time, group func(policy.Settings) string) []string {
	groups := []string{group(set.Settings)}
	if before, cooling := withoutOwnChanges(set.Settings, dir, userID, at); cooling {
		groups = append(groups, group(before))
	}
	if slices.Contains(groups, "") {
		return nil
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}

// withoutOwnChanges are the settings as they were before the oldest of the user's changes that is cooling. The
// defaults, which name no group, stand for the version before the first.
func withoutOwnChanges(s policy.Settings, dir *directory.Snapshot, userID string, at time.Time) (before policy.Settings, cooling bool) {
	for version := &s; version != nil; version = version.Previous {
		if !slices.ContainsFunc(version.Cooling, func(c policy.Cooling) bool {
			return c.Until.After(at) && dir.SamePerson(c.UserID, userID)
		}) {
			continue
		}
		cooling, before = true, policy.DefaultSettings()
		if version.Previous != nil {
			before = *version.Previous
		}
	}
	return before, cooling
}
