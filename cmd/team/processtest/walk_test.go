package processtest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// The exit codes of the command line that these tests meet; `team help exit-codes` explains them.
const (
	exitOK          = 0
	exitDenied      = 3
	exitUnavailable = 6
)

// site is an installation that serves, as its users see it, and the AWS behind it.
type site struct {
	t      *testing.T
	url    string
	tokens map[string]string
	// holds asks AWS whether the requester has a permission set in an account now, by their ids.
	holds func(api.Role) bool
	// troubled sites may be unavailable at times.
	troubled bool
}

// team runs a command as a persona.
func (s site) team(persona string, args ...string) said {
	s.t.Helper()
	return command(s.t.Context(), s.t, environment("TEAM_URL="+s.url, "TEAM_TOKEN="+s.tokens[persona], "TZ=UTC"), args...)
}

// answer runs a command that must succeed, and reads what it prints for programs.
func answerOf[T any](s site, persona string, args ...string) (out T) {
	s.t.Helper()
	got := s.team(persona, append(args, "-o", "json")...)
	if got.code != exitOK {
		s.t.Fatalf("%s: team %s: exit code %d\n%s%s", persona, strings.Join(args, " "), got.code, got.out, got.err)
	}
	if err := json.Unmarshal([]byte(got.out), &out); err != nil {
		s.t.Fatalf("team %s: %v\n%s", strings.Join(args, " "), err, got.out)
	}
	return out
}

// twoTargets asks for an account that one person decides on and an account that another does.
var twoTargets = []string{
	"request", "create", "--target", "shop-prod:PowerUserAccess", "--target", "shop-dev:DatabaseAdmin",
	"--ticket", "OPS-8", "--because", "Repair the order table",
}

// walk leads a request with two targets by its approvers to its end, at the command line, and demands at every look
// that TEAM says of access what AWS says. It returns the request when all is over.
func (s site) walk(duration time.Duration) api.Request {
	s.t.Helper()
	r := s.ask(duration)
	s.decideFirst(r)
	s.followUntil(r, "active")
	s.decideSecond(r)
	s.followUntil(r, "active", "active")
	return s.followUntil(r, "ended", "ended")
}

// ask asks for both targets, and shows that nobody decides who may not.
func (s site) ask(duration time.Duration) api.Request {
	s.t.Helper()
	create := append(slices.Clone(twoTargets), "--for", duration.String())
	s.dryRun(create)
	r := answerOf[api.Request](s, "requester", create...)
	if prod, dev := r.Targets[0], r.Targets[1]; prod.AccountName != "shop-prod" || dev.AccountName != "shop-dev" {
		s.t.Fatalf("the targets are %s and %s", prod.AccountName, dev.AccountName)
	}
	s.refused(r, "approver", "approve", r.ID, "--target", "shop-dev", "--comment", "yes")
	s.refused(r, "second-approver", "approve", r.ID, "--target", "shop-prod", "--comment", "yes")
	s.refused(r, "second-approver", "reject", r.ID, "--target", "shop-prod", "--comment", "no")
	s.refused(r, "requester", "approve", r.ID, "--comment", "yes")
	return r
}

// decideFirst names no target: it is about those one may decide.
func (s site) decideFirst(r api.Request) {
	s.t.Helper()
	r = answerOf[api.Request](s, "approver", "approve", r.ID, "--comment", "As agreed")
	if got := decisions(r); got != "approved, pending" {
		s.t.Fatalf("after the approver of one account the decisions are %s", got)
	}
}

func (s site) decideSecond(r api.Request) {
	s.t.Helper()
	r = answerOf[api.Request](s, "second-approver", "approve", r.ID, "--comment", "As agreed")
	if got := decisions(r); got != "approved, approved" {
		s.t.Fatalf("after both approvers the decisions are %s", got)
	}
}

// followUntil the first targets are in these states.
func (s site) followUntil(r api.Request, states ...string) api.Request {
	s.t.Helper()
	return s.follow(r.ID, func(r api.Request) bool {
		for i, want := range states {
			if state(r, i) != want {
				return false
			}
		}
		return true
	})
}

