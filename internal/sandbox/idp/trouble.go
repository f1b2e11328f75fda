package idp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Trouble is what the provider does wrong on purpose, so that one can see how a client takes it. Its zero value is none.
type Trouble struct {
	// Down answers everything with 503.
	Down bool `json:"down,omitempty"`
	// Nonce and Audience are put into ID tokens in place of what was asked for. The client's id stays in the audience
	// and its azp claim names the client.
	Nonce    string `json:"nonce,omitempty"`
	Audience string `json:"audience,omitempty"`
	// Expired ID tokens were valid until five minutes ago.
	Expired bool `json:"expired,omitempty"`
	// UnpublishedKey signs tokens with a key that is not in the list of keys.
	UnpublishedKey bool `json:"unpublished_key,omitempty"`
	// AuthTimeBehind makes the sign-in that much older than it is.
	AuthTimeBehind Duration `json:"auth_time_behind,omitempty"`
	// NoACR leaves out that somebody used a second factor.
	NoACR bool `json:"no_acr,omitempty"`
	// UnverifiedEmail says of every address that nobody verified it.
	UnverifiedEmail bool `json:"unverified_email,omitempty"`
}

// Duration is written as Go writes durations: "10m".
type Duration time.Duration

func (d Duration) value() time.Duration { return time.Duration(d) }

// MarshalText writes the duration.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.value().String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("read duration: %w", err)
	}
	*d = Duration(v)
	return nil
}

// MakeTrouble replaces the trouble that is made; the zero value ends it.
func (p *Provider) MakeTrouble(t Trouble) {
	p.state.mu.Lock()
	defer p.state.mu.Unlock()
	p.state.trouble = t
}

// troubled refuses everything while the provider is to be down.
func (p *Provider) troubled(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.state.mu.Lock()
		down := p.state.trouble.Down
		p.state.mu.Unlock()
		if down {
			http.Error(w, "the sandbox's provider is down, because it was told to be", http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// controlPrefix begins the paths of the control API.
const controlPrefix = "/_sandbox/"

// control answers the control API, and hands on everything else. It asks for no credentials, so it belongs on a
// loopback address; requests of web pages are refused.
func (p *Provider) control(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+controlPrefix+"keys", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			ForgetEarlier bool `json:"forget_earlier"`
		}
		respond(w, r, &in, func() error { return p.RotateKeys(in.ForgetEarlier) })
	})
	mux.HandleFunc("PUT "+controlPrefix+"trouble", func(w http.ResponseWriter, r *http.Request) {
		var in Trouble
		respond(w, r, &in, func() error { p.MakeTrouble(in); return nil })
	})
	mux.Handle("/", next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web := r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
		if _, pattern := mux.Handler(r); pattern != "/" && web {
			http.Error(w, "the control API answers no web pages", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// mostControlled is the size of a question to the control API, in bytes.
const mostControlled = 1 << 14

func respond(w http.ResponseWriter, r *http.Request, in any, change func() error) {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostControlled))
	dec.DisallowUnknownFields()
	err := dec.Decode(in)
	if err == nil {
		err = change()
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
