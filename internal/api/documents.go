package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policychange"
)

type documentsInput struct{ Body PolicyDocuments }

func (s *server) registerDocuments() {
	register(s, http.MethodPost, "/api/v1/policies/plan", "plan-documents", "Say what documents would change", s.planDocuments)
	register(s, http.MethodPost, "/api/v1/policies/apply", "apply-documents", "Change policies to what documents say", s.applyDocuments)
	register(s, http.MethodGet, "/api/v1/policies/documents", "read-documents", "Read the policies in force as people write them", s.readDocuments)
}

func (s *server) steps(ctx context.Context, by access.Actor, in PolicyDocuments) ([]policychange.Step, error) {
	files := make([]policychange.File, 0, len(in.Documents))
	for _, d := range in.Documents {
		files = append(files, policychange.File{Name: d.Name, Text: d.Text})
	}
	steps, err := s.Policies.Plan(ctx, by, files, in.Prune)
	var refused *access.Error
	if errors.As(err, &refused) && refused.Field == "files" {
		p := newProblem(statuses[refused.Code], string(refused.Code), refused.Message)
		for _, r := range refused.Reasons {
			p.Errors = append(p.Errors, FieldError{Location: "body.documents", Message: r.Text})
		}
		return nil, p
	}
	return steps, err
}

func planned(st policychange.Step) PlannedChange {
	return PlannedChange{
		Action: string(st.Verb), Kind: string(st.Draft.Kind), PolicyID: st.Draft.ID, Name: st.Name, Document: st.File, Line: st.Line,
		Sentence: st.Sentence(), Difference: st.Difference, Widening: reasonsOf(st.Widening),
	}
}

func (s *server) planDocuments(ctx context.Context, by access.Actor, in *documentsInput) (PolicyPlan, error) {
	steps, err := s.steps(ctx, by, in.Body)
	if err != nil {
		return PolicyPlan{}, err
	}
	out := PolicyPlan{Changes: make([]PlannedChange, 0, len(steps))}
	for _, st := range steps {
		out.Changes = append(out.Changes, planned(st))
	}
	return out, nil
}

// applyDocuments takes the steps of the plan one by one. Each is a change of its own, that applies or waits for a second
// administrator; the first that is refused ends it, and the plan says how far it came.
func (s *server) applyDocuments(ctx context.Context, by access.Actor, in *documentsInput) (PolicyPlan, error) {
	steps, err := s.steps(ctx, by, in.Body)
	if err != nil {
		return PolicyPlan{}, err
	}
	out := PolicyPlan{Changes: make([]PlannedChange, 0, len(steps))}
	stopped := false
	for _, st := range steps {
		change := planned(st)
		if st.Verb != policychange.Unchanged && !stopped {
			outcome, err := s.propose(ctx, by, "documents", st.Draft)
			if err != nil {
				change.Problem, stopped = s.problem(ctx, "apply-documents", err), true
			} else {
				change.Outcome = &outcome
			}
		}
		out.Changes = append(out.Changes, change)
	}
	return out, nil
}

func (s *server) readDocuments(ctx context.Context, by access.Actor, _ *struct{}) (PolicyDocuments, error) {
	text, err := s.Policies.Documents(ctx, by)
	if err != nil {
		return PolicyDocuments{}, err
	}
	return PolicyDocuments{Documents: []PolicyDocument{{Name: "policies.yaml", Text: text}}}, nil
}
