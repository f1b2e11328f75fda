package access

import (
	"slices"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// Extension asks for more time on an active elevation.
type Extension struct {
	ElevationID   string
	Duration      time.Duration // added to the end
	Justification string
	Ticket        string
}

// Extend files an extension: a request of its own, judged as one request for the whole span from the first start.
// While it is pending nothing moves; without approval it applies at once, so the facts hold live memberships.
func Extend(c Case, x Extension, pending []Case, by Actor, f Facts, ids IDs) (Case, Change, error) {
	if err := mayExtend(c, by); err != nil {
		return Case{}, Change{}, err
	}
	var e *Elevation
	for i := range c.Elevations {
		if c.Elevations[i].ID == x.ElevationID {
			e = &c.Elevations[i]
		}
	}
	if e == nil {
		return Case{}, Change{}, notFound("elevation", x.ElevationID)
	}
	if err := checkExtension(*e, x, pending, f); err != nil {
		return Case{}, Change{}, err
	}
	settings := f.Engine.Settings()
	origin, _ := c.Target(e.TargetID)
	r := Request{
		ID: ids.Make("req"), Kind: KindExtension, BeneficiaryID: c.Request.BeneficiaryID, FiledBy: by.Audit().ID,
		Machine: by.Kind == audit.Machine, Others: joined(c.requesters(), by.Answering()),
		Justification: x.Justification, Ticket: x.Ticket, StartAt: e.EndsAt, Duration: x.Duration,
		CreatedAt: f.Now, ExpiresAt: earliest(f.Now.Add(settings.PendingExpiry), e.EndsAt),
	}
	t := Target{
		ID: ids.Make("tgt"), RequestID: r.ID, AccountID: e.AccountID, AccountName: origin.AccountName,
		PermissionSetARN: e.PermissionSetARN, PermissionSetName: origin.PermissionSetName, Extends: e.ID,
	}
	ext := Case{Request: r, Machine: by.machine(), Elevations: []Elevation{*e}}
	answer := f.Engine.Evaluate(ext.Question(t, f.Requester.Groups, e.EndsAt.Sub(e.ActivatedAt)+x.Duration, f.Now))
	if !answer.Allowed {
		return Case{}, Change{}, notAllowed(answer.Against)
	}
	t.Policies = answer.Policies
	change := Change{Request: &ext.Request}
	change.Events = append(change.Events, event("request.created", by.Audit(), f.Now, e.subjectFor(r.ID, t.ID), map[string]any{
		"extends": e.ID, "seconds": int64(x.Duration / time.Second), "justification": x.Justification, "ticket": x.Ticket,
	}))
	if answer.ApprovalRequired {
		t.Decision = Pending
		change.Targets = append(change.Targets, t)
		change.Events = append(change.Events, event("target.pending", by.Audit(), f.Now, ext.subject(t), decisionData(t, answer)))
	} else {
		t.Decision, t.DecidedAt = Approved, f.Now
		change.Targets = append(change.Targets, t)
		byPolicy := audit.Actor{Kind: audit.System, ID: "policy"}
		change.Events = append(change.Events, event("target.approved", byPolicy, f.Now, ext.subject(t), decisionData(t, answer)))
		if err := applyExtension(&change, &ext, &t, answer, by.Audit(), f); err != nil {
			return Case{}, Change{}, err
		}
	}
	ext.Targets = change.Targets
	return ext, change, nil
}

func mayExtend(c Case, by Actor) error {
	if !holds(c, by) && !filedThrough(c, by) {
		return forbidden("only the user who holds the access, and the machine that asked for it, can ask to extend it")
	}
	return nil
}

// joined are two lists without what comes twice.
func joined(a, b []string) []string {
	out := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func (e Elevation) subjectFor(requestID, targetID string) audit.Subject {
	s := e.subject()
	s.Request, s.Target = requestID, targetID
	return s
}

func checkExtension(e Elevation, x Extension, pending []Case, f Facts) error {
	s := f.Engine.Settings()
	if err := checkText("justification", "the justification", x.Justification, MaxJustification, true); err != nil {
		return err
	}
	if err := checkTicket(x.Ticket, s.TicketRequired); err != nil {
		return err
	}
	switch {
	case x.Duration < time.Second || x.Duration%time.Second != 0:
		return invalid("duration", "the added time must be positive, in whole seconds")
	case x.Duration > s.MaxDuration:
		return invalid("duration", "the longest duration is %s", Human(s.MaxDuration))
	case e.State != Active || !f.Now.Before(e.EndsAt):
		return conflict("elevation %s is %s: only active access can be extended", e.ID, e.State)
	case e.Extensions >= s.MaxExtensions:
		return conflict("elevation %s was extended %d times; no more than %d are allowed", e.ID, e.Extensions, s.MaxExtensions)
	case len(pending) > 0:
		return conflict("an extension of elevation %s is pending already (request %s)", e.ID, pending[0].Request.ID)
	}
	return nil
}

// applyExtension moves the end of the elevation an approved target extends. The requester's memberships in the facts
// are live: more time is new access.
func applyExtension(change *Change, c *Case, t *Target, a policy.Answer, by audit.Actor, f Facts) error {
	e, ok := extended(*c, *t)
	if !ok || e.State != Active || !f.Now.Before(e.EndsAt) {
		return conflict("the elevation to extend is not active any more")
	}
	if why := c.machineOut(f); why != "" {
		return conflict("it can no longer be extended: %s", why)
	}
	if !f.RequesterLive {
		return unavailable("the requester's present memberships", nil)
	}
	if e.Extensions >= f.Engine.Settings().MaxExtensions {
		return conflict("elevation %s was extended %d times; no more are allowed", e.ID, e.Extensions)
	}
	next := *e
	span := min(e.EndsAt.Sub(e.ActivatedAt)+c.Request.Duration, a.MaxDuration)
	end := e.ActivatedAt.Add(span)
	if !end.After(e.EndsAt) {
		return conflict("policy allows no more time than the elevation already has")
	}
	next.EndsAt = end
	next.Extensions++
	change.Elevations = append(change.Elevations, next)
	change.Looks = append(change.Looks, next.LookAt(end, true))
	change.Events = append(change.Events, event("elevation.extended", by, f.Now, next.subject(), map[string]any{
		"endsAt": end, "before": e.EndsAt, "request": c.Request.ID,
	}))
	return nil
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
