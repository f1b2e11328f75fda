package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

// keyringService is under what name the tokens stand in the keyring of the operating system; each server is a user of it.
const keyringService = "team command line"

// keyringPatience is how long the keyring may take: a person may have to unlock it first.
const keyringPatience = time.Minute

// errNoKeyring is why tokens are kept in a file.
var errNoKeyring = errors.New("TEAM_KEYRING=file says so")

// signInKeeper keeps sign-ins: their tokens in the keyring of the operating system or, where there is none, in a file of
// the user's own, and what is no secret in that file either way.
type signInKeeper struct {
	signInFile

	keyring bool // may be used
}

func (c console) signInKeeper() (signInKeeper, error) {
	k := signInKeeper{signInFile{c.signInFolder()}, true}
	switch wanted := c.variable("TEAM_KEYRING"); wanted {
	case "", "os":
	case "file":
		k.keyring = false
	default:
		return k, usagef("TEAM_KEYRING is %q; it can be os, for the keyring of the operating system where there is one, or file", wanted)
	}
	return k, nil
}

// inKeyring runs what speaks to the keyring, which answers when the person has unlocked it.
func inKeyring(ctx context.Context, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, keyringPatience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("the keyring does not answer (set TEAM_KEYRING=file to do without): %w", ctx.Err())
	}
}

// secrets of a sign-in, from where they are kept.
func (k signInKeeper) secrets(ctx context.Context, s keptSignIn) (signInSecrets, error) {
	if s.Secrets != nil {
		return *s.Secrets, nil
	}
	var text string
	err := inKeyring(ctx, func() (err error) {
		text, err = keyring.Get(keyringService, s.Server)
		return err //nolint:wrapcheck // wrapped below
	})
	if err != nil {
		return signInSecrets{}, fmt.Errorf("read sign-in for %s from the keyring: %w", s.Server, err)
	}
	var secrets signInSecrets
	if err := json.Unmarshal([]byte(text), &secrets); err != nil {
		return signInSecrets{}, fmt.Errorf("read sign-in for %s from the keyring: it is not what team put there", s.Server)
	}
	return secrets, nil
}

// keep writes a sign-in, while the lock is held, and makes it the current one if it is new. why says why its tokens are
// in the file; nil: they are in the keyring.
func (k signInKeeper) keep(ctx context.Context, s keptSignIn, secrets signInSecrets, current bool) (why error, err error) {
	if s.Secrets, why = nil, errNoKeyring; k.keyring {
		why = k.toKeyring(ctx, s.Server, secrets)
	}
	if why != nil {
		s.Secrets = &secrets
	}
	kept, err := k.read()
	if err != nil {
		return why, err
	}
	if kept.put(s); current {
		kept.Current = s.Server
	}
	return why, k.write(kept)
}

func (k signInKeeper) toKeyring(ctx context.Context, server string, secrets signInSecrets) error {
	text, err := json.Marshal(secrets)
	if err != nil {
		return fmt.Errorf("keep sign-in: %w", err)
	}
	return inKeyring(ctx, func() error { return keyring.Set(keyringService, server, string(text)) })
}

// forget a sign-in, while the lock is held. left says why its tokens are in the keyring still; nil: they are not.
func (k signInKeeper) forget(ctx context.Context, s keptSignIn) (left error, err error) {
	if s.Secrets == nil {
		left = inKeyring(ctx, func() error { return keyring.Delete(keyringService, s.Server) })
		if errors.Is(left, keyring.ErrNotFound) {
			left = nil
		}
	}
	kept, err := k.read()
	if err != nil {
		return left, err
	}
	kept.remove(s.Server)
	if kept.Current == s.Server {
		kept.Current = ""
	}
	return left, k.write(kept)
}
