package simulation

import (
	"context"
	"fmt"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/store"
)

const (
	// slack is how far what is decided may lie behind what was read for it: the age facts may have, the time a late
	// read still counts, and the replicas' skew.
	slack = access.FactsMaxAge + 9*time.Second
	// voteSlack is that for memberships recorded with a vote.
	voteSlack = 5*time.Minute + slack
	// callTime is how long a call may be on its way.
	callTime = 4 * time.Second
)

// watch checks the promises after every move, by the sandbox's record and the driver's own knowledge.
type watch struct {
	w      *World
	events int64 // last event seen
	calls  int
	lives  map[string]*life       // elevations by id
	claims map[string][]time.Time // assignment id → when TEAM claimed it
	broken []string
}

// life is what the event log said of one elevation.
type life struct {
	activating, active, ending, ended time.Time
	heldBy                            string
	reason                            string
}

func newWatch(w *World) *watch {
	return &watch{w: w, events: -1, lives: map[string]*life{}, claims: map[string][]time.Time{}}
}

func (c *watch) breachf(promise, format string, args ...any) {
	c.broken = append(c.broken, promise+": "+fmt.Sprintf(format, args...))
}

// check everything that is new, and everything that must hold at any moment.
func (c *watch) check(ctx context.Context) []string {
	c.newEvents(ctx)
	c.newCalls(ctx)
	c.nothingForgotten(ctx)
	return c.broken
}

func (c *watch) newEvents(ctx context.Context) {
	for {
		records, err := c.w.store.Events(ctx, store.EventFilter{After: c.events, Limit: 500})
		c.w.must(err)
		if len(records) == 0 {
			return
		}
		for _, r := range records {
			if r.Sequence != c.events+1 {
				c.breachf("P6", "event %d follows event %d", r.Sequence, c.events)
			}
			c.events = r.Sequence
			c.event(ctx, r.Event)
		}
	}
}

func (c *watch) event(ctx context.Context, e audit.Event) {
	id := e.Subject.Elevation
	l := c.lives[id]
	if id != "" && l == nil {
		l = &life{}
		c.lives[id] = l
	}
	switch e.Kind {
	case "assignment.claimed":
		if e.Data["readAbsentAt"] == nil {
			return // the same claim goes on after a failed try
		}
		c.claims[e.Subject.Assignment] = append(c.claims[e.Subject.Assignment], e.At)
	case "vote.cast":
		c.voted(e)
	case "target.approved":
		if e.Actor.Kind == audit.Person {
			c.approved(ctx, e)
		}
	case "elevation.extended":
		c.extended(ctx, e)
	case "elevation.activating":
		l.activating = e.At
		c.activated(ctx, e)
	case "elevation.active":
		l.active = e.At
		c.confirmed(ctx, e)
	case "elevation.ending":
		l.ending, l.reason = e.At, fmt.Sprint(e.Data["reason"])
	case "elevation.ended":
		l.ended, l.reason = e.At, fmt.Sprint(e.Data["reason"])
		if h, ok := e.Data["heldBy"].(string); ok {
			l.heldBy = h
		}
	}
}

// voted: P5.
func (c *watch) voted(e audit.Event) {
	voter := c.w.name[e.Actor.ID]
	kase := c.requestOf(context.Background(), e.Subject.Request)
	answers := kase.Request.Machine && (voter == machineOwner || voter == machineIssuer)
	if e.Actor.ID == e.Subject.User || answers {
		c.breachf("P5", "%s voted on their own request", voter)
	}
	t, _ := kase.Target(e.Subject.Target)
	requester, account, set := c.names(e.Subject.User, t.AccountID, t.PermissionSetARN)
	promise := "P5"
	for _, at := range c.w.truth.instants(e.At.Add(-slack), e.At.Add(time.Second)) {
		j, own := c.w.truth.judge(requester, "", account, set, at, ""), c.w.truth.judge(requester, "", account, set, at, voter)
		if !c.w.truth.isApprover(j, voter, at) || c.w.truth.statuses[voter].was(at) != directory.UserEnabled {
			continue
		}
		if c.w.truth.isApprover(own, voter, at) {
			return
		}
		promise = "P11"
	}
	c.breachf(promise, "%s decided on %s in %s and was no approver", voter, set, account)
}

