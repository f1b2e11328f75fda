package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
)

// A two-target request whose targets have different approvers: each decides on its own only.
func TestTwoApproversDecideTheirOwnTargets(t *testing.T) {
	w := newWorld(t)
	preview := into[api.Preview](t, w.call("requester", "POST", "/api/v1/requests/preview", twoTargets()))
	if !preview.Allowed || len(preview.Targets) != 2 {
		t.Fatalf("preview %+v", preview)
	}
	if got := preview.Targets[0].Stages[0].Candidates[0].UserName; got != "approver" {
		t.Errorf("prod is decided by %s", got)
	}
	if got := preview.Targets[1].Stages[0].Candidates[0].UserName; got != "second-approver" {
		t.Errorf("dev is decided by %s", got)
	}
	if preview.Targets[0].AccountName != "prod" || preview.Targets[0].PermissionSetName != "Admin" || preview.Targets[0].ResidualAccessSeconds != 3600 {
		t.Errorf("preview %+v", preview.Targets[0])
	}
	if l := into[api.RequestList](t, w.call("requester", "GET", "/api/v1/requests", nil)); len(l.Items) != 0 {
		t.Fatal("a preview was stored")
	}

	r := w.ask(twoTargets())
	if r.Status != "pending" || r.Beneficiary.UserName != "requester" || r.DurationSeconds != 3600 || len(r.Decidable) != 0 {
		t.Errorf("request %+v", r)
	}
	if a := r.Targets[0].Approval; a == nil || a.Needed != 1 || a.Stage != 1 || a.Stages[0].Candidates[0].UserName != "approver" {
		t.Errorf("approval %+v", a)
	}
	path := "/api/v1/requests/" + r.ID
	seen := into[api.Request](t, w.call("approver", "GET", path, nil))
	if len(seen.Decidable) != 1 || seen.Decidable[0] != r.Targets[0].ID {
		t.Errorf("decidable %v", seen.Decidable)
	}
	p := refusal(t, w.call("approver", "POST", path+"/approve", api.Ballot{Targets: []string{r.Targets[1].ID}}), 403, "forbidden")
	if len(p.Reasons) != 1 || p.Reasons[0].Code != "not_approver" {
		t.Errorf("reasons %+v", p.Reasons)
	}
	r = into[api.Request](t, w.call("approver", "POST", path+"/approve", api.Ballot{Comment: "fine"}))
	if r.Targets[0].Decision != "approved" || r.Targets[1].Decision != "pending" || r.Targets[0].Votes[0].Comment != "fine" {
		t.Errorf("after the first: %+v", r.Targets)
	}
	r = into[api.Request](t, w.call("second-approver", "POST", path+"/reject", api.Ballot{Comment: "not now"}))
	if r.Targets[1].Decision != "rejected" || r.Targets[1].Elevation.Reason != "rejected" {
		t.Errorf("after the second: %+v", r.Targets[1])
	}
	for as, want := range map[string]int{"approver": 1, "second-approver": 1, "admin": 0} {
		if l := into[api.RequestList](t, w.call(as, "GET", "/api/v1/requests?scope=decided", nil)); len(l.Items) != want {
			t.Errorf("%s decided %d requests, want %d", as, len(l.Items), want)
		}
	}
}

func TestLifeOfAnElevation(t *testing.T) {
	w := newWorld(t)
	r := w.active()
	id := r.Targets[0].Elevation.ID
	path := "/api/v1/elevations/" + id
	e := into[api.Elevation](t, w.call("requester", "GET", path, nil))
	if e.State != "active" || e.Status != "in progress" || !e.EndsAt.Equal(w.Now().Add(10*time.Minute)) || !e.ResidualUntil.Equal(e.EndsAt.Add(time.Hour)) {
		t.Errorf("active: %+v", e)
	}

	// An extension without approval applies at once; a second is one too many.
	x := into[api.Request](t, w.call("requester", "POST", path+"/extend", api.NewExtension{DurationSeconds: 600, Justification: "more"}))
	if x.Kind != "extension" || x.Status != "approved" || x.Targets[0].Extends != id {
		t.Errorf("extension: %+v", x)
	}
	if e = into[api.Elevation](t, w.call("requester", "GET", path, nil)); !e.EndsAt.Equal(w.Now().Add(20*time.Minute)) || e.Extensions != 1 {
		t.Errorf("extended: %+v", e)
	}
	refusal(t, w.call("requester", "POST", path+"/extend", api.NewExtension{DurationSeconds: 600, Justification: "more"}), 409, "conflict")

	// A second elevation on the same assignment is named before a revoke, and stays after one that picks.
	second := w.active().Targets[0].Elevation.ID
	e = into[api.Elevation](t, w.call("admin", "GET", path, nil))
	if len(e.Sharing) != 1 || e.Sharing[0].ID != second {
		t.Fatalf("sharing: %+v", e.Sharing)
	}
	e = into[api.Elevation](t, w.call("admin", "POST", path+"/revoke", api.Revocation{Only: true, Comment: "enough"}))
	if e.State != "ending" || e.Reason != "revoked" || e.EndedBy.UserName != "admin" || len(e.Sharing) != 1 || e.Sharing[0].State != "active" {
		t.Errorf("revoked: %+v", e)
	}
	e = into[api.Elevation](t, w.call("requester", "POST", "/api/v1/elevations/"+second+"/release", nil))
	if e.State != "ending" || e.Reason != "released" || e.EndedBy.UserName != "requester" {
		t.Errorf("released: %+v", e)
	}
	refusal(t, w.call("requester", "POST", "/api/v1/elevations/"+second+"/release", nil), 409, "conflict")
}

