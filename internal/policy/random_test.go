package policy_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// universe is a small random organization: few names, so that policies meet each other often.
type universe struct {
	accounts, ous, users, groups, sets, machines []string
	content                                      directory.Content
}

func drawUniverse(t *rapid.T) universe {
	u := universe{}
	for i := range 6 {
		u.accounts = append(u.accounts, fmt.Sprintf("%012d", i+1))
	}
	u.ous = []string{"r-1", "ou-a", "ou-b", "ou-a1"}
	paths := [][]string{{"r-1"}, {"r-1", "ou-a"}, {"r-1", "ou-b"}, {"r-1", "ou-a", "ou-a1"}}
	for i := range 6 {
		u.users = append(u.users, fmt.Sprintf("u-%d", i))
	}
	u.groups = []string{"g-0", "g-1", "g-2"}
	u.sets = []string{"ps-0", "ps-1", "ps-2"}
	u.machines = []string{"mch_0", "mch_1"}
	for _, id := range u.accounts {
		// The tags were read: until they are, an approver policy by tags keeps everything waiting, and taking it away does
		// not, though it gives nobody a right they did not have.
		account := directory.Account{ID: id, State: directory.AccountActive, OUPath: rapid.SampledFrom(paths).Draw(t, "path"), Tags: map[string]string{}}
		if rapid.IntRange(0, 9).Draw(t, "suspended") == 0 {
			account.State = "SUSPENDED"
		}
		if rapid.Bool().Draw(t, "tagged") {
			account.Tags = map[string]string{"env": rapid.SampledFrom([]string{"dev", "prod"}).Draw(t, "env")}
		}
		u.content.Accounts = append(u.content.Accounts, account)
	}
	for _, id := range u.users {
		user := directory.User{ID: id, UserName: id, Status: directory.UserEnabled}
		if rapid.IntRange(0, 7).Draw(t, "disabled") == 0 {
			user.Status = directory.UserDisabled
		}
		if rapid.IntRange(0, 2).Draw(t, "shared") == 0 {
			user.PersonKey = rapid.SampledFrom([]string{"x", "y"}).Draw(t, "person")
		}
		u.content.Users = append(u.content.Users, user)
	}
	for _, id := range u.groups {
		u.content.Groups = append(u.content.Groups, directory.Group{ID: id, Members: some(t, u.users, "members")})
	}
	for i, arn := range u.sets {
		u.content.PermissionSets = append(u.content.PermissionSets, directory.PermissionSet{
			ARN: arn, Name: arn, InManagementAccount: i == 2 && rapid.Bool().Draw(t, "in management"),
		})
	}
	u.content.Instance = directory.Instance{ManagementAccountID: u.accounts[0], CallerAccountID: u.accounts[1], PermissionSetsEnabled: true}
	return u
}

func some(t *rapid.T, from []string, label string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, min(3, len(from)), rapid.ID).Draw(t, label)
}

func (u universe) snapshot() *directory.Snapshot { return directory.NewSnapshot(u.content) }

func (u universe) person(t *rapid.T, dir *directory.Snapshot) policy.Person {
	id := rapid.SampledFrom(u.users).Draw(t, "user")
	return policy.Person{UserID: id, Groups: dir.GroupsOf(id)}
}

func (u universe) question(t *rapid.T, dir *directory.Snapshot) policy.Question {
	q := policy.Question{
		Requester: u.person(t, dir), AccountID: rapid.SampledFrom(u.accounts).Draw(t, "account"),
		PermissionSetARN: rapid.SampledFrom(u.sets).Draw(t, "set"), At: noon,
	}
	if rapid.IntRange(0, 3).Draw(t, "machine") == 0 {
		q.Machine = rapid.SampledFrom(u.machines).Draw(t, "which machine")
		q.Others = some(t, u.users, "others")
		q.Answering = some(t, u.users, "answering")
	}
	return q
}

func (u universe) principals(t *rapid.T) policy.Principals {
	return policy.Principals{Users: some(t, u.users, "users"), Groups: some(t, u.groups, "groups")}
}

func (u universe) targets(t *rapid.T) policy.Targets {
	targets := policy.Targets{}
	for _, id := range some(t, u.ous, "ous") {
		targets.OUs = append(targets.OUs, policy.OUTarget{ID: id, DirectOnly: rapid.Bool().Draw(t, "direct")})
	}
	if rapid.Bool().Draw(t, "by id") {
		targets.Accounts = some(t, u.accounts, "accounts")
	}
	if rapid.IntRange(0, 3).Draw(t, "by tag") == 0 {
		targets.Tags = []policy.TagTarget{{Key: "env", Values: some(t, []string{"dev", "prod"}, "values")}}
	}
	if rapid.IntRange(0, 3).Draw(t, "excluding") == 0 {
		targets.ExcludeAccounts = some(t, u.accounts, "excluded accounts")
		targets.ExcludeOUs = some(t, u.ous[1:], "excluded units")
	}
	return targets
}

