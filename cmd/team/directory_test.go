package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
)

func TestDirectoryIsReadWhenAskedFor(t *testing.T) {
	r := startRig(t, t.TempDir())
	status := func() api.DirectoryStatus {
		return decode[api.DirectoryStatus](t, r.must("auditor", "directory", "status", "-o", "json").out)
	}
	before := status()
	got := r.must("admin", "directory", "sync", "-o", "json")
	after := decode[api.DirectoryStatus](t, got.out)
	if len(after.Parts) != len(directory.Parts()) {
		t.Fatalf("it tells of %d parts", len(after.Parts))
	}
	for i, p := range after.Parts {
		if !p.Complete.After(before.Parts[i].Complete) {
			t.Errorf("%s was not read again: %s, before %s", p.Part, p.Complete, before.Parts[i].Complete)
		}
		if !strings.Contains(got.err, "All of ") {
			t.Errorf("it did not say what was read:\n%s", got.err)
		}
	}
	if events := r.must("auditor", "events", "--kind", "directory.asked"); !strings.Contains(events.out, "directory.asked") || !strings.Contains(events.out, " admin") {
		t.Errorf("the log says %s", events.out)
	}
	if got := r.as("auditor", "directory", "sync"); got.code != exitDenied || !strings.Contains(got.err, "only administrators") {
		t.Errorf("an auditor: %d %s", got.code, got.err)
	}
	if got := r.must("requester", "directory", "search", "accounts", "shop", "prod"); !strings.Contains(got.out, "shop-prod") || strings.Contains(got.out, "shop-dev") {
		t.Errorf("two words find %s", got.out)
	}
}

// Without a terminal lines stay; with one the block below them is written anew.
func TestProgressIsAnimatedOnlyOnTerminals(t *testing.T) {
	for columns, want := range map[int]string{
		0:  "kept\n",
		12: "one\ntwo more \x1b…\n\x1b[2A\x1b[Jkept\nthree\n\x1b[1A\x1b[J",
	} {
		var out strings.Builder
		p := console{err: &out, screen: func() int { return columns }}.progress()
		p.show("one", "two more \x1b[31m three")
		p.say("kept")
		p.show("three")
		p.clear()
		if got := strings.ReplaceAll(out.String(), "\uFFFD", "\x1b"); got != want {
			t.Errorf("with %d columns it wrote %q, want %q", columns, got, want)
		}
	}
}

func TestFirstReadingIsTold(t *testing.T) {
	r := startRig(t, t.TempDir())
	var out strings.Builder
	show := showFirstReading(console{err: &out}.progress())
	done := false
	r.demo.server.firstReading(t.Context(), func(parts []directory.PartStatus, all bool) {
		show(parts, all)
		done = all
	})
	said := out.String()
	if !done || !strings.HasPrefix(said, "Reading the organization for the first time") || !strings.Contains(said, "is read: ") ||
		!strings.Contains(said, "12 accounts, ") {
		t.Errorf("it said %q", said)
	}
	// It is over, and not told again.
	r.demo.server.firstReading(t.Context(), func([]directory.PartStatus, bool) { t.Error("it was told again") })
}

// Whoever waits at a terminal for an answer that takes long sees that something goes on.
func TestWaitingForAnAnswerIsShown(t *testing.T) {
	errs := &told{want: "waiting for TEAM, 1 s", seen: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-errs.seen:
		case <-r.Context().Done():
		}
		fmt.Fprint(w, `{"items":[]}`)
	}))
	defer server.Close()
	var out strings.Builder
	code := run(t.Context(), console{
		out: &out, err: errs, environ: []string{"TEAM_URL=" + server.URL, "TEAM_TOKEN=team_x"}, now: time.Now, zone: time.UTC,
		screen: func() int { return 80 },
	}, []string{"request", "list"})
	if code != exitOK || out.String() != "No requests.\n" {
		t.Errorf("it ended with %d and %q", code, &out)
	}
	if text := errs.text.String(); !strings.HasSuffix(text, "\x1b[1A\x1b[J") {
		t.Errorf("the block was left on the screen: %q", text)
	}
}
