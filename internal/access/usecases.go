package access

import (
	"context"
	"slices"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Preview says for each target of a draft whether it would be allowed, who would decide and why, or why not.
// Nothing is stored.
func (s *Service) Preview(ctx context.Context, by Actor, d Draft) ([]Preview, error) {
	d, f, err := s.drafted(ctx, by, d)
	if err != nil {
		return nil, err
	}
	c := Case{Machine: by.machine(), Request: Request{
		BeneficiaryID: d.BeneficiaryID, FiledBy: by.Audit().ID, Machine: by.Kind == audit.Machine, Others: by.Answering(), Ticket: d.Ticket,
	}}
	out := make([]Preview, 0, len(d.Targets))
	for _, t := range d.Targets {
		q := c.Question(Target{AccountID: t.AccountID, PermissionSetARN: t.PermissionSetARN}, f.Requester.Groups, d.Duration, f.Now)
		out = append(out, Preview{Target: t, Answer: f.Engine.Evaluate(q)})
	}
	return out, nil
}

func (s *Service) drafted(ctx context.Context, by Actor, d Draft) (Draft, Facts, error) {
	if d.BeneficiaryID == "" {
		d.BeneficiaryID = by.UserID
	}
	if d.BeneficiaryID == "" {
		return d, Facts{}, invalid("beneficiary", "a machine names the person it asks for")
	}
	if err := d.mayAsk(by); err != nil {
		return d, Facts{}, err
	}
	f, err := s.Facts(ctx)
	if err != nil {
		return d, f, err
	}
	d, err = d.Check(f.Engine.Settings(), f.Now)
	return d, f.ofRequester(d.BeneficiaryID), err
}

// Create files a request.
func (s *Service) Create(ctx context.Context, by Actor, d Draft) (Case, error) {
	if err := s.heldBack(); err != nil {
		return Case{}, err
	}
	var created Case
	err := repeat(func() error {
		checked, f, err := s.drafted(ctx, by, d)
		if err != nil {
			return err
		}
		return s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
			f, err := s.current(ctx, tx, f)
			if err != nil {
				return err
			}
			c, change, err := Create(checked, by, f, s.IDs)
			if err != nil {
				return err
			}
			created = c
			return tx.Apply(ctx, change)
		})
	})
	return created, err
}

// Decide approves or rejects targets of a request.
func (s *Service) Decide(ctx context.Context, by Actor, requestID string, b Ballot) (Case, error) {
	if err := s.heldBack(); err != nil {
		return Case{}, err
	}
	// Before AWS is asked about a caller who has no user there.
	if err := isPerson(by); err != nil {
		return Case{}, err
	}
	err := repeat(func() error {
		c, err := s.read(ctx, requestID)
		if err != nil {
			return err
		}
		f, err := s.decisionFacts(ctx, by, c)
		if err != nil {
			return err
		}
		return s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
			f, err := s.current(ctx, tx, f)
			if err != nil {
				return err
			}
			c, err := tx.Case(ctx, requestID)
			if err != nil {
				return err
			}
			change, err := Decide(c, b, by, f, s.IDs)
			if err != nil {
				return err
			}
			return tx.Apply(ctx, change)
		})
	})
	if err != nil {
		return Case{}, err
	}
	return s.read(ctx, requestID)
}

func (s *Service) decisionFacts(ctx context.Context, by Actor, c Case) (Facts, error) {
	f, err := s.Facts(ctx)
	if err != nil {
		return f, err
	}
	if err := s.fresh(f, c.Targets); err != nil {
		return f, err
	}
	f = f.ofRequester(c.Request.BeneficiaryID)
	decider, user, err := s.livePerson(ctx, by.UserID)
	if err != nil {
		return f, unavailable("your memberships", err)
	}
	if user.Status != directory.UserEnabled {
		return f, forbidden("your user is not enabled in IAM Identity Center")
	}
	f.Decider = decider
	if c.Request.Kind == KindExtension {
		if f, err = s.liveRequester(ctx, f, c.Request.BeneficiaryID); err != nil {
			return f, err
		}
		if f.RequesterUser.Status != directory.UserEnabled {
			return f, conflict("the requester is not an enabled user any more")
		}
	}
	return s.voters(ctx, f, c.Votes)
}

