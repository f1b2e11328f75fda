package processtest

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// held is what readiness says while TEAM is up and gives nobody anything.
func (w *world) held() string {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.team.url+"/readyz", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := httpClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	var health api.Health
	if err := json.Unmarshal(content, &health); err != nil {
		w.t.Fatalf("readyz answers %q: %v", content, err)
	}
	return strings.Join(health.Problems, "; ")
}

// startHeld runs TEAM and demands that it is in recovery mode for a reason.
func (w *world) startHeld(reason string) {
	w.t.Helper()
	w.launch()
	eventually(w.t, "readiness says "+reason, func() bool {
		why := w.held()
		return strings.Contains(why, "recovery mode") && strings.Contains(why, reason)
	})
	w.upSince = time.Now()
}

func (w *world) creations() int { return len(w.aws.CallsOf("sso:CreateAccountAssignment")) }

// restored is an installation whose database was put back from a copy that is older than what TEAM did since, with
// the lives that the copy knows of.
type restored struct {
	*world
	active    *life // access that was given before the copy and has not ended
	pending   *life // asked for before the copy, rejected since
	scheduled *life // agreed to before the copy, revoked since
	later     *life // given and ended after the copy: the copy knows nothing of it
	creations int   // calls that gave access until then
}

func restore(t *testing.T) restored {
	t.Helper()
	w := installed(t)
	w.start()
	r := restored{
		world: w, active: w.life("shop-prod", "PowerUserAccess", 15*time.Second), pending: w.life("shop-prod", "DatabaseAdmin", time.Minute),
		scheduled: w.life("shop-prod", "AdministratorAccess", time.Minute), later: w.life("shop-dev", "PowerUserAccess", time.Second),
	}
	r.scheduled.start = time.Now().Add(10 * time.Minute).UTC()
	r.scheduled.until("approve")
	r.pending.ask()
	r.active.until("active")
	w.team.stop(t)
	old := w.data()["team.db"]

	w.start()
	w.as("approver").post("/requests/"+r.pending.id+"/reject", api.Ballot{Comment: "no"}, nil)
	w.as("admin").post("/elevations/"+r.scheduled.read().Elevation.ID+"/revoke", api.Revocation{Comment: "no more"}, nil)
	r.later.ask()
	w.as("second-approver").post("/requests/"+r.later.id+"/approve", api.Ballot{Comment: "yes"}, nil)
	r.later.await("active")
	w.team.stop(t)
	for _, name := range []string{"team.db-wal", "team.db-shm"} {
		if err := os.Remove(w.file(name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	w.put(map[string][]byte{"team.db": old})
	r.creations = w.creations()
	return r
}

// A database that was put back from an older copy gives nobody anything back: what it holds as agreed was revoked
// since, and what it holds as pending was refused. What it gave ends on time. An administrator releases it.
func TestRestoredFromAnOlderCopyItGivesNothingBack(t *testing.T) {
	t.Parallel()
	r := restore(t)
	w := r.world
	before := w.tokens["requester"]
	w.startHeld("older")

	var me api.Me
	if err := (client{t: t, url: w.team.url, token: before}).try(http.MethodGet, "/me", nil, &me); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("a token from before the restore still works: %v", err)
	}
	w.issueTokens()
	r.judgeHeld(t)

	e := r.active.await("ended")
	if e.Reason != "elapsed" {
		t.Errorf("what was active ended as %q (%s)", e.Reason, e.Detail)
	}
	r.active.judgeAccess(t, e, r.active.intervals()[0], e.EndsAt)
	if n := w.creations(); n != r.creations {
		t.Errorf("%d calls gave access after the restore", n-r.creations)
	}

	w.release(t)
	r.judgeReleased(t)
}

// judgeHeld demands that nothing is decided or given while TEAM is in recovery mode.
func (r restored) judgeHeld(t *testing.T) {
	t.Helper()
	if target := r.pending.read(); target.Decision != "expired" {
		t.Errorf("what was pending is %s", target.Decision)
	}
	if target := r.scheduled.read(); target.Elevation == nil || target.Elevation.State != "ended" || target.Elevation.Reason != "lapsed" || !target.Votes[0].Void {
		t.Errorf("what was scheduled is %+v", target)
	}
	ask := api.NewRequest{Targets: []api.Role{r.pending.target}, DurationSeconds: 10, Justification: "now"}
	if err := r.as("requester").try(http.MethodPost, "/requests", ask, nil); err == nil || !strings.Contains(err.Error(), `"held"`) {
		t.Errorf("asking in recovery mode: %v", err)
	}
	if err := r.as("approver").try(http.MethodPost, "/requests/"+r.pending.id+"/approve", api.Ballot{Comment: "yes"}, nil); err == nil {
		t.Error("somebody decided in recovery mode")
	}
	var alarms api.AlarmList
	r.as("admin").get("/alarms", &alarms)
	if len(alarms.Items) == 0 || alarms.Items[0].Kind != "recovery" {
		t.Errorf("the open alarms are %+v", alarms.Items)
	}
}

// release ends recovery mode, which nobody but an administrator can.
func (w *world) release(t *testing.T) {
	t.Helper()
	const path = "/deployment/recovery/release"
	for _, persona := range []string{"requester", "auditor"} {
		if err := w.as(persona).try(http.MethodPost, path, nil, nil); err == nil || !strings.Contains(err.Error(), "403") {
			t.Errorf("%s released recovery mode: %v", persona, err)
		}
	}
	w.as("admin").post(path, nil, nil)
	eventually(t, "TEAM is ready", func() bool { return w.status("/readyz") == http.StatusOK })
}

func (r restored) judgeReleased(t *testing.T) {
	t.Helper()
	next := r.life("shop-prod", "DatabaseAdmin", 20*time.Second)
	next.until("release")
	next.await("ended")
	if n := len(next.intervals()); n != 1 {
		t.Errorf("the first life after the release gave access %d times", n)
	}
	if n := r.scheduled.intervals(); len(n) != 0 {
		t.Errorf("what was revoked gave access: %+v", n)
	}
	r.team.stop(t)
	r.start() // without falling into recovery mode again
	r.judgeLog(t)
}

// Another identity store has other users under the same ids: nothing may be asked of it.
func TestAnotherIdentityStoreIsLeftAlone(t *testing.T) {
	t.Parallel()
	first := installed(t)
	first.start()
	l := first.life("shop-prod", "PowerUserAccess", 5*time.Second)
	l.until("active")
	ends := l.await("active").EndsAt
	first.team.kill()

	w := newWorld(t, func(o *simaws.Organization) { o.Instance.IdentityStoreID = "d-9067999999" })
	w.put(first.data())
	w.startHeld("identity store")
	eventually(t, "the end of what was active has come", func() bool { return time.Now().After(ends.Add(time.Second)) })
	for _, action := range []string{"sso:CreateAccountAssignment", "sso:DeleteAccountAssignment"} {
		if calls := w.aws.CallsOf(action); len(calls) > 0 {
			t.Errorf("%s was called for somebody else's users: %+v", action, calls)
		}
	}
}

// A database that was lost is older than the checkpoint, too.
func TestAnEmptyDatabaseBesideACheckpointGivesNothing(t *testing.T) {
	t.Parallel()
	w := installed(t)
	for name := range template.files {
		if name != "team.checkpoint" {
			if err := os.Remove(w.file(name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.startHeld("older")
}
