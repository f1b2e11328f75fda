package processtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestProcessesAtOnceRefreshOnce: the commands of a script that run at the same time show TEAM a refresh token once. A
// second time would end the sign-in, since nobody could tell it from a thief's.
func TestProcessesAtOnceRefreshOnce(t *testing.T) {
	var mu sync.Mutex
	refreshed := 0
	team := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case r.URL.Path == "/oauth/token" && r.FormValue("refresh_token") == fmt.Sprintf("team_refresh%d", refreshed):
			refreshed++
			fmt.Fprintf(w, `{"access_token": "team_access%d", "refresh_token": "team_refresh%[1]d", "expires_in": 900, "sign_in": "sin_1"}`, refreshed)
		case r.URL.Path == "/oauth/token":
			t.Errorf("the refresh token came again")
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error": "invalid_grant"}`)
		case r.Header.Get("Authorization") == fmt.Sprintf("Bearer team_access%d", refreshed) && refreshed > 0:
			fmt.Fprint(w, `{"id": "u-ada", "userName": "ada"}`)
		default:
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"code": "unauthenticated", "status": 401, "detail": "the token is not valid"}`)
		}
	}))
	defer team.Close()
	folder := filepath.Join(t.TempDir(), "team")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	kept := fmt.Sprintf(`{"version": 1, "current": %q, "signIns": [{"server": %[1]q, "id": "sin_1", "until": "2100-01-01T00:00:00Z",
		"secrets": {"access": "team_access0", "accessUntil": "2000-01-01T00:00:00Z", "refresh": "team_refresh0"}}]}`, team.URL)
	if err := os.WriteFile(filepath.Join(folder, "sign-ins.json"), []byte(kept), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := environment("XDG_CONFIG_HOME="+filepath.Dir(folder), "TEAM_KEYRING=file")
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if got := command(t.Context(), t, environ, "whoami"); got.code != 0 {
				t.Errorf("whoami ended with %d: %s", got.code, got.err)
			}
		})
	}
	wg.Wait()
	if refreshed != 1 {
		t.Errorf("six processes refreshed %d times", refreshed)
	}
}
