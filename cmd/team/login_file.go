package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/team-idc/team/internal/filelock"
)

// keptSignIn is one sign-in of the command line, as it is kept on this machine between commands.
type keptSignIn struct {
	Server string    `json:"server"` // the address it is for; its tokens go nowhere else
	ID     string    `json:"id"`
	Until  time.Time `json:"until"`
	// Secrets are those of a sign-in that is kept in the file; null: they are in the keyring.
	Secrets *signInSecrets `json:"secrets"`
}

// signInSecrets are the tokens of a sign-in.
type signInSecrets struct {
	Access      string    `json:"access"`
	AccessUntil time.Time `json:"accessUntil"`
	Refresh     string    `json:"refresh"`
}

// keptSignIns is the content of the file.
type keptSignIns struct {
	Version int `json:"version"`
	// Current is the server that was signed in to last: the one that commands mean that name none.
	Current string       `json:"current"`
	SignIns []keptSignIn `json:"signIns"`
}

func (k *keptSignIns) find(server string) (keptSignIn, bool) {
	i := slices.IndexFunc(k.SignIns, func(s keptSignIn) bool { return s.Server == server })
	if i < 0 {
		return keptSignIn{}, false
	}
	return k.SignIns[i], true
}

// put keeps a sign-in in the place of the one for the same server.
func (k *keptSignIns) put(s keptSignIn) {
	k.remove(s.Server)
	k.SignIns = append(k.SignIns, s)
	slices.SortFunc(k.SignIns, func(a, b keptSignIn) int { return strings.Compare(a.Server, b.Server) })
}

func (k *keptSignIns) remove(server string) {
	k.SignIns = slices.DeleteFunc(k.SignIns, func(s keptSignIn) bool { return s.Server == server })
}

// signInFile keeps sign-ins in a folder of the user's own.
type signInFile struct{ folder string }

// signInFolder is where they are kept: $XDG_CONFIG_HOME/team, ~/.config/team, or %AppData%\team; "" where there is none.
func (c console) signInFolder() string {
	if at := c.variable("XDG_CONFIG_HOME"); filepath.IsAbs(at) {
		return filepath.Join(at, "team")
	}
	if at := c.variable("AppData"); runtime.GOOS == "windows" && at != "" {
		return filepath.Join(at, "team")
	}
	if home := c.variable("HOME"); home != "" {
		return filepath.Join(home, ".config", "team")
	}
	return ""
}

func (f signInFile) name() string { return filepath.Join(f.folder, "sign-ins.json") }

const mostSignIns = 1 << 20

// read gives what is kept, nothing where there is no file. It refuses a file that others could have read or written, or
// that is another one than it seems: what is in it would be no secret.
func (f signInFile) read() (kept keptSignIns, err error) {
	for range mostReads {
		// Another command replaces the file when it gets new tokens: then there is a new one to read.
		if kept, err = f.readOnce(); !errors.Is(err, errExchanged) {
			break
		}
	}
	return kept, err
}

// mostReads bounds how often the file is read again. Commands that take turns replace it once each.
const mostReads = 100

var errExchanged = errors.New("it was exchanged while it was opened")

func (f signInFile) readOnce() (keptSignIns, error) {
	kept := keptSignIns{Version: 1}
	if f.folder == "" {
		return kept, nil
	}
	before, err := os.Lstat(f.name())
	if errors.Is(err, fs.ErrNotExist) {
		return kept, nil
	}
	if err != nil {
		return kept, fmt.Errorf("read sign-ins: %w", err)
	}
	if err := f.fit(before); err != nil {
		return kept, err
	}
	file, err := os.Open(f.name())
	if err != nil {
		return kept, fmt.Errorf("read sign-ins: %w", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	opened, err := file.Stat()
	if err != nil {
		return kept, fmt.Errorf("read sign-ins: %w", err)
	}
	if !os.SameFile(before, opened) {
		return kept, fmt.Errorf("read sign-ins from %s: %w", f.name(), errExchanged)
	}
	if err := json.NewDecoder(io.LimitReader(file, mostSignIns)).Decode(&kept); err != nil || kept.Version != 1 {
		return keptSignIns{}, fmt.Errorf("%s is not what this version of team writes: remove it and sign in again", f.name())
	}
	return kept, nil
}

// fit refuses what must not be trusted with secrets.
func (f signInFile) fit(info fs.FileInfo) error {
	switch {
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no plain file, so that what is in it may be somewhere else; remove it and sign in again", f.name())
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s can be read or written by others (mode %04o); make it yours alone (chmod 600 %[1]s), or remove it and sign in again",
			f.name(), info.Mode().Perm())
	case info.Size() > mostSignIns:
		return fmt.Errorf("%s is larger than team ever writes it; remove it and sign in again", f.name())
	}
	return nil
}

// write replaces the file as a whole, so that no other command reads half of it and a crash leaves the one before.
func (f signInFile) write(kept keptSignIns) error {
	content, err := json.MarshalIndent(kept, "", "  ")
	if err != nil {
		return fmt.Errorf("keep sign-in: %w", err)
	}
	if err := replaceFile(f.name(), append(content, '\n')); err != nil {
		return fmt.Errorf("keep sign-in: %w", err)
	}
	return nil
}

// The pauses between looks at a lock, and how long another command may hold it: as long as one call takes.
const (
	lockPause    = 20 * time.Millisecond
	lockPatience = answerTimeout + 5*time.Second
)

// locked runs f while no other command changes sign-ins or refreshes one: two that refresh at once would show the same
// refresh token twice, which ends the sign-in. Where files cannot be locked, f runs all the same.
func (f signInFile) locked(ctx context.Context, do func() error) error {
	if f.folder == "" {
		return errors.New("there is no folder to keep a sign-in in: set HOME or XDG_CONFIG_HOME")
	}
	if err := f.makeFolder(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	for {
		l, err := filelock.Take(filepath.Join(f.folder, "sign-ins.lock"))
		switch {
		case err == nil:
			defer l.Release() //nolint:errcheck // it ends with the process at the latest
			return do()
		case errors.Is(err, errors.ErrUnsupported):
			return do()
		case !errors.Is(err, filelock.ErrHeld):
			return err
		}
		if pause(ctx, lockPause) != nil {
			return fmt.Errorf("another team command is changing the sign-ins: %w", err)
		}
	}
}

func (f signInFile) makeFolder() error {
	if err := os.MkdirAll(f.folder, 0o700); err != nil {
		return fmt.Errorf("make folder for sign-ins: %w", err)
	}
	info, err := os.Stat(f.folder)
	if err != nil {
		return fmt.Errorf("make folder for sign-ins: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("others can write into %s (mode %04o), and could exchange what is kept there: chmod 700 %[1]s", f.folder, info.Mode().Perm())
	}
	return nil
}
