package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

type documentsInput struct{ Body PolicyDocuments }

func (s *server) registerDocuments() {
	register(s, http.MethodPost, "/api/v1/policies/plan", "plan-documents", "Say what documents would change", s.planDocuments)
	registerParts(s, http.MethodPost, "/api/v1/policies/apply", "apply-documents", "Change policies to what documents say", s.applyDocuments)
	register(s, http.MethodGet, "/api/v1/policies/documents", "read-documents", "Read the policies in force as people write them", s.readDocuments)
}

func (in PolicyDocuments) files() []policychange.File {
	files := make([]policychange.File, 0, len(in.Documents))
	for _, d := range in.Documents {
		files = append(files, policychange.File{Name: d.Name, Text: d.Text})
	}
	return files
}

func (s *server) plan(ctx context.Context, by access.Actor, in PolicyDocuments) (policychange.Plan, error) {
	plan, err := s.Policies.Plan(ctx, by, in.files(), in.Prune)
	return plan, inDocuments(err)
}

// inDocuments says of a refusal of documents each thing that is wrong.
func inDocuments(err error) error {
	refused, ok := errors.AsType[*access.Error](err)
	if !ok || refused.Field != "files" {
		return err
	}
	p := newProblem(statuses[refused.Code], string(refused.Code), refused.Message)
	for _, r := range refused.Reasons {
		p.Errors = append(p.Errors, FieldError{Location: "body.documents", Message: r.Text})
	}
	return p
}

func (v view) planned(st policychange.Step) PlannedChange {
	return PlannedChange{
		Action: string(st.Verb), Kind: string(st.Draft.Kind), PolicyID: st.Draft.ID, Name: st.Name, Document: st.File, Line: st.Line,
		Sentence: st.Sentence(), Difference: st.Difference, Widening: reasonsOf(st.Widening),
	}
}

func (v view) plan(p policychange.Plan) PolicyPlan {
	out := PolicyPlan{Changes: make([]PlannedChange, 0, len(p.Steps)), Effect: v.effect(p.Effect)}
	for _, st := range p.Steps {
		out.Changes = append(out.Changes, v.planned(st))
	}
	return out
}

func (v view) effect(e policy.Effect) PolicyEffect {
	out := PolicyEffect{Unexamined: e.Unexamined}
	for _, r := range e.Requests {
		out.Requests = append(out.Requests, RequestEffect{User: v.person(r.UserID), Gains: v.blocks(r.Gains), Loses: v.blocks(r.Loses)})
	}
	for _, d := range e.Decisions {
		out.Decisions = append(out.Decisions, DecisionEffect{User: v.person(d.UserID), Policy: refOf(d.Policy), Gains: d.Gains})
	}
	return out
}

func (s *server) planDocuments(ctx context.Context, by access.Actor, in *documentsInput) (PolicyPlan, error) {
	p, err := s.plan(ctx, by, in.Body)
	if err != nil {
		return PolicyPlan{}, err
	}
	out := s.view(ctx, by).plan(p)
	out.Findings, err = s.newFindings(ctx, by, in.Body)
	return out, err
}

// applyDocuments takes the steps of the plan one by one. Each is a change of its own, that applies or waits for a second
// administrator; the first that is refused ends it, and the plan says how far it came. Under an Idempotency-Key each step
// is taken once: a call that broke off in the middle goes on, and steps that were proposed are not proposed again.
func (s *server) applyDocuments(ctx context.Context, by access.Actor, in *documentsInput) (out PolicyPlan, replayed bool, err error) {
	p, err := s.plan(ctx, by, in.Body)
	if err != nil {
		return PolicyPlan{}, false, err
	}
	for _, st := range p.Steps {
		if st.Verb != policychange.Unchanged {
			if err := needs(by, scopeOf(st.Draft.Kind)); err != nil {
				return PolicyPlan{}, false, err
			}
		}
	}
	out = s.view(ctx, by).plan(p)
	if out.Findings, err = s.newFindings(ctx, by, in.Body); err != nil {
		return PolicyPlan{}, false, err
	}
	for i, st := range p.Steps {
		outcome, before, err := once(ctx, s, partOf(i, st),
			func(ctx context.Context) (PolicyOutcome, error) {
				if st.Verb == policychange.Unchanged {
					return PolicyOutcome{}, errUnchanged
				}
				return s.propose(ctx, by, "documents", st.Draft)
			},
			func(ctx context.Context, e audit.Event) (PolicyOutcome, error) { return s.outcomeAgain(ctx, by, e) })
		if errors.Is(err, errUnchanged) {
			continue
		}
		if err != nil {
			problem := s.problem(ctx, "apply-documents", err)
			if problem.Code == "idempotency_mismatch" || problem.StepUp != nil && !slices.ContainsFunc(out.Changes, wasTaken) {
				return PolicyPlan{}, false, problem
			}
			out.Changes[i].Problem = problem
			break
		}
		replayed = replayed || before
		out.Changes[i].Outcome = &outcome
	}
	return out, replayed, nil
}

// wasTaken says whether a step of a plan changed something, or had when it was called before.
func wasTaken(c PlannedChange) bool { return c.Outcome != nil }

// errUnchanged ends a step that has nothing to do, and that did nothing when it was called before either.
var errUnchanged = errors.New("as it is written")

// partOf names a step within a call. The same documents make the same steps in the same order; deletions are the rest,
// which grows smaller while they are taken.
func partOf(number int, st policychange.Step) string {
	if st.Verb == policychange.Remove {
		return "delete " + string(st.Draft.Kind) + " " + st.Draft.ID
	}
	return "document " + strconv.Itoa(number+1)
}

func (s *server) readDocuments(ctx context.Context, by access.Actor, _ *struct{}) (PolicyDocuments, error) {
	text, err := s.Policies.Documents(ctx, by)
	if err != nil {
		return PolicyDocuments{}, err
	}
	return PolicyDocuments{Documents: []PolicyDocument{{Name: "policies.yaml", Text: text}}}, nil
}
