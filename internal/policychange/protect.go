package policychange

import (
	"context"
	"errors"
	"slices"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
)

// ReplaceProtected makes the list of protected accounts in the settings what it is given, if the settings are at the
// version the author saw. It is a change of the settings like any other: protecting less widens access (P11).
func (s *Service) ReplaceProtected(ctx context.Context, by access.Actor, accounts []string, base int64) (Outcome, error) {
	return s.changeProtected(ctx, by, func(_ Version, settings *policy.Settings) (int64, error) {
		settings.ProtectedAccounts = slices.Clone(accounts)
		return base, nil
	})
}

// Protect adds one account to the list of protected accounts. That undoes nobody's change, so it needs no version.
func (s *Service) Protect(ctx context.Context, by access.Actor, accountID string) (Outcome, error) {
	return s.changeProtected(ctx, by, func(head Version, settings *policy.Settings) (int64, error) {
		if !slices.Contains(settings.ProtectedAccounts, accountID) {
			settings.ProtectedAccounts = append(slices.Clone(settings.ProtectedAccounts), accountID)
		}
		return head.Version, nil
	})
}

// Unprotect takes one account from the list of protected accounts, which widens access.
func (s *Service) Unprotect(ctx context.Context, by access.Actor, accountID string) (Outcome, error) {
	return s.changeProtected(ctx, by, func(head Version, settings *policy.Settings) (int64, error) {
		if !slices.Contains(settings.ProtectedAccounts, accountID) {
			return 0, notFound("account in the list of protected accounts:", accountID)
		}
		settings.ProtectedAccounts = slices.DeleteFunc(slices.Clone(settings.ProtectedAccounts), func(id string) bool { return id == accountID })
		return head.Version, nil
	})
}

// changeProtected proposes settings as edit leaves them; edit says on which version the change rests. Where they moved
// on between reading and proposing, it is made again on the new ones, unless the author named a version.
func (s *Service) changeProtected(ctx context.Context, by access.Actor, edit func(Version, *policy.Settings) (int64, error)) (Outcome, error) {
	for try := 0; ; try++ {
		head, err := s.Get(ctx, by, policy.KindSettings, policy.SettingsID)
		if err != nil {
			return Outcome{}, err
		}
		settings, ok := head.Body.(policy.Settings)
		if !ok {
			return Outcome{}, errors.New("change protected accounts: the settings are none")
		}
		base, err := edit(head, &settings)
		if err != nil {
			return Outcome{}, err
		}
		out, err := s.Propose(ctx, by, Draft{Kind: policy.KindSettings, ID: policy.SettingsID, BaseVersion: base, Body: settings})
		if access.CodeOf(err) == access.CodeStale && base == head.Version && try < 3 {
			continue
		}
		return out, err
	}
}
