package api_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
)

const replayed = "Idempotency-Replayed"

func (w *world) count(as, path string) int {
	w.t.Helper()
	return len(into[struct{ Items []struct{} }](w.t, w.call(as, "GET", path, nil)).Items)
}

func TestTheSameKeyFilesOneRequest(t *testing.T) {
	w := newWorld(t)
	first := w.call("requester", "POST", "/api/v1/requests", keyed("k-1", readSandbox()))
	r := into[api.Request](t, first)
	if first.header.Get(replayed) != "" {
		t.Error("the first call is called a replay")
	}
	w.deliver(r.Targets[0].Elevation.ID, access.Activating, access.Active)
	second := w.call("requester", "POST", "/api/v1/requests", keyed("k-1", readSandbox()))
	again := into[api.Request](t, second)
	if again.ID != r.ID || second.header.Get(replayed) != "true" {
		t.Errorf("again %s %q, want %s", again.ID, second.header.Get(replayed), r.ID)
	}
	if again.Status != "in progress" {
		t.Errorf("the replay shows it as %s, not as it is now", again.Status)
	}
	other := readSandbox()
	other.DurationSeconds++
	refusal(t, w.call("requester", "POST", "/api/v1/requests", keyed("k-1", other)), 422, "idempotency_mismatch")
	if got := into[api.Request](t, w.call("requester", "POST", "/api/v1/requests", keyed("k-2", readSandbox()))); got.ID == r.ID {
		t.Error("another key gave the same request")
	}
	if n := w.count("requester", "/api/v1/requests"); n != 2 {
		t.Errorf("%d requests", n)
	}
	// The key is the caller's own: somebody else's call by it is a call like any other.
	refusal(t, w.call("stranger", "POST", "/api/v1/requests", keyed("k-1", readSandbox())), 403, "not_allowed")
	for _, key := range []string{"", "ü", strings.Repeat("k", 256), "a\tb"} {
		if p := refusal(t, w.call("requester", "POST", "/api/v1/requests", keyed(key, readSandbox())), 422, "invalid"); p.Errors[0].Location != "header.Idempotency-Key" {
			t.Errorf("key %q: %+v", key, p.Errors)
		}
	}
}

func TestAKeyOfARefusedCallIsFree(t *testing.T) {
	w := newWorld(t)
	n := readSandbox()
	n.Targets[0].PermissionSetARN = admin
	refusal(t, w.call("requester", "POST", "/api/v1/requests", keyed("k", n)), 403, "not_allowed")
	into[api.Request](t, w.call("requester", "POST", "/api/v1/requests", keyed("k", readSandbox())))
}

func TestAKeyIsForgottenAfterADay(t *testing.T) {
	w := newWorld(t)
	w.tokens["requester"] = w.issue("u-requester", 72*time.Hour)
	r := into[api.Request](t, w.call("requester", "POST", "/api/v1/requests", keyed("k", readSandbox())))
	w.pass(24*time.Hour - time.Second)
	if did, _, err := w.store.ForgetKeys(t.Context(), w.Now()); did || err != nil {
		t.Errorf("forgotten early: %v, %v", did, err)
	}
	if again := into[api.Request](t, w.call("requester", "POST", "/api/v1/requests", keyed("k", readSandbox()))); again.ID != r.ID {
		t.Error("forgotten early")
	}
	w.pass(time.Second)
	second := into[api.Request](t, w.call("requester", "POST", "/api/v1/requests", keyed("k", readSandbox())))
	if second.ID == r.ID {
		t.Error("still remembered, though nothing was tidied up yet")
	}
	if again := into[api.Request](t, w.call("requester", "POST", "/api/v1/requests", keyed("k", readSandbox()))); again.ID != second.ID {
		t.Error("the key does not stand for the second call now")
	}
	w.pass(24 * time.Hour)
	if did, _, err := w.store.ForgetKeys(t.Context(), w.Now()); !did || err != nil {
		t.Errorf("not forgotten: %v, %v", did, err)
	}
	if did, next, err := w.store.ForgetKeys(t.Context(), w.Now()); did || err != nil || !next.After(w.Now()) {
		t.Errorf("forgotten twice: %v, %v, %v", did, next, err)
	}
}

// Many calls with one key at the same moment, on two replicas: one request, and everybody is answered with it.
func TestOneKeyAtTheSameMomentFilesOneRequest(t *testing.T) {
	w := newWorld(t)
	second := w.another()
	for _, extension := range []bool{false, true} {
		path, body := "/api/v1/requests", any(readSandbox())
		if extension {
			r := w.active()
			path, body = "/api/v1/elevations/"+r.Targets[0].Elevation.ID+"/extend", api.NewExtension{DurationSeconds: 60, Justification: "more"}
		}
		replies := make([]reply, 12)
		var group sync.WaitGroup
		for i := range replies {
			server := w.server
			if i%2 == 1 {
				server = second
			}
			group.Go(func() { replies[i] = w.on(server, w.tokens["requester"], "POST", path, keyed("same", body)) })
		}
		group.Wait()
		ids, first := map[string]bool{}, 0
		for _, got := range replies {
			ids[into[api.Request](t, got).ID] = true
			if got.header.Get(replayed) == "" {
				first++
			}
		}
		if len(ids) != 1 || first != 1 {
			t.Errorf("extension %v: %d requests, %d calls say they made one", extension, len(ids), first)
		}
	}
}

