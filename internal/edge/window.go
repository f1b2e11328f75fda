package edge

import "time"

const (
	// Window is how long a request counts, as in AWS WAF's rate-based rules. It trails: at every moment it is the time
	// before that moment, in steps of a bucket's width.
	Window = 5 * time.Minute
	// bucketWidth is how finely it moves.
	bucketWidth = 10 * time.Second
	// buckets cover the window, the one of this moment included: a request counts for at least the window, and at most ten
	// seconds more.
	buckets = int64(Window/bucketWidth) + 1
)

// bucketOf an instant.
func bucketOf(t time.Time) int64 { return t.UnixMicro() / bucketWidth.Microseconds() }

// firstBucket is the oldest that counts at an instant.
func firstBucket(now time.Time) int64 { return bucketOf(now) - buckets + 1 }

// leaves is when a bucket stops counting.
func leaves(bucket int64) time.Time {
	return time.UnixMicro((bucket + buckets) * bucketWidth.Microseconds())
}

// window counts what happened in the last five minutes.
type window struct {
	newest int64 // bucket
	counts [buckets]uint32
}

// forward moves the window to a bucket. A clock that was set back does not move it.
func (w *window) forward(bucket int64) {
	if bucket-w.newest >= buckets {
		*w = window{newest: bucket}
		return
	}
	for w.newest < bucket {
		w.newest++
		w.counts[w.newest%buckets] = 0
	}
}

// add counts one.
func (w *window) add(now time.Time) {
	w.forward(bucketOf(now))
	if c := &w.counts[w.newest%buckets]; *c < 1<<31 {
		*c++
	}
}

// at is what was counted in a bucket.
func (w *window) at(bucket int64) int {
	if bucket > w.newest || bucket <= w.newest-buckets {
		return 0
	}
	return int(w.counts[bucket%buckets])
}

// sum of what still counts.
func (w *window) sum(now time.Time) int {
	total := 0
	for b := max(firstBucket(now), w.newest-buckets+1); b <= w.newest; b++ {
		total += int(w.counts[b%buckets])
	}
	return total
}

// waitFor is how long until so much no longer counts that one more is within the limit, if nothing comes meanwhile;
// at gives what was counted in a bucket.
func waitFor(now time.Time, total, limit int, at func(bucket int64) int) time.Duration {
	b := firstBucket(now)
	for ; b < bucketOf(now); b++ {
		if total -= at(b); total < limit {
			break
		}
	}
	return leaves(b).Sub(now)
}
