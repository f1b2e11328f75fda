package access_test

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
)

func TestTimeDoesNotMoveBackInWhatIsKept(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		before []time.Duration
		want   time.Duration
	}{
		{"nothing was written", nil, 0},
		{"written before", []time.Duration{-time.Hour, -time.Second}, 0},
		{"written by a clock that is ahead", []time.Duration{-time.Hour, 2 * time.Second, time.Second}, 2 * time.Second},
		{"written by a clock that is wrong", []time.Duration{time.Second, time.Hour}, time.Second},
	} {
		var before []time.Time
		for _, d := range tt.before {
			before = append(before, now.Add(d))
		}
		if got := access.InOrder(now, before...).Sub(now); got != tt.want {
			t.Errorf("%s: %s later, want %s", tt.name, got, tt.want)
		}
	}
}
