package processtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// place is a moment of a life in which the program is killed.
type place struct {
	name string
	// trap recognises the call to AWS that the kill waits for; nil where the life itself kills.
	trap func(*life) func(exchange) bool
	// after names the act after whose answer it is killed: ask, approve, active, release.
	after string
	// later begins the elevation a moment after it was approved, so that what is read at approval has passed.
	later bool
	// released lives end early, by their user.
	released bool
}

func arrival(action string) func(*life) func(exchange) bool {
	return func(l *life) func(exchange) bool {
		return func(x exchange) bool { return x.arrives(action, l.target.PermissionSetARN) }
	}
}

func answer(action string) func(*life) func(exchange) bool {
	return func(l *life) func(exchange) bool {
		return func(x exchange) bool { return x.wasAnswered(action, l.target.PermissionSetARN) }
	}
}

// poll is a look at an operation, which does not name what it works on.
func poll(action string) func(*life) func(exchange) bool {
	return func(*life) func(exchange) bool {
		return func(x exchange) bool { return x.arrives(action) }
	}
}

// readAfter is the read of an assignment after an operation on it has succeeded.
func readAfter(action string, answered bool) func(*life) func(exchange) bool {
	return func(l *life) func(exchange) bool {
		succeeded := false
		return func(x exchange) bool {
			if x.wasAnswered(action) && strings.Contains(x.answer, "SUCCEEDED") {
				succeeded = true
			}
			return succeeded && x.answered == answered && x.is("ListAccountAssignments", []string{l.target.PermissionSetARN})
		}
	}
}

var places = []place{
	{name: "the request was answered", after: "ask"},
	{name: "the approval was answered", after: "approve"},
	{name: "before the requester is read at the start", later: true, trap: func(l *life) func(exchange) bool {
		return func(x exchange) bool { return x.arrives("DescribeUser", l.user) }
	}},
	{name: "before the read of absence", trap: arrival("ListAccountAssignments")},
	{name: "absence was read, nothing is committed", trap: answer("ListAccountAssignments")},
	{name: "Create arrives and is not done", trap: arrival("CreateAccountAssignment")},
	{name: "Create was accepted, its answer is lost", trap: answer("CreateAccountAssignment")},
	{name: "while AWS creates", trap: poll("DescribeAccountAssignmentCreationStatus")},
	{name: "created, before the verifying read", trap: readAfter("DescribeAccountAssignmentCreationStatus", false)},
	{name: "created and read, nothing is committed", trap: readAfter("DescribeAccountAssignmentCreationStatus", true)},
	{name: "access is active", after: "active"},
	{name: "the release was answered", after: "release", released: true},
	{name: "Delete arrives and is not done", trap: arrival("DeleteAccountAssignment")},
	{name: "Delete was accepted, its answer is lost", trap: answer("DeleteAccountAssignment")},
	{name: "while AWS deletes", trap: poll("DescribeAccountAssignmentDeletionStatus")},
	{name: "deleted, before the read that shows it gone", trap: readAfter("DescribeAccountAssignmentDeletionStatus", false)},
	{name: "deleted and read, nothing is committed", trap: readAfter("DescribeAccountAssignmentDeletionStatus", true)},
}

// The program is killed with SIGKILL in each of the places, started again on the same data, and must bring the life
// to the end it was to have.
func TestKilledAnywhereItConverges(t *testing.T) {
	t.Parallel()
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := installed(t)
			w.start()
			l := w.life("shop-prod", "PowerUserAccess", 3*time.Second)
			p.interrupt(l)
			e := p.finish(l)
			l.judge(t, p, e)
			w.nextLife(t, l)
			w.judgeLog(t)
		})
	}
}

// interrupt lives until the program was killed in the place, and starts it again.
func (p place) interrupt(l *life) {
	t, w := l.w.t, l.w
	t.Helper()
	if p.trap == nil {
		l.until(p.after)
		w.team.kill()
		w.start()
		return
	}
	if p.later {
		l.start = time.Now().Add(2 * time.Second).UTC()
	}
	l.ask()
	var killed <-chan struct{}
	arm := func() { killed = w.gate.arm(p.trap(l), w.team.kill) }
	if !p.later {
		arm()
	}
	l.approve()
	if p.later {
		arm()
	}
	select {
	case <-killed:
	case <-time.After(patience):
		t.Fatalf("the place was never reached; the target is %+v", l.read())
	}
	w.start()
}

// until does what leads to an act, and returns when it was answered.
func (l *life) until(act string) {
	l.w.t.Helper()
	l.ask()
	if act == "ask" {
		return
	}
	l.approve()
	if act == "approve" {
		return
	}
	e := l.await("active")
	if act == "release" {
		l.release(e)
	}
}

