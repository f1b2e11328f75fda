package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/api"
)

// A machine client from its making to its end, by the command line.
func TestAMachineAsksForAPerson(t *testing.T) {
	r := startRig(t, t.TempDir())
	made := r.must("admin", "machine", "create", "deploy-bot", "--owner", "auditor", "--scope", "read,request", "--description", "Deployments")
	if !strings.Contains(made.out, "deploy-bot") || !strings.Contains(made.err, "team token issue --machine deploy-bot") {
		t.Errorf("made: %s%s", made.out, made.err)
	}
	issued := r.must("admin", "token", "issue", "--machine", "deploy-bot", "--label", "pipeline", "--ttl", "1h")
	if lines := strings.Split(issued.out, "\n"); len(lines) != 2 || !strings.Contains(issued.err, "of deploy-bot for read, request, valid until") {
		t.Fatalf("issued: %s%s", issued.out, issued.err)
	}
	bot := func(args ...string) result {
		t.Helper()
		return command(t, []string{"TEAM_URL=" + r.demo.note.URL, "TEAM_TOKEN=" + strings.TrimSpace(issued.out)}, args...)
	}
	ask := []string{
		"request", "create", "--for-user", "requester", "--account", "shop-dev", "--role", "PowerUserAccess", "--for", "2s",
		"--ticket", "OPS-9", "--because", "Deployment 4711",
	}
	// What it may not ask for it does not see; by their ids it is told why not.
	if got := bot(ask...); got.code != exitNotFound || !strings.Contains(got.err, `no account named "shop-dev" that you may see`) {
		t.Errorf("without a policy: %d %s%s", got.code, got.out, got.err)
	}
	account := strings.TrimSpace(r.must("admin", "directory", "search", "accounts", "shop-dev", "-o", "id").out)
	roles := decode[struct {
		Items []struct{ ARN string }
	}](t, r.must("admin", "directory", "search", "permission-sets", "PowerUserAccess", "-o", "json").out)
	byID := slices.Clone(ask)
	byID[5], byID[7] = account, roles.Items[0].ARN
	if got := bot(byID...); got.code != exitDenied || !strings.Contains(got.err, "does not let the machine client") {
		t.Errorf("without a policy: %d %s%s", got.code, got.out, got.err)
	}
	// Naming it in a policy widens access, and waits for a second administrator.
	shown := r.must("admin", "policy", "show").out
	file := filepath.Join(t.TempDir(), "policies.yaml")
	text := strings.ReplaceAll(shown, "kind: eligibility\n", "kind: eligibility\nmachines: [deploy-bot]\n")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	plan := r.must("admin", "policy", "apply", file)
	if !strings.Contains(plan.out, "machine client mch_") || !strings.Contains(plan.out, "may ask for people now") {
		t.Errorf("the plan: %s", plan.out)
	}
	for line := range strings.Lines(r.must("second-admin", "policy", "proposals").out) {
		if id, _, ok := strings.Cut(line, "  "); ok && strings.HasPrefix(id, "prp_") {
			r.must("second-admin", "policy", "agree", id)
		}
	}
	if again := r.must("admin", "policy", "show").out; !strings.Contains(again, "- deploy-bot\n") {
		t.Errorf("the policies do not name it: %s", again)
	}
	got := bot(append(ask, "-o", "json")...)
	if got.code != exitOK {
		t.Fatalf("%d %s", got.code, got.err)
	}
	request := decode[api.Request](t, got.out)
	if !request.Machine || request.FiledBy.UserName != "deploy-bot" || request.Beneficiary.UserName != "requester" {
		t.Errorf("filed %+v", request)
	}
	if got := bot("approve", request.ID, "--comment", "x"); got.code != exitDenied || !strings.Contains(got.err, "the scope decide") {
		t.Errorf("the machine decides: %d %s", got.code, got.err)
	}
	if got := r.as("auditor", "approve", request.ID, "--comment", "x"); got.code != exitDenied {
		t.Errorf("its owner decides: %d %s", got.code, got.err)
	}
	if got := r.must("admin", "policy", "explain", "--user", "requester", "--account", "log-archive", "--role", "ReadOnlyAccess", "--machine", "deploy-bot"); !strings.Contains(got.out, "machine") {
		t.Errorf("explained: %s", got.out)
	}
	r.must("auditor", "request", "cancel", request.ID)
	shownMachine := r.must("auditor", "machine", "show", "deploy-bot")
	if !strings.Contains(shownMachine.out, "Deployments") || !strings.Contains(shownMachine.out, "pipeline") {
		t.Errorf("shown: %s", shownMachine.out)
	}
	r.must("admin", "machine", "edit", "deploy-bot", "--name", "deployer", "--scope", "read")
	if got := bot(ask...); got.code != exitDenied || !strings.Contains(got.err, "the scope request; it has read") {
		t.Errorf("without the scope: %d %s", got.code, got.err)
	}
	r.must("auditor", "machine", "disable", "deployer")
	if got := bot("request", "list"); got.code != exitNotSignedIn {
		t.Errorf("disabled: %d %s", got.code, got.err)
	}
	if got := r.as("requester", "machine", "disable", "deployer"); got.code != exitNotFound {
		t.Errorf("a stranger: %d %s", got.code, got.err)
	}
	r.must("admin", "machine", "enable", "deployer")
	if got := r.must("admin", "token", "revoke", "--machine", "deployer"); got.out != "1 revoked\n" {
		t.Errorf("revoked: %s", got.out)
	}
	if got := bot("request", "list"); got.code != exitNotSignedIn {
		t.Errorf("revoked: %d %s", got.code, got.err)
	}
}