// approved: P1. Enough people who may decide have agreed, at some instant just before.
func (c *watch) approved(ctx context.Context, e audit.Event) {
	kase := c.requestOf(ctx, e.Subject.Request)
	t, _ := kase.Target(e.Subject.Target)
	user, account, set := c.names(e.Subject.User, t.AccountID, t.PermissionSetARN)
	for _, at := range c.w.truth.instants(e.At.Add(-slack), e.At.Add(time.Second)) {
		j := c.w.truth.judge(user, through(kase), account, set, at, "")
		if !j.approval || c.approvals(kase, t.ID, j, at) >= j.required {
			return
		}
	}
	c.breachf("P1", "%s in %s was approved for %s by too few who may", set, account, user)
}

// extended: P1. More time is new access: the whole span is allowed and agreed to.
func (c *watch) extended(ctx context.Context, e audit.Event) {
	kase := c.requestOf(ctx, fmt.Sprint(e.Data["request"]))
	whole := c.elevation(ctx, e.Subject.Elevation)
	whole.TargetID, whole.Duration = kase.Targets[0].ID, whole.EndsAt.Sub(whole.ActivatedAt)
	if promise, why := c.unjustified(kase, whole, e.At.Add(-slack), e.At.Add(time.Second)); why != "" {
		c.breachf(promise, "elevation %s was extended without a valid decision: %s", whole.ID, why)
	}
}

func (c *watch) requestOf(ctx context.Context, id string) (kase access.Case) {
	c.w.must(c.w.store.Access().View(ctx, func(ctx context.Context, tx access.Tx) (err error) {
		kase, err = tx.Case(ctx, id)
		return err
	}))
	return kase
}

func (c *watch) names(userID, accountID, setARN string) (user, account, set string) {
	user = c.w.name[userID]
	for n, id := range c.w.account {
		if id == accountID {
			account = n
		}
	}
	for n, arn := range c.w.set {
		if arn == setARN {
			set = n
		}
	}
	return user, account, set
}

// activated: P1. At some instant just before, everything that is needed really held.
func (c *watch) activated(ctx context.Context, e audit.Event) {
	kase := c.caseOf(ctx, e.Subject.Elevation)
	var elevation access.Elevation
	for _, el := range kase.Elevations {
		if el.ID == e.Subject.Elevation {
			elevation = el
		}
	}
	user, account, set := c.names(elevation.UserID, elevation.AccountID, elevation.PermissionSetARN)
	if account == "management" || set == "Billing" {
		c.breachf("P8", "%s was started in %s", set, account)
	}
	if e.At.Before(elevation.StartAt) || !e.At.Before(elevation.Deadline) {
		c.breachf("P1", "elevation %s started outside its window", elevation.ID)
	}
	if promise, why := c.unjustified(kase, elevation, e.At.Add(-slack), e.At.Add(time.Second)); why != "" {
		c.breachf(promise, "%s got %s in %s without a valid decision: %s", user, set, account, why)
	}
}

// unjustified says what speaks against an elevation at every instant of a time, and which promise that breaks; "" if
// at one of them nothing does.
func (c *watch) unjustified(kase access.Case, elevation access.Elevation, from, to time.Time) (promise, why string) {
	user, account, set := c.names(elevation.UserID, elevation.AccountID, elevation.PermissionSetARN)
	why, promise = "nothing", "P1"
	for _, at := range c.w.truth.instants(from, to) {
		if c.w.truth.statuses[user].was(at) != directory.UserEnabled {
			why = "the user was not enabled"
			continue
		}
		if kase.Request.Machine && !c.w.truth.machineOn.was(at) {
			why = "the machine that asked was disabled"
			continue
		}
		machine := through(kase)
		j, own := c.w.truth.judge(user, machine, account, set, at, ""), c.w.truth.judge(user, machine, account, set, at, user)
		if why = c.against(kase, elevation, j, at); why != "" {
			continue
		}
		if why = c.against(kase, elevation, own, at); why == "" {
			return "", ""
		}
		promise = "P11"
	}
	return promise, why
}

