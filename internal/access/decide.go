package access

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// Ballot is one person's yes or no on targets of a request.
type Ballot struct {
	Targets []string // target ids; empty: every pending one the caller may decide
	Approve bool
	Comment string
}

// Decide records the caller's vote on targets of a case and what follows from it. The facts hold the decider's live
// memberships, and for an extension the requester's. Named targets must all be decidable, or nothing is stored.
func Decide(c Case, b Ballot, by Actor, f Facts, ids IDs) (Change, error) {
	if err := isPerson(by); err != nil {
		return Change{}, err
	}
	settings := f.Engine.Settings()
	if err := checkText("comment", "the comment", b.Comment, MaxComment, settings.CommentRequired); err != nil {
		return Change{}, err
	}
	if err := notRequester(c, by, f, "decide on"); err != nil {
		return Change{}, err
	}
	f.Now = c.inOrder(f.Now)
	var change Change
	picked, err := pickTargets(c, b, by, f)
	if err != nil {
		return Change{}, err
	}
	if err := deciderShown(c, picked, by, f); err != nil {
		return Change{}, err
	}
	for _, p := range picked {
		if err := castVote(&change, &c, p, b, by, f, ids); err != nil {
			return Change{}, err
		}
	}
	return change, nil
}

// deciderShown refuses whoever has not shown lately what deciding on the picked targets demands.
func deciderShown(c Case, picked []pick, by Actor, f Facts) error {
	var demands []policy.Demand
	for _, p := range picked {
		q := c.Question(*p.target, f.Requester.Groups, decisionSpan(c, *p.target), f.Now)
		demands = append(demands, f.Engine.DecisionDemands(q, by.UserID)...)
	}
	return Shown(policy.ActDecide, demands, by, f.Now)
}

// isPerson refuses machines: they never decide.
func isPerson(by Actor) error {
	if by.Kind != audit.Person || by.UserID == "" {
		return forbidden("only people decide; machines never do")
	}
	return nil
}

// notRequester refuses the beneficiary, who filed, who owns the machine, and whoever is the same person (P5).
func notRequester(c Case, by Actor, f Facts, verb string) error {
	for _, r := range append(c.requesters(), c.Request.BeneficiaryID) {
		if f.Dir.SamePerson(r, by.UserID) {
			return forbidden("nobody can %s their own request", verb)
		}
	}
	return nil
}

type pick struct {
	target *Target
	answer policy.Answer
	stage  int
}

func pickTargets(c Case, b Ballot, by Actor, f Facts) ([]pick, error) {
	ids := b.Targets
	all := len(ids) == 0
	if all {
		for _, t := range c.Targets {
			if t.Decision == Pending {
				ids = append(ids, t.ID)
			}
		}
		if len(ids) == 0 {
			return nil, conflict("request %s has no pending target: it is %s", c.Request.ID, StatusOf(c, f.Now))
		}
	}
	var picked []pick
	var refusal error
	for i, id := range ids {
		t, ok := c.Target(id)
		if !ok {
			return nil, notFound("target", id)
		}
		if slices.Contains(ids[:i], id) {
			return nil, invalid("targets", "target %s is named twice", id)
		}
		p, err := mayDecide(c, t, by, f)
		if err == nil && b.Approve && !p.answer.Allowed {
			err = &Error{Code: CodeNotAllowed, Message: "it can no longer be approved: " + firstText(p.answer.Against), Reasons: p.answer.Against}
		}
		switch {
		case err == nil:
			picked = append(picked, p)
		case all:
			refusal = err
		default:
			return nil, err
		}
	}
	if len(picked) == 0 {
		return nil, refusal
	}
	return picked, nil
}

func mayDecide(c Case, t *Target, by Actor, f Facts) (pick, error) {
	if t.Decision != Pending {
		return pick{}, conflict("target %s is already %s", t.ID, t.Decision)
	}
	if !f.Now.Before(c.Request.ExpiresAt) {
		return pick{}, conflict("target %s got no answer in time and expires", t.ID)
	}
	for _, v := range c.VotesOn(t.ID) {
		if f.Dir.SamePerson(v.VoterID, by.UserID) {
			return pick{}, conflict("you have decided on target %s already", t.ID)
		}
	}
	q := c.Question(*t, f.Requester.Groups, decisionSpan(c, *t), f.Now)
	answer := f.Engine.Evaluate(q)
	tally := f.Engine.Tally(q, f.votes(c.VotesOn(t.ID)))
	stage := min(tally.Stage, max(len(f.Engine.Deciders(q))-1, 0))
	if ok, why := f.Engine.MayDecide(q, stage, f.Decider); !ok {
		return pick{}, &Error{Code: CodeForbidden, Message: why.Text, Reasons: []policy.Reason{why}}
	}
	return pick{target: t, answer: answer, stage: stage}, nil
}

