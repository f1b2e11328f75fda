package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/team-idc/team/internal/filelock"
)

// demoLock is the file that keeps a second demo out of a folder: both would write the assignments of their own
// simulated AWS over those of the other.
const demoLock = "demo.lock"

// lockDemo makes the demo's folder and takes it for this process.
func lockDemo(o demoOptions) (*filelock.Lock, error) {
	if o.data == "" {
		return nil, usagef("--data is empty; name a folder")
	}
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return nil, fmt.Errorf("make folder for the demo: %w", err)
	}
	l, err := filelock.Take(filepath.Join(o.data, demoLock))
	if errors.Is(err, filelock.ErrHeld) {
		return nil, fmt.Errorf("a demo runs in %s already: %w. Stop that one, or give this one another folder with --data", o.data, err)
	}
	if err != nil {
		return nil, fmt.Errorf("lock folder of the demo: %w", err)
	}
	if err := sameOrganization(o); err != nil {
		return nil, errors.Join(err, l.Release())
	}
	return l, nil
}

// sameOrganization refuses to go on with another organization than the one the folder was begun with: what the
// database knows would be of accounts and people that AWS suddenly has not.
func sameOrganization(o demoOptions) error {
	note, err := readNote(o.data)
	if err != nil || note.Organization == "" {
		return nil //nolint:nilerr // a new folder, or a note that is written anew anyway
	}
	if asked := organizationName(o.organization); note.Organization != asked {
		return usagef("%s holds a demo of the organization %s, not %s: give it --org %[2]s, or another folder with --data", o.data, note.Organization, asked)
	}
	return nil
}

// organizationName is how an organization is remembered: its size, or its file wherever the demo is started from.
func organizationName(organization string) string {
	if slices.Contains([]string{"small", "medium", "large"}, organization) {
		return organization
	}
	if absolute, err := filepath.Abs(organization); err == nil {
		return absolute
	}
	return organization
}
