package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/team-idc/team/internal/policy"
)

// stepUpDemand is what TEAM asks for before it does something: that whoever is signed in shows once more that it is them.
type stepUpDemand struct {
	Kinds  []string `json:"kinds"`  // passkey, provider: any of these
	MaxAge string   `json:"maxAge"` // how old the proof may be
	URL    string   `json:"url"`    // the page, at TEAM; "" for a token
}

// How often it is looked whether the proof is there, and for how long.
const (
	proofPause    = 2 * time.Second
	proofPatience = 5 * time.Minute
)

// demandOf finds what a refusal demands.
func demandOf(err error) (stepUpDemand, bool) {
	refused, ok := errors.AsType[*apiError](err)
	if !ok || refused.demand == nil {
		return stepUpDemand{}, false
	}
	return *refused.demand, true
}

// stepUp has the person show in the browser that it is them, and comes back when that was seen. Where nobody sits at the
// terminal the refusal stays, with how to go on.
func (c *client) stepUp(ctx context.Context, refused error) error {
	demand, _ := demandOf(refused)
	if demand.URL == "" {
		return refused // a token, to which no proof can be added
	}
	address, err := c.stepUpAddress(demand)
	if err != nil {
		return errors.Join(refused, err)
	}
	if !c.console.asks {
		return codedError{fmt.Errorf("%w\nGo to %s and show %s; then repeat the command", refused, address, demand.wanted()), exitCode(refused)}
	}
	before, err := c.newestProof(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.console.err, "This asks for fresh proof that it is you: %s. Go to\n\n  %s\n\n", demand.wanted(), address)
	if without, _ := c.console.withoutBrowser(); !without {
		_ = c.console.browse(ctx, address) // the address is on the screen
	}
	ctx, cancel := context.WithTimeoutCause(ctx, proofPatience, codedError{
		fmt.Errorf("%w\nNo proof came within %s; repeat the command", refused, proofPatience), exitCode(refused),
	})
	defer cancel()
	return c.console.progress().during("waiting for the proof (Ctrl-C gives up)", func() error {
		for {
			if pause(ctx, proofPause) != nil {
				return context.Cause(ctx)
			}
			at, err := c.newestProof(ctx)
			if err == nil && at.After(before) {
				return nil
			}
			if err != nil && exitCode(err) != exitUnavailable {
				return err
			}
		}
	})
}

// wanted says the demand to people.
func (d stepUpDemand) wanted() string {
	words := map[string]string{"passkey": "your passkey", "provider": "a fresh sign-in at your provider"}
	kinds := make([]string, 0, len(d.Kinds))
	for _, k := range d.Kinds {
		kinds = append(kinds, firstOf(words[k], k))
	}
	text := strings.Join(kinds, " or ")
	if age, err := time.ParseDuration(d.MaxAge); err == nil {
		text += ", at most " + policy.Spell(age) + " old"
	}
	return text
}

// stepUpAddress is the page of TEAM itself where the proof is given for this sign-in. An address elsewhere is not opened.
func (c *client) stepUpAddress(d stepUpDemand) (string, error) {
	u, err := url.Parse(d.URL)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.Contains(d.URL, `\`) {
		return "", fmt.Errorf("TEAM on %s names %.100q to give the proof at, which is not its own; it is not opened", c.base, d.URL)
	}
	q := u.Query()
	if kept, ok := c.bearer.(*keptBearer); ok && q.Get("for") == "" && kept.signIn != "" {
		q.Set("for", kept.signIn)
	}
	u.RawQuery = q.Encode()
	return c.base + u.String(), nil
}

// newestProof is when whoever calls last showed that it is them.
func (c *client) newestProof(ctx context.Context) (newest time.Time, err error) {
	var me struct {
		SignIn struct {
			Proofs []struct {
				At time.Time `json:"at"`
			} `json:"proofs"`
		} `json:"signIn"`
	}
	if err := c.tryCall(ctx, "GET", "/me", nil, &me); err != nil {
		return newest, err
	}
	for _, p := range me.SignIn.Proofs {
		if p.At.After(newest) {
			newest = p.At
		}
	}
	return newest, nil
}