// decisionSpan is the time a decision answers for: an extension is judged as one request for the whole span from the
// first start.
func decisionSpan(c Case, t Target) time.Duration {
	if t.Extends != "" {
		if e, ok := extended(c, t); ok {
			return e.EndsAt.Sub(e.ActivatedAt) + c.Request.Duration
		}
	}
	return c.Request.Duration
}

func extended(c Case, t Target) (*Elevation, bool) {
	for i := range c.Elevations {
		if c.Elevations[i].ID == t.Extends {
			return &c.Elevations[i], true
		}
	}
	return nil, false
}

func castVote(change *Change, c *Case, p pick, b Ballot, by Actor, f Facts, ids IDs) error {
	t := p.target
	v := Vote{
		ID: ids.Make("vote"), TargetID: t.ID, VoterID: by.UserID, Stage: p.stage, Approve: b.Approve, Comment: b.Comment,
		At: f.Now, Strength: by.Strength, Proofs: by.Proofs, Groups: f.Decider.Groups,
	}
	verb := "rejected"
	if b.Approve {
		verb = "approved"
	}
	change.Votes = append(change.Votes, v)
	cast := event("vote.cast", by.Audit(), f.Now, c.subject(*t), map[string]any{
		"vote": verb, "stage": p.stage + 1, "comment": b.Comment, "strength": by.Strength,
	})
	change.Events = append(change.Events, WithProofs(cast, by))
	if !b.Approve {
		return rejectTarget(change, c, t, by, f)
	}
	q := c.Question(*t, f.Requester.Groups, decisionSpan(*c, *t), f.Now)
	f.Voters = withVoter(f.Voters, f.Decider)
	if f.Engine.Tally(q, f.votes(append(c.VotesOn(t.ID), v))).Outcome != policy.Approved {
		return touch(change, *t, p.answer)
	}
	return approveTarget(change, c, t, p.answer, by, f)
}

func withVoter(voters map[string]policy.Person, p policy.Person) map[string]policy.Person {
	out := make(map[string]policy.Person, len(voters)+1)
	maps.Copy(out, voters)
	out[p.UserID] = p
	return out
}

// touch stores a target that stays pending, so that two votes at one moment cannot both count as the last.
func touch(change *Change, t Target, a policy.Answer) error {
	t.Policies = a.Policies
	change.Targets = append(change.Targets, t)
	return nil
}

func rejectTarget(change *Change, c *Case, t *Target, by Actor, f Facts) error {
	if err := settle(change, c, t, Rejected, by.Audit(), f.Now, nil); err != nil {
		return err
	}
	return endUnstarted(change, c, t, ReasonRejected, "rejected by "+by.Name, by.UserID, by.Audit(), f.Now)
}

func approveTarget(change *Change, c *Case, t *Target, a policy.Answer, by Actor, f Facts) error {
	t.Policies = a.Policies
	if err := settle(change, c, t, Approved, by.Audit(), f.Now, decisionData(*t, a)); err != nil {
		return err
	}
	if t.Extends != "" {
		return applyExtension(change, c, t, a, by.Audit(), f)
	}
	e, ok := c.ElevationOf(t.ID)
	if !ok {
		return fmt.Errorf("target %s has no elevation", t.ID)
	}
	next := *e
	if err := next.Move(Scheduled); err != nil {
		return err
	}
	schedule(&next, f.Engine.Settings(), f.Now)
	change.Elevations = append(change.Elevations, next)
	change.Looks = append(change.Looks, next.LookAt(next.StartAt, false))
	change.Events = append(change.Events, event("elevation.scheduled", by.Audit(), f.Now, next.subject(), map[string]any{"startAt": next.StartAt}))
	return nil
}

// settle moves a target's decision and says so.
func settle(change *Change, c *Case, t *Target, to Decision, by audit.Actor, now time.Time, data map[string]any) error {
	if err := DecisionMoves.check("target", t.ID, t.Decision, to); err != nil {
		return err
	}
	next := *t
	next.Decision, next.DecidedAt = to, now
	change.Targets = append(change.Targets, next)
	change.Events = append(change.Events, event("target."+string(to), by, now, c.subject(next), data))
	return nil
}

// endUnstarted ends the elevation of a target that will never start.
func endUnstarted(change *Change, c *Case, t *Target, reason Reason, detail, byUser string, by audit.Actor, now time.Time) error {
	e, ok := c.ElevationOf(t.ID)
	if !ok || t.Extends != "" || e.State == Ended {
		return nil
	}
	next := *e
	if err := next.BeginEnd(reason, detail, byUser, now); err != nil {
		return err
	}
	change.Elevations = append(change.Elevations, next)
	change.Events = append(change.Events, next.endEvent(by, now))
	return nil
}

func firstText(rs []policy.Reason) string {
	if len(rs) == 0 {
		return "policy says no"
	}
	return rs[0].Text
}
