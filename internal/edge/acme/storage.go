package acme

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
)

// Files is where what ACME needs is kept, so that all replicas have it. What is given to it is encrypted.
type Files interface {
	PutACMEFile(ctx context.Context, name string, content []byte, at time.Time) error
	ACMEFile(ctx context.Context, name string) (content []byte, modified time.Time, found bool, err error)
	// DeleteACMEFiles deletes a file, and all below that name.
	DeleteACMEFiles(ctx context.Context, name string) error
	// ACMEFileNames gives the names below a name, in order; all where it is "".
	ACMEFileNames(ctx context.Context, under string) ([]string, error)
	// TakeACMELock takes a lock that is free, whose time is over, or that this holder has already.
	TakeACMELock(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
	// DropACMELock gives a lock back.
	DropACMELock(ctx context.Context, name, holder string) error
}

// storage is Files as certmagic knows storage.
type storage struct {
	files  Files
	seal   *seal
	holder string // of locks
	now    func() time.Time

	mu   sync.Mutex
	held map[string]context.CancelFunc // ends the renewal of a lock
}

var _ certmagic.Storage = (*storage)(nil)

const (
	// lockFor is how long a lock is held without being renewed: when a replica is lost, another goes on then.
	lockFor   = time.Minute
	renewLock = 20 * time.Second
	askLock   = time.Second
)

// Lock waits for a lock, and keeps it until Unlock.
func (s *storage) Lock(ctx context.Context, name string) error {
	tick := time.NewTicker(askLock)
	defer tick.Stop()
	for {
		now := s.now()
		taken, err := s.files.TakeACMELock(ctx, name, s.holder, now, now.Add(lockFor))
		if err != nil {
			return err
		}
		if taken && s.keep(ctx, name) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// keep renews a lock until it is given back. Within this process it is held once.
func (s *storage) keep(ctx context.Context, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[name] != nil {
		return false
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.held[name] = cancel
	go func() {
		tick := time.NewTicker(renewLock)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				now := s.now()
				// When it cannot be renewed, another replica takes it: at worst two certificates are got.
				_, _ = s.files.TakeACMELock(ctx, name, s.holder, now, now.Add(lockFor))
			}
		}
	}()
	return true
}

// Unlock gives a lock back.
func (s *storage) Unlock(ctx context.Context, name string) error {
	s.mu.Lock()
	stop := s.held[name]
	delete(s.held, name)
	s.mu.Unlock()
	if stop == nil {
		return fmt.Errorf("unlock %s: it is not locked", name)
	}
	stop()
	return s.files.DropACMELock(context.WithoutCancel(ctx), name, s.holder)
}

// Store keeps a file.
func (s *storage) Store(ctx context.Context, key string, value []byte) error {
	sealed, err := s.seal.close(key, value)
	if err != nil {
		return fmt.Errorf("encrypt %s: %w", key, err)
	}
	return s.files.PutACMEFile(ctx, key, sealed, s.now())
}

// Load gives a file; fs.ErrNotExist when there is none.
func (s *storage) Load(ctx context.Context, key string) ([]byte, error) {
	sealed, _, found, err := s.files.ACMEFile(ctx, key)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fs.ErrNotExist
	}
	content, err := s.seal.open(key, sealed)
	if err != nil {
		return nil, fmt.Errorf("read %s from the database: %w", key, err)
	}
	return content, nil
}

// Delete deletes a file or a folder.
func (s *storage) Delete(ctx context.Context, key string) error {
	return s.files.DeleteACMEFiles(ctx, key)
}

// Exists says whether there is a file or a folder of that name.
func (s *storage) Exists(ctx context.Context, key string) bool {
	_, err := s.Stat(ctx, key)
	return err == nil
}

// List gives what is in a folder.
func (s *storage) List(ctx context.Context, folder string, recursive bool) ([]string, error) {
	folder = strings.Trim(folder, "/")
	names, err := s.files.ACMEFileNames(ctx, folder)
	if err != nil {
		return nil, err
	}
	var out []string
	seen := map[string]bool{}
	for _, name := range names {
		rest := strings.TrimPrefix(strings.TrimPrefix(name, folder), "/")
		parts := strings.Split(rest, "/")
		// Folders are listed before what is in them.
		for i := range parts {
			if i > 0 && !recursive {
				break
			}
			entry := path.Join(append([]string{folder}, parts[:i+1]...)...)
			if !seen[entry] {
				seen[entry] = true
				out = append(out, entry)
			}
		}
	}
	if len(out) == 0 {
		return nil, fs.ErrNotExist
	}
	return out, nil
}

// Stat describes a file or a folder.
func (s *storage) Stat(ctx context.Context, key string) (certmagic.KeyInfo, error) {
	content, modified, found, err := s.files.ACMEFile(ctx, key)
	if err != nil {
		return certmagic.KeyInfo{}, err
	}
	if found {
		plain, err := s.seal.open(key, content)
		if err != nil {
			return certmagic.KeyInfo{}, err
		}
		return certmagic.KeyInfo{Key: key, Modified: modified, Size: int64(len(plain)), IsTerminal: true}, nil
	}
	if _, err := s.List(ctx, key, false); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return certmagic.KeyInfo{}, fs.ErrNotExist
		}
		return certmagic.KeyInfo{}, err
	}
	return certmagic.KeyInfo{Key: key}, nil
}
