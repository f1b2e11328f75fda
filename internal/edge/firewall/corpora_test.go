package firewall

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/team-idc/team/internal/edge/firewall/firewalltest"
)

// built are the firewalls of the tests: the rules take a while.
var built = map[int]func() http.Handler{
	1: sync.OnceValue(func() http.Handler { return mustBuild(Config{Paranoia: 1}) }),
	2: sync.OnceValue(func() http.Handler { return mustBuild(Config{Paranoia: 2}) }),
}

func mustBuild(c Config) http.Handler {
	c.Refuse = refused
	wrap, err := New(c)
	if err != nil {
		panic(err)
	}
	return wrap(echo)
}

// echo answers with the body, so that a test sees that it arrived as it was sent.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Reached", "yes")
	_, _ = io.Copy(w, r.Body)
})

func sent(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Every honest text passes in every field of every operation that takes free text, and arrives unchanged.
func TestHonestTextsPassWherePeopleWriteThem(t *testing.T) {
	texts, places := firewalltest.Honest(t), freePlaces()
	if len(texts) < 500 {
		t.Fatalf("only %d honest texts", len(texts))
	}
	if twice := slices.Sorted(slices.Values(texts)); len(slices.Compact(twice)) != len(texts) {
		t.Error("a text is there twice")
	}
	for _, level := range []int{1, 2} {
		h := built[level]()
		for _, p := range places {
			for _, text := range texts {
				r := holding(t, p.operation, p.kind, p.field, text)
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Fatal(err)
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
				w := sent(h, r)
				if w.Code != http.StatusOK || w.Body.String() != string(body) {
					t.Errorf("level %d: %s %s: %d for %q", level, p.operation, p.field, w.Code, text)
				}
			}
		}
	}
	t.Attr("honest", fmt.Sprintf("%d texts pass in %d fields, at paranoia levels 1 and 2", len(texts), len(places)))
}

// Attacks are blocked where no free text belongs: in parameters of the query, in members of the body that TEAM knows
// and that it does not, in fields of forms. What is known to be missed is listed, and nothing else is missed.
func TestAttacksAreBlockedElsewhere(t *testing.T) {
	h := built[1]()
	counts, missed := map[string]tally{}, []string{}
	for _, a := range attacks(t) {
		for where, r := range map[string]*http.Request{
			"query":          request(t, "GET", "/api/v1/requests?"+url.Values{"user": {a.payload}}.Encode(), ""),
			"member":         holding(t, "POST /api/v1/requests", "member", "targets.*.accountId", a.payload),
			"unknown member": holding(t, "POST /api/v1/requests", "member", "note", a.payload),
			"form":           holding(t, "POST /oauth/token", "form", "extra", a.payload),
		} {
			if counts[where] == nil {
				counts[where] = tally{}
			}
			blocked := sent(h, r).Code == http.StatusForbidden
			counts[where].count(a.class, blocked)
			if !blocked {
				missed = append(missed, where+" "+a.class+" "+a.payload)
			}
		}
	}
	total := 0
	for _, where := range slices.Sorted(maps.Keys(counts)) {
		t.Attr("attacks-in-"+strings.ReplaceAll(where, " ", "-"), counts[where].String())
		for _, n := range counts[where] {
			total += n[1]
		}
	}
	if total < 200 {
		t.Errorf("only %d attacks", total)
	}
	agree(t, "testdata/missed-payloads.txt", missed)
}

func TestAttackRequestsAreBlocked(t *testing.T) {
	h := built[1]()
	counts, missed := tally{}, []string{}
	classes, requests := attackRequests(t)
	for i, r := range requests {
		blocked := sent(h, r).Code == http.StatusForbidden
		counts.count(classes[i], blocked)
		if !blocked {
			missed = append(missed, classes[i]+" "+r.Method+" "+r.RequestURI+" "+fmt.Sprint(r.Header["User-Agent"]))
		}
	}
	t.Attr("attack-requests", counts.String())
	agree(t, "testdata/missed-requests.txt", missed)
}

// agree holds what is missed against a file, which says so to whoever reads it. With TEAM_TEST_UPDATE set it is written.
func agree(t *testing.T, file string, missed []string) {
	t.Helper()
	slices.Sort(missed)
	const heading = "# Attacks that the firewall lets through at paranoia level 1, as the tests find them. Each is harmless to TEAM, which\n" +
		"# interprets none of these values; the list is kept so that a change shows.\n"
	now := heading + strings.Join(append(missed, ""), "\n")
	if os.Getenv("TEAM_TEST_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(now), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Split(string(before), "\n")
	for _, m := range missed {
		if !slices.Contains(known, m) {
			t.Errorf("not blocked, and not known to be missed: %s", m)
		}
	}
	for _, k := range known {
		if k != "" && !strings.HasPrefix(k, "#") && !slices.Contains(missed, k) {
			t.Errorf("blocked now; take it out of %s: %s", file, k)
		}
	}
}
