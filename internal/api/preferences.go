package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/team-idc/team/internal/access"
)

// Preferences are what somebody prefers of how pages look.
type Preferences struct {
	Preferences map[string]json.RawMessage `json:"preferences" nullable:"false" doc:"By name; each any JSON, as it was set"`
}

// Preference is one of them.
type Preference struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value" doc:"Any JSON; null where there is none any more"`
}

// PreferenceValue is what a preference becomes.
type PreferenceValue struct {
	Value json.RawMessage `json:"value" doc:"Any JSON of at most 16 KiB; null removes the preference"`
}

// PreferencePath names a preference. It is exported as RequestPath is.
type PreferencePath struct {
	Name string `path:"name" pattern:"^[a-z][a-z0-9.-]{0,63}$" doc:"Lower-case letters, digits, dots and dashes, a letter first, at most 64; you may use 100 names"` //nolint:lll // a tag is one word
}

func (s *server) registerPreferences() {
	register(s, http.MethodGet, "/api/v1/me/preferences", "read-preferences", "Read your preferences of how pages look", s.readPreferences)
	register(s, http.MethodPut, "/api/v1/me/preferences/{name}", "set-preference", "Set a preference of yours, or remove it", s.setPreference)
}

func (s *server) readPreferences(ctx context.Context, by access.Actor, _ *struct{}) (Preferences, error) {
	all, err := s.Preferences.Read(ctx, by)
	return Preferences{Preferences: all}, err
}

func (s *server) setPreference(ctx context.Context, by access.Actor, in *struct {
	PreferencePath
	Body PreferenceValue
},
) (Preference, error) {
	kept, err := s.Preferences.Set(ctx, by, in.Name, in.Body.Value)
	return Preference{Name: in.Name, Value: kept}, err
}
