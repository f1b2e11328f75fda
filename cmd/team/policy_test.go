package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// at a terminal, somebody answers.
func (r *rig) answering(persona, answer string, args ...string) result {
	r.t.Helper()
	var out, errs bytes.Buffer
	code := run(r.t.Context(), console{
		in: strings.NewReader(answer), out: &out, err: &errs, environ: r.environ(r.secrets(), persona), now: time.Now, zone: time.UTC, asks: true,
	}, args)
	return result{code, out.String(), errs.String()}
}

func TestPoliciesAreExportedChangedAndApplied(t *testing.T) {
	r := startRig(t, t.TempDir())
	folder := filepath.Join(t.TempDir(), "policies")
	exported := r.must("admin", "policy", "export", folder)
	for _, want := range []string{"settings.yaml", "eligibility/operations-in-production.yaml", "approver/log-archive.yaml"} {
		if !strings.Contains(exported.out, filepath.Join(folder, want)+"\n") {
			t.Errorf("it did not write %s:\n%s", want, exported.out)
		}
	}
	if got := r.as("admin", "policy", "export", folder); got.code != exitConflict || !strings.Contains(got.err, "--force") {
		t.Errorf("exported over files: %d %s", got.code, got.err)
	}
	if got := r.must("auditor", "policy", "apply", "-f", folder, "--dry-run"); got.out != "0 to change, 9 as they are\n" {
		t.Errorf("what was exported is not what is in force:\n%s", got.out)
	}
	// Narrowing applies at once, and who loses is shown before it is asked.
	file := filepath.Join(folder, "eligibility", "operations-in-production.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte("maxDuration: 4h"), []byte("maxDuration: 3h")), 0o600); err != nil {
		t.Fatal(err)
	}
	no := r.answering("admin", "n\n", "policy", "apply", folder)
	for _, want := range []string{"Who gains and who loses", "requester", ", at most 4h, with approval", "1 to change, 8 as they are"} {
		if !strings.Contains(no.out, want) {
			t.Errorf("it does not show %q:\n%s", want, no.out)
		}
	}
	if no.code != exitError || !strings.Contains(no.err, "Apply that? [y/N]") || !strings.Contains(no.err, "nothing was changed") {
		t.Errorf("a no ended with %d: %s", no.code, no.err)
	}
	if got := r.must("auditor", "policy", "show", "Operations in production"); !strings.Contains(got.out, "maxDuration: 4h") {
		t.Error("a no changed the policy")
	}
	if yes := r.answering("admin", "yes\n", "policy", "apply", folder); yes.code != exitOK || !strings.Contains(yes.out, `"Operations in production": applied as version 2`) {
		t.Errorf("a yes ended with %d: %s%s", yes.code, yes.out, yes.err)
	}
	if got := r.must("auditor", "policy", "show", "Operations in production"); strings.Contains(got.out, "maxDuration: 4h") {
		t.Error("a yes did not change the policy")
	}
	// Widening waits for a second administrator.
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	plan := decode[api.PolicyPlan](t, r.answering("admin", "", "policy", "apply", folder, "-o", "json").out)
	proposals := r.must("second-admin", "policy", "proposals", "-o", "id")
	waits := strings.TrimSpace(proposals.out)
	proposed := false
	for _, change := range plan.Changes {
		proposed = proposed || (change.Outcome != nil && change.Outcome.Proposal != nil && change.Outcome.Proposal.ID == waits)
	}
	if !proposed {
		t.Errorf("widening was not proposed: %s", proposals.out)
	}
	if got := r.must("auditor", "policy", "settings"); !strings.Contains(got.out, "longest elevation      9h\n") {
		t.Errorf("the settings show\n%s", got.out)
	}
	if got := r.as("admin", "policy", "apply"); got.code != exitUsage || !strings.Contains(got.err, "name a file or a folder") {
		t.Errorf("without a file: %d %s", got.code, got.err)
	}
}
