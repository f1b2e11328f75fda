package store

import (
	"context"
	"fmt"

	"github.com/team-idc/team/internal/alarm"
)

// AlarmOpen says whether an alarm is open.
func (s *Store) AlarmOpen(ctx context.Context, k alarm.Kind, subject string) (bool, error) {
	open, err := s.ro.NewSelect().Model((*alarmRow)(nil)).Where("kind = ? AND subject = ? AND closed_at = 0", string(k), subject).Exists(ctx)
	if err != nil {
		return false, reached(fmt.Errorf("look for alarm %s: %w", k, err))
	}
	return open, nil
}
