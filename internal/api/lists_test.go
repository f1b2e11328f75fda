package api_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/api"
)

// pages reads a list to its end and returns the ids, checking that no page is longer than the limit.
func (w *world) pages(as, path string, limit int) []string {
	w.t.Helper()
	var ids []string
	cursor := ""
	for range 100 {
		p := into[struct {
			Items            []struct{ ID string }
			Next, NextCursor string
		}](w.t, w.call(as, "GET", fmt.Sprintf("%s&limit=%d&cursor=%s", path, limit, cursor), nil))
		if len(p.Items) > limit {
			w.t.Fatalf("a page of %d", len(p.Items))
		}
		for _, item := range p.Items {
			ids = append(ids, item.ID)
		}
		if cursor = cmp.Or(p.NextCursor, p.Next); cursor == "" {
			return ids
		}
	}
	w.t.Fatal("the list does not end")
	return nil
}

func TestListsPageWithoutGapsOrRepeats(t *testing.T) {
	w := newWorld(t)
	var requests, elevations, decidable []string
	start := w.Now()
	for i := range 11 {
		n := readSandbox()
		if i%2 == 0 {
			n = twoTargets()
		}
		r := w.ask(n)
		requests = append(requests, r.ID)
		if i%2 == 0 {
			decidable = append(decidable, r.ID)
		}
		for _, target := range r.Targets {
			elevations = append(elevations, target.Elevation.ID)
		}
		w.pass(time.Second)
	}
	slices.Reverse(requests)
	slices.Reverse(decidable)
	slices.Sort(elevations)
	slices.Reverse(elevations)
	for _, limit := range []int{1, 3, 11, 50} {
		for _, tc := range []struct {
			as, path string
			want     []string
		}{
			{"requester", "/api/v1/requests?scope=mine", requests},
			{"auditor", "/api/v1/requests?scope=all", requests},
			{"approver", "/api/v1/requests?scope=decidable", decidable},
			{"requester", "/api/v1/requests?scope=decidable", nil},
			{"auditor", "/api/v1/requests?scope=all&account=" + prod, decidable},
			{"auditor", "/api/v1/requests?scope=all&account=" + prod + "&permissionSet=" + readOnly, nil},
			{"auditor", "/api/v1/requests?scope=all&permissionSet=" + admin + "&status=pending", decidable},
			{"auditor", "/api/v1/requests?scope=all&user=u-stranger", nil},
			{"auditor", "/api/v1/requests?scope=all&from=" + stamp(start.Add(time.Second)) + "&to=" + stamp(start.Add(3*time.Second)), requests[8:10]},
			{"auditor", "/api/v1/requests?scope=all&account=" + dev + "&from=" + stamp(start.Add(9*time.Second)), decidable[:1]},
			{"requester", "/api/v1/elevations?scope=mine", elevations},
			{"auditor", "/api/v1/elevations?scope=all", elevations},
			{"stranger", "/api/v1/elevations?scope=mine", nil},
			{"admin", "/api/v1/elevations?scope=all&to=" + stamp(start), nil},
		} {
			if got := w.pages(tc.as, tc.path, limit); !slices.Equal(got, tc.want) {
				t.Errorf("%s %s by %d:\n got %v\nwant %v", tc.as, tc.path, limit, got, tc.want)
			}
		}
	}
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// The database finds by status exactly what is shown as that status: for requests whose targets stand in every pair of
// ways a target can, now and later.
func TestStatusFiltersAgreeWithWhatIsShown(t *testing.T) {
	w := newWorld(t)
	ways := map[string]func(w *world, r api.Request, target int){
		"pending":  func(*world, api.Request, int) {},
		"approved": approve(),
		"rejected": func(w *world, r api.Request, i int) { w.decide(r, i, "reject") },
		"active":   approve(access.Activating, access.Active),
		"starting": approve(access.Activating),
		"ending":   approve(access.Activating, access.Active, access.Ending),
		"failed":   approve(access.Activating, access.Ending, access.Ended),
		"released": func(w *world, r api.Request, i int) {
			approve(access.Activating, access.Active)(w, r, i)
			w.call("requester", "POST", "/api/v1/elevations/"+r.Targets[i].Elevation.ID+"/release", nil)
			w.deliver(r.Targets[i].Elevation.ID, access.Ended)
		},
		"revoked": func(w *world, r api.Request, i int) {
			approve(access.Activating, access.Active)(w, r, i)
			w.call("admin", "POST", "/api/v1/elevations/"+r.Targets[i].Elevation.ID+"/revoke", api.Revocation{Only: true})
			w.deliver(r.Targets[i].Elevation.ID, access.Ended)
		},
		"retried": func(w *world, r api.Request, i int) {
			approve(access.Activating, access.Ending, access.Ended)(w, r, i)
			w.call("requester", "POST", "/api/v1/elevations/"+r.Targets[i].Elevation.ID+"/retry", nil)
		},
	}
	names := make([]string, 0, len(ways))
	for name := range ways {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, first := range names {
		for _, second := range names {
			r := w.ask(twoTargets())
			ways[first](w, r, 0)
			ways[second](w, r, 1)
		}
	}
	for i, later := range []bool{true, true, false} {
		n := twoTargets()
		if later {
			n.StartAt = w.Now().Add(2 * time.Hour)
		}
		r := w.ask(n)
		if i < 1 {
			w.decide(r, 0, "approve")
		}
		if i == 2 {
			w.call("requester", "POST", "/api/v1/requests/"+r.ID+"/cancel", nil)
		}
	}
	extended := w.active().Targets[0].Elevation.ID
	w.call("requester", "POST", "/api/v1/elevations/"+extended+"/extend", api.NewExtension{DurationSeconds: 60, Justification: "more"})
	w.agree(t)
	w.pass(3 * time.Hour) // what waited for its start may begin, and what is pending expires
	w.agree(t)
	for {
		did, _, err := w.access.ExpireStep(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !did {
			break
		}
	}
	w.agree(t)
}

func approve(to ...access.State) func(*world, api.Request, int) {
	return func(w *world, r api.Request, i int) {
		w.decide(r, i, "approve")
		w.deliver(r.Targets[i].Elevation.ID, to...)
	}
}

func (w *world) decide(r api.Request, target int, verb string) {
	w.t.Helper()
	into[api.Request](w.t, w.call([]string{"approver", "second-approver"}[target], "POST", "/api/v1/requests/"+r.ID+"/"+verb, api.Ballot{}))
}

// agree checks both lists: every row is found by its own status, and by no other.
func (w *world) agree(t *testing.T) {
	t.Helper()
	found := map[string]int{}
	for _, status := range access.Statuses() {
		query := "?scope=all&limit=200&status=" + map[bool]string{true: "in%20progress", false: status}[status == "in progress"]
		for _, r := range into[api.RequestList](t, w.call("auditor", "GET", "/api/v1/requests"+query, nil)).Items {
			if r.Status != status {
				t.Errorf("request %s is %q and was found as %q", r.ID, r.Status, status)
			}
			found["request"]++
		}
		for _, e := range into[api.ElevationList](t, w.call("auditor", "GET", "/api/v1/elevations"+query, nil)).Items {
			if e.Status != status {
				t.Errorf("elevation %s is %q and was found as %q", e.ID, e.Status, status)
			}
			found["elevation"]++
		}
	}
	all := len(w.pages("auditor", "/api/v1/requests?scope=all", 200))
	if found["request"] != all {
		t.Errorf("%d requests were found by status, %d by none", found["request"], all)
	}
	if all := len(w.pages("auditor", "/api/v1/elevations?scope=all", 200)); found["elevation"] != all {
		t.Errorf("%d elevations were found by status, %d by none", found["elevation"], all)
	}
}

func TestDirectorySearch(t *testing.T) {
	w := newWorld(t)
	a := into[api.AccountList](t, w.call("requester", "GET", "/api/v1/directory/accounts?q=prod", nil))
	if len(a.Items) != 1 || a.Items[0].ID != prod || !slices.Equal(a.Items[0].OUPath, []string{"Root", "Prod"}) {
		t.Errorf("accounts %+v", a)
	}
	if ids := w.pages("requester", "/api/v1/directory/accounts?q=", 1); len(ids) != 3 {
		t.Errorf("accounts %v", ids)
	}
	if ids := w.pages("requester", "/api/v1/directory/ous?q=", 1); !slices.Equal(ids, []string{"r-root", "ou-root-dev00000", "ou-root-prod0000"}) {
		t.Errorf("units %v", ids)
	}
	if l := into[api.OUList](t, w.call("requester", "GET", "/api/v1/directory/ous?q=dev", nil)); len(l.Items) != 1 || l.Items[0].ParentID != "r-root" {
		t.Errorf("units %+v", l)
	}
	if l := into[api.PermissionSetList](t, w.call("requester", "GET", "/api/v1/directory/permission-sets?q=read", nil)); len(l.Items) != 1 || l.Items[0].ARN != readOnly || l.Items[0].SessionDurationSeconds != 3600 {
		t.Errorf("permission sets %+v", l)
	}
	if l := into[api.UserList](t, w.call("admin", "GET", "/api/v1/directory/users?q=second-approver", nil)); len(l.Items) != 1 || !l.Items[0].Enabled {
		t.Errorf("users %+v", l)
	}
	if l := into[api.GroupList](t, w.call("admin", "GET", "/api/v1/directory/groups?q=admins", nil)); len(l.Items) != 1 || l.Items[0].Members != 2 {
		t.Errorf("groups %+v", l)
	}
	if m := into[api.Requestable](t, w.call("requester", "GET", "/api/v1/me/requestable", nil)); len(m.Items) != 2 {
		t.Errorf("requestable %+v", m)
	}
	if m := into[api.Requestable](t, w.call("stranger", "GET", "/api/v1/me/requestable", nil)); len(m.Items) != 0 {
		t.Errorf("a stranger may request %+v", m)
	}
}

func TestAssignmentsAlarmsAndDeployment(t *testing.T) {
	w := newWorld(t)
	w.active()
	l := into[api.AssignmentList](t, w.call("admin", "GET", "/api/v1/assignments", nil))
	if len(l.Items) != 1 || l.Items[0].User.UserName != "requester" || l.Items[0].AccountName != "sandbox" || l.Items[0].Phase != "idle" {
		t.Errorf("assignments %+v", l)
	}
	if l := into[api.AssignmentList](t, w.call("admin", "GET", "/api/v1/assignments?problem=true", nil)); len(l.Items) != 0 {
		t.Errorf("troubled %+v", l)
	}
	w.ask(twoTargets())
	if ids := w.pages("admin", "/api/v1/assignments?scope=all", 1); len(ids) != 1 {
		t.Errorf("assignments %v", ids)
	}

	w.signal(alarm.Signal{Kind: alarm.ClockSkew, Subject: "replica-1", Sentence: "the clock is off"})
	w.pass(time.Second)
	w.signal(alarm.Signal{Kind: alarm.SyncFailing, Subject: "users", Sentence: "AWS does not answer"})
	w.signal(alarm.Signal{Kind: alarm.ClockSkew, Subject: "replica-1", Close: true})
	open := into[api.AlarmList](t, w.call("auditor", "GET", "/api/v1/alarms", nil))
	if len(open.Items) != 1 || open.Items[0].Kind != "sync-failing" || open.Items[0].Severity != "warning" || !open.Items[0].ClosedAt.IsZero() {
		t.Errorf("open alarms %+v", open)
	}
	if ids := w.pages("auditor", "/api/v1/alarms?state=all", 1); len(ids) != 2 {
		t.Errorf("alarms %v", ids)
	}

	w.mu.Lock()
	w.recovery, w.held = w.now, "recovery mode"
	w.mu.Unlock()
	d := into[api.Deployment](t, w.call("auditor", "GET", "/api/v1/deployment", nil))
	if d.Recovery == nil || d.Held != "recovery mode" || d.IdentityStoreID != "d-0123456789" || d.Version != "test" || !d.Sandbox || d.Events == 0 {
		t.Errorf("deployment %+v", d)
	}
	if d := into[api.Deployment](t, w.call("admin", "POST", "/api/v1/deployment/recovery/release", nil)); d.Recovery != nil {
		t.Errorf("released %+v", d)
	}
}

func (w *world) signal(s alarm.Signal) {
	w.t.Helper()
	s.At = w.Now()
	err := w.store.Access().Update(w.t.Context(), func(ctx context.Context, tx access.Tx) error {
		return tx.Apply(ctx, access.Change{Alarms: []alarm.Signal{s}})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// A reader that follows the cursor sees every event once, also those it may not see being passed over.
func TestEventCursor(t *testing.T) {
	w := newWorld(t)
	w.ask(twoTargets())
	var all []int64
	after := int64(-1)
	for {
		l := into[api.EventList](t, w.call("auditor", "GET", fmt.Sprintf("/api/v1/events?after=%d&limit=3", after), nil))
		for _, e := range l.Items {
			all = append(all, e.Sequence)
		}
		if after = l.Cursor; !l.More {
			break
		}
	}
	for i, n := range all {
		if n != int64(i) {
			t.Fatalf("sequence %v", all)
		}
	}
	if after != int64(len(all)-1) || len(all) < 10 {
		t.Errorf("cursor %d after %d events", after, len(all))
	}
	var newest []int64
	for before := int64(0); ; {
		l := into[api.EventList](t, w.call("auditor", "GET", fmt.Sprintf("/api/v1/events?sort=-sequence&before=%d&limit=1", before), nil))
		for _, e := range l.Items {
			newest = append(newest, e.Sequence)
		}
		if before = l.Cursor; !l.More {
			break
		}
	}
	if slices.Reverse(newest); !slices.Equal(newest, all) {
		t.Errorf("the newest first: %v, turned round", newest)
	}
	if p := refusal(t, w.call("auditor", "GET", "/api/v1/events?before=3", nil), 422, "invalid"); p.Errors[0].Location != "query.before" {
		t.Errorf("before without an order: %+v", p)
	}
	l := into[api.EventList](t, w.call("stranger", "GET", "/api/v1/events", nil))
	if l.Cursor != after {
		t.Errorf("the stranger's cursor is %d, the log's %d", l.Cursor, after)
	}
	w.ask(readSandbox())
	l = into[api.EventList](t, w.call("requester", "GET", fmt.Sprintf("/api/v1/events?after=%d&kind=request.created,elevation.scheduled", after), nil))
	if len(l.Items) != 2 || l.Items[0].Kind != "request.created" || l.Items[0].Data["justification"] != "to look" || l.Items[0].Actor.Name != "requester" {
		t.Errorf("news %+v", l.Items)
	}
}
