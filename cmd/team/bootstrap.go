package main

import (
	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/policy"
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
