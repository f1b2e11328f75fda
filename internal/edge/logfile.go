package edge

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// LogFile appends to a file, and goes on with a new one when somebody moved it away, as logrotate does.
type LogFile struct {
	name string
	now  func() time.Time

	mu     sync.Mutex
	file   *os.File
	looked time.Time
}

// lookEvery is how often it is looked whether the file is still the one of that name.
const lookEvery = 5 * time.Second

// OpenLogFile opens the file, or makes one that only this user reads.
func OpenLogFile(name string, now func() time.Time) (*LogFile, error) {
	l := &LogFile{name: name, now: now}
	if err := l.open(); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *LogFile) open() error {
	f, err := os.OpenFile(l.name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open access log: %w", err)
	}
	if l.file != nil {
		_ = l.file.Close() // it was moved away, and every line was written at once
	}
	l.file, l.looked = f, l.now()
	return nil
}

// Write appends.
func (l *LogFile) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return 0, fs.ErrClosed
	}
	if since := l.now().Sub(l.looked); since >= lookEvery || since < 0 {
		l.looked = l.now()
		if l.moved() {
			if err := l.open(); err != nil {
				return 0, err
			}
		}
	}
	n, err := l.file.Write(p)
	if err != nil {
		return n, fmt.Errorf("write access log: %w", err)
	}
	return n, nil
}

func (l *LogFile) moved() bool {
	there, err := os.Stat(l.name)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	mine, mineErr := l.file.Stat()
	return err == nil && mineErr == nil && !os.SameFile(there, mine)
}

// Reopen goes on with the file that has the name now.
func (l *LogFile) Reopen() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open()
}

// Close closes the file.
func (l *LogFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	if err != nil {
		return fmt.Errorf("close access log: %w", err)
	}
	return nil
}