// dryRun demands that it shows who would decide on which target, and stores nothing.
func (s site) dryRun(create []string) {
	s.t.Helper()
	p := answerOf[api.Preview](s, "requester", append(create, "--dry-run")...)
	if !p.Allowed || len(p.Targets) != 2 {
		s.t.Fatalf("the dry run says %+v", p)
	}
	for i, who := range []string{"approver", "second-approver"} {
		if got := candidates(p.Targets[i].Answer); !slices.Contains(got, who) || slices.Contains(got, "requester") || len(got) == 0 {
			s.t.Errorf("the dry run says that %v decide on %s", got, p.Targets[i].AccountName)
		}
	}
	if slices.Contains(candidates(p.Targets[0].Answer), "second-approver") || slices.Contains(candidates(p.Targets[1].Answer), "approver") {
		s.t.Error("the dry run names one account's approver for the other")
	}
	people := s.team("requester", append(create, "--dry-run")...)
	for _, text := range []string{"PowerUserAccess in shop-prod", "DatabaseAdmin in shop-dev", "decides", "residual access"} {
		if people.code != exitOK || !strings.Contains(people.out, text) {
			s.t.Errorf("the dry run does not show %q (exit code %d):\n%s%s", text, people.code, people.out, people.err)
		}
	}
	if list := answerOf[api.RequestList](s, "requester", "request", "list"); len(list.Items) != 0 {
		s.t.Errorf("the dry run left the requests %+v", list.Items)
	}
}

func candidates(a api.Answer) (names []string) {
	for _, stage := range a.Stages {
		for _, p := range stage.Candidates {
			names = append(names, p.UserName)
		}
	}
	return names
}

// refused demands that a command is denied and has changed nothing.
func (s site) refused(r api.Request, persona string, args ...string) {
	s.t.Helper()
	got := s.team(persona, args...)
	if got.code != exitDenied {
		s.t.Errorf("%s: team %s: exit code %d\n%s%s", persona, strings.Join(args, " "), got.code, got.out, got.err)
	}
	now := answerOf[api.Request](s, "requester", "request", "show", r.ID)
	if decisions(now) != "pending, pending" || len(now.Targets[0].Votes)+len(now.Targets[1].Votes) != 0 {
		s.t.Errorf("%s: team %s left %s with %+v", persona, strings.Join(args, " "), decisions(now), now.Targets)
	}
}

func decisions(r api.Request) string {
	var words []string
	for _, t := range r.Targets {
		words = append(words, t.Decision)
	}
	return strings.Join(words, ", ")
}

func state(r api.Request, target int) string {
	if e := r.Targets[target].Elevation; e != nil {
		return e.State
	}
	return ""
}

// follow shows the request again and again until done, and compares each answer with AWS. While TEAM's database is away
// there is no answer; the command says so by its exit code, and people try again.
func (s site) follow(id string, done func(api.Request) bool) (r api.Request) {
	s.t.Helper()
	deadline := time.Now().Add(patience + time.Minute)
	for {
		got := s.team("requester", "request", "show", id, "-o", "json")
		switch {
		case got.code == exitUnavailable && s.troubled:
		case got.code != exitOK:
			s.t.Fatalf("team request show: exit code %d\n%s%s", got.code, got.out, got.err)
		default:
			r = api.Request{}
			if err := json.Unmarshal([]byte(got.out), &r); err != nil {
				s.t.Fatalf("team request show: %v\n%s", err, got.out)
			}
			for i := range r.Targets {
				s.compare(r.Targets[i])
			}
			if done(r) {
				return r
			}
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the request does not move on: %+v", r)
		}
	}
}

// compare demands that what was just said of a target is so in AWS.
func (s site) compare(t api.Target) {
	s.t.Helper()
	present := s.holds(t.Role)
	e := t.Elevation
	switch {
	case t.Decision != "approved" && present:
		s.t.Errorf("%s is %s, and AWS holds the assignment", t.AccountName, t.Decision)
	case e == nil:
	case e.State == "active" && !present && time.Now().Before(e.EndsAt):
		s.t.Errorf("%s is active, and AWS holds no assignment", t.AccountName)
	case e.State == "ended" && present:
		s.t.Errorf("%s is ended, and AWS holds the assignment", t.AccountName)
	}
}

// judgeEnd demands that a target was given for its time and ended by it.
func judgeEnd(t *testing.T, target api.Target, duration time.Duration) {
	t.Helper()
	e := target.Elevation
	if e.Reason != "elapsed" || e.EndsAt.Sub(e.ActivatedAt) != duration || e.EndedAt.Before(e.EndsAt) || e.EndedAt.After(e.EndsAt.Add(mostDelay+10*time.Second)) {
		t.Errorf("%s ended as %q: active %s, to end %s, ended %s", target.AccountName, e.Reason, clock(e.ActivatedAt), clock(e.EndsAt), clock(e.EndedAt))
	}
}