// Cancel takes back what was asked and not yet given.
func (s *Service) Cancel(ctx context.Context, by Actor, requestID string) (Case, error) {
	return s.change(ctx, requestID, func(ctx context.Context, tx Tx) error {
		c, err := tx.Case(ctx, requestID)
		if err != nil {
			return err
		}
		change, err := Cancel(c, by, s.Now())
		if err != nil {
			return err
		}
		return tx.Apply(ctx, change)
	})
}

// Release ends an elevation by its user. It depends on nothing but the rows (P7).
func (s *Service) Release(ctx context.Context, by Actor, elevationID string) (Case, error) {
	return s.endBy(ctx, elevationID, func(ctx context.Context, tx Tx, c Case) (Change, error) {
		pending, err := tx.PendingExtensions(ctx, elevationID)
		if err != nil {
			return Change{}, err
		}
		return Release(c, elevationID, by, pending, s.Now())
	})
}

// Revoke ends every elevation on the assignment of the one named, or only that one. Administrators may, and whoever
// may decide on the target; ending access depends on no AWS read, so an approver's membership comes from the snapshot.
func (s *Service) Revoke(ctx context.Context, by Actor, elevationID string, only bool, comment string) (Case, error) {
	return s.endBy(ctx, elevationID, func(ctx context.Context, tx Tx, c Case) (Change, error) {
		if err := s.mayRevoke(ctx, by, c, elevationID); err != nil {
			return Change{}, err
		}
		if err := s.checkRevokeComment(ctx, comment); err != nil {
			return Change{}, err
		}
		es, err := tx.ElevationsOn(ctx, assignmentOf(c, elevationID))
		if err != nil {
			return Change{}, err
		}
		if only {
			es = one(es, elevationID)
		}
		var pending []Case
		for _, e := range es {
			p, err := tx.PendingExtensions(ctx, e.ID)
			if err != nil {
				return Change{}, err
			}
			pending = append(pending, p...)
		}
		return Revoke(es, comment, by, pending, s.Now())
	})
}

// checkRevokeComment asks for a comment where settings demand one; when the settings cannot be read, revoking goes
// on without (P7).
func (s *Service) checkRevokeComment(ctx context.Context, comment string) error {
	required := false
	if set, err := s.Policies.InForce(ctx, s.Now()); err == nil {
		required = set.Settings.CommentRequired
	}
	return checkText("comment", "the comment", comment, MaxComment, required)
}

func (s *Service) mayRevoke(ctx context.Context, by Actor, c Case, elevationID string) error {
	if by.Administrator {
		return nil
	}
	if by.UserID != "" {
		if by.UserID == c.Request.BeneficiaryID {
			return forbidden("you hold this access yourself: release it")
		}
		// Who approved is in the rows: they revoke also while the directory or the policies cannot be read (P7).
		if approved(c, by, elevationID) {
			return nil
		}
		f, err := s.Facts(ctx)
		if err != nil {
			return err
		}
		if t, ok := c.Target(targetOf(c, elevationID)); ok && mayDecideOn(f, c, *t, by.UserID) {
			return nil
		}
	}
	return forbidden("only approvers of this target and administrators can revoke it")
}

// approved says whether somebody's approval of an elevation's target counts.
func approved(c Case, by Actor, elevationID string) bool {
	target := targetOf(c, elevationID)
	return slices.ContainsFunc(c.Votes, func(v Vote) bool {
		return v.VoterID == by.UserID && v.Approve && !v.Void && v.TargetID == target
	})
}

// MayRevokeNow says whether the person could revoke an elevation of a case that has not ended, by the snapshot.
func MayRevokeNow(f Facts, by Actor, c Case, elevationID string) bool {
	switch {
	case by.Administrator:
		return true
	case by.UserID == "" || by.UserID == c.Request.BeneficiaryID:
		return false
	case approved(c, by, elevationID):
		return true
	}
	t, ok := c.Target(targetOf(c, elevationID))
	return ok && mayDecideOn(f, c, *t, by.UserID)
}

