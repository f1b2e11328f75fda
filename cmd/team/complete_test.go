package main

import (
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// completed are the words that the shell is offered for the last of args.
func completed(t *testing.T, environ []string, args ...string) []string {
	t.Helper()
	got := command(t, environ, append([]string{"__complete"}, args...)...)
	if got.code != exitOK {
		t.Fatalf("completing %v ended with %d: %s", args, got.code, got.err)
	}
	var words []string
	for line := range strings.Lines(got.out) {
		if word, _, _ := strings.Cut(strings.TrimSpace(line), "\t"); !strings.HasPrefix(word, ":") {
			words = append(words, word)
		}
	}
	return words
}

func TestTheShellCompletesWhatTheServerKnows(t *testing.T) {
	r := startRig(t, t.TempDir())
	mine := decode[api.Request](t, r.must("requester", "request", "create", "--account", "shop-prod", "--role", "DatabaseAdmin", "--for", "3s",
		"--ticket", "T", "--reason", "x", "-o", "json").out)
	for _, tt := range []struct {
		persona string
		args    []string
		want    string
		not     string
	}{
		{"requester", []string{"ensure", "--account", "shop"}, "shop-prod", "playground"},
		{"requester", []string{"ensure", "--account", "SHOP-P"}, "shop-prod", "shop-dev"},
		{"requester", []string{"request", "create", "--account", "10000000001"}, "100000000011", "shop-prod"},
		{"requester", []string{"request", "create", "--role", "Data"}, "DatabaseAdmin", "ReadOnlyAccess"},
		{"requester", []string{"request", "create", "--target", "shop-p"}, "shop-prod:", "shop-dev:"},
		{"requester", []string{"request", "create", "--target", "shop-prod:Data"}, "shop-prod:DatabaseAdmin", "shop-prod:ReadOnlyAccess"},
		{"requester", []string{"request", "show", ""}, mine.ID, ""},
		{"requester", []string{"request", "cancel", "req_"}, mine.ID, ""},
		{"requester", []string{"request", "release", ""}, "", mine.ID}, // nothing of it is there yet
		{"requester", []string{"request", "show", mine.ID, ""}, "", mine.ID},
		{"approver", []string{"approve", ""}, mine.ID, ""},
		{"second-approver", []string{"approve", ""}, "", mine.ID}, // not theirs to decide
		{"requester", []string{"request", "list", "--status", ""}, "in progress", ""},
		{"requester", []string{"directory", "search", ""}, "permission-sets", "prod"},
		{"requester", []string{"directory", "search", "ous", "Pr"}, "Prod", "Dev"},
		{"auditor", []string{"policy", "show", "Prod"}, "Production", "Development"},
		{"auditor", []string{"policy", "explain", "--user", "req"}, "requester", "approver"},
		{"requester", []string{"policy", "explain", "--user", "req"}, "", "requester"}, // not for them to search
		{"requester", []string{"config", "print", "--output", ""}, "yaml", "table"},
	} {
		words := completed(t, r.environ(r.secrets(), tt.persona), tt.args...)
		if (tt.want != "" && !slices.Contains(words, tt.want)) || (tt.not != "" && slices.Contains(words, tt.not)) {
			t.Errorf("%s completing %q is offered %q; want %q and not %q", tt.persona, tt.args, words, tt.want, tt.not)
		}
	}
}

// Whoever presses Tab is not kept waiting by a server that says nothing, and without a token nothing is printed.
func TestCompletionDoesNotWaitForAServerThatIsSilent(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	begun := time.Now()
	if words := completed(t, []string{"TEAM_URL=http://" + l.Addr().String(), "TEAM_TOKEN=team_x"}, "request", "show", ""); len(words) != 0 {
		t.Errorf("it completed %q", words)
	}
	if took := time.Since(begun); took > 10*completePatience {
		t.Errorf("it took %s", took)
	}
	if words := completed(t, nil, "request", "show", ""); len(words) != 0 {
		t.Errorf("without a token it completed %q", words)
	}
}