// through is the machine that filed a case, "" for people.
func through(kase access.Case) string {
	if kase.Request.Machine {
		return kase.Request.FiledBy
	}
	return ""
}

// against is what speaks against access under the judgement of an instant, "" if nothing does.
func (c *watch) against(kase access.Case, e access.Elevation, j judged, at time.Time) string {
	switch {
	case !j.eligible:
		return "not eligible"
	case e.Duration > j.longest:
		return fmt.Sprintf("%s is longer than %s", e.Duration, j.longest)
	case j.approval && c.approvals(kase, e.TargetID, j, at) < j.required:
		return fmt.Sprintf("%d approvals of %d", c.approvals(kase, e.TargetID, j, at), j.required)
	}
	return ""
}

// approvals counts the people who said yes and are approvers within the time a recorded membership may count.
func (c *watch) approvals(kase access.Case, targetID string, j judged, at time.Time) int {
	people := map[string]bool{}
	for _, v := range kase.VotesOn(targetID) {
		voter := c.w.name[v.VoterID]
		answers := kase.Request.Machine && (voter == machineOwner || voter == machineIssuer)
		if !v.Approve || v.VoterID == kase.Request.BeneficiaryID || answers {
			continue
		}
		for _, then := range c.w.truth.instants(at.Add(-voteSlack), at) {
			if c.w.truth.isApprover(j, voter, then) && c.w.truth.statuses[voter].was(then) == directory.UserEnabled {
				people[voter] = true
			}
		}
	}
	return len(people)
}

// confirmed: P4. The sandbox's record shows the assignment at about that moment.
func (c *watch) confirmed(ctx context.Context, e audit.Event) {
	el := c.elevation(ctx, e.Subject.Elevation)
	for _, p := range c.w.aws.Presences() {
		if p.Triple == triple(el) && !p.From.After(e.At.Add(time.Second)) && (p.To.IsZero() || p.To.After(e.At.Add(-slack))) {
			return
		}
	}
	c.breachf("P4", "elevation %s is called active and AWS had no assignment", el.ID)
}

func (c *watch) caseOf(ctx context.Context, elevationID string) (kase access.Case) {
	c.w.must(c.w.store.Access().View(ctx, func(ctx context.Context, tx access.Tx) (err error) {
		kase, err = tx.CaseOfElevation(ctx, elevationID)
		return err
	}))
	return kase
}

func (c *watch) elevation(ctx context.Context, id string) (el access.Elevation) {
	c.w.must(c.w.store.Access().View(ctx, func(ctx context.Context, tx access.Tx) error {
		kase, err := tx.CaseOfElevation(ctx, id)
		for _, e := range kase.Elevations {
			if e.ID == id {
				el = e
			}
		}
		return err
	}))
	return el
}

func triple(e access.Elevation) simaws.Triple {
	return simaws.Triple{PrincipalID: e.UserID, PrincipalType: "USER", AccountID: e.AccountID, PermissionSetARN: e.PermissionSetARN}
}

// newCalls: what TEAM did to AWS.
func (c *watch) newCalls(ctx context.Context) {
	calls := c.w.aws.Calls()
	for _, call := range calls[c.calls:] {
		switch {
		case !call.Worked:
		case call.Action == "sso:CreateAccountAssignment":
			c.created(ctx, call)
		case call.Action == "sso:DeleteAccountAssignment":
			c.deleted(ctx, call)
		}
	}
	c.calls = len(calls)
}

func (c *watch) created(ctx context.Context, call simaws.Call) {
	_, account, set := c.names(call.Triple.PrincipalID, call.Triple.AccountID, call.Triple.PermissionSetARN)
	if account == "management" || set == "Billing" {
		c.breachf("P8", "Create was sent for %s in %s", set, account)
	}
	promise, against := "P1", "outside every elevation's window"
	for _, e := range c.elevationsOn(ctx, call.Triple) {
		l := c.lives[e.ID]
		if l == nil || l.activating.IsZero() || l.activating.After(call.At.Add(time.Second)) {
			continue
		}
		if (!l.ending.IsZero() && !call.At.Before(l.ending.Add(callTime))) || !call.At.Before(e.Deadline.Add(callTime)) {
			continue
		}
		// Create may wait for AWS; what it rests on must have held not long before, too.
		if promise, against = c.unjustified(c.caseOf(ctx, e.ID), e, call.At.Add(-slack-access.FactsMaxAge-callTime), call.At); against == "" {
			return
		}
	}
	c.breachf(promise, "Create was sent for %s in %s: %s", set, account, against)
}

