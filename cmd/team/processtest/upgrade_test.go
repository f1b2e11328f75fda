package processtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/store/releasetest"
)

// upgraded is a world in which a released version was killed in the middle of its work. ok is false where there is no
// PostgreSQL.
func upgraded(t *testing.T, r releasetest.Release, kind string) (w *world, ok bool) {
	t.Helper()
	w = newWorld(t)
	name, _, _, ok := r.Load(t, kind)
	if !ok {
		return nil, false
	}
	w.database = name
	w.standBeforeAWS()
	write(t, w.file("team.checkpoint"), r.Checkpoint(t, kind))
	return w, true
}

// TestWhatReleasesLeftGoesOn: the program of this version starts on what a released one left behind. Access that was
// there ends, what was decided stays decided, a new life is lived, and nothing looks like a backup put back.
func TestWhatReleasesLeftGoesOn(t *testing.T) {
	t.Parallel()
	for _, r := range releasetest.All(t) {
		for _, kind := range []string{releasetest.SQLite, releasetest.Postgres} {
			t.Run(fmt.Sprint(r.Version, " ", kind), func(t *testing.T) {
				t.Parallel()
				w, ok := upgraded(t, r, kind)
				if !ok {
					return
				}
				// What the release was about to remove, and what it held.
				for _, set := range []string{"DatabaseAdmin", "AdministratorAccess"} {
					if err := w.aws.PutAssignment(simaws.Assignment{User: "requester", Account: "shop-prod", PermissionSet: set}); err != nil {
						t.Fatal(err)
					}
				}
				w.start()
				w.issueTokens()
				w.judgeUpgraded()
			})
		}
	}
}

func (w *world) requests() []api.Request {
	w.t.Helper()
	var list api.RequestList
	w.as("auditor").get("/requests?scope=all&limit=100", &list)
	return list.Items
}

func (w *world) judgeUpgraded() {
	w.t.Helper()
	eventually(w.t, "all access of the release has ended", func() bool {
		for _, r := range w.requests() {
			if e := r.Targets[0].Elevation; e != nil && e.State != "ended" && r.Targets[0].Decision != "pending" {
				return false
			}
		}
		return true
	})
	for _, i := range w.aws.IntervalsOf(w.aws.UserID("requester"), w.aws.AccountID("shop-prod"), w.aws.PermissionSetARN("AdministratorAccess")) {
		if i.To.IsZero() {
			w.t.Error("what the release held is still there")
		}
	}
	said := map[string]int{}
	for _, r := range w.requests() {
		said[r.Status]++
	}
	for _, status := range []string{"ended", "rejected", "cancelled", "error"} {
		if said[status] == 0 {
			w.t.Errorf("no request is %s: %v", status, said)
		}
	}
	var alarms api.AlarmList
	w.as("admin").get("/alarms", &alarms)
	// What was scheduled could not begin meanwhile, as TEAM was not there.
	for _, a := range alarms.Items {
		if a.Kind != "activation-failed" {
			w.t.Errorf("this alarm is open: %+v", a)
		}
	}
	if len(alarms.Items) == 0 {
		w.t.Error("the alarm that the release opened is not there")
	}
	var proposals api.ProposalList
	w.as("second-admin").get("/proposals", &proposals)
	if len(proposals.Items) != 1 {
		w.t.Fatalf("proposals: %+v, want one", proposals.Items)
	}
	if err := w.as("second-admin").changing(proposals.Items[0].Version).try(http.MethodPost, "/proposals/"+proposals.Items[0].ID+"/agree", nil, nil); err != nil {
		w.t.Errorf("agree to what was proposed to the release: %v", err)
	}
	w.awaitDirectory() // what the release knew of it is too old to decide on
	w.upSince = time.Now()
	l := w.life("shop-prod", "PowerUserAccess", time.Second)
	l.until("approve")
	l.judge(w.t, place{}, l.await("ended"))
	w.team.stop(w.t)
	if strings.Contains(w.team.said.String(), "recovery") {
		w.t.Errorf("it speaks of recovery:\n%s", w.team.said)
	}
	s := w.open()
	defer s.Close()
	if _, err := s.VerifyLog(w.t.Context()); err != nil {
		w.t.Errorf("verify log: %v", err)
	}
}