// RolesByDirectory are those that an actor, or for a machine client its owner, had when the directory was read: none where
// it, or the settings, cannot be read. While AWS does not say who somebody is, they tell apart who would see more than is
// shown, and let an administrator end what others hold, which depends on no call to AWS (P7). They allow nothing else.
func (s *Service) RolesByDirectory(ctx context.Context, by Actor) Roles {
	userID := by.UserID
	if by.Kind == audit.Machine {
		userID = by.OwnerID
	}
	now := s.Now()
	dir, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return Roles{}
	}
	set, err := s.Policies.InForce(ctx, now)
	if err != nil {
		return Roles{}
	}
	return RolesOf(set, dir, policy.Person{UserID: userID, Groups: dir.GroupsOf(userID)}, now)
}

// mayDecideOn says, by the snapshot, whether a user is an approver of a target, whatever its decision.
func mayDecideOn(f Facts, c Case, t Target, userID string) bool {
	f = f.ofRequester(c.Request.BeneficiaryID)
	q := c.Question(t, f.Requester.Groups, 0, f.Now)
	who := policy.Person{UserID: userID, Groups: f.Dir.GroupsOf(userID)}
	for stage := range f.Engine.Deciders(q) {
		if ok, _ := f.Engine.MayDecide(q, stage, who); ok {
			return true
		}
	}
	return false
}

// MaySee says whether somebody may read a case: its requester, auditors, administrators, and who decides on it.
func (s *Service) MaySee(ctx context.Context, by Actor, c Case) (bool, error) {
	if sees(by, c) {
		return true, nil
	}
	if by.UserID == "" {
		return false, nil
	}
	f, err := s.Facts(ctx)
	if err != nil {
		return false, err
	}
	return MaySeeNow(f, by, c), nil
}

// MaySeeNow says the same by facts gathered before, for one of many cases.
func MaySeeNow(f Facts, by Actor, c Case) bool {
	return sees(by, c) || by.UserID != "" && slices.ContainsFunc(c.Targets, func(t Target) bool { return mayDecideOn(f, c, t, by.UserID) })
}

// sees says whether somebody may read a case by what they are, or by what is in its rows.
func sees(by Actor, c Case) bool {
	return by.Administrator || by.Auditor || isRequester(c, by) ||
		by.UserID != "" && slices.ContainsFunc(c.Votes, func(v Vote) bool { return v.VoterID == by.UserID })
}

// MightDecideIn says in which accounts the person might decide on something, by the snapshot: a first look over many
// targets, most of which are others' business. MayDecideNow tells.
func (s *Service) MightDecideIn(f Facts, by Actor) func(accountID string) bool {
	if by.UserID == "" {
		return func(string) bool { return false }
	}
	return f.Engine.MightDecideIn(policy.Person{UserID: by.UserID, Groups: f.Dir.GroupsOf(by.UserID)})
}

// MayDecideNow lists the pending targets of a case that the person could decide on now, by the snapshot.
func (s *Service) MayDecideNow(f Facts, by Actor, c Case) []string {
	if by.UserID == "" || notRequester(c, by, f, "") != nil {
		return nil
	}
	f = f.ofRequester(c.Request.BeneficiaryID)
	f.Decider = policy.Person{UserID: by.UserID, Groups: f.Dir.GroupsOf(by.UserID)}
	f.Voters = recordedVoters(c)
	var ids []string
	for i := range c.Targets {
		if _, err := mayDecide(c, &c.Targets[i], by, f); err == nil {
			ids = append(ids, c.Targets[i].ID)
		}
	}
	return ids
}

// Extend asks for more time on an active elevation.
func (s *Service) Extend(ctx context.Context, by Actor, x Extension) (Case, error) {
	if err := s.heldBack(); err != nil {
		return Case{}, err
	}
	var created Case
	err := repeat(func() error {
		// Before AWS is asked about a caller who has no user there.
		holder, err := s.mayExtend(ctx, by, x.ElevationID)
		if err != nil {
			return err
		}
		f, err := s.Facts(ctx)
		if err != nil {
			return err
		}
		if f, err = s.liveRequester(ctx, f, holder); err != nil {
			return err
		}
		if f.RequesterUser.Status != directory.UserEnabled {
			return forbidden("the user who holds the access is not enabled in IAM Identity Center")
		}
		return s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
			f, err := s.current(ctx, tx, f)
			if err != nil {
				return err
			}
			c, err := tx.CaseOfElevation(ctx, x.ElevationID)
			if err != nil {
				return err
			}
			if err := s.fresh(f, c.Targets); err != nil {
				return err
			}
			pending, err := tx.PendingExtensions(ctx, x.ElevationID)
			if err != nil {
				return err
			}
			ext, change, err := Extend(c, x, pending, by, f, s.IDs)
			if err != nil {
				return err
			}
			created = ext
			return tx.Apply(ctx, change)
		})
	})
	return created, err
}

