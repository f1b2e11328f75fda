package access_test

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

func TestRolesOf(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	dir := directory.NewSnapshot(directory.Content{Users: []directory.User{
		{ID: "amy", Status: directory.UserEnabled, PersonKey: "amy"},
		{ID: "amy2", Status: directory.UserEnabled, PersonKey: "amy"},
		{ID: "bob", Status: directory.UserEnabled},
		{ID: "eve", Status: directory.UserDisabled},
	}})
	settings := func(version int64, administrators, auditors string, previous *policy.Settings, cooling ...policy.Cooling) policy.Settings {
		return policy.Settings{
			AdministratorGroup: administrators, AuditorGroup: auditors, Previous: previous,
			Revision: policy.Revision{Version: version, Cooling: cooling},
		}
	}
	by := func(user string, until time.Time) policy.Cooling { return policy.Cooling{UserID: user, Until: until} }
	later := now.Add(time.Hour)
	old := settings(1, "old", "audit", nil)
	changed := settings(2, "new", "audit", &old, by("amy", later))
	narrowed := settings(3, "new", "", &changed)
	first := settings(1, "new", "audit", nil, by("amy", later))
	ended := settings(2, "new", "audit", &old, by("amy", now))

	for _, tc := range []struct {
		name     string
		settings policy.Settings
		user     string
		groups   []string
		want     access.Roles
	}{
		{"administrator", old, "bob", []string{"x", "old"}, access.Roles{Administrator: true}},
		{"auditor", old, "bob", []string{"audit"}, access.Roles{Auditor: true}},
		{"both", old, "bob", []string{"audit", "old"}, access.Roles{Administrator: true, Auditor: true}},
		{"neither", old, "bob", []string{"x"}, access.Roles{}},
		{"disabled", old, "eve", []string{"old"}, access.Roles{}},
		{"unknown", old, "zoe", []string{"old"}, access.Roles{}},
		{"no group set", policy.Settings{}, "bob", []string{"", "old"}, access.Roles{}},
		{"others are in by a change at once", changed, "bob", []string{"new"}, access.Roles{Administrator: true}},
		{"and out", changed, "bob", []string{"old"}, access.Roles{}},
		{"not by one's own change", changed, "amy", []string{"new"}, access.Roles{}},
		{"nor with another user", changed, "amy2", []string{"new"}, access.Roles{}},
		{"in the group before and now", changed, "amy", []string{"new", "old"}, access.Roles{Administrator: true}},
		{"out by one's own change", changed, "amy", []string{"old"}, access.Roles{}},
		{"a later change lets nobody off", narrowed, "amy", []string{"new"}, access.Roles{}},
		{"what others take away is gone", narrowed, "amy", []string{"audit"}, access.Roles{}},
		{"nothing was before the first", first, "amy", []string{"new"}, access.Roles{}},
		{"cooling ended", ended, "amy", []string{"new"}, access.Roles{Administrator: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := access.RolesOf(policy.Set{Settings: tc.settings}, dir, policy.Person{UserID: tc.user, Groups: tc.groups}, now)
			if got != tc.want {
				t.Errorf("%+v; want %+v", got, tc.want)
			}
		})
	}
}
