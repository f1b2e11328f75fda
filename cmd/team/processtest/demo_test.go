package processtest

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// sandbox is the control API of a demo's simulated AWS.
type sandbox struct {
	t   *testing.T
	url string
}

func (b sandbox) get(path string, out any) {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.url+"/_sandbox/"+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := httpClient.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(out); err != nil {
		b.t.Fatalf("%s: %v", path, err)
	}
}

// intervals in which a user could assume a role by an assignment of their own.
func (b sandbox) intervals(user string, r api.Role) []simaws.Interval {
	b.t.Helper()
	var all []simaws.Interval
	b.get("intervals", &all)
	return slices.DeleteFunc(all, func(i simaws.Interval) bool {
		return i.UserID != user || i.AccountID != r.AccountID || i.PermissionSetARN != r.PermissionSetARN || i.GroupID != ""
	})
}

var exported = regexp.MustCompile(`(?m)^export (TEAM_URL|TEAM_TOKEN)=(\S+)$`)

// demonstrate starts the demo and becomes its personas, as the README says.
func demonstrate(t *testing.T) (site, sandbox) {
	t.Helper()
	folder := t.TempDir()
	p := start(t, environment(), "demo", "--data", folder, "--listen", "127.0.0.1:0", "--speed", "4")
	s := site{t: t, url: p.url, tokens: map[string]string{}}
	for _, persona := range personas {
		got := command(t.Context(), t, environment(), "demo", "token", persona, "--data", folder)
		lines := exported.FindAllStringSubmatch(got.out, -1)
		if got.code != exitOK || len(lines) != 2 || lines[0][2] != p.url {
			t.Fatalf("team demo token %s: exit code %d\n%s%s", persona, got.code, got.out, got.err)
		}
		s.tokens[persona] = lines[1][2]
	}
	note, err := os.ReadFile(filepath.Join(folder, "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	var at struct {
		SandboxURL string `json:"sandboxUrl"`
	}
	if err := json.Unmarshal(note, &at); err != nil || !strings.HasPrefix(at.SandboxURL, "http://127.0.0.1:") {
		t.Fatalf("the demo's note is %s: %v", note, err)
	}
	return s, sandbox{t, at.SandboxURL}
}

func TestTwoTargetsWithDifferentApproversInTheDemo(t *testing.T) {
	t.Parallel()
	const duration = 30 * time.Second // the shortest in the demo
	s, box := demonstrate(t)
	var user api.Me
	client{t: t, url: s.url, token: s.tokens["requester"]}.get("/me", &user)
	s.holds = func(r api.Role) bool {
		return slices.ContainsFunc(box.intervals(user.ID, r), func(i simaws.Interval) bool { return i.To.IsZero() })
	}
	var before, after []simaws.Triple
	box.get("assignments", &before)

	r := s.walk(duration)

	for _, target := range r.Targets {
		judgeEnd(t, target, duration)
		e, intervals := target.Elevation, box.intervals(user.ID, target.Role)
		if len(intervals) != 1 {
			t.Errorf("%s: access in %d intervals", target.AccountName, len(intervals))
			continue
		}
		i := intervals[0]
		if i.From.Before(target.DecidedAt) || i.From.After(e.ActivatedAt) || i.To.Before(e.EndsAt) || i.To.After(e.EndedAt) {
			t.Errorf("%s: access from %s to %s; decided %s, active %s, to end %s, ended %s", target.AccountName, clock(i.From), clock(i.To),
				clock(target.DecidedAt), clock(e.ActivatedAt), clock(e.EndsAt), clock(e.EndedAt))
		}
		t.Logf("%s: access %s after it was agreed, over %s after its end", target.AccountName,
			i.From.Sub(target.DecidedAt).Round(time.Millisecond), i.To.Sub(e.EndsAt).Round(time.Millisecond))
	}
	if box.get("assignments", &after); !slices.Equal(before, after) {
		t.Errorf("AWS held %v and holds %v", before, after)
	}
}
