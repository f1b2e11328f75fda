package bench

import (
	"syscall"
	"time"
	"unsafe"
)

// CPU is how much of the processors' time this process has used.
func CPU() time.Duration {
	const processTime = 2 // CLOCK_PROCESS_CPUTIME_ID
	return clock(processTime)
}

// threadTime is how much of it this thread has used.
func threadTime() time.Duration {
	const threadTime = 3 // CLOCK_THREAD_CPUTIME_ID
	return clock(threadTime)
}

func clock(id uintptr) time.Duration {
	var at syscall.Timespec
	// The syscall package has no wrapper; these two clocks are always there.
	_, _, _ = syscall.Syscall(syscall.SYS_CLOCK_GETTIME, id, uintptr(unsafe.Pointer(&at)), 0) //nolint:dogsled,gosec // at outlives the call, which cannot fail
	return time.Duration(at.Nano())
}
