package lint

import (
	"fmt"
	"slices"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// people finds policies and stages that come to nobody.
func (l *linter) people() {
	if !l.knows(directory.PartUsers, directory.PartGroups, directory.PartMemberships) {
		return
	}
	for i := range l.set.Eligibility {
		p := &l.set.Eligibility[i]
		l.groups(p.Ref(), "principals.groups", p.Principals.Groups)
		if l.nobody(p.Principals) {
			text := fmt.Sprintf("%s can never match: nobody it names is enabled.", title(p.Ref()))
			l.add(CodeNoPrincipal, p.ID, text, at(p.Ref(), "principals"))
		}
	}
	for i := range l.set.Approver {
		p := &l.set.Approver[i]
		l.groups(p.Ref(), "requesterGroups", p.RequesterGroups)
		if len(p.RequesterGroups) > 0 && l.nobody(policy.Principals{Groups: p.RequesterGroups}) {
			text := fmt.Sprintf("%s never counts: the groups for whose requests it holds have no enabled member.", title(p.Ref()))
			l.add(CodeNoRequester, p.ID, text, at(p.Ref(), "requesterGroups"))
		}
		l.stages(p)
	}
}

func (l *linter) stages(p *policy.Approver) {
	needed, possible, able := l.engine.Seats(p.Stages)
	short := false
	for i, stage := range p.Stages {
		field := fmt.Sprintf("stages[%d].", i)
		l.groups(p.Ref(), field+"approvers.groups", stage.Approvers.Groups)
		subject := fmt.Sprintf("%s/%d", p.ID, i)
		switch {
		case able[i] == 0:
			text := fmt.Sprintf("Stage %d of %s names nobody who is enabled.", i+1, named(p))
			l.add(CodeStageEmpty, subject, text, at(p.Ref(), field+"approvers"))
		case able[i] < stage.Required:
			text := fmt.Sprintf("Stage %d of %s requires %s, but names %s who could give one.",
				i+1, named(p), count(stage.Required, "approval", "approvals"), people(able[i]))
			l.add(CodeQuorumTooLarge, subject, text, at(p.Ref(), field+"required"))
		default:
			continue
		}
		short = true
	}
	if !short && possible < needed {
		text := fmt.Sprintf("The %d stages of %s require %d approvals from different people, but only %d could give them.",
			len(p.Stages), named(p), needed, possible)
		l.add(CodeStagesShare, p.ID, text, at(p.Ref(), "stages"))
	}
}

func named(p *policy.Approver) string { return fmt.Sprintf("approver policy %q", p.Name) }

func (l *linter) groups(ref policy.Ref, field string, ids []string) {
	for i, id := range ids {
		if _, known := l.dir.Group(id); known && l.enabled(id) == 0 {
			text := fmt.Sprintf("The group %s has no enabled member.", l.group(id))
			l.add(CodeEmptyGroup, id, text, at(ref, fmt.Sprintf("%s[%d]", field, i)))
		}
	}
}

// nobody says whether principals come to nobody who is enabled.
func (l *linter) nobody(p policy.Principals) bool {
	return !slices.ContainsFunc(p.Users, l.active) && !slices.ContainsFunc(p.Groups, func(id string) bool { return l.enabled(id) > 0 })
}

func (l *linter) active(id string) bool {
	user, known := l.dir.User(id)
	return known && user.Status == directory.UserEnabled
}

// enabled counts the enabled members of a group.
func (l *linter) enabled(group string) int {
	n, counted := l.enabledIn[group]
	if !counted {
		g, _ := l.dir.Group(group)
		for _, id := range g.Members {
			if l.active(id) {
				n++
			}
		}
		l.enabledIn[group] = n
	}
	return n
}
