package awsclient

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// defaultSession is what AWS uses for a permission set without a session duration.
const defaultSession = time.Hour

// isoDuration is the part of ISO 8601 that AWS allows for session durations (PT1H, PT90M, P0Y0M0DT1H0M0S), years and
// months excepted, which have no length.
var isoDuration = regexp.MustCompile(`^P(?:0+Y)?(?:0+M)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$`)

// parseISODuration reads a session duration.
func parseISODuration(s string) (time.Duration, error) {
	parts := isoDuration.FindStringSubmatch(s)
	if parts == nil {
		return 0, fmt.Errorf("parse duration %q: not an ISO 8601 duration", s)
	}
	var total time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if parts[i+1] == "" {
			continue
		}
		n, err := strconv.Atoi(parts[i+1])
		if err != nil {
			return 0, fmt.Errorf("parse duration %q: %w", s, err)
		}
		total += time.Duration(n) * unit
	}
	if total <= 0 {
		return 0, fmt.Errorf("parse duration %q: it has no length", s)
	}
	return total, nil
}
