package policychange_test

import (
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

func TestBootstrapNeverOverwrites(t *testing.T) {
	r := seeded(t)
	after := r.logEnd()
	did, err := r.changes.Bootstrap(r.ctx, policychange.Seed{Settings: policy.DefaultSettings()})
	if did || err != nil || len(r.events(after)) > 0 || r.inForce().Settings.AdministratorGroup != admins {
		t.Errorf("did %v, %v", did, err)
	}
	// Nor when everything was deleted.
	r.mustPropose(amy, policychange.Draft{Kind: policy.KindEligibility, ID: "elg_dev", BaseVersion: 1, Delete: true})
	if did, err = r.changes.Bootstrap(r.ctx, seed()); did || err != nil {
		t.Errorf("did %v, %v", did, err)
	}
	if cooling := r.inForce().Settings.Cooling; len(cooling) > 0 {
		t.Errorf("bootstrap cools %v", cooling)
	}
}

func TestBootstrapIsChecked(t *testing.T) {
	r := newRig(t)
	bad := seed()
	bad.Settings.MaxTargets = 0
	_, err := r.changes.Bootstrap(r.ctx, bad)
	refused(t, err, access.CodeInvalid)
	twice := seed()
	twice.Approver = append(twice.Approver, twice.Approver[0])
	_, err = r.changes.Bootstrap(r.ctx, twice)
	refused(t, err, access.CodeInvalid)
	if len(r.events(-1)) > 0 {
		t.Error("something was stored")
	}
}
