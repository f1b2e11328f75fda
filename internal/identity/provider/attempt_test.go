package provider

import (
	"bytes"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func begun(t *testing.T, a Attempt) Attempt {
	t.Helper()
	a, err := Begin(rand.Reader, a)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAttemptsSurviveTheirCookie(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 123, time.UTC)
	a := begun(t, Attempt{Provider: "okta", Started: now, Return: "/x?y=z", Fresh: true, SignIn: "sin_1", For: "sin_2"})
	b, err := Parse(a.Text())
	if err != nil || b.State() != a.State() || b.Nonce() != a.Nonce() || b.Verifier() != a.Verifier() || b.RequestID() != a.RequestID() ||
		!b.Started.Equal(now.Truncate(time.Second)) || b.Return != a.Return || !b.Fresh || b.SignIn != "sin_1" || b.For != "sin_2" || !b.Is(a.State()) {
		t.Errorf("%+v, %v", b, err)
	}
	seen := map[string]bool{}
	for _, derived := range []string{a.State(), a.Nonce(), a.Verifier(), strings.TrimPrefix(a.RequestID(), "_")} {
		if len(derived) < 43 || seen[derived] || strings.Contains(a.Text(), derived) {
			t.Errorf("derived %q", derived)
		}
		seen[derived] = true
	}
	other := a
	other.Provider = "entra"
	if other.Is(a.State()) || other.Nonce() == a.Nonce() {
		t.Error("another provider's attempt passes for this one")
	}
	if (Attempt{Provider: "okta"}).Is((Attempt{Provider: "okta"}).State()) {
		t.Error("an attempt without a secret is one")
	}
	if a.Over(a.Started.Add(Patience)) || !a.Over(a.Started.Add(Patience+1)) || !a.Over(a.Started.Add(-Skew-1)) {
		t.Error("it ends at another time")
	}
	if _, err := Begin(bytes.NewReader(nil), Attempt{}); err == nil {
		t.Error("an attempt was made without randomness")
	}
}

func FuzzParse(f *testing.F) {
	a, err := Begin(rand.Reader, Attempt{Provider: "okta", Return: "/"})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{a.Text(), "", "e30", a.Text()[:20], strings.Repeat("A", maxText+1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(a.Text())
		if err != nil || !again.Is(a.State()) || again.Return != a.Return {
			t.Errorf("%q is not itself: %v", text, err)
		}
	})
}

func TestTheClientIsBounded(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/large":
			_, _ = w.Write(bytes.Repeat([]byte("x"), MaxBody+1))
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/clear":
			http.Redirect(w, r, "http://example.org/", http.StatusFound)
		}
	}))
	t.Cleanup(server.Close)
	for path, want := range map[string]string{"/loop": "redirects", "/clear": "must begin with https://", "/large": "larger than"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := NewClient(nil).Do(r)
		if err == nil {
			var b bytes.Buffer
			_, err = b.ReadFrom(answer.Body)
			answer.Body.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestKinds(t *testing.T) {
	cause := errors.New("cause")
	err := RefuseFor(ClockOff, cause, "too late")
	if KindOf(err) != ClockOff || !errors.Is(err, cause) || err.Error() != "too late: cause" || KindOf(cause) != Invalid {
		t.Errorf("%v is %s", err, KindOf(err))
	}
	if got := Quote("a\nb" + strings.Repeat("x", 300)); strings.Contains(got, "\n") || len(got) > 210 {
		t.Errorf("quoted as %s", got)
	}
}
