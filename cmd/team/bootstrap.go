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
		return s.warnWithoutAdministrators(ctx)
	}
	_, err := s.policies.Bootstrap(ctx, policychange.Seed{Settings: firstSettings(s.config)})
	return err
}

// warnWithoutAdministrators says that TEAM cannot be used yet: without settings nobody can ask for anything, nor
// change that.
func (s *server) warnWithoutAdministrators(ctx context.Context) error {
	set, err := s.store.Policies().InForce(ctx, s.now())
	if err == nil && set.Settings.AdministratorGroup == "" {
		s.log.WarnContext(ctx, "nobody administers TEAM yet: set groups.administrators to the id of a group and start it again")
	}
	return err
}
