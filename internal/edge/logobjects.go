package edge

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Objects is where an access log's parts are put, as a bucket of S3.
type Objects interface {
	PutObject(ctx context.Context, key string, body []byte) error
}

// LogObjects gathers lines and puts them as gzip'd objects under a prefix: PREFIX/2026/11/25/REPLICA-20261125T120000Z-1.ndjson.gz.
type LogObjects struct {
	objects         Objects
	prefix, replica string
	now             func() time.Time
	log             *slog.Logger

	mu       sync.Mutex
	open     bytes.Buffer
	begun    time.Time // when the first line of open came
	lines    int64
	waiting  []logObject
	number   int
	dropped  int64
	failures int
	failed   error
	tryAt    time.Time
}

type logObject struct {
	key   string
	body  []byte
	lines int64
}

const (
	// An object is put when it has logObjectBytes of lines, or its first line is logObjectAge old.
	logObjectBytes = 5 * mib
	logObjectAge   = 5 * time.Minute
	// waitingObjects may wait while the bucket is away, a few hundred KiB each; then the oldest are dropped.
	waitingObjects = 32
	// putAgain is how long after a failure it is tried again, at most.
	putAgain = time.Minute
)

// NewLogObjects puts objects under a prefix.
func NewLogObjects(objects Objects, prefix, replica string, now func() time.Time, log *slog.Logger) *LogObjects {
	return &LogObjects{objects: objects, prefix: prefix, replica: replica, now: now, log: log}
}

// Write takes lines.
func (l *LogObjects) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open.Len() == 0 {
		l.begun = l.now()
	}
	l.open.Write(p)
	l.lines += int64(bytes.Count(p, []byte("\n")))
	if l.open.Len() >= logObjectBytes {
		l.cut()
	}
	return len(p), nil
}

// cut makes an object of what was gathered.
func (l *LogObjects) cut() {
	if l.open.Len() == 0 {
		return
	}
	l.number++
	at := l.now().UTC()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write(l.open.Bytes())
	if closed := z.Close(); err == nil {
		err = closed
	}
	if err != nil { // a buffer takes everything
		l.failed = fmt.Errorf("pack access log: %w", err)
	}
	l.waiting = append(l.waiting, logObject{
		key:  fmt.Sprintf("%s%s/%s-%s-%d.ndjson.gz", l.prefix, at.Format("2006/01/02"), l.replica, at.Format("20060102T150405Z"), l.number),
		body: packed.Bytes(), lines: l.lines,
	})
	l.open.Reset()
	l.lines = 0
	for len(l.waiting) > waitingObjects {
		l.dropped += l.waiting[0].lines
		l.waiting = l.waiting[1:]
	}
}

// Step puts what is ready. It is a step of a due runner, and never fails: a bucket that is away is an alarm of its own, and
// no reason to send requests to another replica.
func (l *LogObjects) Step(ctx context.Context) (did bool, next time.Time, err error) {
	did, next, err = l.put(ctx)
	if err != nil {
		l.log.WarnContext(ctx, "the access log cannot be put; it is tried again", slog.Time("at", next), slog.Any("error", err))
	}
	return did, next, nil
}

func (l *LogObjects) put(ctx context.Context) (did bool, next time.Time, err error) {
	l.mu.Lock()
	now := l.now()
	if l.open.Len() > 0 && now.Sub(l.begun) >= logObjectAge {
		l.cut()
	}
	if len(l.waiting) == 0 || now.Before(l.tryAt) {
		next = l.tryAt
		if len(l.waiting) == 0 {
			next = time.Time{}
		}
		l.mu.Unlock()
		return false, next, nil
	}
	first := l.waiting[0]
	l.mu.Unlock()

	err = l.objects.PutObject(ctx, first.key, first.body)

	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.failures++
		l.failed = err
		l.tryAt = l.now().Add(min(putAgain, time.Second<<min(l.failures, 6)))
		return false, l.tryAt, fmt.Errorf("put access log: %w", err)
	}
	l.failures, l.failed, l.tryAt = 0, nil, time.Time{}
	// While it was put, it may have been dropped for want of room.
	if len(l.waiting) > 0 && l.waiting[0].key == first.key {
		l.waiting = l.waiting[1:]
	} else {
		l.dropped -= first.lines
	}
	return true, l.now(), nil
}

// Flush puts everything, as far as ctx allows: the process ends.
func (l *LogObjects) Flush(ctx context.Context) error {
	l.mu.Lock()
	l.cut()
	l.tryAt = time.Time{}
	l.mu.Unlock()
	for {
		did, _, err := l.put(ctx)
		if err != nil || !did {
			return err
		}
	}
}

// Dropped is how many lines were lost while the bucket was away.
func (l *LogObjects) Dropped() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dropped
}

// Failing says why objects cannot be put; "" when they can.
func (l *LogObjects) Failing() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed == nil {
		return ""
	}
	return l.failed.Error()
}
