package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

// PolicySelection is which policies somebody wants.
type PolicySelection struct {
	Kind          string `query:"kind" enum:"eligibility,approver"`
	Q             string `query:"q" maxLength:"200" doc:"Words; policies whose name contains all of them"`
	Account       string `query:"account" pattern:"^[0-9]{12}$" doc:"Only policies that reach this account, by its name, unit or tags"`
	PermissionSet string `query:"permissionSet" maxLength:"200" doc:"ARN: only policies that are about this permission set"`
	Principal     string `query:"principal" maxLength:"100" doc:"Id of a user or group that the policy itself names: who may ask, or who decides"`
	Sort          string `query:"sort" enum:"name,-name" default:"name"`
}

type policiesQuery struct {
	PolicySelection
	PageQuery
}

// listPolicies goes through all of them, as everything does that rests on policies.
func (s *server) listPolicies(ctx context.Context, by access.Actor, in *policiesQuery) (PolicyList, error) {
	versions, err := s.Policies.List(ctx, by)
	if err != nil {
		return PolicyList{}, err
	}
	v := s.view(ctx, by)
	if v.factsErr != nil {
		return PolicyList{}, v.factsErr
	}
	var reaching []policy.Ref
	if in.Account != "" {
		reaching = v.facts.Engine.Covering(in.Account)
	}
	versions = slices.DeleteFunc(versions, func(version policychange.Version) bool {
		reaches := in.Account == "" || slices.ContainsFunc(reaching, func(r policy.Ref) bool { return r.Kind == version.Kind && r.ID == version.ID })
		return version.Kind == policy.KindSettings || !reaches || !in.about(version)
	})
	page, next, err := pageOf(versions, "policies", in.Sort, in.PageQuery, func(version policychange.Version) [2]string {
		return [2]string{version.Name, string(version.Kind) + "/" + version.ID}
	})
	if err != nil {
		return PolicyList{}, err
	}
	out := PolicyList{Generation: v.facts.Generation, Items: make([]ListedPolicy, 0, len(page)), NextCursor: next}
	for _, version := range page {
		b := bodyOf(version.Body)
		out.Items = append(out.Items, ListedPolicy{
			Kind: string(version.Kind), ID: version.ID, Name: version.Name, PolicyRevision: v.revision(version),
			Eligibility: b.eligibility, Approver: b.approver,
		})
	}
	return out, nil
}

// about says whether a policy is what is asked for by itself, whatever it reaches.
func (q *PolicySelection) about(version policychange.Version) bool {
	if q.Kind != "" && q.Kind != string(version.Kind) || !contains(version.Name, q.Q) {
		return false
	}
	var named []policy.Principals
	sets := []string{}
	switch p := version.Body.(type) {
	case policy.Eligibility:
		named, sets = []policy.Principals{p.Principals}, p.PermissionSets
	case policy.Approver:
		for _, stage := range p.Stages {
			named = append(named, stage.Approvers)
		}
		if sets = p.PermissionSets; len(sets) == 0 {
			sets = []string{q.PermissionSet} // it is about any
		}
	}
	if q.PermissionSet != "" && !slices.Contains(sets, q.PermissionSet) {
		return false
	}
	return q.Principal == "" || slices.ContainsFunc(named, func(p policy.Principals) bool {
		return slices.Contains(p.Users, q.Principal) || slices.Contains(p.Groups, q.Principal)
	})
}

type versionsQuery struct {
	Kind   string    `path:"kind" enum:"eligibility,approver,settings"`
	ID     string    `path:"id" pattern:"^[A-Za-z0-9_-]{1,64}$" doc:"Policy id; settings for the settings"`
	Author string    `query:"author" maxLength:"100" doc:"User id of who made or agreed to it"`
	From   time.Time `query:"from" doc:"In force from then or later"`
	To     time.Time `query:"to" doc:"In force from before then"`
	Sort   string    `query:"sort" enum:"version,-version" default:"-version"`
	PageQuery
}

func (s *server) listVersions(ctx context.Context, by access.Actor, in *versionsQuery) (PolicyVersionList, error) {
	versions, err := s.Policies.Versions(ctx, by, policy.Kind(in.Kind), in.ID)
	if err != nil {
		return PolicyVersionList{}, err
	}
	versions = slices.DeleteFunc(versions, func(v policychange.Version) bool {
		return in.Author != "" && v.AuthorID != in.Author && v.AgreedBy != in.Author ||
			!in.From.IsZero() && v.EffectiveAt.Before(in.From) || !in.To.IsZero() && !v.EffectiveAt.Before(in.To)
	})
	page, next, err := pageOf(versions, "versions", in.Sort, in.PageQuery, func(v policychange.Version) [2]string {
		return [2]string{fmt.Sprintf("%019d", v.Version), v.ID}
	})
	if err != nil {
		return PolicyVersionList{}, err
	}
	v := s.view(ctx, by)
	out := PolicyVersionList{Items: make([]PolicyVersion, 0, len(page)), NextCursor: next}
	for _, version := range page {
		out.Items = append(out.Items, v.policyVersion(version))
	}
	return out, nil
}

func (v view) policyVersion(version policychange.Version) PolicyVersion {
	item := PolicyVersion{
		Version: version.Version, Name: version.Name, Deleted: version.Deleted, Widening: version.Widening, Author: v.person(version.AuthorID),
		AgreedBy: v.someone(version.AgreedBy), EffectiveAt: version.EffectiveAt,
	}
	if !version.Deleted {
		b := bodyOf(version.Body)
		item.Eligibility, item.Approver, item.Settings = b.eligibility, b.approver, b.settings
	}
	return item
}
