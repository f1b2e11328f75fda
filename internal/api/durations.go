package api

import (
	"math"
	"time"
)

// seconds of d, cut to whole ones.
func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// duration of whole seconds. What does not fit becomes the longest or shortest there is, which every rule refuses,
// instead of wrapping around into something small.
func duration(s int64) time.Duration {
	const most = math.MaxInt64 / int64(time.Second)
	switch {
	case s > most:
		return time.Duration(most) * time.Second
	case s < -most:
		return time.Duration(-most) * time.Second
	}
	return time.Duration(s) * time.Second
}
