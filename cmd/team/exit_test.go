package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/api"
)

// What the API refuses, by its code and where that is unknown by its status, ends with the exit code that is documented.
func TestEveryProblemHasItsExitCode(t *testing.T) {
	for _, tt := range []struct {
		code   string
		status int
		want   int
	}{
		{"invalid", http.StatusUnprocessableEntity, exitUsage},
		{"malformed", http.StatusBadRequest, exitUsage},
		{"too_large", http.StatusRequestEntityTooLarge, exitUsage},
		{"forbidden", http.StatusForbidden, exitDenied},
		{"not_allowed", http.StatusForbidden, exitDenied},
		{"step_up_required", http.StatusForbidden, exitProof},
		{"not_found", http.StatusNotFound, exitNotFound},
		{"conflict", http.StatusConflict, exitConflict},
		{"stale", http.StatusConflict, exitConflict},
		{"in_progress", http.StatusConflict, exitConflict},
		{"held", http.StatusServiceUnavailable, exitUnavailable},
		{"unavailable", http.StatusServiceUnavailable, exitUnavailable},
		{"unauthenticated", http.StatusUnauthorized, exitNotSignedIn},
		{"internal", http.StatusInternalServerError, exitError},
		// Codes of a newer server.
		{"newer", http.StatusUnprocessableEntity, exitUsage},
		{"newer", http.StatusPreconditionFailed, exitConflict},
		{"newer", http.StatusTooManyRequests, exitUnavailable},
		{"newer", http.StatusTeapot, exitError},
	} {
		if got := exitOfCode(tt.code, tt.status); got != tt.want {
			t.Errorf("%s with status %d ends with %d, want %d", tt.code, tt.status, got, tt.want)
		}
	}
}

func TestExitCodesAreExplained(t *testing.T) {
	got := command(t, nil, "help", "exit-codes")
	for _, m := range exitMeanings {
		if !strings.Contains(got.out, fmt.Sprintf("  %2d  %-14s %s\n", m.code, m.name, m.meaning)) {
			t.Errorf("it does not explain %d", m.code)
		}
	}
	for _, code := range []int{
		exitOK, exitError, exitUsage, exitDenied, exitNotFound, exitConflict, exitUnavailable, exitNotSignedIn, exitNoAccess, exitPending, exitFailed,
		exitProof, exitDiffers, exitFindings,
	} {
		if code != exitError && nameOfExit(code) == "error" {
			t.Errorf("%d has no name", code)
		}
	}
}

// Errors are JSON for whoever asked for JSON, also where the command line itself is refused.
func TestErrorsAreJSONWhereThatIsAskedFor(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code string
		exit int
	}{
		{[]string{"request", "list", "-o", "json"}, "not_signed_in", exitNotSignedIn},
		{[]string{"request", "list", "--output=json", "--nonsense"}, "usage", exitUsage},
		{[]string{"nonsense", "-o=json"}, "usage", exitUsage},
		{[]string{"config", "check", "--log-level", "loud", "-ojson"}, "usage", exitUsage},
	} {
		got := command(t, nil, tt.args...)
		problem := decode[map[string]any](t, got.err)
		if got.code != tt.exit || problem["code"] != tt.code || problem["exitCode"] != float64(tt.exit) || problem["detail"] == "" {
			t.Errorf("%v ended with %d: %v", tt.args, got.code, problem)
		}
	}
	refused := problemOf(codedError{&apiError{Problem: api.Problem{Code: "not_allowed", Status: 403, Detail: "no", Reasons: []api.Reason{{Code: "c"}}}}, exitDenied})
	if refused["code"] != "not_allowed" || refused["status"] != float64(403) || refused["exitCode"] != exitDenied || refused["reasons"] == nil {
		t.Errorf("a refusal of the API is %v", refused)
	}
	// What belongs to a command that is run says nothing of ours.
	if wantsJSON([]string{"ensure", "--", "aws", "--output", "json"}) {
		t.Error("the flags of another command were taken for ours")
	}
	var out strings.Builder
	if explain(&out, fmt.Errorf("run: %w", endedError{3}), false); out.Len() > 0 || exitCode(errors.Join(endedError{3})) != 3 {
		t.Errorf("the end of a command is told: %s", &out)
	}
}
