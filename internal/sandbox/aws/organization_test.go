package aws_test

import (
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

func TestBuiltInOrganizationsHoldWhatTheyPromise(t *testing.T) {
	for name, want := range map[string][5]int{ // units, accounts, users, groups, permission sets
		"small":  {6, 12, 48, 12, 5},
		"medium": {40, 200, 1000, 150, 40},
		"large":  {2000, 5000, 20000, 5000, 500},
	} {
		t.Run(name, func(t *testing.T) {
			org, err := simaws.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			got := [5]int{len(org.OrganizationalUnits), len(org.Accounts), len(org.Users), len(org.Groups), len(org.PermissionSets)}
			if got != want {
				t.Errorf("got %v, want %v", got, want)
			}
			depth := 0
			for _, u := range org.OrganizationalUnits {
				depth = max(depth, strings.Count(u.Path, "/")+1)
			}
			if name == "large" && depth != 5 {
				t.Errorf("depth is %d", depth)
			}
			again, err := simaws.Open(name)
			if err != nil || !reflect.DeepEqual(org, again) {
				t.Errorf("a second one differs (%v)", err)
			}
			sim, err := simaws.New(org, simaws.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, persona := range []string{"requester", "approver", "second-approver", "admin", "second-admin", "auditor"} {
				if sim.UserID(persona) == "" {
					t.Errorf("there is no %s", persona)
				}
			}
			if sim.RoleName(sim.ManagementAccount(), sim.PermissionSetARN("BillingAccess")) == "" {
				t.Error("no permission set is provisioned in the management account")
			}
			if len(sim.Assignments()) == 0 {
				t.Error("there are no standing assignments")
			}
		})
	}
}

func TestOrganizationFileIsReadBackAsWritten(t *testing.T) {
	org, err := simaws.Generate("small")
	if err != nil {
		t.Fatal(err)
	}
	document, err := yaml.Marshal(org)
	if err != nil {
		t.Fatal(err)
	}
	again, err := simaws.ParseOrganization(document)
	if err != nil || !reflect.DeepEqual(org, again) {
		t.Errorf("read back otherwise than written: %v", err)
	}
}

func TestFaultyOrganizationFilesAreRefused(t *testing.T) {
	const good = "management_account: m\naccounts: [{name: m}]\n"
	if _, err := simaws.ParseOrganization([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ add, want string }{
		"unknown key":            {"colour: red", "colour"},
		"unknown key deep":       {"users: [{user_name: a, shoe: 4}]", "shoe"},
		"second document":        {"---\nid: o-aaaaaaaaaa", "more than one document"},
		"duplicate user":         {"users: [{user_name: a}, {user_name: A}]", "comes twice"},
		"duplicate group":        {"groups: [{display_name: a}, {display_name: a}]", "comes twice"},
		"unknown member":         {"groups: [{display_name: a, members: [b]}]", `unknown member "b"`},
		"member twice":           {"users: [{user_name: b}]\ngroups: [{display_name: a, members: [b, b]}]", "comes twice"},
		"unknown delegated":      {"delegated_administrator: x", `delegated administrator "x"`},
		"unknown partition":      {"partition: moon", "partition"},
		"orphan unit":            {"organizational_units: [{path: a/b}]", "before its parent"},
		"six levels":             {"organizational_units: [{path: a},{path: a/b},{path: a/b/c},{path: a/b/c/d},{path: a/b/c/d/e},{path: a/b/c/d/e/f}]", "depth"},
		"session of 13 hours":    {"permission_sets: [{name: a, session_duration: PT13H}]", "PT13H"},
		"session of 30 minutes":  {"permission_sets: [{name: a, session_duration: PT30M}]", "PT30M"},
		"session in words":       {"permission_sets: [{name: a, session_duration: one hour}]", "one hour"},
		"name AWS refuses":       {"permission_sets: [{name: 'a b'}]", "a b"},
		"assignment to nobody":   {"permission_sets: [{name: a}]\nassignments: [{account: m, permission_set: a}]", "either a user or a group"},
		"assignment of unknown":  {"permission_sets: [{name: a}]\nassignments: [{user: u, account: m, permission_set: a}]", `unknown user "u"`},
		"assignment in unknown":  {"assignments: [{user: u, account: n, permission_set: a}]", `unknown account "n"`},
		"user status":            {"users: [{user_name: a, status: asleep}]", "asleep"},
		"faulty organization id": {"id: 7", "organization id"},
		"faulty instance id":     {"instance: {id: x}", "instance id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := simaws.ParseOrganization([]byte(good + c.add + "\n"))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
		})
	}
	for name, document := range map[string]string{
		"nothing": "", "no account": "management_account: m\n", "list": "- a\n",
		"account state": "management_account: m\naccounts: [{name: m, state: odd}]", "account ou": "management_account: m\naccounts: [{name: m, ou: x}]",
		"account id": "management_account: m\naccounts: [{name: m, id: '12'}]", "account twice": "management_account: m\naccounts: [{name: m}, {name: m}]",
	} {
		if _, err := simaws.ParseOrganization([]byte(document)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := simaws.Open(t.TempDir() + "/none.yaml"); err == nil {
		t.Error("a file that is not there was opened")
	}
}

func FuzzParseOrganization(f *testing.F) {
	f.Add([]byte("management_account: m\naccounts: [{name: m}]\n"))
	f.Add([]byte("management_account: m\naccounts: [{name: m}]\nusers: [{user_name: a}]\ngroups: [{display_name: g, members: [a]}]"))
	f.Fuzz(func(t *testing.T, document []byte) {
		org, err := simaws.ParseOrganization(document)
		if err != nil {
			return
		}
		if _, err := simaws.New(org, simaws.Options{}); err != nil {
			t.Errorf("accepted but cannot be started: %v", err)
		}
	})
}
