package store

import (
	"context"
	"fmt"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
)

// AskForDirectory has every part of the directory read now that is not being read already, and returns those. A step
// that failed just then notices by the version that it was overtaken. Nothing is written where there is nothing to ask.
func (s *Store) AskForDirectory(ctx context.Context, by audit.Actor, now time.Time) (asked []directory.Part, err error) {
	err = s.update(ctx, func(ctx context.Context, t *tx) error {
		asked = nil
		var rows []passRow
		if err := t.NewSelect().Model(&rows).Order("part").Scan(ctx); err != nil {
			return fmt.Errorf("read directory passes: %w", err)
		}
		for _, r := range rows {
			p, err := r.pass()
			if err != nil {
				return fmt.Errorf("read directory pass %s: %w", r.Part, err)
			}
			if p.Askable(now) {
				asked = append(asked, p.Part)
			}
		}
		if len(asked) == 0 {
			return nil
		}
		for _, part := range asked {
			_, err := t.NewRaw("UPDATE directory_passes SET due_at = ?, version = version + 1 WHERE part = ?", micros(now), string(part)).Exec(ctx)
			if err != nil {
				return fmt.Errorf("make directory pass %s due: %w", part, err)
			}
		}
		t.wrote = true
		return t.appendEvents(ctx, []audit.Event{{
			Kind: "directory.asked", At: now, Actor: by, Data: map[string]any{"parts": asked},
		}})
	})
	if err != nil {
		return nil, fmt.Errorf("ask for the directory: %w", err)
	}
	return asked, nil
}