// finish does what is left to do after the program was started again, and waits for the end.
func (p place) finish(l *life) api.Delivery {
	l.w.t.Helper()
	if p.after == "ask" {
		l.approve()
	}
	return l.await("ended")
}

// judge demands that the life went as if nothing had happened.
func (l *life) judge(t *testing.T, p place, e api.Delivery) {
	t.Helper()
	target := l.read()
	if target.Decision != "approved" || len(target.Votes) != 1 || target.Votes[0].Void || !target.Votes[0].Approve {
		t.Errorf("the decision is %s with the votes %+v", target.Decision, target.Votes)
	}
	want, ends := "elapsed", e.EndsAt
	if p.released {
		want = "released"
	}
	if e.Reason != want {
		t.Errorf("it ended as %q (%s), want %s", e.Reason, e.Detail, want)
	}
	if got := e.EndsAt.Sub(e.ActivatedAt); got != l.duration {
		t.Errorf("it was to last %s, and was given %s", l.duration, got)
	}
	intervals := l.intervals()
	if len(intervals) != 1 {
		t.Fatalf("the user could assume the role in %d intervals: %+v", len(intervals), intervals)
	}
	if p.released {
		ends = l.happened("elevation.ending")
	}
	l.judgeAccess(t, e, intervals[0], ends)
	l.judgeCreations(t)
	l.judgeEvents(t)
}

// judgeCreations demands that AWS was told once: a Create of unknown outcome is settled by reading.
func (l *life) judgeCreations(t *testing.T) {
	t.Helper()
	worked := 0
	for _, c := range l.w.aws.CallsOf("sso:CreateAccountAssignment") {
		if c.Worked && c.Triple.PrincipalID == l.user && c.Triple.AccountID == l.target.AccountID && c.Triple.PermissionSetARN == l.target.PermissionSetARN {
			worked++
		}
	}
	if worked != 1 {
		t.Errorf("AWS accepted CreateAccountAssignment %d times", worked)
	}
}

// lifeEvents is what the log holds of one life, in its order.
var lifeEvents = []string{
	"request.created", "target.pending", "vote.cast", "target.approved",
	"elevation.scheduled", "elevation.activating", "elevation.active", "elevation.ending", "elevation.ended",
}

func (l *life) judgeEvents(t *testing.T) {
	t.Helper()
	counted := map[string]int{}
	var moves []string
	for _, e := range l.w.as("auditor").events(l.id) {
		counted[e.Kind]++
		if strings.HasPrefix(e.Kind, "elevation.") {
			moves = append(moves, e.Kind)
		}
	}
	want := map[string]int{}
	for _, kind := range lifeEvents {
		want[kind] = 1
	}
	if !maps.Equal(counted, want) {
		t.Errorf("the log holds %v, want each of %v once", counted, lifeEvents)
	}
	if !slices.Equal(moves, lifeEvents[4:]) {
		t.Errorf("the elevation moved %v", moves)
	}
}

func (l *life) happened(kind string) time.Time {
	l.w.t.Helper()
	for _, e := range l.w.as("auditor").events(l.id) {
		if e.Kind == kind {
			return e.At
		}
	}
	l.w.t.Fatalf("the log holds no %s", kind)
	return time.Time{}
}

// nextLife demands that the same target can be had again.
func (w *world) nextLife(t *testing.T, before *life) {
	t.Helper()
	l := *before
	l.start, l.duration = time.Time{}, 20*time.Second
	l.until("release")
	if e := l.await("ended"); e.Reason != "released" {
		t.Errorf("the next life ended as %q (%s)", e.Reason, e.Detail)
	}
	if n := len(l.intervals()); n != 2 {
		t.Errorf("two lives gave access %d times", n)
	}
	w.judgeAWS(t)
}

// judgeAWS demands that AWS holds what it held before TEAM, and that TEAM has nothing to complain of.
func (w *world) judgeAWS(t *testing.T) {
	t.Helper()
	if got, want := fmt.Sprint(w.aws.Assignments()), fmt.Sprint(newWorld(t).aws.Assignments()); got != want {
		t.Errorf("AWS holds the assignments\n%s\nand held\n%s", got, want)
	}
}

// judgeLog stops the program and demands that the log's events are those its tree was built from.
func (w *world) judgeLog(t *testing.T) {
	t.Helper()
	w.team.stop(t)
	s := w.open()
	defer s.Close()
	if _, err := s.VerifyLog(t.Context()); err != nil {
		t.Errorf("verify log: %v", err)
	}
}
