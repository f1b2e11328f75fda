package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/audit"
)

func verifyCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "verify [CHECKPOINT]...", Short: "Check that the event log is as it was written", GroupID: groupServe, Args: cobra.ArbitraryArgs,
		Long: `Reads every event in the database, computes the log's tree of hashes anew, and compares it with the one that is kept and
with checkpoints: the file of checkpoint.file, if there is one, or those that are named. It changes nothing and may run
beside a server, also on another machine that reaches the database.

Whoever can write the database can make up events and a tree that fits them. A copy of the checkpoint that was kept where
they could not write shows it: no other log than the one it was written for has its hash. Ends with exit code 21 when the
log is not as it was written, and says from which event on.`,
		Example: `  team verify --config /etc/team/team.yaml
  team verify --database 'postgres://team@db.example.org/team?sslmode=verify-full' kept/2026-11-*.checkpoint`,
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		asked, err := asJSON(cmd, "text")
		if err != nil {
			return err
		}
		return atTheDatabase(c, func(ctx context.Context, o operator, files []string) error {
			return o.verify(ctx, c, files, asked)
		})(cmd, args)
	}
	localOutput(cmd, "text")
	atDatabase(cmd)
	return cmd
}

// verified is what was found.
type verified struct {
	Events      int64            `json:"events"`
	Root        string           `json:"root"`
	Problem     string           `json:"problem,omitempty"`
	Checkpoints []checkedAgainst `json:"checkpoints"`
}

type checkedAgainst struct {
	File    string    `json:"file"`
	At      time.Time `json:"at"`
	Events  int64     `json:"events"`
	Problem string    `json:"problem,omitempty"`
}

func (o operator) verify(ctx context.Context, c console, files []string, asJSON bool) error {
	points, err := o.checkpoints(files)
	if err != nil {
		return err
	}
	found := verified{Checkpoints: []checkedAgainst{}}
	head, err := o.store.VerifyLog(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("verify the event log: %w", err)
	case err != nil:
		found.Problem = err.Error()
	}
	found.Events, found.Root = head.Size, head.Root.String()
	for _, p := range points {
		problem, err := o.store.CompareCheckpoint(ctx, p.Checkpoint, "")
		if err != nil {
			return fmt.Errorf("compare with %s: %w", p.file, err)
		}
		found.Checkpoints = append(found.Checkpoints, checkedAgainst{File: p.file, At: p.At.UTC(), Events: p.Size, Problem: problem})
	}
	if err := found.print(c, asJSON); err != nil {
		return err
	}
	return found.err()
}

// keptCheckpoint is a checkpoint, and where it was read.
type keptCheckpoint struct {
	audit.Checkpoint

	file string
}

// checkpoints reads those that are named, which must be there, or the one of the configuration, which need not.
func (o operator) checkpoints(files []string) ([]keptCheckpoint, error) {
	named := len(files) > 0
	if !named {
		files = []string{o.config.Checkpoint}
	}
	var points []keptCheckpoint
	for _, file := range files {
		p, found, err := readCheckpoint(file)
		switch {
		case err != nil:
			return nil, err
		case !found && named:
			return nil, codedError{fmt.Errorf("there is no checkpoint %s", file), exitNotFound}
		case found:
			points = append(points, keptCheckpoint{p, file})
		}
	}
	return points, nil
}

func (v verified) print(c console, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(c.out)
		e.SetIndent("", "  ")
		if err := e.Encode(v); err != nil {
			return fmt.Errorf("print: %w", err)
		}
		return nil
	}
	if v.Problem == "" {
		fmt.Fprintf(c.out, "%d events are as they were written. Hash of the log: %s\n", v.Events, v.Root)
	} else {
		fmt.Fprintf(c.out, "The log of %d events is not as it was written: %s\n", v.Events, v.Problem)
	}
	for _, p := range v.Checkpoints {
		if p.Problem == "" {
			fmt.Fprintf(c.out, "%s, of %d events at %s: the log continues it\n", p.File, p.Events, p.At.Format(time.RFC3339))
		} else {
			fmt.Fprintf(c.out, "%s: %s\n", p.File, p.Problem)
		}
	}
	if len(v.Checkpoints) == 0 {
		fmt.Fprintln(c.err, "There was no checkpoint to compare with: who rewrote the whole log would not be noticed.")
	}
	return nil
}

// err says how the command ends.
func (v verified) err() error {
	problem := v.Problem
	for _, p := range v.Checkpoints {
		if problem == "" && p.Problem != "" {
			problem = p.File + ": " + p.Problem
		}
	}
	if problem == "" {
		return nil
	}
	return codedError{fmt.Errorf("the event log is not as it was written: %s", problem), exitFindings}
}
