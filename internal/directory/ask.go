package directory

import "time"

// Askable says whether somebody who wants the part read now changes anything: it neither is being read, nor is about to
// be. One that fails is tried again at once, since whoever asks may just have mended what was in the way.
func (p Pass) Askable(now time.Time) bool {
	return (!p.Running || p.Failures > 0) && p.Due.After(now)
}
