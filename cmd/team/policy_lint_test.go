package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// The demo's own policies have a few honest findings.
func TestPolicyLintAndDiff(t *testing.T) {
	r := startRig(t, t.TempDir())
	r.directoryRead()
	found := decode[api.PolicyLint](t, r.must("auditor", "policy", "lint", "-o", "json").out)
	if found.Counts.Error != 0 || found.Counts.Warning != len(found.Items) || len(found.Items) == 0 || len(found.Items) > 8 {
		t.Errorf("the demo has %+v", found)
	}
	shown := r.as("auditor", "policy", "lint", "--severity", "warning", "--fail-on", "warning")
	if shown.code != exitFindings || !strings.Contains(shown.err, "warnings or errors") ||
		!strings.Contains(shown.out, "\n    in eligibility policy \"Operations in production\", permissionSets[3]\n") {
		t.Errorf("%+v", shown)
	}
	if all := r.as("auditor", "policy", "lint", "--severity", "error", "--fail-on", "note"); all.code != exitFindings || strings.Contains(all.out, "[") {
		t.Errorf("%+v", all)
	}

	folder := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	inForce := r.must("auditor", "policy", "show").out
	write("all.yaml", inForce)
	if same := r.must("auditor", "policy", "diff", "-f", folder); !strings.HasPrefix(same.out, "0 differ, ") {
		t.Errorf("%+v", same)
	}
	if clean := r.must("auditor", "policy", "lint", "-f", folder, "--new", "--fail-on", "note"); !strings.HasPrefix(clean.out, "In all policies as the files would make them: 0 errors") {
		t.Errorf("%+v", clean)
	}
	write("new.yaml", "kind: eligibility\nname: Too much\nprincipals: {groups: [Developers]}\ntargets: {ous: [Root/Sandbox]}\n"+
		"permissionSets: [AdministratorAccess]\nmaxDuration: 1h\napprovalRequired: false\n")
	lint := r.as("auditor", "policy", "lint", "-f", folder, "--new")
	if lint.code != exitFindings || !strings.Contains(lint.out, "new error: ") || !strings.Contains(lint.out, "new.yaml:5:18, eligibility policy \"Too much\", permissionSets[0]") {
		t.Errorf("%+v", lint)
	}
	diff := r.as("auditor", "policy", "diff", "-f", folder)
	if diff.code != exitDiffers || !strings.Contains(diff.out, "+++ eligibility policy \"Too much\" (") ||
		!strings.Contains(diff.out, "+ may ask for AdministratorAccess in playground, at most 1h, without approval\n") || !strings.Contains(diff.out, "[risky_without_approval]") {
		t.Errorf("%+v", diff)
	}
	if applied := r.must("auditor", "policy", "apply", folder, "--dry-run"); !strings.Contains(applied.out, "[risky_without_approval]") {
		t.Errorf("%+v", applied)
	}
	if pruned := r.as("auditor", "policy", "diff", "-f", filepath.Join(folder, "new.yaml"), "--prune", "-o", "json"); pruned.code != exitDiffers || !strings.Contains(pruned.out, `"action": "delete"`) {
		t.Errorf("%+v", pruned)
	}
}

func TestPolicyLintRefusals(t *testing.T) {
	r := startRig(t, t.TempDir())
	for want, args := range map[string][]string{
		"it can be error, warning, note\n":          {"--severity", "bad"},
		"it can be error, warning, note or never\n": {"--fail-on", "bad"},
		"name them with -f":                         {"--new"},
		"findings have no id":                       {"-o", "id"},
	} {
		if got := r.as("auditor", append([]string{"policy", "lint"}, args...)...); got.code != exitUsage || !strings.Contains(got.err, want) {
			t.Errorf("%v: %+v", args, got)
		}
	}
	if got := r.as("requester", "policy", "lint"); got.code != exitDenied {
		t.Errorf("%+v", got)
	}
	if got := r.as("auditor", "policy", "diff"); got.code != exitUsage {
		t.Errorf("%+v", got)
	}
}

// directoryRead waits until every part of the organization was read.
func (r *rig) directoryRead() {
	r.t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; {
		status := decode[api.DirectoryStatus](r.t, r.must("auditor", "directory", "status", "-o", "json").out)
		read := 0
		for _, p := range status.Parts {
			if !p.Complete.IsZero() {
				read++
			}
		}
		if read == 8 {
			return
		}
	}
	r.t.Fatal("the organization is not read after a minute")
}
