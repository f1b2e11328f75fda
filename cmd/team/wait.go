package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

const (
	waitActive = "active"
	waitEnded  = "ended"
	waitPause  = 300 * time.Millisecond
)

// waitFlag adds --wait, which alone means until access is there.
func waitFlag(cmd *cobra.Command, value *string) {
	cmd.Flags().StringVar(value, "wait", "", "show progress until every target is active or will never be; --wait=ended: until access is over")
	cmd.Flags().Lookup("wait").NoOptDefVal = waitActive
}

// wait follows a request and tells what happens. It fails where a target got no access.
func (c *client) wait(ctx context.Context, r api.Request, until string) error {
	if until != waitActive && until != waitEnded {
		return usagef("--wait is %q; it can be active or ended", until)
	}
	told := map[string]string{}
	tick := time.NewTicker(waitPause)
	defer tick.Stop()
	fmt.Fprintf(c.console.err, "request %s\n", r.ID)
	for {
		c.tell(r, told)
		if settled(r, until) {
			break
		}
		select {
		case <-ctx.Done():
			return stoppedWaiting(r.ID)
		case <-tick.C:
		}
		next, err := c.request(ctx, r.ID)
		if ctx.Err() != nil {
			return stoppedWaiting(r.ID)
		}
		if err != nil {
			return fmt.Errorf("%w\nRequest %s goes on; look with: team request show %[2]s", err, r.ID)
		}
		r = next
	}
	if err := c.show(r, func() { c.showRequest(r) }); err != nil {
		return err
	}
	for _, t := range r.Targets {
		if gotNothing(t) {
			return codedError{fmt.Errorf("there is no access to %s: %s", firstOf(t.AccountName, t.AccountID), progress(t)), exitNoAccess}
		}
	}
	return nil
}

// tell prints what changed, with the time, where progress belongs: on the error stream.
func (c *client) tell(r api.Request, told map[string]string) {
	for _, t := range r.Targets {
		now := progress(t)
		if told[t.ID] == now {
			continue
		}
		told[t.ID] = now
		fmt.Fprintf(c.console.err, "%s  %s in %s: %s\n", c.console.now().In(c.console.zone).Format("15:04:05"),
			roleOf(t.PermissionSetName, t.PermissionSetARN), firstOf(t.AccountName, t.AccountID), now)
	}
}

// progress is where a target stands, in words.
func progress(t api.Target) string {
	e := t.Elevation
	if t.Decision != "approved" || e == nil {
		return t.Decision
	}
	switch e.State {
	case "scheduled":
		return "approved, access is about to begin"
	case "activating":
		return "AWS is being asked"
	}
	if e.Reason != "" {
		text := e.State + ", " + e.Reason
		if e.Detail != "" {
			text += " (" + e.Detail + ")"
		}
		return text
	}
	return e.State
}

func settled(r api.Request, until string) bool {
	for _, t := range r.Targets {
		e := t.Elevation
		switch {
		case t.Decision == "pending":
			return false
		case t.Decision != "approved", e == nil, e.State == "ended":
		case until == waitActive && e.State == "active":
		default:
			return false
		}
	}
	return true
}

// gotNothing says whether a target was settled without access ever having been there.
func gotNothing(t api.Target) bool {
	if t.Decision != "approved" {
		return true
	}
	e := t.Elevation
	return e != nil && e.State == "ended" && e.ActivatedAt.IsZero() && e.Reason != "already held"
}

func stoppedWaiting(id string) error {
	return fmt.Errorf("stopped waiting; request %s goes on, look with: team request show %[1]s", id)
}
