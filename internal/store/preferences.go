package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

type preferenceRow struct {
	bun.BaseModel `bun:"table:preferences"`

	UserID    string `bun:",pk"`
	Name      string `bun:",pk"`
	Value     string
	ChangedAt int64
}

// Preferences of a user, by name.
func (s *Store) Preferences(ctx context.Context, userID string) (map[string]json.RawMessage, error) {
	var rows []preferenceRow
	if err := s.ro.NewSelect().Model(&rows).Where("user_id = ?", userID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read preferences: %w", reached(err))
	}
	all := make(map[string]json.RawMessage, len(rows))
	for _, r := range rows {
		all[r.Name] = json.RawMessage(r.Value)
	}
	return all, nil
}

// SetPreference keeps a value unless its name is a new one and the user has most names already. Rows of people who are
// gone stay: nobody asks for them.
func (s *Store) SetPreference(ctx context.Context, userID, name string, value json.RawMessage, most int, now time.Time) (ok bool, err error) {
	err = s.update(ctx, func(ctx context.Context, t *tx) error {
		ok = false
		others, err := t.NewSelect().Model((*preferenceRow)(nil)).Where("user_id = ? AND name <> ?", userID, name).Count(ctx)
		if err != nil {
			return fmt.Errorf("count preferences: %w", err)
		}
		if others >= int64(most) {
			return nil
		}
		row := preferenceRow{UserID: userID, Name: name, Value: string(value), ChangedAt: micros(now)}
		_, err = t.NewInsert().Model(&row).On("CONFLICT (user_id, name) DO UPDATE").Set("value = EXCLUDED.value, changed_at = EXCLUDED.changed_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("write preference %s: %w", name, err)
		}
		ok = true
		return nil
	})
	return ok, err
}

// RemovePreference of a name that may be unused.
func (s *Store) RemovePreference(ctx context.Context, userID, name string) error {
	return s.update(ctx, func(ctx context.Context, t *tx) error {
		if _, err := t.NewDelete().Model((*preferenceRow)(nil)).Where("user_id = ? AND name = ?", userID, name).Exec(ctx); err != nil {
			return fmt.Errorf("remove preference %s: %w", name, err)
		}
		return nil
	})
}
