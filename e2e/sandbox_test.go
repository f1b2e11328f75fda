package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// demo is a demo that runs, with its simulated AWS and its provider.
type demo struct {
	t      *testing.T
	folder string
	team   *process
	url    string // where people reach TEAM
	note   struct {
		URL         string `json:"url"`
		SandboxURL  string `json:"sandboxUrl"`
		ProviderURL string `json:"providerUrl"`
	}
}

// demonstrate starts a demo as a newcomer does, and waits until it has read its organization.
func demonstrate(t *testing.T) *demo {
	t.Helper()
	d := &demo{t: t, folder: t.TempDir()}
	d.team = start(t, environment(), "demo", "--data", d.folder, "--listen", "127.0.0.1:0", "--speed", "20", "--log-level", "info")
	content, err := os.ReadFile(filepath.Join(d.folder, "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &d.note); err != nil {
		t.Fatal(err)
	}
	d.url = publicURL(d.note.URL)
	// It waits until the directory was read.
	if got := command(t, environment(), "demo", "token", "requester", "--data", d.folder); got.code != 0 {
		t.Fatalf("team demo token: %s", got.err)
	}
	return d
}

// tab opens a browser in which TEAM's pages and the provider's must be silent.
func (d *demo) tab() *tab {
	d.t.Helper()
	return openTab(d.t, d.url, d.note.ProviderURL)
}

// tell calls a control API: of the simulated AWS, or of the provider.
func (d *demo) tell(site, method, path, body string) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), method, site+"/_sandbox/"+path, bytes.NewReader([]byte(body)))
	if err != nil {
		d.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode >= http.StatusBadRequest {
		d.t.Fatalf("%s %s: %s", method, path, answer.Status)
	}
}
