// Package preference keeps what people prefer of how pages look: columns, page sizes, views that they saved. It is known
// to nobody else and decides nothing, so that no event tells of it.
package preference

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

const (
	// MaxValue is the most that one value may be, in bytes of JSON without space between its parts.
	MaxValue = 16 << 10
	// MaxNames is how many names somebody may use.
	MaxNames = 100
)

// Store keeps preferences, implemented by package store.
type Store interface {
	// Preferences of a user, by name.
	Preferences(ctx context.Context, userID string) (map[string]json.RawMessage, error)
	// SetPreference keeps a value, and says no where the name is a new one and the user has most names already.
	SetPreference(ctx context.Context, userID, name string, value json.RawMessage, most int, now time.Time) (ok bool, err error)
	// RemovePreference of a name that may be unused.
	RemovePreference(ctx context.Context, userID, name string) error
}

// Service is the use cases. Everybody has only their own.
type Service struct {
	Store Store
	Now   func() time.Time
}

// Read the caller's.
func (s *Service) Read(ctx context.Context, by access.Actor) (map[string]json.RawMessage, error) {
	if err := person(by); err != nil {
		return nil, err
	}
	all, err := s.Store.Preferences(ctx, by.UserID)
	if err != nil {
		return nil, fmt.Errorf("read preferences: %w", err)
	}
	return all, nil
}

// Set one of the caller's, or with null remove it, and return it as it is kept. The name was looked at by who calls.
func (s *Service) Set(ctx context.Context, by access.Actor, name string, value json.RawMessage) (json.RawMessage, error) {
	if err := person(by); err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, value); err != nil || !utf8.Valid(value) {
		return nil, invalid("this is not JSON in UTF-8")
	}
	value = compact.Bytes()
	switch {
	case len(value) > MaxValue:
		return nil, invalid(fmt.Sprintf("this is %d bytes of JSON; one preference may be %d", len(value), MaxValue))
	case string(value) == "null":
		if err := s.Store.RemovePreference(ctx, by.UserID, name); err != nil {
			return nil, fmt.Errorf("remove preference: %w", err)
		}
		return value, nil
	}
	ok, err := s.Store.SetPreference(ctx, by.UserID, name, value, MaxNames, s.Now())
	if err != nil {
		return nil, fmt.Errorf("keep preference: %w", err)
	}
	if !ok {
		return nil, &access.Error{
			Code:    access.CodeConflict,
			Message: fmt.Sprintf("you have %d preferences, which is as many as are kept: remove one, by setting it to null", MaxNames),
		}
	}
	return value, nil
}

// person refuses machine clients, which look at no pages.
func person(by access.Actor) error {
	if by.Kind != audit.Person || by.UserID == "" {
		return &access.Error{Code: access.CodeForbidden, Message: "only people have preferences, machine clients have none"}
	}
	return nil
}

func invalid(message string) error {
	return &access.Error{Code: access.CodeInvalid, Field: "value", Message: message}
}
