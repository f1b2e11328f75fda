package api

import (
	"context"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

// ProposalPath names a proposal. It is exported as RequestPath is.
type ProposalPath struct {
	ID string `path:"id" pattern:"^prp_[0-9a-f-]{36}$" doc:"Proposal id"`
}

// ProposalSelection is which proposed changes somebody wants.
type ProposalSelection struct {
	State  string    `query:"state" enum:"proposed,agreed,refused,withdrawn,overtaken,all" default:"proposed" doc:"proposed: those that wait"`
	Kind   string    `query:"kind" enum:"eligibility,approver,settings"`
	Policy string    `query:"policy" maxLength:"64" doc:"Only changes of this policy, by id"`
	Author string    `query:"author" maxLength:"100" doc:"User id of who proposed it, or owns the machine that did"`
	From   time.Time `query:"from" doc:"Proposed at or after"`
	To     time.Time `query:"to" doc:"Proposed before"`
	Sort   string    `query:"sort" enum:"created,-created" default:"-created" doc:"-created: the newest first"`
}

type proposalsQuery struct {
	ProposalSelection
	PageQuery
}

func (s *server) registerProposals() {
	register(s, http.MethodGet, "/api/v1/proposals", "list-proposals", "List proposed changes of policies", s.listProposals)
	register(s, http.MethodGet, "/api/v1/proposals/{id}", "read-proposal", "Read a proposed change", s.readProposal)
	register(s, http.MethodPost, "/api/v1/proposals/{id}/agree", "agree-proposal", "Put a proposed change in force, as a second administrator", s.agree)
	register(s, http.MethodPost, "/api/v1/proposals/{id}/refuse", "refuse-proposal", "Refuse a proposed change", s.refuseProposal)
	register(s, http.MethodPost, "/api/v1/proposals/{id}/withdraw", "withdraw-proposal", "Take back one's own proposed change", s.withdraw)
}

// scopeOf is the scope that a change of a kind of policy needs.
func scopeOf(kind policy.Kind) access.Scope {
	if kind == policy.KindSettings {
		return access.ScopeSettings
	}
	return access.ScopePolicies
}

// needsForProposal refuses a token that may not be used for what a proposal changes.
func (s *server) needsForProposal(ctx context.Context, by access.Actor, id string) error {
	r, err := s.Policies.Proposal(ctx, by, id)
	if err != nil {
		return err
	}
	return needs(by, scopeOf(r.Kind))
}

func (s *server) listProposals(ctx context.Context, by access.Actor, in *proposalsQuery) (ProposalList, error) {
	after, err := placeOf(in.Cursor, "proposals", in.Sort, 1)
	if err != nil {
		return ProposalList{}, err
	}
	f := policychange.ProposalFilter{
		State: policychange.State(in.State), Kind: policy.Kind(in.Kind), PolicyID: in.Policy, AuthorID: in.Author, From: in.From, To: in.To,
		OldestFirst: in.Sort == "created", Limit: in.Limit + 1,
	}
	if in.State == "all" {
		f.State = ""
	}
	if after != nil {
		f.After = after[0]
	}
	found, err := s.Policies.Proposals(ctx, by, f)
	if err != nil {
		return ProposalList{}, err
	}
	v := s.view(ctx, by)
	out := ProposalList{Items: make([]Proposal, 0, len(found))}
	for _, p := range found[:min(len(found), in.Limit)] {
		out.Items = append(out.Items, v.proposal(p))
	}
	if len(found) > in.Limit {
		out.NextCursor = cursorAt("proposals", in.Sort, found[in.Limit-1].ID)
	}
	return out, nil
}

func (s *server) readProposal(ctx context.Context, by access.Actor, in *ProposalPath) (Proposal, error) {
	r, err := s.Policies.Proposal(ctx, by, in.ID)
	if err != nil {
		return Proposal{}, err
	}
	out := s.view(ctx, by).proposal(r.Proposal)
	out.Difference = r.Difference
	return out, nil
}

func (s *server) agree(ctx context.Context, by access.Actor, in *struct {
	ProposalPath
	Precondition
},
) (PolicyOutcome, error) {
	version, err := in.seen()
	if err != nil {
		return PolicyOutcome{}, err
	}
	if err := s.needsForProposal(ctx, by, in.ID); err != nil {
		return PolicyOutcome{}, err
	}
	out, err := s.Policies.AgreeTo(ctx, by, in.ID, version)
	if err != nil {
		return PolicyOutcome{}, err
	}
	return s.view(ctx, by).outcome(out), nil
}

func (s *server) refuseProposal(ctx context.Context, by access.Actor, in *struct {
	ProposalPath
	Body ProposalRefusal
},
) (Proposal, error) {
	if err := s.needsForProposal(ctx, by, in.ID); err != nil {
		return Proposal{}, err
	}
	p, err := s.Policies.Refuse(ctx, by, in.ID, in.Body.Comment)
	if err != nil {
		return Proposal{}, err
	}
	return s.view(ctx, by).proposal(p), nil
}

func (s *server) withdraw(ctx context.Context, by access.Actor, in *ProposalPath) (Proposal, error) {
	if err := s.needsForProposal(ctx, by, in.ID); err != nil {
		return Proposal{}, err
	}
	p, err := s.Policies.Withdraw(ctx, by, in.ID)
	if err != nil {
		return Proposal{}, err
	}
	return s.view(ctx, by).proposal(p), nil
}

func (v view) proposal(p policychange.Proposal) Proposal {
	out := Proposal{
		ID: p.ID, State: string(p.State), Kind: string(p.Kind), PolicyID: p.PolicyID, Name: p.Name, Version: p.Version, BaseVersion: p.BaseVersion,
		Delete:   p.Deleted,
		Widening: reasonsOf(p.Reasons), Author: v.person(p.AuthorID), ByMachine: p.ByMachine, CreatedAt: p.CreatedAt,
		DecidedBy: v.someone(p.DecidedBy), DecidedAt: p.DecidedAt,
	}
	if !p.Deleted {
		b := bodyOf(p.Body)
		out.Eligibility, out.Approver, out.Settings = b.eligibility, b.approver, b.settings
	}
	return out
}
