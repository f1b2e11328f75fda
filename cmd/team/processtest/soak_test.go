//go:build soak

package processtest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// soak is a world in which many lives overlap and the program is killed again and again.
type soak struct {
	*world
	draw *rand.Rand
	// What TEAM acknowledged must be so afterwards: requests by id, and those that were approved.
	asked, approved map[string]bool
	// before are the requests that were there at the beginning, and are not judged.
	before map[string]bool
	kills  int
}

// The program is killed at random moments while lives overlap, for as long as TEAM_TEST_SOAK says. Afterwards nothing
// that was acknowledged is lost, nothing happened twice, and AWS's record holds nothing that was not agreed.
func TestSoakKillLoop(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("TEAM_TEST_SOAK"))
	if err != nil {
		t.Fatalf("TEAM_TEST_SOAK says how long: %v", err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d; the moments of other processes are not repeatable", seed)
	s := &soak{
		world: installed(t), draw: rand.New(rand.NewPCG(seed, 1)),
		asked: map[string]bool{}, approved: map[string]bool{},
	}
	for until := time.Now().Add(length); time.Now().Before(until); {
		s.round()
	}
	s.start()
	s.settle()
	s.judge(t)
	s.judgeAWS(t)
	s.judgeLog(t)
	t.Logf("%d kills, %d requests acknowledged, %d approved, %d intervals of access", s.kills, len(s.asked), len(s.approved), len(s.own()))
}

// round starts the program, acts on it, and kills it meanwhile.
func (s *soak) round() {
	s.launch()
	team := s.team
	killer := time.AfterFunc(time.Duration(s.draw.Int64N(int64(6*time.Second))), team.kill)
	defer killer.Stop()
	for {
		select {
		case <-team.ended:
			s.kills++
			return
		default:
			s.act()
		}
	}
}

// act does what one person might do next. The program may die over it, so that a failure says nothing.
func (s *soak) act() {
	switch s.draw.IntN(8) {
	case 0, 1:
		s.ask()
	case 2:
		s.release()
	default:
		s.approve()
	}
}

// mostLives may go on at a time: more would only wait for AWS's rates.
const mostLives = 12

func (s *soak) ask() {
	var list api.RequestList
	if s.as("requester").try(http.MethodGet, "/requests?limit=50", nil, &list) != nil {
		return
	}
	alive := slices.DeleteFunc(list.Items, func(r api.Request) bool {
		return r.Targets[0].Elevation != nil && r.Targets[0].Elevation.State == "ended"
	})
	if len(alive) >= mostLives {
		return
	}
	account := []string{"shop-prod", "shop-dev"}[s.draw.IntN(2)]
	set := []string{"AdministratorAccess", "PowerUserAccess", "DatabaseAdmin"}[s.draw.IntN(3)]
	var r api.Request
	err := s.as("requester").try(http.MethodPost, "/requests", api.NewRequest{
		Targets:         []api.Role{{AccountID: s.aws.AccountID(account), PermissionSetARN: s.aws.PermissionSetARN(set)}},
		DurationSeconds: 1 + s.draw.Int64N(15), Justification: "one of many",
	}, &r)
	if err == nil {
		s.asked[r.ID] = true
	}
}

func (s *soak) approve() {
	for _, who := range []string{"approver", "second-approver"} {
		var list api.RequestList
		if s.as(who).try(http.MethodGet, "/requests?scope=decidable&limit=5", nil, &list) != nil {
			continue
		}
		for _, r := range list.Items {
			if s.as(who).try(http.MethodPost, "/requests/"+r.ID+"/approve", api.Ballot{Comment: "yes"}, nil) == nil {
				s.approved[r.ID] = true
			}
		}
	}
}

// release ends one that is active, now and then.
func (s *soak) release() {
	var list api.RequestList
	if s.as("requester").try(http.MethodGet, "/requests?limit=20", nil, &list) != nil {
		return
	}
	for _, r := range list.Items {
		if e := r.Targets[0].Elevation; e != nil && e.State == "active" {
			_ = s.as("requester").try(http.MethodPost, "/elevations/"+e.ID+"/release", nil, nil)
			return
		}
	}
}

// everything is every request there is.
func (s *soak) everything() (all []api.Request) {
	s.t.Helper()
	for cursor := ""; ; {
		var page api.RequestList
		s.as("auditor").get("/requests?scope=all&limit=100&cursor="+url.QueryEscape(cursor), &page)
		all = append(all, slices.DeleteFunc(page.Items, func(r api.Request) bool { return s.before[r.ID] })...)
		if cursor = page.NextCursor; cursor == "" {
			return all
		}
	}
}

// settle cancels what is pending and waits until all access is over.
func (s *soak) settle() {
	s.t.Helper()
	for _, r := range s.everything() {
		if r.Targets[0].Decision == "pending" {
			s.as("requester").post("/requests/"+r.ID+"/cancel", nil, nil)
		}
	}
	defer func() {
		if s.t.Failed() {
			s.t.Log(s.describe())
		}
	}()
	eventually(s.t, "every elevation has ended", func() bool { return len(s.goingOn()) == 0 })
}

// goingOn are the requests with access that has not ended, or may still begin.
func (s *soak) goingOn() []api.Request {
	s.t.Helper()
	return slices.DeleteFunc(s.everything(), func(r api.Request) bool {
		e := r.Targets[0].Elevation
		return e == nil || e.State == "ended"
	})
}

// describe says what goes on, and why it does not go further.
func (s *soak) describe() string {
	s.t.Helper()
	lines := []string{"at " + clock(time.Now().UTC()) + " readiness says: " + s.held()}
	for _, r := range s.goingOn() {
		e := r.Targets[0].Elevation
		lines = append(lines, fmt.Sprintf("%s %s %s %s: %s, decided %s, ends %s", r.ID, e.ID, r.Targets[0].AccountName, r.Targets[0].PermissionSetName,
			e.State, clock(r.Targets[0].DecidedAt), clock(e.EndsAt)))
	}
	var list api.AssignmentList
	s.as("admin").get("/assignments", &list)
	for _, a := range list.Items {
		lines = append(lines, fmt.Sprintf("%s %s %s: %s since %s, seen %s, due %s, tries %d, %s", a.ID, a.AccountName, a.PermissionSetName, a.Phase,
			clock(a.Since), clock(a.SeenAt), clock(a.DueAt), a.Tries, a.Problem))
	}
	return strings.Join(lines, "\n")
}

// own are the intervals in which the requester had access that TEAM gave.
func (s *soak) own() []simaws.Interval {
	return slices.DeleteFunc(s.aws.Intervals(), func(i simaws.Interval) bool { return i.Began.Kind == "initial" })
}

func (s *soak) judge(t *testing.T) {
	t.Helper()
	all := s.everything()
	found := map[string]bool{}
	for _, r := range all {
		found[r.ID] = true
		s.judgeRequest(t, r)
	}
	for id := range s.asked {
		if !found[id] {
			t.Errorf("request %s was acknowledged and is lost", id)
		}
	}
	for _, i := range s.own() {
		if !covered(i.From, i.To, i.AccountID, i.PermissionSetARN, all) {
			t.Errorf("access to %s %s from %s to %s was agreed by nobody", i.AccountID, i.PermissionSetARN, clock(i.From), clock(i.To))
		}
	}
}

func (s *soak) judgeRequest(t *testing.T, r api.Request) {
	t.Helper()
	target := r.Targets[0]
	if s.approved[r.ID] && target.Decision != "approved" {
		t.Errorf("the approval of %s was acknowledged, and it is %s", r.ID, target.Decision)
	}
	if target.Decision == "approved" && len(target.Votes) != 1 {
		t.Errorf("request %s has the votes %+v", r.ID, target.Votes)
	}
	counted := map[string]int{}
	for _, e := range s.as("auditor").events(r.ID) {
		counted[e.Kind]++
	}
	for kind, n := range counted {
		if n != 1 {
			t.Errorf("request %s: the log holds %s %d times", r.ID, kind, n)
		}
	}
	e := target.Elevation
	if e == nil || e.ActivatedAt.IsZero() {
		return
	}
	ends := e.EndsAt
	for _, event := range s.as("auditor").events(r.ID) {
		if event.Kind == "elevation.ending" && event.At.Before(ends) {
			ends = event.At
		}
	}
	if !slices.ContainsFunc(s.own(), func(i simaws.Interval) bool {
		return i.AccountID == target.AccountID && i.PermissionSetARN == target.PermissionSetARN && i.Holds(e.ActivatedAt) && (i.To.IsZero() || !i.To.Before(ends))
	}) {
		t.Errorf("request %s was active from %s to %s, and AWS's record holds no such access", r.ID, clock(e.ActivatedAt), clock(ends))
	}
}

// covered says whether elevations of the target were agreed to and not ended during all of an interval: one that
// begins as the other goes on shares its assignment.
func covered(from, to time.Time, account, set string, all []api.Request) bool {
	at := from
	for moved := true; moved && at.Before(to); {
		moved = false
		for _, r := range all {
			target := r.Targets[0]
			e := target.Elevation
			if target.AccountID != account || target.PermissionSetARN != set || e == nil || target.DecidedAt.After(at) || !e.EndedAt.After(at) {
				continue
			}
			at, moved = e.EndedAt, true
		}
	}
	return !to.IsZero() && !at.Before(to)
}
