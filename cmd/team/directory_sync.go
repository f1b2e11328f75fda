package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

const (
	// syncPause between two looks at how the reading goes on.
	syncPause = 500 * time.Millisecond
	// faultPatience: a part that fails for longer than that is not waited for.
	faultPatience = 10 * time.Second
	barWidth      = 24
)

func directorySyncCommand(c console) *cobra.Command {
	var noWait bool
	cmd := &cobra.Command{
		Use: "sync", Short: "Have the organization read now, and follow it (administrators)", Args: cobra.NoArgs,
		Long: `TEAM reads the organization again and again by itself. After a change in AWS that matters at once, this has it read now:
every part that is not being read already; those that are, are followed. It shows how far each part has come, and ends when
all of them are done. Ctrl-C ends the looking, not the reading.

It ends with exit code 6 when AWS fails to give a part for 10 seconds; TEAM goes on trying.`,
		Example: "  team directory sync\n  team directory sync --no-wait -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			var begun api.DirectorySyncAnswer
			if err := k.post(ctx, "/directory/sync", nil, &begun); err != nil {
				return err
			}
			if noWait {
				return k.show(begun, func() { k.showDirectory(begun.DirectoryStatus) })
			}
			p := c.progress()
			if len(begun.Asked) == 0 {
				p.say("The organization is being read already; following that.")
			}
			last, err := k.followDirectory(ctx, p, begun.DirectoryStatus)
			if err != nil {
				return err
			}
			return k.show(last, func() { k.showDirectory(last) })
		}),
	}
	cmd.Flags().BoolVar(&noWait, "no-wait", false, "do not wait until it is read")
	return cmd
}

// followDirectory shows how the reading goes on until every part was read to its end once more.
func (c *client) followDirectory(ctx context.Context, p *progress, begun api.DirectoryStatus) (api.DirectoryStatus, error) {
	defer p.clear()
	before := map[string]time.Time{}
	for _, part := range begun.Parts {
		before[part.Part] = part.Complete
	}
	failing := map[string]time.Time{}
	said := map[string]bool{}
	for s := begun; ; {
		open := 0
		var stuck []string
		for _, part := range s.Parts {
			switch {
			case !part.Complete.Equal(before[part.Part]) && !part.Running:
				if !said[part.Part] {
					p.say(part.Sentence)
				}
				said[part.Part] = true
				continue
			case !part.Failing:
				delete(failing, part.Part)
			case failing[part.Part].IsZero():
				failing[part.Part] = c.console.now()
			case c.console.now().Sub(failing[part.Part]) > faultPatience:
				stuck = append(stuck, part.Sentence)
				continue
			}
			open++
		}
		if open == 0 && len(stuck) > 0 {
			return s, codedError{errors.New(strings.Join(stuck, "\n  - ") + "\nTEAM goes on trying; look with: team directory status"), exitUnavailable}
		}
		if open == 0 {
			return s, nil
		}
		p.show(partLines(s, p.turning())...)
		next, err := c.directoryLater(ctx)
		if err != nil {
			return s, err
		}
		s = next
	}
}

// directoryLater is the status of the directory after a pause.
func (c *client) directoryLater(ctx context.Context) (s api.DirectoryStatus, err error) {
	end := time.NewTimer(syncPause)
	defer end.Stop()
	select {
	case <-ctx.Done():
		return s, codedError{errors.New("stopped looking; the reading goes on, look with: team directory status --watch"), exitPending}
	case <-end.C:
	}
	err = c.get(ctx, "/directory/status", nil, &s)
	return s, err
}

// partLines are a line for each part, with a bar where it is being read.
func partLines(s api.DirectoryStatus, sign string) []string {
	lines := make([]string, 0, len(s.Parts))
	for _, p := range s.Parts {
		name := fmt.Sprintf("%-16s", strings.ReplaceAll(p.Part, "_", " "))
		switch {
		case p.Failing:
			lines = append(lines, "! "+name+" "+p.Sentence)
		case p.Running && p.Entries > 0:
			lines = append(lines, fmt.Sprintf("%s %s %s %d of about %d", sign, name, bar(p.Seen, p.Entries, barWidth), p.Seen, p.Entries))
		case p.Running:
			lines = append(lines, fmt.Sprintf("%s %s %s %d so far", sign, name, bar(0, 0, barWidth), p.Seen))
		default:
			lines = append(lines, fmt.Sprintf("  %s %s", name, p.Sentence))
		}
	}
	return lines
}

func directoryStatusCommand(c console) *cobra.Command {
	var watch bool
	cmd := &cobra.Command{
		Use: "status", Short: "Say how current each part of the directory is, and what is being read", Args: cobra.NoArgs,
		Long: `Says of each part of the directory when it was last read completely and how much there was, how far the present reading has
come, and what fails. Decisions and grants wait where a part they need is too old.`,
		Example: "  team directory status\n  team directory status --watch\n  team directory status -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			var s api.DirectoryStatus
			if err := k.get(ctx, "/directory/status", nil, &s); err != nil {
				return err
			}
			if watch {
				return k.watchDirectory(ctx, s)
			}
			return k.show(s, func() { k.showDirectory(s) })
		}),
	}
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "go on looking, until Ctrl-C; with -o json a document each time something changed")
	return cmd
}

// watchDirectory shows the status as it changes, until ctx ends.
func (c *client) watchDirectory(ctx context.Context, s api.DirectoryStatus) error {
	p := c.console.progress()
	defer p.clear()
	said := ""
	for {
		facts := directoryFacts(s)
		switch {
		case c.output == "table" && p.columns() > 0:
			p.show(partLines(s, p.turning())...)
		case facts == said:
		default:
			if err := c.show(s, func() { c.showDirectory(s) }); err != nil {
				return err
			}
		}
		said = facts
		next, err := c.directoryLater(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		s = next
	}
}

// directoryFacts is the status without what only passing time changes.
func directoryFacts(s api.DirectoryStatus) string {
	var b strings.Builder
	for _, p := range s.Parts {
		fmt.Fprintln(&b, p.Part, p.Complete, p.Running, p.Seen, p.Entries, p.Failing)
	}
	return b.String()
}

func (c *client) showDirectory(s api.DirectoryStatus) {
	for _, p := range s.Parts {
		fmt.Fprintln(c.console.out, p.Sentence)
		for _, n := range p.Notes {
			fmt.Fprintf(c.console.out, "  - %s\n", n)
		}
	}
}
