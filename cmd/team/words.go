package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/config"
)

// at shows an instant in the reader's time zone.
func (c console) at(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(c.zone).Format("2006-01-02 15:04:05 MST")
}

// seconds shows a duration that came as seconds.
func seconds(n int64) string { return config.Spell(time.Duration(n) * time.Second) }

func person(p api.Person) string { return firstOf(p.UserName, p.ID) }

func people(list []api.Person) string {
	names := make([]string, 0, len(list))
	for _, p := range list {
		names = append(names, person(p))
	}
	return strings.Join(names, ", ")
}

func roleOf(permissionSetName, arn string) string { return firstOf(permissionSetName, arn) }

func accountOf(name, id string) string {
	if name == "" {
		return id
	}
	return name + " (" + id + ")"
}

// stages says who decides: "1 of approver, elena.petrova; then 2 of …".
func stages(list []api.Stage) string {
	parts := make([]string, 0, len(list))
	for _, s := range list {
		parts = append(parts, fmt.Sprintf("%d of %s", s.Required, firstOf(people(s.Candidates), "nobody")))
	}
	return strings.Join(parts, "; then ")
}

// clip shortens a text for a table.
func clip(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// duration reads a duration as people write it: 90s, 15m, 1h30m.
func readDuration(flag, text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, usagef("--%s is %q; write a duration such as 90s, 15m or 1h30m", flag, text)
	}
	if d < 0 {
		return 0, usagef("--%s is %q; it cannot be negative", flag, text)
	}
	if d%time.Second != 0 {
		return 0, usagef("--%s is %q; durations are in whole seconds", flag, text)
	}
	return d, nil
}

// readInstant reads an instant in the reader's zone, or a duration from now ("+2h").
func (c console) readInstant(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if rest, ok := strings.CutPrefix(text, "+"); ok {
		d, err := readDuration(flag, rest)
		return c.now().Add(d).Truncate(time.Second), err
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, text, c.zone); err == nil {
			return t, nil
		}
	}
	if clock, err := time.ParseInLocation("15:04", text, c.zone); err == nil {
		now := c.now().In(c.zone)
		return time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, c.zone), nil
	}
	return time.Time{}, usagef("--%s is %q; write 2026-12-01 09:00, 09:00, 2026-12-01T09:00:00Z or +2h", flag, text)
}
