package processtest

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// life is one request for one target, from asking to the end of access.
type life struct {
	w        *world
	id       string // of the request, once it was answered
	user     string
	target   api.Role
	start    time.Time // when it is to begin; zero: at once
	duration time.Duration
}

func (w *world) life(account, set string, d time.Duration) *life {
	return &life{
		w: w, user: w.aws.UserID("requester"), duration: d,
		target: api.Role{AccountID: w.aws.AccountID(account), PermissionSetARN: w.aws.PermissionSetARN(set)},
	}
}

func (l *life) ask() {
	l.w.t.Helper()
	var r api.Request
	l.w.as("requester").post("/requests", api.NewRequest{
		Targets: []api.Role{l.target}, StartAt: l.start, DurationSeconds: int64(l.duration.Seconds()), Justification: "a life that is interrupted",
	}, &r)
	l.id = r.ID
}

func (l *life) approve() {
	l.w.t.Helper()
	l.w.as("approver").post("/requests/"+l.id+"/approve", api.Ballot{Comment: "yes"}, nil)
}

func (l *life) read() api.Target {
	l.w.t.Helper()
	return l.w.as("requester").request(l.id).Targets[0]
}

func (l *life) await(state string) api.Delivery {
	l.w.t.Helper()
	var e *api.Delivery
	eventually(l.w.t, "the elevation is "+state, func() bool {
		e = l.read().Elevation
		if e != nil && e.State == "ended" && state != "ended" {
			l.w.t.Fatalf("the elevation ended instead of becoming %s: %s (%s)", state, e.Reason, e.Detail)
		}
		return e != nil && e.State == state
	})
	return *e
}

func (l *life) release(e api.Delivery) {
	l.w.t.Helper()
	l.w.as("requester").post("/elevations/"+e.ID+"/release", nil, nil)
}

func (l *life) intervals() []simaws.Interval {
	return l.w.aws.IntervalsOf(l.user, l.target.AccountID, l.target.PermissionSetARN)
}

// mostDelay is how long access may outlast its end, or TEAM's coming back after it. A step that was killed keeps its
// lease for 3 s, AWS works for a moment, and the machine may be busy.
const mostDelay = 15 * time.Second

// judgeAccess compares what AWS's record says the user could do with what TEAM says of the elevation.
func (l *life) judgeAccess(t *testing.T, e api.Delivery, got simaws.Interval, ends time.Time) {
	t.Helper()
	target := l.read()
	if got.From.Before(target.DecidedAt) || got.From.Before(e.StartAt) || got.From.After(e.ActivatedAt) {
		t.Errorf("access began at %s: decided %s, start %s, active %s", clock(got.From), clock(target.DecidedAt), clock(e.StartAt), clock(e.ActivatedAt))
	}
	latest := ends
	if l.w.upSince.After(latest) {
		latest = l.w.upSince
	}
	if got.To.IsZero() || got.To.Before(ends) || got.To.After(latest.Add(mostDelay)) || got.To.After(e.EndedAt) {
		t.Errorf("access was over at %s: its end %s, TEAM back %s, ended %s", clock(got.To), clock(ends), clock(l.w.upSince), clock(e.EndedAt))
	}
	for _, c := range l.w.aws.CallsOf("sso:CreateAccountAssignment") {
		if c.Worked && c.Triple.AccountID == l.target.AccountID && !c.At.Before(ends) {
			t.Errorf("CreateAccountAssignment was sent at %s, after the end at %s", clock(c.At), clock(ends))
		}
	}
	t.Logf("access %s after it was agreed, over %s after its end", got.From.Sub(target.DecidedAt).Round(time.Millisecond), got.To.Sub(ends).Round(time.Millisecond))
}

func clock(at time.Time) string { return at.Format("15:04:05.000") }
