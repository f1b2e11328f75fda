package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

// AccountPath names an account. It is exported as RequestPath is.
type AccountPath struct {
	AccountID string `path:"account" pattern:"^[0-9]{12}$" doc:"Account id"`
}

// ProtectedAccount is an account that no policy reaches but by its name, with two approvers, without machines (P8).
type ProtectedAccount struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty" doc:"Absent where the directory does not know the account"`
	State string `json:"state,omitempty" doc:"As AWS Organizations says"`
	// Reasons why it is protected.
	Reasons []string `json:"reasons" nullable:"false" enum:"listed,own" doc:"listed: in the settings' list; own: TEAM's own account, always protected"`
	// Policies that name it, by which access to it can be had at all.
	Policies []PolicyRef `json:"policies" nullable:"false" doc:"Policies in force that reach it, by naming it"`
}

// ProtectedAccountList is every protected account. It is part of the settings and has their version.
type ProtectedAccountList struct {
	Version int64              `json:"version" doc:"Of the settings"`
	Items   []ProtectedAccount `json:"items" nullable:"false"`
}

// ProtectedAccountsDraft is the list of protected accounts as it is to be.
type ProtectedAccountsDraft struct {
	Accounts []string `json:"accounts" nullable:"false" maxItems:"1000" doc:"Account ids; TEAM's own account is protected without being listed"`
}

func (s *server) registerProtected() {
	const base = root + "/protected-accounts"
	register(s, http.MethodGet, base, "list-protected-accounts", "List the protected accounts, and why they are", s.listProtected)
	register(s, http.MethodPut, base, "replace-protected-accounts", "Change the list of protected accounts",
		func(ctx context.Context, by access.Actor, in *struct {
			Precondition
			Body ProtectedAccountsDraft
		},
		) (PolicyOutcome, error) {
			version, err := in.seen()
			if err != nil {
				return PolicyOutcome{}, err
			}
			out, err := s.Policies.ReplaceProtected(ctx, by, in.Body.Accounts, version)
			return s.protectedOutcome(ctx, by, out, err)
		})
	register(s, http.MethodPut, base+"/{account}", "add-protected-account", "Protect an account",
		func(ctx context.Context, by access.Actor, in *AccountPath) (PolicyOutcome, error) {
			out, err := s.Policies.Protect(ctx, by, in.AccountID)
			return s.protectedOutcome(ctx, by, out, err)
		})
	register(s, http.MethodDelete, base+"/{account}", "remove-protected-account", "Protect an account no longer, which widens access",
		func(ctx context.Context, by access.Actor, in *AccountPath) (PolicyOutcome, error) {
			out, err := s.Policies.Unprotect(ctx, by, in.AccountID)
			return s.protectedOutcome(ctx, by, out, err)
		})
}

// protectedOutcome is the outcome of a change of the settings, with the settings' fields named as they are here.
func (s *server) protectedOutcome(ctx context.Context, by access.Actor, out policychange.Outcome, err error) (PolicyOutcome, error) {
	if err != nil {
		return PolicyOutcome{}, renamed("protectedAccounts", "accounts", err)
	}
	return s.view(ctx, by).outcome(out), nil
}

func (s *server) listProtected(ctx context.Context, by access.Actor, _ *struct{}) (ProtectedAccountList, error) {
	version, err := s.Policies.Get(ctx, by, policy.KindSettings, policy.SettingsID)
	if err != nil {
		return ProtectedAccountList{}, err
	}
	v := s.view(ctx, by)
	if v.factsErr != nil {
		return ProtectedAccountList{}, v.factsErr
	}
	settings, _ := version.Body.(policy.Settings)
	out := ProtectedAccountList{Version: version.Version, Items: []ProtectedAccount{}}
	own := v.dir.Instance().CallerAccountID
	ids := append(slices.Clone(settings.ProtectedAccounts), own)
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if id == "" {
			continue // TEAM has not found its instance yet
		}
		a := ProtectedAccount{ID: id, Reasons: []string{}, Policies: refsOf(v.facts.Engine.Covering(id))}
		if known, ok := v.dir.Account(id); ok {
			a.Name, a.State = known.Name, string(known.State)
		}
		if slices.Contains(settings.ProtectedAccounts, id) {
			a.Reasons = append(a.Reasons, "listed")
		}
		if id == own {
			a.Reasons = append(a.Reasons, "own")
		}
		out.Items = append(out.Items, a)
	}
	return out, nil
}

// renamed says a field's name as it is in the body at hand.
func renamed(from, to string, err error) error {
	refused, ok := errors.AsType[*access.Error](err)
	if !ok || !strings.HasPrefix(refused.Field, from) {
		return err
	}
	return refused.Placed(func(field string) string {
		if rest, ok := strings.CutPrefix(field, from); ok {
			return to + rest
		}
		return field
	})
}
