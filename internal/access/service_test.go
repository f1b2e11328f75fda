package access_test

import (
	"context"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

var errAway = &awsfault.Error{Kind: awsfault.Unreachable, Operation: "identitystore:DescribeUser", Message: "no route"}

// around is what the service asks, each part of which can fail.
type around struct {
	w                          *world
	dirErr, policyErr, liveErr error
	inForce                    func() // called at each reading of the policies
	held                       string
}

func (a *around) Snapshot(context.Context) (*directory.Snapshot, error) {
	return directory.NewSnapshot(a.w.content), a.dirErr
}

func (a *around) InForce(context.Context, time.Time) (policy.Set, error) {
	if a.inForce != nil {
		a.inForce()
	}
	set := a.w.set
	if set.Generation == 0 {
		set.Generation = 1
	}
	return set, a.policyErr
}

func (a *around) User(_ context.Context, id string) (directory.User, error) {
	if a.liveErr != nil {
		return directory.User{}, a.liveErr
	}
	u, ok := directory.NewSnapshot(a.w.content).User(id)
	if !ok {
		return u, &awsfault.Error{Kind: awsfault.NotFound}
	}
	return u, nil
}

func (a *around) GroupsOfUser(_ context.Context, id string) ([]string, error) {
	return directory.NewSnapshot(a.w.content).GroupsOf(id), a.liveErr
}

func (a *around) IsMember(context.Context, string, []string) (map[string]bool, error) {
	return nil, a.liveErr
}

func newService(t *testing.T, w *world) (*access.Service, *around) {
	t.Helper()
	a := &around{w: w}
	return access.New(access.Config{
		Store: openStore(t), Directory: a, Live: a, Policies: a, IDs: w.ids,
		Now:  func() time.Time { return w.now },
		Held: func() string { return a.held },
	}), a
}

func draft(accounts ...string) access.Draft {
	d := access.Draft{Duration: time.Hour, Justification: "why", Ticket: "INC-1"}
	for _, id := range accounts {
		d.Targets = append(d.Targets, access.DraftTarget{AccountID: id, PermissionSetARN: admin})
	}
	return d
}

// TestP9WhileReadsFailDecisionsWait: nothing is filed, decided or extended on what could not be read, the state stays
// as it was, and the next try works.
func TestP9WhileReadsFailDecisionsWait(t *testing.T) {
	s, a := newService(t, newWorld())
	c, err := s.Create(t.Context(), person(ann), draft(prod))
	must(t, err)
	yes := access.Ballot{Approve: true, Comment: "x"}
	for name, fail := range map[string]func(error){
		"directory": func(err error) { a.dirErr = err }, "policies": func(err error) { a.policyErr = err }, "AWS": func(err error) { a.liveErr = err },
	} {
		fail(errAway)
		_, err := s.Decide(t.Context(), person(bob), c.Request.ID, yes)
		wantError(t, err, access.CodeUnavailable, "could not be read, so nothing was decided")
		if name != "AWS" { // filing asks nothing live
			_, err := s.Create(t.Context(), person(ann), draft(prod))
			wantError(t, err, access.CodeUnavailable, "could not be read")
		}
		fail(nil)
	}
	a.w.content.Accounts[2].ReadAt = noon.Add(-3 * time.Hour)
	_, err = s.Decide(t.Context(), person(bob), c.Request.ID, yes)
	wantError(t, err, access.CodeUnavailable, "last read more than 2h ago")
	a.w.content.Accounts[2].ReadAt = noon
	c, err = s.Decide(t.Context(), person(bob), c.Request.ID, yes)
	must(t, err)
	if c.Elevations[0].State != access.Scheduled {
		t.Errorf("then: %+v", c)
	}
}

// TestP5WhoIsDisabledDecidesNothing, also while the snapshot does not know it yet.
func TestP5WhoIsDisabledDecidesNothing(t *testing.T) {
	s, a := newService(t, newWorld())
	c, err := s.Create(t.Context(), person(ann), draft(prod))
	must(t, err)
	a.w.content.Users[2].Status = directory.UserDisabled
	_, err = s.Decide(t.Context(), person(bob), c.Request.ID, access.Ballot{Approve: true, Comment: "x"})
	wantError(t, err, access.CodeForbidden, "your user is not enabled")
}

// TestP7EndingAccessDependsOnNothing: with directory, policies and AWS away and grants held back, users release,
// administrators and those who approved revoke, and requests are cancelled and expire.
func TestP7EndingAccessDependsOnNothing(t *testing.T) {
	for name, c := range map[string]struct {
		by  string
		end func(s *access.Service, by access.Actor, c access.Case) error
	}{
		"release by the user": {ann, func(s *access.Service, by access.Actor, c access.Case) error {
			_, err := s.Release(context.Background(), by, c.Elevations[0].ID)
			return err
		}},
		"revoke by an administrator": {ada, func(s *access.Service, by access.Actor, c access.Case) error {
			_, err := s.Revoke(context.Background(), by, c.Elevations[0].ID, false, "")
			return err
		}},
		"revoke by who approved": {bob, func(s *access.Service, by access.Actor, c access.Case) error {
			_, err := s.Revoke(context.Background(), by, c.Elevations[0].ID, false, "")
			return err
		}},
		"cancel by the requester": {ann, func(s *access.Service, by access.Actor, c access.Case) error {
			_, err := s.Cancel(context.Background(), by, c.Request.ID)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			s, a := newService(t, w)
			filed, err := s.Create(t.Context(), person(ann), draft(prod))
			must(t, err)
			filed, err = s.Decide(t.Context(), person(bob), filed.Request.ID, access.Ballot{Approve: true, Comment: "x"})
			must(t, err)
			if name != "cancel by the requester" {
				activate(t, s, filed)
			}
			a.dirErr, a.policyErr, a.liveErr, a.held = errAway, errAway, errAway, "recovery"
			w.content = directory.Content{}
			must(t, c.end(s, person(c.by), filed))
		})
	}
}

// activate moves a scheduled elevation on as delivery does.
func activate(t *testing.T, s *access.Service, c access.Case) {
	t.Helper()
	c = get(t, s.Store, c.Request.ID)
	e := c.Elevations[0]
	must(t, e.Move(access.Activating))
	must(t, apply(t, s.Store, access.Change{Elevations: []access.Elevation{e}, Events: moved(c)}))
	e.Version++
	must(t, e.Move(access.Active))
	e.ActivatedAt, e.EndsAt = noon, noon.Add(e.Duration)
	must(t, apply(t, s.Store, access.Change{Elevations: []access.Elevation{e}, Events: moved(c)}))
}

// TestWhoMayRevoke: approvers of the target, who voted for it, and administrators; never its holder's other user.
func TestWhoMayRevoke(t *testing.T) {
	notYours := refusal{access.CodeForbidden, "only approvers of this target and administrators can revoke it"}
	for name, want := range map[string]refusal{
		"requester": {access.CodeForbidden, "you hold this access yourself: release it"}, "requester's other user": notYours, "approver": yes,
		"approver's other user": yes, "another approver": yes, "approver of another target": notYours, "machine's owner": yes, "issuer of its token": yes, "administrator": yes,
		"auditor": notYours, "stranger": notYours, "machine": notYours, "another machine": notYours, "nobody": notYours,
	} {
		s, _ := newService(t, newWorld())
		c, err := s.Create(t.Context(), person(ann), draft(prod))
		must(t, err)
		c, err = s.Decide(t.Context(), person(bob), c.Request.ID, access.Ballot{Approve: true, Comment: "x"})
		must(t, err)
		activate(t, s, c)
		t.Log(name)
		_, err = s.Revoke(t.Context(), actors[name], c.Elevations[0].ID, false, "why")
		wantError(t, err, want.code, want.words)
	}
}

// TestWhoMaySee: a case that is not theirs does not exist for them.
func TestWhoMaySee(t *testing.T) {
	s, _ := newService(t, newWorld())
	c, err := s.Create(t.Context(), person(ann), draft(prod))
	must(t, err)
	for name, sees := range map[string]bool{
		"requester": true, "requester's other user": false, "approver": true, "approver's other user": true, "another approver": true,
		"approver of another target": false, "machine's owner": true, "issuer of its token": true, "administrator": true, "auditor": true, "stranger": false, "machine": false,
		"another machine": false, "nobody": false,
	} {
		t.Log(name)
		_, err := s.Read(t.Context(), actors[name], c.Request.ID)
		if sees {
			must(t, err)
		} else {
			wantError(t, err, access.CodeNotFound, "there is no request")
		}
	}
}

func TestPeopleAskForThemselvesOnlyAlsoWhenTheyOnlyWonder(t *testing.T) {
	s, _ := newService(t, newWorld())
	d := draft(prod)
	d.BeneficiaryID = cy
	_, err := s.Create(t.Context(), person(ann), d)
	wantError(t, err, access.CodeForbidden, "you can ask for yourself only")
	_, err = s.Preview(t.Context(), person(ann), d)
	wantError(t, err, access.CodeForbidden, "you can ask for yourself only")
	_, err = s.Preview(t.Context(), actors["machine"], d)
	must(t, err)
	_, err = s.Preview(t.Context(), actors["machine"], draft(prod))
	wantError(t, err, access.CodeInvalid, "a machine names the person it asks for")
}

// TestWhatIsHeldBack: recovery and skewed clocks stop grants and decisions with their reason.
func TestWhatIsHeldBack(t *testing.T) {
	s, a := newService(t, newWorld())
	c, err := s.Create(t.Context(), person(ann), draft(prod))
	must(t, err)
	a.held = "the clock is off"
	_, err = s.Create(t.Context(), person(ann), draft(dev))
	wantError(t, err, access.CodeHeld, "the clock is off")
	_, err = s.Decide(t.Context(), person(bob), c.Request.ID, access.Ballot{Approve: true, Comment: "x"})
	wantError(t, err, access.CodeHeld, "the clock is off")
	_, err = s.Extend(t.Context(), person(ann), extension(time.Hour))
	wantError(t, err, access.CodeHeld, "the clock is off")
	_, err = s.Retry(t.Context(), person(ann), "elv")
	wantError(t, err, access.CodeHeld, "the clock is off")
}

// TestFactsThatMovedAreGatheredAgain: a policy changed, or the process was paused, between gathering and deciding.
func TestFactsThatMovedAreGatheredAgain(t *testing.T) {
	w := newWorld()
	s, a := newService(t, w)
	reads := 0
	a.inForce = func() { // the first reading is of a generation that is not in force any more
		if reads++; reads == 1 {
			w.set.Generation = 9
		} else {
			w.set.Generation = 1
		}
	}
	_, err := s.Create(t.Context(), person(ann), draft(prod))
	must(t, err)
	if reads != 2 {
		t.Errorf("policies were read %d times, want 2", reads)
	}
	a.inForce = func() { w.now = w.now.Add(access.FactsMaxAge + time.Second) } // paused, every time
	_, err = s.Create(t.Context(), person(ann), draft(prod))
	if access.CodeOf(err) != access.CodeStale {
		t.Errorf("on old facts: %v", err)
	}
}

// TestExpireStep expires one request at a time and says when the next is due.
func TestExpireStep(t *testing.T) {
	w := newWorld()
	s, a := newService(t, w)
	c, err := s.Create(t.Context(), person(ann), draft(prod, dev))
	must(t, err)
	did, next, err := s.ExpireStep(t.Context())
	must(t, err)
	if did || !next.Equal(noon.Add(3*time.Hour)) {
		t.Errorf("before: did %v, next %v", did, next)
	}
	a.dirErr, a.policyErr, a.liveErr = errAway, errAway, errAway
	w.now = noon.Add(3 * time.Hour)
	if did, _, err = s.ExpireStep(t.Context()); err != nil || !did {
		t.Errorf("at the limit: did %v, %v", did, err)
	}
	c = get(t, s.Store, c.Request.ID)
	for i := range c.Targets {
		if c.Targets[i].Decision != access.Expired || c.Elevations[i].Reason != access.ReasonExpired {
			t.Errorf("%+v, %+v", c.Targets[i], c.Elevations[i])
		}
	}
	if did, next, err = s.ExpireStep(t.Context()); err != nil || did || !next.IsZero() {
		t.Errorf("after: did %v, next %v, %v", did, next, err)
	}
}

func moved(c access.Case) []audit.Event {
	return []audit.Event{{Kind: "elevation.moved", At: noon, Subject: audit.Subject{Request: c.Request.ID}}}
}
