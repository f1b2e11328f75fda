package aws_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// could says whether a user could assume a role now.
func (w *world) could(user, account, set string) bool {
	return w.CouldAssume(w.UserID(user), w.AccountID(account), w.PermissionSetARN(set), w.clock.Now())
}

func TestRecordTellsEveryWayAndWhyItEnded(t *testing.T) {
	w := newWorld(t)
	if !w.could("ann", "lab", "Reader") || w.could("cy", "lab", "Reader") {
		t.Fatal("the standing assignment of devs is not recorded rightly")
	}
	w.clock.advance(time.Second)
	w.must(w.SetMember("devs", "cy", true))
	w.must(w.PutAssignment(simaws.Assignment{User: "ann", Account: "lab", PermissionSet: "Reader"}))
	w.clock.advance(time.Second)
	w.must(w.SetMember("devs", "ann", false))
	if !w.could("ann", "lab", "Reader") {
		t.Error("ann's own assignment does not count")
	}
	w.must(w.SetUserStatus("ann", "DISABLED"))
	if w.could("ann", "lab", "Reader") {
		t.Error("a disabled user could assume")
	}
	w.clock.advance(time.Second)
	w.must(w.SetUserStatus("ann", "ENABLED"))
	w.must(w.SetAccountState("lab", "SUSPENDED"))
	w.clock.advance(time.Second)
	w.must(w.SetAccountState("lab", "ACTIVE"))
	w.must(w.DeleteGroup("devs"))
	if w.could("bob", "lab", "Reader") || w.could("cy", "lab", "Reader") || !w.could("ann", "lab", "Reader") {
		t.Error("after the group went")
	}
	w.clock.advance(time.Second)
	w.must(w.DeletePermissionSet("Reader"))
	var got []string
	for _, i := range w.IntervalsOf(w.UserID("ann"), w.AccountID("lab"), w.PermissionSetARN("Reader")) {
		got = append(got, fmt.Sprintf("%v %s/%s–%s", i.GroupID != "", i.Began.Kind, i.Began.Reason, i.Ended.Reason))
	}
	want := []string{
		"true initial/–membership removed",
		"false out of band/–user disabled",
		"false out of band/user enabled–account SUSPENDED",
		"false out of band/account ACTIVE–permission set deleted",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestIntervalsHoldTheirBeginningButNotTheirEnd(t *testing.T) {
	w := newWorld(t)
	began := w.clock.Now()
	assignment := simaws.Assignment{User: "ann", Account: "shop", PermissionSet: "Admin"}
	w.must(w.PutAssignment(assignment))
	w.clock.advance(time.Second)
	w.must(w.DeleteAssignment(assignment))
	could := func(at time.Time) bool {
		return w.CouldAssume(w.UserID("ann"), w.AccountID("shop"), w.PermissionSetARN("Admin"), at)
	}
	if could(began.Add(-1)) || !could(began) || !could(began.Add(time.Second-1)) || could(began.Add(time.Second)) {
		t.Error("the bounds are wrong")
	}
}

func TestRemovedAccountTakesItsAssignmentsAlong(t *testing.T) {
	w := newWorld(t)
	w.mustCreate("ann", "shop", "Admin")
	w.must(w.RemoveAccount("shop"))
	shop := "333333333333"
	if w.CouldAssume(w.UserID("ann"), shop, w.PermissionSetARN("Admin"), w.clock.Now()) {
		t.Error("the record still shows access")
	}
	for _, a := range w.Assignments() {
		if a.AccountID == shop {
			t.Errorf("left: %+v", a)
		}
	}
	if err := w.RemoveAccount("management"); err == nil {
		t.Error("the management account could be removed")
	}
}

func TestDescribeGivesBackAnOrganizationThatStarts(t *testing.T) {
	w := newWorld(t)
	w.mustCreate("ann", "shop", "Admin")
	w.must(w.MoveAccount("lab", ""))
	org := w.Describe()
	again, err := simaws.New(org, simaws.Options{Now: w.clock.Now})
	w.must(err)
	if got, want := fmt.Sprint(again.Assignments()), fmt.Sprint(w.Assignments()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestChangesOfUnknownThingsAreErrors(t *testing.T) {
	w := newWorld(t)
	for name, err := range map[string]error{
		"assignment of nobody":  w.PutAssignment(simaws.Assignment{Account: "shop", PermissionSet: "Admin"}),
		"assignment of unknown": w.PutAssignment(simaws.Assignment{User: "x", Account: "shop", PermissionSet: "Admin"}),
		"assignment in unknown": w.PutAssignment(simaws.Assignment{User: "ann", Account: "x", PermissionSet: "Admin"}),
		"assignment through":    w.PutAssignment(simaws.Assignment{Group: "devs", Account: "shop", PermissionSet: "x"}),
		"no assignment":         w.DeleteAssignment(simaws.Assignment{User: "ann", Account: "shop", PermissionSet: "Admin"}),
		"user":                  w.DeleteUser("x"),
		"status of user":        w.SetUserStatus("x", "ENABLED"),
		"status":                w.SetUserStatus("ann", "x"),
		"member":                w.SetMember("devs", "x", true),
		"group of member":       w.SetMember("x", "ann", true),
		"group":                 w.DeleteGroup("x"),
		"moved account":         w.MoveAccount("x", ""),
		"unit":                  w.MoveAccount("shop", "x"),
		"account":               w.SetAccountState("x", "ACTIVE"),
		"state":                 w.SetAccountState("shop", "x"),
		"removed account":       w.RemoveAccount("x"),
		"permission set":        w.DeletePermissionSet("x"),
		"provisioned set":       w.Provision("x", "shop", true),
		"provisioned account":   w.Provision("Admin", "x", true),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := w.AddUser(simaws.User{UserName: "ann"}); err == nil {
		t.Error("a user was added twice")
	}
	if _, err := w.AddUser(simaws.User{}); err == nil {
		t.Error("a user without a name was added")
	}
}

// TestSameSeedGivesTheSameHistory drives two organizations with the same calls.
func TestSameSeedGivesTheSameHistory(t *testing.T) {
	run := func(seed uint64) string {
		w := newWorld(t, func(_ *simaws.Organization, o *simaws.Options) {
			o.Seed, o.Limits.SSOAdminRate = seed, -1
			o.Started = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		})
		base := w.clock.Now()
		w.fault(simaws.Fault{Action: "sso:*", Code: "ConflictException", Probability: 0.2})
		draw := rand.New(rand.NewPCG(7, 7))
		for range 100 {
			user, account := []string{"ann", "bob", "cy"}[draw.IntN(3)], []string{"shop", "lab"}[draw.IntN(2)]
			if draw.IntN(2) == 0 {
				_, _ = w.create(user, account, "Admin")
			} else {
				_, _ = w.remove(user, account, "Admin")
			}
			w.clock.advance(time.Duration(draw.IntN(2000)) * time.Millisecond)
		}
		type line struct {
			I    simaws.Interval `json:"i"`
			From time.Duration   `json:"from"`
			To   time.Duration   `json:"to"`
		}
		var lines []line
		for _, i := range w.Intervals() {
			l := line{i, i.From.Sub(base), i.To.Sub(base)}
			if i.Began.Kind == "initial" {
				l.From = 0
			}
			l.I.From, l.I.To = time.Time{}, time.Time{}
			lines = append(lines, l)
		}
		out, err := json.Marshal(lines)
		w.must(err)
		return string(out)
	}
	first := run(1)
	if second := run(1); first != second {
		t.Errorf("the same seed gave\n%s\nand\n%s", first, second)
	}
	if other := run(2); first == other {
		t.Error("another seed gave the same")
	}
}

// TestManyClientsAtOnce is for the race detector.
func TestManyClientsAtOnce(t *testing.T) {
	w := newWorld(t, func(_ *simaws.Organization, o *simaws.Options) { o.Limits.SSOAdminRate = -1 })
	done := make(chan error)
	for _, user := range []string{"ann", "bob", "cy"} {
		go func() {
			for range 20 {
				if _, err := w.create(user, "shop", "Admin"); err != nil && code(err) != "ConflictException" {
					done <- err
					return
				}
				w.clock.advance(time.Second)
				w.Intervals()
			}
			done <- nil
		}()
	}
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if _, err := w.sso.ListInstances(context.Background(), nil); err != nil {
		t.Error(err)
	}
}

func TestThingsAreAddedAndCheckedAsInAFile(t *testing.T) {
	w := newWorld(t)
	if _, err := w.AddUnit(simaws.OrganizationalUnit{Path: "Workloads/Test"}); err != nil {
		t.Fatal(err)
	}
	account, err := w.AddAccount(simaws.Account{Name: "trial", OU: "Workloads/Test"})
	w.must(err)
	group, err := w.AddGroup(simaws.Group{DisplayName: "testers", Members: []string{"cy"}})
	w.must(err)
	set, err := w.PutPermissionSet(simaws.PermissionSet{Name: "Tester", SessionDuration: "PT3H"})
	w.must(err)
	w.must(w.PutAssignment(simaws.Assignment{Group: group, Account: account, PermissionSet: set}))
	if !w.could("cy", "trial", "Tester") {
		t.Error("cy cannot assume the new role")
	}
	same, err := w.PutPermissionSet(simaws.PermissionSet{Name: "Tester", SessionDuration: "PT1H"})
	if err != nil || same != set || !w.could("cy", "trial", "Tester") {
		t.Errorf("changed: %s %v", same, err)
	}
	for name, err := range map[string]error{
		"unit that is there":  second(w.AddUnit(simaws.OrganizationalUnit{Path: "Workloads"})),
		"unit below none":     second(w.AddUnit(simaws.OrganizationalUnit{Path: "A/B"})),
		"account twice":       second(w.AddAccount(simaws.Account{Name: "trial"})),
		"account in none":     second(w.AddAccount(simaws.Account{Name: "x", OU: "x"})),
		"group twice":         second(w.AddGroup(simaws.Group{DisplayName: "testers"})),
		"group of nobody":     second(w.AddGroup(simaws.Group{DisplayName: "x", Members: []string{"x"}})),
		"permission set":      second(w.PutPermissionSet(simaws.PermissionSet{Name: "x y"})),
		"unit with accounts":  w.DeleteUnit("Workloads/Test"),
		"unit with units":     w.DeleteUnit("Workloads"),
		"unknown unit":        w.DeleteUnit("x"),
		"root":                w.DeleteUnit(""),
		"policies of nobody":  w.SetPolicies("x"),
		"policies of nothing": w.SetPolicies("AKIDELEGATED", "x"),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	w.must(w.MoveAccount("trial", ""))
	w.must(w.DeleteUnit("Workloads/Test"))
	w.must(w.SetPolicies("AKIDELEGATED"))
	if _, err := w.create("ann", "shop", "Admin"); code(err) != "AccessDeniedException" {
		t.Errorf("without policies: %v", err)
	}
}

func TestWhatIsMadeAnewUnderTheSameNameIsSomebodyElse(t *testing.T) {
	w := newWorld(t)
	w.must(w.PutAssignment(simaws.Assignment{User: "ann", Account: "shop", PermissionSet: "Admin"}))
	user, group, account, set := w.UserID("ann"), w.GroupID("devs"), w.AccountID("lab"), w.PermissionSetARN("Reader")
	w.must(w.DeleteUser("ann"))
	w.must(w.DeleteGroup("devs"))
	w.must(w.DeletePermissionSet("Reader"))
	w.must(w.RemoveAccount("lab"))
	newUser, err := w.AddUser(simaws.User{UserName: "ann"})
	w.must(err)
	newGroup, err := w.AddGroup(simaws.Group{DisplayName: "devs"})
	w.must(err)
	newSet, err := w.PutPermissionSet(simaws.PermissionSet{Name: "Reader"})
	w.must(err)
	newAccount, err := w.AddAccount(simaws.Account{Name: "lab"})
	w.must(err)
	if newUser == user || newGroup == group || newSet == set || newAccount == account {
		t.Error("an id came back")
	}
	if w.could("ann", "shop", "Admin") {
		t.Error("the new ann has the old one's access")
	}
}

func TestCallsAreNumbered(t *testing.T) {
	w := newWorld(t)
	w.instance()
	_, err := w.create("ann", "shop", "Admin")
	w.must(err)
	w.settled()
	w.instance()
	fresh := w.CallsAfter(1)
	if len(fresh) != 2 || fresh[0].Number != 2 || fresh[0].Action != "sso:CreateAccountAssignment" || fresh[1].Number != 3 {
		t.Errorf("after 1: %+v", fresh)
	}
	if len(w.CallsAfter(0)) != 3 || len(w.CallsAfter(3)) != 0 || len(w.CallsAfter(9)) != 0 {
		t.Error("the bounds are wrong")
	}
}
