package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/team-idc/team/internal/directory"
)

const (
	firstReadingPause = 500 * time.Millisecond
	// firstReadingNote is how often the log says how far it is; a large organization takes an hour.
	firstReadingNote = 30 * time.Second
)

// firstReading tells how the first reading of the organization goes on, until all of it is read: before that nobody can
// ask for anything. Where it was read before, nothing is told.
func (s *server) firstReading(ctx context.Context, tell func(parts []directory.PartStatus, done bool)) {
	tick := time.NewTicker(firstReadingPause)
	defer tick.Stop()
	for first := true; ; first = false {
		passes, err := s.store.Directory().Passes(ctx)
		if err == nil {
			parts := directory.Status(passes, s.now())
			done := len(parts) > 0
			for _, p := range parts {
				done = done && !p.Complete.IsZero()
			}
			if !done || !first {
				tell(parts, done)
			}
			if done {
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// showFirstReading shows it to whoever started a demo.
func showFirstReading(p *progress) func([]directory.PartStatus, bool) {
	begun := false
	return func(parts []directory.PartStatus, done bool) {
		switch {
		case done:
			p.say("The organization is read: " + readWords(parts) + ".")
		case !begun:
			begun = true
			p.say("Reading the organization for the first time; until that is done policies do not know everybody.")
		default:
			p.show(fmt.Sprintf("%s so far %s", p.turning(), readWords(parts)))
		}
	}
}

// logFirstReading writes it into the log of a server.
func logFirstReading(ctx context.Context, log *slog.Logger, now func() time.Time) func([]directory.PartStatus, bool) {
	var last time.Time
	return func(parts []directory.PartStatus, done bool) {
		switch {
		case done:
			log.InfoContext(ctx, "the organization is read for the first time", "read", readWords(parts))
		case now().Sub(last) >= firstReadingNote:
			last = now()
			log.InfoContext(ctx, "reading the organization for the first time", "so far", readWords(parts))
		}
	}
}

// readWords counts what was read of each part that is a list.
func readWords(parts []directory.PartStatus) string {
	var words []string
	for _, p := range parts {
		if n := max(p.Seen, p.Entries); p.Part != directory.PartInstance && n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, strings.ReplaceAll(string(p.Part), "_", " ")))
		}
	}
	return firstOf(strings.Join(words, ", "), "nothing")
}
