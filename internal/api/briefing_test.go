package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

func (w *world) read(as, id string) api.Request {
	w.t.Helper()
	return into[api.Request](w.t, w.call(as, "GET", "/api/v1/requests/"+id, nil))
}

// powerful makes the permission set of most requests one that the linter has something to say of.
func powerful(c *directory.Content) {
	sets := append([]directory.PermissionSet{}, c.PermissionSets...)
	for i := range sets {
		if sets[i].ARN == admin {
			sets[i].ManagedPolicies = []string{"arn:aws:iam::aws:policy/AdministratorAccess"}
			sets[i].SessionDuration = 4 * time.Hour
		}
	}
	c.PermissionSets = sets
}

// Whoever decides on a target is told what they decide on; of the other targets of the request they are told nothing, and
// neither is who asked.
func TestWhoDecidesIsBriefed(t *testing.T) {
	w := newWorld(t)
	w.change(powerful)
	r := w.ask(twoTargets())
	for as, briefed := range map[string][2]bool{
		"requester": {false, false}, "approver": {true, false}, "second-approver": {false, true}, "admin": {true, true}, "auditor": {true, true},
	} {
		got := w.read(as, r.ID)
		for i, target := range got.Targets {
			if told := target.Protected != nil && target.ResidualAccessSeconds != nil && target.Risks != nil; told != briefed[i] {
				t.Errorf("%s is told of target %d: %v", as, i, told)
			}
			if !briefed[i] && (target.Protected != nil || target.ResidualAccessSeconds != nil || target.Risks != nil || target.Why != nil || target.StepUp != nil) {
				t.Errorf("%s is told something of target %d: %+v", as, i, target)
			}
			if decides := strings.Contains(as, "approver") && briefed[i]; decides != (len(target.Why) > 0) {
				t.Errorf("why %s decides on target %d: %+v", as, i, target.Why)
			}
		}
		if told := got.Recent != nil; told != (briefed[0] || briefed[1]) {
			t.Errorf("%s is told of earlier requests: %v", as, told)
		}
	}
	got := w.read("approver", r.ID).Targets[0]
	if *got.Protected || *got.ResidualAccessSeconds != 4*3600 {
		t.Errorf("protected %v, residual access %d s", *got.Protected, *got.ResidualAccessSeconds)
	}
	if len(got.Risks) != 2 || got.Risks[0].Code != "long_session" || got.Risks[1].Code != "risky_managed_policy" || got.Risks[1].Severity != "warning" {
		t.Fatalf("the risks are %+v", got.Risks)
	}
	if by := got.Risks[1].Policy; by == nil || by.ID != "pol_developers" || got.Risks[1].Field != "permissionSets[0]" {
		t.Errorf("the risk comes from %+v %s", by, got.Risks[1].Field)
	}
	const why = `Approver policy "Prod" (version 1) makes you an approver of stage 1 as a member of prod-approvers.`
	if len(got.Why) != 1 || got.Why[0].Text != why || got.Why[0].Policy == nil || got.Why[0].Policy.ID != "pol_prod" {
		t.Errorf("why they decide: %+v", got.Why)
	}
	// Once it is decided there is nothing to be told of any more.
	w.decide(r, 0, "approve")
	if got := w.read("approver", r.ID); got.Targets[0].Risks != nil || got.Recent != nil {
		t.Errorf("of what is decided is told %+v", got.Targets[0])
	}
}

// A list does not brief: it would cost as much for each of its items.
func TestListsDoNotBrief(t *testing.T) {
	w := newWorld(t)
	w.ask(oneProd())
	l := into[api.RequestList](t, w.call("approver", "GET", "/api/v1/requests?scope=decidable", nil))
	if len(l.Items) != 1 || l.Items[0].Targets[0].Risks != nil || l.Items[0].Recent != nil {
		t.Errorf("the list is %+v", l.Items)
	}
}

func TestAProtectedAccountIsSaidToBe(t *testing.T) {
	w := newWorldWith(t, func(s *policychange.Seed) {
		s.Settings.ProtectedAccounts = []string{prod}
		s.Approver[0].Stages[0].Approvers.Groups = []string{prodApprovers, devApprovers}
		s.Approver[0].StepUp = policy.Demand{Kinds: []policy.ProofKind{policy.ProofPasskey}, MaxAge: time.Hour}
	})
	r := w.ask(oneProd())
	got := w.read("second-approver", r.ID).Targets[0]
	if got.Protected == nil || !*got.Protected {
		t.Error("the account is not said to be protected")
	}
	if len(got.Risks) != 1 || got.Risks[0].Code != "protected_one_approver" || got.Risks[0].Policy.ID != "pol_prod" {
		t.Errorf("the risks are %+v", got.Risks)
	}
	if len(got.Why) != 1 || !strings.HasSuffix(got.Why[0].Text, "approver of stage 1 as a member of dev-approvers.") {
		t.Errorf("why they decide: %+v", got.Why)
	}
	if len(got.StepUp) != 1 || got.StepUp[0].MaxAgeSeconds != 3600 {
		t.Errorf("deciding demands %+v", got.StepUp)
	}
	if got := w.read("auditor", r.ID).Targets[0]; len(got.StepUp) > 0 {
		t.Errorf("of who does not decide is demanded %+v", got.StepUp)
	}
}

// Earlier requests are told of newest first, three at most, and to each as far as they may read them.
func TestEarlierRequestsAreToldAsFarAsTheyMayBeRead(t *testing.T) {
	w := newWorld(t)
	devOnly := func() api.NewRequest { n := twoTargets(); n.Targets = n.Targets[1:]; return n }
	var inProd []string
	for range 4 {
		r := w.ask(oneProd())
		w.decide(r, 0, "approve")
		inProd = append([]string{r.ID}, inProd...)
		e := r.Targets[0].Elevation.ID
		w.deliver(e, access.Activating, access.Active)
		into[api.Elevation](t, w.call("requester", "POST", "/api/v1/elevations/"+e+"/release", nil))
		w.deliver(e, access.Ended)
		w.pass(time.Second)
	}
	inDev := w.ask(devOnly()) // the same permission set, and none of the approver's business
	w.ask(readSandbox())      // another account and permission set
	w.pass(time.Second)
	now := w.ask(oneProd())

	ids := func(as string) []string {
		var ids []string
		for _, e := range w.read(as, now.ID).Recent {
			ids = append(ids, e.RequestID)
		}
		return ids
	}
	for as, want := range map[string][]string{"approver": inProd[:3], "auditor": {inDev.ID, inProd[0], inProd[1]}} {
		if got := ids(as); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s is told of\n     %v\nwant %v", as, got, want)
		}
	}
	last := w.read("approver", now.ID).Recent[0]
	if last.Status != "ended" || last.Reason != "released" || last.EndedAt.IsZero() || last.AccountID != prod || last.PermissionSetName != "Admin" {
		t.Errorf("the last one was %+v", last)
	}
}
