package api

import (
	"strings"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// names puts names to ids, as the directory has them now.
type names struct{ dir *directory.Snapshot }

func (n names) person(id string) Person {
	p := Person{ID: id}
	if u, ok := n.dir.User(id); ok {
		p.UserName, p.DisplayName = u.UserName, u.DisplayName
	}
	return p
}

func (n names) people(ids []string) []Person {
	out := make([]Person, 0, len(ids))
	for _, id := range ids {
		out = append(out, n.person(id))
	}
	return out
}

// someone is nil for the id "".
func (n names) someone(id string) *Person {
	if id == "" {
		return nil
	}
	p := n.person(id)
	return &p
}

func (n names) account(id string) string {
	a, _ := n.dir.Account(id)
	return a.Name
}

func (n names) permissionSet(arn string) string {
	p, _ := n.dir.PermissionSet(arn)
	return p.Name
}

func (n names) stages(stages []policy.ResolvedStage) []Stage {
	out := make([]Stage, 0, len(stages))
	for _, s := range stages {
		out = append(out, Stage{Required: s.Required, Candidates: n.people(s.Candidates)})
	}
	return out
}

func (n names) answer(a policy.Answer) Answer {
	return Answer{
		Allowed: a.Allowed, Against: reasonsOf(a.Against), For: reasonsOf(a.For), MaxDurationSeconds: seconds(a.MaxDuration),
		ApprovalRequired: a.ApprovalRequired, Stages: n.stages(a.Stages), Policies: refsOf(a.Policies), Protected: a.Protected,
		ResidualAccessSeconds: seconds(a.ResidualAccess), StepUp: demandsOf(a.StepUp),
	}
}

func reasonsOf(reasons []policy.Reason) []Reason {
	out := make([]Reason, 0, len(reasons))
	for _, r := range reasons {
		reason := Reason{Code: r.Code, Text: r.Text}
		if r.Policy != nil {
			ref := refOf(*r.Policy)
			reason.Policy = &ref
		}
		out = append(out, reason)
	}
	return out
}

func refOf(r policy.Ref) PolicyRef {
	return PolicyRef{Kind: string(r.Kind), ID: r.ID, Name: r.Name, Version: r.Version}
}

func refsOf(refs []policy.Ref) []PolicyRef {
	out := make([]PolicyRef, 0, len(refs))
	for _, r := range refs {
		out = append(out, refOf(r))
	}
	return out
}

func listed(words []string) string { return strings.Join(words, ", ") }