func (u universe) eligibility(t *rapid.T, id string) policy.Eligibility {
	return policy.Eligibility{
		ID: id, Name: id, Machines: some(t, u.machines, "machines"), Principals: u.principals(t), Targets: u.targets(t), PermissionSets: some(t, u.sets, "sets"),
		MaxDuration:      time.Duration(rapid.IntRange(0, 12).Draw(t, "hours")) * time.Hour,
		ApprovalRequired: rapid.Bool().Draw(t, "approval"),
		TicketPattern:    rapid.SampledFrom([]string{"", "", "A.*"}).Draw(t, "pattern"),
	}
}

func (u universe) approver(t *rapid.T, id string) policy.Approver {
	p := policy.Approver{
		ID: id, Name: id, Targets: u.targets(t), StopInheritance: rapid.IntRange(0, 3).Draw(t, "stop") == 0,
		Stages: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) policy.Stage {
			return policy.Stage{Approvers: u.principals(t), Required: rapid.IntRange(1, 2).Draw(t, "required")}
		}), 0, 2).Draw(t, "stages"),
	}
	if rapid.Bool().Draw(t, "by permission set") {
		p.PermissionSets = some(t, u.sets, "sets")
	}
	if rapid.IntRange(0, 3).Draw(t, "by requester") == 0 {
		p.RequesterGroups = some(t, u.groups, "requesters")
	}
	if rapid.IntRange(0, 2).Draw(t, "nowhere") == 0 {
		p.Targets = policy.Targets{}
	}
	return p
}

func (u universe) settings(t *rapid.T) policy.Settings {
	s := policy.DefaultSettings()
	s.ApprovalRequired = rapid.IntRange(0, 4).Draw(t, "approval workflow") > 0
	s.TicketRequired = rapid.Bool().Draw(t, "ticket required")
	s.TicketPattern = rapid.SampledFrom([]string{"", "[AB].*"}).Draw(t, "ticket pattern")
	s.MaxDuration = time.Duration(rapid.IntRange(1, 12).Draw(t, "cap")) * time.Hour
	s.MinDuration = time.Duration(rapid.IntRange(1, 120).Draw(t, "minimum")) * time.Minute
	s.ProtectedAccounts = some(t, u.accounts, "protected")
	return s
}

// set draws policies in force, without any that cool.
func (u universe) set(t *rapid.T) policy.Set {
	set := policy.Set{Settings: u.settings(t)}
	for i := range rapid.IntRange(0, 5).Draw(t, "eligibility policies") {
		set.Eligibility = append(set.Eligibility, u.eligibility(t, fmt.Sprintf("p%d", i)))
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "approver policies") {
		set.Approver = append(set.Approver, u.approver(t, fmt.Sprintf("a%d", i)))
	}
	return set
}

// cooling draws a set in which the changes of one user are cooling, and returns also the set as it was before them.
func (u universe) cooling(t *rapid.T) (after, before policy.Set, author string) {
	author = rapid.SampledFrom(u.users).Draw(t, "author")
	before = u.set(t)
	after = policy.Set{Settings: before.Settings, Eligibility: slices.Clone(before.Eligibility), Approver: slices.Clone(before.Approver)}
	changed := policy.Revision{Version: 2, Cooling: []policy.Cooling{{UserID: author, Until: noon.Add(time.Hour)}}}
	if rapid.Bool().Draw(t, "change settings") {
		after.Settings = u.settings(t)
		after.Settings.Revision, after.Settings.Previous = changed, &before.Settings
	}
	for i := range after.Eligibility {
		if rapid.Bool().Draw(t, "change policy") {
			after.Eligibility[i] = u.eligibility(t, after.Eligibility[i].ID)
			after.Eligibility[i].Revision, after.Eligibility[i].Previous = changed, &before.Eligibility[i]
			after.Eligibility[i].Deleted = rapid.IntRange(0, 3).Draw(t, "delete") == 0
		}
	}
	for i := range after.Approver {
		if rapid.Bool().Draw(t, "change approvers") {
			after.Approver[i] = u.approver(t, after.Approver[i].ID)
			after.Approver[i].Revision, after.Approver[i].Previous = changed, &before.Approver[i]
			after.Approver[i].Deleted = rapid.IntRange(0, 3).Draw(t, "delete") == 0
		}
	}
	if rapid.Bool().Draw(t, "new policy") {
		p := u.eligibility(t, "p9")
		p.Revision = changed
		after.Eligibility = append(after.Eligibility, p)
	}
	if rapid.Bool().Draw(t, "new approvers") {
		a := u.approver(t, "a9")
		a.Revision = changed
		after.Approver = append(after.Approver, a)
	}
	return after, before, author
}