// A call whose answer was lost, since the caller went away after the commit, is found by its key.
func TestAKeyFindsACallWhoseAnswerWasLost(t *testing.T) {
	w := newWorld(t)
	ctx, leave := context.WithCancel(t.Context())
	w.committed = leave // the connection breaks the moment the request is committed
	if got, err := w.try(ctx, w.server, w.tokens["requester"], "POST", "/api/v1/requests", keyed("k", readSandbox())); err == nil {
		t.Fatalf("answered %d %s", got.status, got.body)
	}
	w.committed = nil
	got := w.call("requester", "POST", "/api/v1/requests", keyed("k", readSandbox()))
	into[api.Request](t, got)
	if got.header.Get(replayed) != "true" || w.count("requester", "/api/v1/requests") != 1 {
		t.Error("the request was filed twice")
	}
}

// A replay shows what its caller may see now, as reading it would.
func TestAKeyShowsNothingThatMayNotBeSeenAnyMore(t *testing.T) {
	w := newWorld(t)
	issue := keyed("k", api.NewToken{MachineID: w.machine.ID, Scopes: []string{"read"}})
	first := into[api.IssuedToken](t, w.call("admin", "POST", "/api/v1/tokens", issue))
	if again := into[api.IssuedToken](t, w.call("admin", "POST", "/api/v1/tokens", issue)); again.ID != first.ID || again.Secret != "" {
		t.Errorf("issued again: %+v", again)
	}
	w.change(func(c *directory.Content) {
		for i := range c.Groups {
			if c.Groups[i].ID == admins {
				c.Groups[i].Members = []string{"u-second-admin"}
			}
		}
	})
	refusal(t, w.call("admin", "POST", "/api/v1/tokens", issue), 404, "not_found")
}

func TestTheSameKeyMakesOneProposal(t *testing.T) {
	w := newWorld(t)
	const path = "/api/v1/policies/eligibility"
	first := into[api.PolicyOutcome](t, w.call("admin", "POST", path, keyed("k", widerDraft())))
	got := w.call("admin", "POST", path, keyed("k", widerDraft()))
	again := into[api.PolicyOutcome](t, got)
	if again.Proposal == nil || again.Proposal.ID != first.Proposal.ID || got.header.Get(replayed) != "true" || len(again.Difference) == 0 {
		t.Errorf("proposed again: %+v", again)
	}
	if len(again.Widening) != len(first.Widening) || again.Widening[0].Code != first.Widening[0].Code || again.Widening[0].Text != first.Widening[0].Text {
		t.Errorf("it widens %+v, and first %+v", again.Widening, first.Widening)
	}
	if n := w.count("admin", "/api/v1/proposals"); n != 1 {
		t.Errorf("%d proposals", n)
	}
}

// Each step of documents is taken once: what was proposed is not proposed again, and what is missing is done.
func TestTheSameKeyAppliesDocumentsOnce(t *testing.T) {
	w := newWorld(t)
	docs := into[api.PolicyDocuments](t, w.call("auditor", "GET", "/api/v1/policies/documents", nil))
	docs.Documents[0].Text = strings.Replace(docs.Documents[0].Text, "maxDuration: 4h", "maxDuration: 8h", 1)
	docs.Documents[0].Text = strings.Replace(docs.Documents[0].Text, "maxDuration: 1h", "maxDuration: 30m", 1)
	outcomes := func(key string) (widening, narrowing *api.PolicyOutcome, again string) {
		got := w.call("admin", "POST", "/api/v1/policies/apply", keyed(key, docs))
		for _, c := range into[api.PolicyPlan](t, got).Changes {
			switch c.Name {
			case "Developers":
				widening = c.Outcome
			case "Readers":
				narrowing = c.Outcome
			}
		}
		return widening, narrowing, got.header.Get(replayed)
	}
	wide, narrow, again := outcomes("k")
	if wide == nil || wide.Proposal == nil || narrow == nil || !narrow.Applied || again != "" {
		t.Fatalf("first %+v, %+v, %q", wide, narrow, again)
	}
	wide2, narrow2, again := outcomes("k")
	if wide2 == nil || wide2.Proposal.ID != wide.Proposal.ID || narrow2 == nil || *narrow2.Policy != *narrow.Policy || again != "true" {
		t.Errorf("again %+v, %+v, %q", wide2, narrow2, again)
	}
	if n := w.count("admin", "/api/v1/proposals"); n != 1 {
		t.Errorf("%d proposals", n)
	}
	docs.Documents[0].Text += "\n"
	refusal(t, w.call("admin", "POST", "/api/v1/policies/apply", keyed("k", docs)), 422, "idempotency_mismatch")
	if wide3, narrow3, _ := outcomes("other"); wide3.Proposal.ID == wide.Proposal.ID || narrow3 != nil {
		t.Errorf("another key %+v, %+v", wide3, narrow3)
	}
}

