package main

import (
	"context"

	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

// firstSettings are the settings that a new database begins with.
func firstSettings(c config.Config) policy.Settings {
	s := policy.DefaultSettings()
	l := c.Limits
	s.MinDuration, s.MaxDuration = l.MinimumDuration, l.MaximumDuration
	s.PendingExpiry, s.StartHorizon, s.ActivationDeadline = l.PendingExpiry, l.StartHorizon, l.ActivationDeadline
	s.MaxExtensions, s.MaxTargets = l.MaxExtensions, l.MaxTargets
	s.AdministratorGroup, s.AuditorGroup = c.Groups.Administrators, c.Groups.Auditors
	return s
}

// bootstrap gives a new database its settings, once it is known who administers TEAM: before, nobody could ever
// change them.
func (s *server) bootstrap(ctx context.Context) error {
	if s.config.Groups.Administrators == "" {
		return nil
	}
	_, err := s.policies.Bootstrap(ctx, policychange.Seed{Settings: firstSettings(s.config)})
	return err
}
