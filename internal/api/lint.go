package api

import (
	"context"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy/lint"
	"github.com/team-idc/team/internal/policychange"
)

// LintQuery says which findings are wanted. It is exported as RequestPath is.
type LintQuery struct {
	Severity string `query:"severity" enum:"error,warning,note" default:"note" doc:"Findings of this severity and graver"`
	Code     string `query:"code" maxLength:"100" doc:"Findings of this code"`
	Policy   string `query:"policy" maxLength:"64" doc:"Findings about the policy of this id"`
	Limit    int    `query:"limit" minimum:"1" maximum:"5000" default:"1000"`
}

type lintDocumentsInput struct {
	LintQuery

	New  bool `query:"new" doc:"Only what the policies in force do not have"`
	Body PolicyDocuments
}

// mostPlaces is how many places of a finding are told.
const mostPlaces = 20

func (s *server) registerLint() {
	register(s, http.MethodGet, "/api/v1/policies/lint", "lint-policies", "Look for what is probably not meant in the policies in force", s.lintPolicies)
	register(s, http.MethodPost, "/api/v1/policies/lint", "lint-documents", "Look for what is probably not meant in policies as documents would make them",
		s.lintDocuments)
}

func (s *server) lintPolicies(ctx context.Context, by access.Actor, q *LintQuery) (PolicyLint, error) {
	// Before the snapshot: what a pass that ends meanwhile adds must not be called unknown.
	passes, err := s.Passes.Passes(ctx)
	if err != nil {
		return PolicyLint{}, err
	}
	found, err := s.Policies.Lint(ctx, by, passes)
	if err != nil {
		return PolicyLint{}, err
	}
	return lintOf(found, q.Limit, q.wants), nil
}

func (s *server) lintDocuments(ctx context.Context, by access.Actor, in *lintDocumentsInput) (PolicyLint, error) {
	found, err := s.findingsIn(ctx, by, in.Body)
	if err != nil {
		return PolicyLint{}, err
	}
	return lintOf(found, in.Limit, func(f *policychange.Finding) bool { return in.wants(f) && (f.New || !in.New) }), nil
}

func (s *server) findingsIn(ctx context.Context, by access.Actor, in PolicyDocuments) (policychange.Lint, error) {
	passes, err := s.Passes.Passes(ctx)
	if err != nil {
		return policychange.Lint{}, err
	}
	found, err := s.Policies.LintDocuments(ctx, by, in.files(), in.Prune, passes)
	return found, inDocuments(err)
}

// newFindings are what documents would add to what is found in the policies in force.
func (s *server) newFindings(ctx context.Context, by access.Actor, in PolicyDocuments) ([]PolicyFinding, error) {
	found, err := s.findingsIn(ctx, by, in)
	if err != nil {
		return nil, err
	}
	var out []PolicyFinding
	for i := range found.Findings {
		if f := &found.Findings[i]; f.New {
			out = append(out, findingOf(f))
		}
	}
	return out, nil
}

func lintOf(l policychange.Lint, limit int, wanted func(*policychange.Finding) bool) PolicyLint {
	out := PolicyLint{Generation: l.Generation, Items: []PolicyFinding{}, Unexamined: l.Unexamined}
	for _, part := range l.NotRead {
		out.NotRead = append(out.NotRead, string(part))
	}
	for i := range l.Findings {
		f := &l.Findings[i]
		switch f.Severity {
		case lint.Error:
			out.Counts.Error++
		case lint.Warning:
			out.Counts.Warning++
		case lint.Note:
			out.Counts.Note++
		}
		switch {
		case !wanted(f):
		case len(out.Items) == limit:
			out.Omitted++
		default:
			out.Items = append(out.Items, findingOf(f))
		}
	}
	return out
}

func (q *LintQuery) wants(f *policychange.Finding) bool {
	if !f.Severity.AtLeast(lint.Severity(q.Severity)) || (q.Code != "" && q.Code != f.Code) {
		return false
	}
	if q.Policy == "" {
		return true
	}
	for _, p := range f.Places {
		if p.Policy.ID == q.Policy {
			return true
		}
	}
	return false
}

// findingOf tells of new places first.
func findingOf(f *policychange.Finding) PolicyFinding {
	out := PolicyFinding{
		Code: f.Code, Severity: string(f.Severity), Text: f.Text, Advice: lint.Advice(f.Code), New: f.New, Places: []FindingPlace{},
	}
	for _, recent := range []bool{true, false} {
		for _, p := range f.Places {
			switch {
			case p.New != recent:
			case len(out.Places) == mostPlaces:
				out.MorePlaces++
			default:
				out.Places = append(out.Places, FindingPlace{
					Policy: refOf(p.Policy), Field: p.Field, Document: p.File, Line: p.Line, Column: p.Column, New: p.New,
				})
			}
		}
	}
	return out
}
