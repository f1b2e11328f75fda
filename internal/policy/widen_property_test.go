package policy_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// edit changes one random thing of a random policy or of the settings.
func (u universe) edit(t *rapid.T, before policy.Set) policy.Set {
	after := policy.Set{
		Settings: before.Settings, Eligibility: slices.Clone(before.Eligibility), Approver: slices.Clone(before.Approver),
	}
	other := u.set(t)
	switch what := rapid.IntRange(0, 9).Draw(t, "what"); {
	case what < 2:
		u.editSettings(t, &after.Settings, other.Settings)
	case what < 6 && len(after.Eligibility) > 0:
		i := rapid.IntRange(0, len(after.Eligibility)-1).Draw(t, "which")
		if rapid.IntRange(0, 4).Draw(t, "delete") == 0 {
			after.Eligibility = slices.Delete(after.Eligibility, i, i+1)
			break
		}
		u.editEligibility(t, &after.Eligibility[i])
	case len(after.Approver) > 0:
		i := rapid.IntRange(0, len(after.Approver)-1).Draw(t, "which")
		if rapid.IntRange(0, 4).Draw(t, "delete") == 0 {
			after.Approver = slices.Delete(after.Approver, i, i+1)
			break
		}
		u.editApprover(t, &after.Approver[i])
	}
	return after
}

func (u universe) editSettings(t *rapid.T, s *policy.Settings, other policy.Settings) {
	switch rapid.IntRange(0, 6).Draw(t, "setting") {
	case 0:
		s.ApprovalRequired = !s.ApprovalRequired
	case 1:
		s.TicketRequired = !s.TicketRequired
	case 2:
		s.TicketPattern = other.TicketPattern
	case 3:
		s.MaxDuration = other.MaxDuration
	case 4:
		s.MinDuration = other.MinDuration
	default:
		s.ProtectedAccounts = other.ProtectedAccounts
	}
}

func (u universe) editEligibility(t *rapid.T, p *policy.Eligibility) {
	other := u.eligibility(t, p.ID)
	switch rapid.IntRange(0, 7).Draw(t, "field") {
	case 0:
		p.Principals = other.Principals
	case 7:
		p.Machines = other.Machines
	case 1:
		u.editTargets(t, &p.Targets, other.Targets)
	case 2:
		p.PermissionSets = fewer(t, p.PermissionSets)
	case 3:
		p.MaxDuration = other.MaxDuration
	case 4:
		p.ApprovalRequired = !p.ApprovalRequired
	case 5:
		p.TicketPattern = other.TicketPattern
	default:
		p.Principals.Users, p.Principals.Groups = fewer(t, p.Principals.Users), fewer(t, p.Principals.Groups)
	}
}

func (u universe) editApprover(t *rapid.T, p *policy.Approver) {
	other := u.approver(t, p.ID)
	switch rapid.IntRange(0, 6).Draw(t, "field") {
	case 0, 1:
		u.editTargets(t, &p.Targets, other.Targets)
	case 2:
		p.PermissionSets = other.PermissionSets
	case 3:
		p.RequesterGroups = other.RequesterGroups
	case 4:
		p.StopInheritance = !p.StopInheritance
	case 5:
		p.Stages = other.Stages
	default:
		p.Stages = slices.Clone(p.Stages)
		for i := range p.Stages {
			p.Stages[i].Required++
			p.Stages[i].Approvers.Groups = fewer(t, p.Stages[i].Approvers.Groups)
		}
	}
}

func (u universe) editTargets(t *rapid.T, targets *policy.Targets, other policy.Targets) {
	switch rapid.IntRange(0, 4).Draw(t, "targets") {
	case 0:
		*targets = other
	case 1:
		targets.Accounts = fewer(t, targets.Accounts)
	case 2:
		targets.OUs = slices.Clone(targets.OUs)
		for i := range targets.OUs {
			targets.OUs[i].DirectOnly = rapid.Bool().Draw(t, "direct")
		}
	case 3:
		targets.ExcludeAccounts = other.ExcludeAccounts
	default:
		targets.ExcludeOUs = append(slices.Clone(targets.ExcludeOUs), some(t, u.ous, "more excluded")...)
	}
}

func fewer(t *rapid.T, from []string) []string {
	if len(from) == 0 {
		return nil
	}
	return slices.Clone(from[rapid.IntRange(0, len(from)).Draw(t, "from"):])
}

// Promise P11: a change of which Widens says nothing gives nobody anything, for any policies, people and targets.
func TestP11PropertyWhatDoesNotWidenGivesNothing(t *testing.T) {
	narrowed := 0
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		before := u.set(t)
		after := u.edit(t, before)
		if len(policy.Widens(before, after)) > 0 {
			return
		}
		narrowed++
		was, is := policy.Compile(before, dir), policy.Compile(after, dir)
		for _, id := range u.users {
			for _, account := range u.accounts {
				for _, set := range u.sets {
					wantNoGain(t, dir, was, is, policy.Question{
						Requester:        policy.Person{UserID: id, Groups: dir.GroupsOf(id)},
						AccountID:        account,
						PermissionSetARN: set, At: noon,
						Ticket:   rapid.SampledFrom([]string{"", "A1", "B1", "C1"}).Draw(t, "ticket"),
						Duration: rapid.SampledFrom([]time.Duration{0, time.Minute, 2 * time.Hour}).Draw(t, "duration"),
						Machine:  rapid.SampledFrom([]string{"", "mch_0"}).Draw(t, "machine"),
					})
				}
			}
		}
	})
	if narrowed == 0 {
		t.Error("no change was found not to widen")
	}
}

func wantNoGain(t *rapid.T, dir *directory.Snapshot, was, is *policy.Engine, q policy.Question) {
	a, b := was.Evaluate(q), is.Evaluate(q)
	if b.Allowed && !a.Allowed || b.MaxDuration > a.MaxDuration {
		t.Fatalf("%+v\nbefore %+v\nafter %+v", q, a, b)
	}
	if !b.Allowed || !a.ApprovalRequired {
		return
	}
	if !b.ApprovalRequired || len(b.Stages) < len(a.Stages) {
		t.Fatalf("%+v\nbefore %+v\nafter %+v", q, a, b)
	}
	for i, s := range b.Stages {
		if i < len(a.Stages) && s.Required < a.Stages[i].Required {
			t.Fatalf("stage %d needs less: %+v\nbefore %+v\nafter %+v", i, q, a, b)
		}
		for _, who := range dir.Users() {
			voter := policy.Person{UserID: who.ID, Groups: dir.GroupsOf(who.ID)}
			could, why := was.MayDecide(q, i, voter)
			if can, _ := is.MayDecide(q, i, voter); can && !could {
				t.Fatalf("%s may decide on stage %d, before: %s", who.ID, i, why.Text)
			}
		}
	}
}