// mayExtend also says who holds the access.
func (s *Service) mayExtend(ctx context.Context, by Actor, elevationID string) (holder string, err error) {
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.CaseOfElevation(ctx, elevationID)
		if err != nil {
			return err
		}
		holder = c.Request.BeneficiaryID
		return mayExtend(c, by)
	})
	return holder, err
}

// Retry delivers a failed elevation again.
func (s *Service) Retry(ctx context.Context, by Actor, elevationID string) (Case, error) {
	if err := s.heldBack(); err != nil {
		return Case{}, err
	}
	f, err := s.Facts(ctx)
	if err != nil {
		return Case{}, err
	}
	return s.endBy(ctx, elevationID, func(_ context.Context, _ Tx, c Case) (Change, error) {
		f.Now = s.Now()
		_, change, err := Retry(c, elevationID, by, f, s.IDs)
		return change, err
	})
}

// ExpireStep expires one request whose pending targets got no answer in time.
func (s *Service) ExpireStep(ctx context.Context) (did bool, next time.Time, err error) {
	var found bool
	// Looking takes no lock: with nothing to do it keeps nobody from writing.
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		_, found, next, err = tx.ExpiredRequest(ctx, s.Now())
		return err
	})
	if err != nil || !found {
		return false, next, err
	}
	err = s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		now := s.Now()
		did = false
		c, found, later, err := tx.ExpiredRequest(ctx, now)
		next = later
		if err != nil || !found {
			return err
		}
		did, next = true, now
		change, err := Expire(c, Facts{Now: now})
		if err != nil {
			return err
		}
		return tx.Apply(ctx, change)
	})
	return did, next, err
}

func (s *Service) endBy(ctx context.Context, elevationID string, rule func(context.Context, Tx, Case) (Change, error)) (Case, error) {
	var requestID string
	err := s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.CaseOfElevation(ctx, elevationID)
		if err != nil {
			return err
		}
		requestID = c.Request.ID
		change, err := rule(ctx, tx, c)
		if err != nil {
			return err
		}
		return tx.Apply(ctx, change)
	})
	if err != nil {
		return Case{}, err
	}
	return s.read(ctx, requestID)
}

func (s *Service) change(ctx context.Context, requestID string, f func(context.Context, Tx) error) (Case, error) {
	if err := s.Store.Update(ctx, f); err != nil {
		return Case{}, err
	}
	return s.read(ctx, requestID)
}

// Read returns a case the caller may see; a case that is not theirs does not exist for them.
func (s *Service) Read(ctx context.Context, by Actor, requestID string) (Case, error) {
	c, err := s.read(ctx, requestID)
	if err != nil {
		return Case{}, err
	}
	ok, err := s.MaySee(ctx, by, c)
	if err != nil {
		return Case{}, err
	}
	if !ok {
		return Case{}, notFound("request", requestID)
	}
	return c, nil
}

func (s *Service) read(ctx context.Context, requestID string) (c Case, err error) {
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		c, err = tx.Case(ctx, requestID)
		return err
	})
	return c, err
}

func assignmentOf(c Case, elevationID string) string {
	for _, e := range c.Elevations {
		if e.ID == elevationID {
			return e.AssignmentID
		}
	}
	return ""
}

func targetOf(c Case, elevationID string) string {
	for _, e := range c.Elevations {
		if e.ID == elevationID {
			return e.TargetID
		}
	}
	return ""
}

func one(es []Elevation, id string) []Elevation {
	for _, e := range es {
		if e.ID == id {
			return []Elevation{e}
		}
	}
	return nil
}
