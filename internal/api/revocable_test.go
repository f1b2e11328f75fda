package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
)

const revocablePath = "/api/v1/elevations?scope=revocable"

// What the scope lists is exactly what a revocation would end, for everybody.
func TestWhatIsListedAsRevocableCanBeRevoked(t *testing.T) {
	w := newWorld(t)
	var prods, devs []string
	for range 3 {
		r := w.ask(twoTargets())
		for i, as := range []string{"approver", "second-approver"} {
			into[api.Request](t, w.call(as, "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{Targets: []string{r.Targets[i].ID}}))
			w.deliver(r.Targets[i].Elevation.ID, access.Activating, access.Active)
		}
		prods, devs = append(prods, r.Targets[0].Elevation.ID), append(devs, r.Targets[1].Elevation.ID)
	}
	ending := prods[1]
	w.deliver(ending, access.Ending) // nothing is left to revoke
	free := w.active().Targets[0].Elevation.ID
	pending := w.ask(oneProd()).Targets[0].Elevation.ID

	mine := map[string][]string{
		"requester": nil, "stranger": nil, "auditor": nil, "approver": {prods[0], prods[2]}, "second-approver": devs,
		"admin": append([]string{prods[0], prods[2], free}, devs...),
	}
	for as, want := range mine {
		slices.Sort(want)
		slices.Reverse(want)
		for _, limit := range []int{1, 2, 50} {
			if got := w.pages(as, revocablePath, limit); !slices.Equal(got, want) {
				t.Errorf("%s by %d:\n got %v\nwant %v", as, limit, got, want)
			}
		}
		slices.Sort(want)
		byEnd := w.pages(as, revocablePath+"&sort=ends", 2)
		slices.Sort(byEnd)
		if !slices.Equal(byEnd, want) {
			t.Errorf("%s by end: %v, want %v", as, byEnd, want)
		}
		l := into[api.ElevationList](t, w.call(as, "GET", revocablePath+"&total=true&limit=1", nil))
		if l.Total.Total == nil || *l.Total.Total != len(want) {
			t.Errorf("%s: a total of %+v, want %d", as, l.Total, len(want))
		}
	}
	// The table of who may revoke, asked one by one, says the same.
	all := slices.Concat(prods, devs, []string{free, pending})
	for _, as := range []string{"requester", "stranger", "auditor", "approver", "second-approver", "admin"} {
		for _, id := range all {
			got := w.call(as, "POST", "/api/v1/elevations/"+id+"/revoke", api.Revocation{Only: true})
			if want := slices.Contains(mine[as], id); (got.status == http.StatusOK) != want {
				t.Errorf("%s revokes %s: %d, listed: %v", as, id, got.status, want)
			}
			if got.status == http.StatusOK {
				for name, ids := range mine {
					mine[name] = slices.DeleteFunc(slices.Clone(ids), func(other string) bool { return other == id })
				}
			}
		}
	}
}

// Who approved goes on to see it as theirs to revoke when they approve nothing any more: so does the rule.
func TestWhoApprovedMayRevokeLater(t *testing.T) {
	w := newWorld(t)
	r := w.ask(oneProd())
	w.decide(r, 0, "approve")
	e := r.Targets[0].Elevation.ID
	if got := w.pages("approver", revocablePath+"&status=approved", 50); !slices.Equal(got, []string{e}) {
		t.Errorf("what has not begun is not listed where it is asked for: %v", got)
	}
	if got := w.pages("approver", revocablePath, 50); len(got) > 0 {
		t.Errorf("what has not begun is listed: %v", got)
	}
	w.deliver(e, access.Activating, access.Active)
	w.change(func(c *directory.Content) {
		c.Groups = slices.DeleteFunc(slices.Clone(c.Groups), func(g directory.Group) bool { return g.ID == prodApprovers })
	})
	if got := w.pages("approver", revocablePath, 50); !slices.Equal(got, []string{e}) {
		t.Errorf("who approved may revoke %v, want %s", got, e)
	}
	into[api.Elevation](t, w.call("approver", "POST", "/api/v1/elevations/"+e+"/revoke", api.Revocation{}))
}

func TestWhatCannotBeRevokedIsNoStatusOfThisScope(t *testing.T) {
	w := newWorld(t)
	for _, status := range []string{"ended", "pending", "in%20progress,revoked"} {
		p := refusal(t, w.call("approver", "GET", revocablePath+"&status="+status, nil), 422, "invalid")
		if len(p.Errors) != 1 || p.Errors[0].Location != "query.status" {
			t.Errorf("%s: %+v", status, p.Errors)
		}
	}
	r := w.active()
	if got := w.with(w.machineToken(w.machine), "GET", revocablePath, nil); len(into[api.ElevationList](t, got).Items) > 0 {
		t.Errorf("a machine may revoke what came of %s", r.ID)
	}
}

// While AWS does not say who somebody is, part of the list is no list for whom it may say more of; who approves by the
// policies has theirs.
func TestWhatIsRevocableWhileAWSSaysNothing(t *testing.T) {
	w := newWorld(t)
	r := w.ask(oneProd())
	w.decide(r, 0, "approve")
	w.deliver(r.Targets[0].Elevation.ID, access.Activating, access.Active)
	w.pass(identity.StandingMaxAge)
	w.mu.Lock()
	w.liveErr = &deadAWSError{}
	w.mu.Unlock()
	refusal(t, w.call("admin", "GET", revocablePath, nil), http.StatusServiceUnavailable, "unavailable")
	if got := w.pages("approver", revocablePath, 50); len(got) != 1 {
		t.Errorf("an approver may revoke %v", got)
	}
}