func TestTokensOfOnesOwn(t *testing.T) {
	r := startRig(t, t.TempDir())
	issued := decode[api.IssuedToken](t, r.must("requester", "token", "issue", "--label", "laptop", "-o", "json").out)
	if strings.Join(issued.Scopes, ",") != "read,request" || issued.User.UserName != "requester" {
		t.Errorf("issued %+v", issued)
	}
	environ := []string{"TEAM_URL=" + r.demo.note.URL, "TEAM_TOKEN=" + issued.Secret}
	if got := command(t, environ, "request", "list"); got.code != exitOK {
		t.Errorf("%d %s", got.code, got.err)
	}
	if got := command(t, environ, "token", "list"); got.code != exitDenied || !strings.Contains(got.err, "this needs a token with the scope tokens; it has read, request") {
		t.Errorf("%d %s", got.code, got.err)
	}
	if got := command(t, environ, "token", "issue"); got.code != exitDenied || !strings.Contains(got.err, "this needs somebody who is signed in") {
		t.Errorf("%d %s", got.code, got.err)
	}
	list := r.must("requester", "token", "list")
	if !strings.Contains(list.out, issued.ID) || !strings.Contains(list.out, "laptop") {
		t.Errorf("listed: %s", list.out)
	}
	if got := r.as("requester", "token", "list", "--all"); got.code != exitDenied {
		t.Errorf("%d %s", got.code, got.err)
	}
	if got := r.must("auditor", "token", "list", "--all"); !strings.Contains(got.out, issued.ID) {
		t.Errorf("listed: %s", got.out)
	}
	if got := r.as("auditor", "token", "revoke", issued.ID); got.code != exitDenied {
		t.Errorf("%d %s", got.code, got.err)
	}
	r.must("requester", "token", "revoke", issued.ID)
	if got := command(t, environ, "request", "list"); got.code != exitNotSignedIn {
		t.Errorf("%d %s", got.code, got.err)
	}
	if got := r.must("requester", "token", "list", "--dead"); !strings.Contains(got.out, "revoked ") {
		t.Errorf("listed: %s", got.out)
	}
	for _, args := range [][]string{{"revoke"}, {"revoke", "--all"}, {"revoke", issued.ID, "--user", "x"}, {"issue", "--user", "admin"}, {"issue", "--ttl", "soon"}} {
		if got := r.as("requester", append([]string{"token"}, args...)...); got.code != exitUsage {
			t.Errorf("team token %s: %d %s", strings.Join(args, " "), got.code, got.err)
		}
	}
}

// Working at the database makes nothing and migrates nothing.
func TestWorkAtTheDatabaseLeavesItAsItIs(t *testing.T) {
	r := startRig(t, t.TempDir())
	r.must("requester", "request", "list") // which waits until the organization was read
	file := filepath.Join(r.data, "team.db")
	if got := command(t, nil, "token", "issue", "--user", "requester", "--database", "sqlite:"+file); got.code != exitOK || !strings.Contains(got.err, "of requester") {
		t.Errorf("beside a running server: %d %s", got.code, got.err)
	}
	if got := command(t, nil, "token", "issue", "--database", "sqlite:"+file); got.code != exitUsage || !strings.Contains(got.err, "--user or --machine") {
		t.Errorf("for nobody: %d %s", got.code, got.err)
	}
	issued := command(t, nil, "token", "issue", "--user", "admin", "--ttl", "2h", "--database", "sqlite:"+file)
	id := strings.Fields(issued.err)[1]
	if !strings.HasPrefix(id, "sin_") || !strings.Contains(issued.err, " of admin, valid until ") {
		t.Errorf("issued: %s", issued.err)
	}
	admin := []string{"TEAM_URL=" + r.demo.note.URL, "TEAM_TOKEN=" + strings.TrimSpace(issued.out)}
	if got := command(t, admin, "policy", "list"); got.code != exitOK {
		t.Errorf("who was signed in at the database: %d %s", got.code, got.err)
	}
	if got := command(t, nil, "token", "list", "--database", "sqlite:"+file); !strings.Contains(got.out, id) || !strings.Contains(got.out, "signed in at the database") {
		t.Errorf("listed: %s%s", got.out, got.err)
	}
	if got := command(t, nil, "token", "issue", "--user", "admin", "--ttl", "13h", "--database", "sqlite:"+file); got.code != exitUsage || !strings.Contains(got.err, "sign_in.longest allows 12h") {
		t.Errorf("for 13 hours: %d %s", got.code, got.err)
	}
	if got := command(t, nil, "token", "revoke", id, "--database", "sqlite:"+file); got.code != exitOK || got.out != "1 revoked\n" {
		t.Errorf("revoked: %d %s%s", got.code, got.out, got.err)
	}
	if got := command(t, admin, "policy", "list"); got.code != exitNotSignedIn {
		t.Errorf("afterwards: %d %s", got.code, got.err)
	}
	r.stop()
	empty := filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := command(t, nil, "token", "list", "--database", "sqlite:"+empty); got.code != exitNotFound || !strings.Contains(got.err, "start team serve on it first") {
		t.Errorf("on an empty file: %d %s", got.code, got.err)
	}
	if info, err := os.Stat(empty); err != nil || info.Size() > 0 {
		t.Errorf("the empty file has become %v, %v", info.Size(), err)
	}
	raw, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), "DELETE FROM goose_db_version WHERE version_id > 3"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	got := command(t, nil, "token", "list", "--database", "sqlite:"+file)
	if got.code != exitError || !strings.Contains(got.err, "its schema is version 3, this program's is") || !strings.Contains(got.err, "left as it is") {
		t.Errorf("on an older database: %d %s", got.code, got.err)
	}
}