func TestVersionsAreETags(t *testing.T) {
	w := newWorld(t)
	got := w.call("admin", "GET", "/api/v1/policies/eligibility/pol_developers", nil)
	p := into[api.EligibilityPolicy](t, got)
	if tag := got.header.Get("ETag"); tag != `"1"` || p.Version != 1 {
		t.Errorf("tag %s of version %d", tag, p.Version)
	}
	p.MaxDurationSeconds = 60 * 60
	draft := api.EligibilityDraft{Policy: p.EligibilityBody}
	const path = "/api/v1/policies/eligibility/pol_developers"
	refusal(t, w.call("admin", "PUT", path, draft), 428, "precondition_required")
	for _, tag := range []string{"1", "*", `W/"1"`, `"1", "2"`, `"01"`, `"x"`, `"99999999999999999999"`} {
		if p := refusal(t, w.call("admin", "PUT", path, headed{map[string]string{"If-Match": tag}, draft}), 422, "invalid"); p.Errors[0].Location != "header.If-Match" {
			t.Errorf("tag %s: %+v", tag, p)
		}
	}
	refusal(t, w.call("admin", "PUT", path, at(2, draft)), 412, "stale")
	if out := into[api.PolicyOutcome](t, w.call("admin", "PUT", path, at(1, draft))); !out.Applied {
		t.Errorf("applied %+v", out)
	}
	refusal(t, w.call("admin", "DELETE", path, at(1, nil)), 412, "stale")
	if tag := w.call("admin", "GET", "/api/v1/settings", nil).header.Get("ETag"); tag != `"1"` {
		t.Errorf("the settings' tag is %s", tag)
	}
}

// Who read a proposal before it was found to widen more does not agree to what they have not seen.
func TestAgreeingNamesTheVersionThatWasRead(t *testing.T) {
	w := newWorld(t)
	path := w.proposed("admin")
	got := w.call("second-admin", "GET", path, nil)
	if tag := got.header.Get("ETag"); tag != `"1"` {
		t.Errorf("tag %s", tag)
	}
	refusal(t, w.call("second-admin", "POST", path+"/agree", nil), 428, "precondition_required")
	refusal(t, w.call("second-admin", "POST", path+"/agree", at(2, nil)), 412, "stale")
	if out := into[api.PolicyOutcome](t, w.call("second-admin", "POST", path+"/agree", at(1, nil))); !out.Applied {
		t.Errorf("agreed %+v", out)
	}
}

func TestProtectedAccounts(t *testing.T) {
	w := newWorld(t)
	const path = "/api/v1/protected-accounts"
	own := into[api.ProtectedAccountList](t, w.call("auditor", "GET", path, nil))
	if len(own.Items) != 1 || own.Items[0].ID != "888888888888" || own.Items[0].Reasons[0] != "own" {
		t.Errorf("at first %+v", own)
	}
	if out := into[api.PolicyOutcome](t, w.call("admin", "PUT", path+"/"+dev, nil)); !out.Applied || out.Policy.Kind != "settings" {
		t.Errorf("protected %+v", out)
	}
	if out := into[api.PolicyOutcome](t, w.call("admin", "PUT", path+"/"+dev, nil)); !out.Unchanged {
		t.Errorf("protected twice %+v", out)
	}
	got := w.call("auditor", "GET", path, nil)
	l := into[api.ProtectedAccountList](t, got)
	if len(l.Items) != 2 || l.Items[0].ID != dev || l.Items[0].Name != "dev" || l.Items[0].Reasons[0] != "listed" || len(l.Items[0].Policies) != 2 || got.header.Get("ETag") != `"2"` {
		t.Errorf("protected accounts %+v", l)
	}
	refusal(t, w.call("admin", "PUT", path, api.ProtectedAccountsDraft{Accounts: []string{dev, prod}}), 428, "precondition_required")
	refusal(t, w.call("admin", "PUT", path, at(1, api.ProtectedAccountsDraft{Accounts: []string{dev, prod}})), 412, "stale")
	if out := into[api.PolicyOutcome](t, w.call("admin", "PUT", path, at(2, api.ProtectedAccountsDraft{Accounts: []string{dev, prod}}))); !out.Applied {
		t.Errorf("protected two %+v", out)
	}
	p := refusal(t, w.call("admin", "PUT", path, at(3, api.ProtectedAccountsDraft{Accounts: []string{dev, "444444444444"}})), 422, "invalid")
	if p.Errors[0].Location != "body.accounts[1]" {
		t.Errorf("unknown account: %+v", p.Errors)
	}
	// Protecting less widens access: a second administrator must agree (P11).
	out := into[api.PolicyOutcome](t, w.call("admin", "DELETE", path+"/"+dev, nil))
	if out.Applied || out.Proposal == nil || len(out.Widening) == 0 {
		t.Errorf("unprotected %+v", out)
	}
	refusal(t, w.call("admin", "DELETE", path+"/"+sandbox, nil), 404, "not_found")
	if w.call("stranger", "GET", path, nil).status != http.StatusForbidden {
		t.Error("a stranger reads the protected accounts")
	}
}
