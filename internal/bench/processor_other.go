//go:build !linux

package bench

import "time"

// Elsewhere than on Linux the clock's time stands for that of the processor: the figures are then those of a machine that
// does nothing else.
var started = time.Now()

// CPU is how much of the processors' time this process has used.
func CPU() time.Duration { return time.Since(started) }

func threadTime() time.Duration { return time.Since(started) }