func TestRetryOfAFailedElevation(t *testing.T) {
	w := newWorld(t)
	r := w.ask(readSandbox())
	id := r.Targets[0].Elevation.ID
	refusal(t, w.call("requester", "POST", "/api/v1/elevations/"+id+"/retry", nil), 409, "conflict")
	w.deliver(id, access.Activating, access.Ending, access.Ended)
	got := into[api.Request](t, w.call("requester", "POST", "/api/v1/elevations/"+id+"/retry", nil))
	if e := got.Targets[0].Elevation; e.ID == id || e.Attempt != 2 || e.State != "scheduled" {
		t.Errorf("retried: %+v", e)
	}
}

func TestCancelAndScheduledStart(t *testing.T) {
	w := newWorld(t)
	n := readSandbox()
	n.StartAt = w.Now().Add(time.Hour)
	r := w.ask(n)
	if r.Status != "scheduled" || !r.StartAt.Equal(n.StartAt) {
		t.Errorf("scheduled: %+v", r)
	}
	r = into[api.Request](t, w.call("requester", "POST", "/api/v1/requests/"+r.ID+"/cancel", nil))
	if r.Status != "cancelled" || r.Targets[0].Elevation.Reason != "cancelled" {
		t.Errorf("cancelled: %+v", r)
	}
	refusal(t, w.call("requester", "POST", "/api/v1/requests/"+r.ID+"/cancel", nil), 409, "conflict")
}

// Ending access depends on nothing (P7): not on AWS, the directory's age, or recovery mode.
func TestEndingWorksWhileEverythingElseWaits(t *testing.T) {
	w := newWorld(t)
	first, second := w.active().Targets[0].Elevation.ID, w.active().Targets[0].Elevation.ID
	w.mu.Lock()
	w.held, w.liveErr = "recovery mode", &deadAWSError{}
	w.mu.Unlock()
	p := refusal(t, w.call("requester", "POST", "/api/v1/requests", readSandbox()), 503, "held")
	if p.Detail != "recovery mode" {
		t.Errorf("detail %q", p.Detail)
	}
	if me := into[api.Me](t, w.call("requester", "GET", "/api/v1/me", nil)); me.Held != "recovery mode" {
		t.Errorf("me %+v", me)
	}
	into[api.Elevation](t, w.call("requester", "POST", "/api/v1/elevations/"+first+"/release", nil))
	into[api.Elevation](t, w.call("admin", "POST", "/api/v1/elevations/"+second+"/revoke", api.Revocation{}))
}

// While AWS does not answer nobody decides, nothing changes, and the next try works (P9).
func TestDecisionWaitsForAWS(t *testing.T) {
	w := newWorld(t)
	r := w.ask(twoTargets())
	w.mu.Lock()
	w.liveErr = &deadAWSError{}
	w.mu.Unlock()
	p := refusal(t, w.call("approver", "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}), 503, "unavailable")
	if strings.Contains(p.Detail, "secret detail") {
		t.Errorf("the cause was told: %s", p.Detail)
	}
	if !strings.Contains(w.log.String(), "secret detail") {
		t.Error("the cause was not logged")
	}
	w.mu.Lock()
	w.liveErr = nil
	w.mu.Unlock()
	w.pass(5 * time.Second) // so long AWS is left alone
	r = into[api.Request](t, w.call("approver", "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}))
	if r.Targets[0].Decision != "approved" || len(r.Targets[0].Votes) != 1 {
		t.Errorf("after the second try: %+v", r.Targets[0])
	}
}

type deadAWSError struct{}

func (*deadAWSError) Error() string { return "secret detail" }
