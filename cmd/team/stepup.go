package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/policy"
)

// How often it is looked whether the proof is there, and for how long.
const (
	proofPause    = 2 * time.Second
	proofPatience = 5 * time.Minute
)

// demandOf finds what fresh proof a refusal demands; nil: none.
func demandOf(err error) *api.NeededProof {
	refused, ok := errors.AsType[*apiError](err)
	if !ok {
		return nil
	}
	return refused.StepUp
}

// stepUp has the person show in the browser that it is them, and comes back when that was seen. Where nobody sits at the
// terminal the refusal stays, with how to go on.
func (c *client) stepUp(ctx context.Context, demand api.NeededProof, refused error) error {
	if demand.URL == "" {
		return refused // a token, to which no proof can be added
	}
	address, err := c.stepUpAddress(demand.URL)
	if err != nil {
		return errors.Join(refused, err)
	}
	if !c.console.asks {
		return codedError{fmt.Errorf("%w\nGo to %s and show %s; then repeat the command", refused, address, wanted(demand)), exitCode(refused)}
	}
	before, err := c.newestProof(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(plain{c.console.err}, "This asks for fresh proof that it is you: %s. Go to\n\n  %s\n\n", wanted(demand), address)
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

// wanted says a demand to people.
func wanted(d api.NeededProof) string {
	provider := "a fresh sign-in at your provider"
	if len(d.ACR) > 0 {
		provider += " as " + strings.Join(d.ACR, " or ")
	}
	words := map[string]string{"passkey": "your passkey", "provider": provider}
	kinds := make([]string, 0, len(d.Kinds))
	for _, k := range d.Kinds {
		kinds = append(kinds, firstOf(words[k], k))
	}
	return strings.Join(kinds, " or ") + ", at most " + policy.Spell(time.Duration(d.MaxAgeSeconds)*time.Second) + " old"
}

// stepUpAddress is the page of TEAM itself where the proof is given. An address elsewhere is not opened.
func (c *client) stepUpAddress(at string) (string, error) {
	u, err := url.Parse(at)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.Contains(at, `\`) {
		return "", fmt.Errorf("TEAM on %s names %.100q to give the proof at, which is not its own; it is not opened", c.base, at)
	}
	return c.base + u.String(), nil
}

// newestProof is when whoever calls last showed that it is them.
func (c *client) newestProof(ctx context.Context) (newest time.Time, err error) {
	var me api.Me
	if err := c.tryCall(ctx, http.MethodGet, "/me", nil, &me); err != nil || me.SignIn == nil {
		return newest, err
	}
	for _, p := range me.SignIn.Proofs {
		if p.At.After(newest) {
			newest = p.At
		}
	}
	return newest, nil
}