// deleted: P3. Only what TEAM gave is taken, and only when nobody needs it.
func (c *watch) deleted(ctx context.Context, call simaws.Call) {
	id := access.AssignmentID(call.Triple.PrincipalID, call.Triple.AccountID, call.Triple.PermissionSetARN)
	user, account, set := c.names(call.Triple.PrincipalID, call.Triple.AccountID, call.Triple.PermissionSetARN)
	claimed := lastBefore(c.claims[id], call.At.Add(time.Second))
	if claimed.IsZero() {
		c.breachf("P3", "Delete was sent for %s of %s in %s, which TEAM never claimed", set, user, account)
	}
	for _, p := range c.w.aws.Presences() {
		if p.Triple != call.Triple || p.Began.Kind == "api" || p.From.After(call.At) || (!p.To.IsZero() && p.To.Before(call.At)) {
			continue
		}
		// What appeared under a standing intent counts as TEAM's (P2 before P3); what was there before never does.
		if p.From.Before(claimed.Add(-slack)) {
			c.breachf("P3", "Delete was sent for %s of %s in %s, which was there before TEAM", set, user, account)
		}
	}
	for _, e := range c.elevationsOn(ctx, call.Triple) {
		l := c.lives[e.ID]
		if l == nil || l.active.IsZero() || l.active.After(call.At) {
			continue
		}
		if l.ending.IsZero() && call.At.Before(e.EndsAt.Add(-time.Second)) {
			c.breachf("P3", "Delete was sent while elevation %s of %s was active until %s", e.ID, user, e.EndsAt)
		}
	}
}

// lastBefore is the last of the instants that is not after at; zero if there is none.
func lastBefore(instants []time.Time, at time.Time) (last time.Time) {
	for _, i := range instants {
		if !i.After(at) {
			last = i
		}
	}
	return last
}

func (c *watch) elevationsOn(ctx context.Context, t simaws.Triple) []access.Elevation {
	id := access.AssignmentID(t.PrincipalID, t.AccountID, t.PermissionSetARN)
	ids := c.w.ids("SELECT id FROM elevations WHERE assignment_id = '" + id + "' ORDER BY id")
	var out []access.Elevation
	for _, id := range ids {
		out = append(out, c.elevation(ctx, id))
	}
	return out
}

// nothingForgotten: P2. What TEAM made in AWS and is still there, TEAM knows of and will look at again; and where TEAM
// says that access is over, it is (P4).
func (c *watch) nothingForgotten(ctx context.Context) {
	for _, p := range c.w.aws.Presences() {
		if !p.To.IsZero() || p.Began.Kind != "api" {
			continue
		}
		id := access.AssignmentID(p.PrincipalID, p.AccountID, p.PermissionSetARN)
		user, account, set := c.names(p.PrincipalID, p.AccountID, p.PermissionSetARN)
		if !c.w.truth.exists(user) && c.w.aws.Switches().HideAssignmentsOfDeletedUsers {
			continue // AWS shows it to nobody, and nobody can use it
		}
		var phase string
		var due int64
		if err := c.w.raw.QueryRowContext(ctx, "SELECT phase, due_at FROM assignments WHERE id = $1", id).Scan(&phase, &due); err != nil {
			c.breachf("P2", "%s of %s in %s is in AWS and TEAM has no row: %v", set, user, account, err)
			continue
		}
		if phase == string(delivery.Idle) || due == 0 {
			c.breachf("P2", "%s of %s in %s is in AWS and TEAM calls it %s, due %d", set, user, account, phase, due)
		}
	}
}
