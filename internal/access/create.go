package access

import (
	"fmt"
	"slices"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// StartTolerance is how far in the past a start may lie: a form takes a while to fill in.
const StartTolerance = 5 * time.Minute

// Draft is what somebody asks for.
type Draft struct {
	BeneficiaryID string // user id; "" means the caller
	Targets       []DraftTarget
	StartAt       time.Time // zero: as soon as it is agreed
	Duration      time.Duration
	Justification string
	Ticket        string
}

// DraftTarget is one account and permission set of a Draft.
type DraftTarget struct {
	AccountID        string
	PermissionSetARN string
}

// Preview says of one target of a draft what would happen.
type Preview struct {
	Target DraftTarget
	Answer policy.Answer
}

// IDs makes identifiers.
type IDs interface{ Make(prefix string) string }

// Check the draft's form against the settings, without asking policy. It returns the draft with defaults filled in.
func (d Draft) Check(s policy.Settings, now time.Time) (Draft, error) {
	if len(d.Targets) == 0 {
		return d, invalid("targets", "name at least one target: an account and a role")
	}
	if len(d.Targets) > s.MaxTargets {
		return d, invalid("targets", "a request may name %d targets; this one names %d", s.MaxTargets, len(d.Targets))
	}
	seen := map[DraftTarget]int{}
	for i, t := range d.Targets {
		field := fmt.Sprintf("targets[%d]", i)
		if err := checkTarget(field, t.AccountID, t.PermissionSetARN); err != nil {
			return d, err
		}
		if j, twice := seen[t]; twice {
			return d, invalid(field, "targets %d and %d are the same account and role", j+1, i+1)
		}
		seen[t] = i
	}
	if err := checkText("justification", "the justification", d.Justification, MaxJustification, true); err != nil {
		return d, err
	}
	if err := checkTicket(d.Ticket, s.TicketRequired); err != nil {
		return d, err
	}
	if d.Duration <= 0 {
		return d, invalid("duration", "the duration must be positive")
	}
	if d.Duration%time.Second != 0 {
		return d, invalid("duration", "durations are in whole seconds")
	}
	if d.Duration < s.MinDuration {
		return d, invalid("duration", "the shortest duration is %s", Human(s.MinDuration))
	}
	if d.Duration > s.MaxDuration {
		return d, invalid("duration", "the longest duration is %s", Human(s.MaxDuration))
	}
	switch {
	case d.StartAt.IsZero():
		d.StartAt = now
	case d.StartAt.Before(now.Add(-StartTolerance)):
		return d, invalid("startAt", "the start lies in the past")
	case d.StartAt.After(now.Add(s.StartHorizon)):
		return d, invalid("startAt", "the start may lie at most %s ahead", Human(s.StartHorizon))
	}
	d.StartAt = d.StartAt.UTC().Truncate(time.Microsecond)
	return d, nil
}

// mayAsk refuses people who ask for others: machines may, people may not.
func (d Draft) mayAsk(by Actor) error {
	if by.Kind == audit.Person && d.BeneficiaryID != by.UserID {
		return forbidden("you can ask for yourself only")
	}
	return nil
}

// machine is what a case knows of the machine that files now.
func (a Actor) machine() Machine {
	if a.Kind != audit.Machine {
		return Machine{}
	}
	return Machine{Name: a.Name, OwnerID: a.OwnerID, Enabled: true}
}

// Create files a request: every target must be allowed, or nothing is stored. The draft must have been checked.
func Create(d Draft, by Actor, f Facts, ids IDs) (Case, Change, error) {
	if err := d.mayAsk(by); err != nil {
		return Case{}, Change{}, err
	}
	now := f.Now
	settings := f.Engine.Settings()
	r := Request{
		ID: ids.Make("req"), Kind: KindAccess,
		BeneficiaryID: d.BeneficiaryID, FiledBy: by.Audit().ID, Machine: by.Kind == audit.Machine, Others: by.Answering(),
		Justification: d.Justification, Ticket: d.Ticket,
		StartAt: d.StartAt, Duration: d.Duration, CreatedAt: now, ExpiresAt: now.Add(settings.PendingExpiry),
	}
	c := Case{Request: r, Machine: by.machine()}
	change := Change{}
	events := []audit.Event{event("request.created", by.Audit(), now, audit.Subject{Request: r.ID, User: r.BeneficiaryID}, map[string]any{
		"justification": r.Justification, "ticket": r.Ticket, "startAt": r.StartAt, "seconds": int64(r.Duration / time.Second),
	})}
	var against []policy.Reason
	for _, dt := range d.Targets {
		t := Target{ID: ids.Make("tgt"), RequestID: r.ID, AccountID: dt.AccountID, PermissionSetARN: dt.PermissionSetARN}
		if a, ok := f.Dir.Account(dt.AccountID); ok {
			t.AccountName = a.Name
		}
		if p, ok := f.Dir.PermissionSet(dt.PermissionSetARN); ok {
			t.PermissionSetName = p.Name
		}
		answer := f.Engine.Evaluate(c.Question(t, f.Requester.Groups, r.Duration, now))
		if !answer.Allowed {
			against = append(against, answer.Against...)
			continue
		}
		t.Policies = answer.Policies
		e := newElevation(ids, r, t, now)
		if answer.ApprovalRequired {
			t.Decision = Pending
			e.State = Waiting
			events = append(events, event("target.pending", by.Audit(), now, c.subject(t), decisionData(t, answer)))
		} else {
			t.Decision, t.DecidedAt = Approved, now
			schedule(&e, settings, now)
			change.Looks = append(change.Looks, e.LookAt(e.StartAt, false))
			events = append(events,
				event("target.approved", audit.Actor{Kind: audit.System, ID: "policy"}, now, c.subject(t), decisionData(t, answer)),
				event("elevation.scheduled", by.Audit(), now, e.subject(), map[string]any{"startAt": e.StartAt}))
		}
		c.Targets = append(c.Targets, t)
		c.Elevations = append(c.Elevations, e)
	}
	if len(against) > 0 {
		return Case{}, Change{}, notAllowed(against)
	}
	change.Request, change.Targets, change.Elevations, change.Events = &c.Request, c.Targets, c.Elevations, events
	return c, change, nil
}

func notAllowed(against []policy.Reason) error {
	message := "policy does not allow it"
	if len(against) > 0 {
		message = against[0].Text
	}
	return &Error{Code: CodeNotAllowed, Message: message, Reasons: against}
}

func newElevation(ids IDs, r Request, t Target, now time.Time) Elevation {
	return Elevation{
		ID: ids.Make("elv"), TargetID: t.ID, RequestID: r.ID,
		AssignmentID: AssignmentID(r.BeneficiaryID, t.AccountID, t.PermissionSetARN),
		UserID:       r.BeneficiaryID, AccountID: t.AccountID, PermissionSetARN: t.PermissionSetARN,
		StartAt: r.StartAt, Duration: r.Duration, Attempt: 1, CreatedAt: now,
	}
}

// schedule makes an elevation ready to start: at its start time, or now if that has passed.
func schedule(e *Elevation, s policy.Settings, now time.Time) {
	e.State = Scheduled
	if e.StartAt.Before(now) {
		e.StartAt = now
	}
	e.Deadline = e.StartAt.Add(s.ActivationDeadline)
}

func decisionData(t Target, a policy.Answer) map[string]any {
	return map[string]any{
		"permissionSet": t.PermissionSetARN, "policies": a.Policies, "for": slices.Clone(a.For),
		"approvalRequired": a.ApprovalRequired,
	}
}
