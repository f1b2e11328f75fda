package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/config"
)

const (
	waitActive = "active"
	waitEnded  = "ended"

	// A request is read again after so long: soon after something happened, less often while nothing does.
	waitPause     = 300 * time.Millisecond
	waitLongPause = 2 * time.Second
	waitPatience  = 30 * time.Second
)

// waitFlag adds --wait, which alone means until access is there.
func waitFlag(cmd *cobra.Command, value *string) {
	cmd.Flags().StringVar(value, "wait", "", "show progress until every target is active or will never be; --wait=ended: until access is over")
	cmd.Flags().Lookup("wait").NoOptDefVal = waitActive
	completeStates(cmd, "wait", waitActive, waitEnded)
}

// wait follows a request and tells what happens. It fails where a target got no access.
func (c *client) wait(ctx context.Context, r api.Request, until string) error {
	if until != waitActive && until != waitEnded {
		return usagef("--wait is %q; it can be active or ended", until)
	}
	r, err := c.follow(ctx, r, until)
	if err != nil {
		return err
	}
	if err := c.show(r, func() { c.showRequest(r) }); err != nil {
		return err
	}
	for _, t := range r.Targets {
		if gotNothing(t) {
			return withoutAccess(t)
		}
	}
	return nil
}

// follow tells what happens to a request until all its targets are settled, and returns it as it is then. When ctx ends
// before, it returns the request as it was last, with an error that says how to go on.
func (c *client) follow(ctx context.Context, r api.Request, until string) (api.Request, error) {
	p := c.console.progress()
	defer p.clear()
	told := map[string]string{}
	p.say("request " + r.ID)
	changed := c.console.now()
	for begun := changed; ; {
		next, err := c.request(ctx, r.ID)
		switch {
		case ctx.Err() != nil:
			return r, stoppedWaiting(ctx, r.ID)
		case err != nil:
			return r, fmt.Errorf("%w\nRequest %s goes on; look with: team request show %[2]s", err, r.ID)
		}
		r = next
		if c.tell(p, r, told) {
			changed = c.console.now()
		}
		if settled(r, until) {
			return r, nil
		}
		if err := c.pause(ctx, p, r, c.console.now().Sub(begun), c.console.now().Sub(changed)); err != nil {
			return r, err
		}
	}
}

// pause lets some time pass before the request is read again, and shows that it does.
func (c *client) pause(ctx context.Context, p *progress, r api.Request, waited, quiet time.Duration) error {
	pause := waitPause
	if quiet > waitPatience {
		pause = waitLongPause
	}
	end := time.NewTimer(pause)
	defer end.Stop()
	tick := time.NewTicker(progressPause)
	defer tick.Stop()
	for begun := c.console.now(); ; {
		since := waited + c.console.now().Sub(begun)
		p.show(fmt.Sprintf("%s %s, waiting for %s; Ctrl-C leaves the request as it is", p.turning(), r.Status, config.Spell(since.Truncate(time.Second))))
		select {
		case <-ctx.Done():
			p.clear()
			return stoppedWaiting(ctx, r.ID)
		case <-end.C:
			return nil
		case <-tick.C:
		}
	}
}

// tell says what changed, with the time. It reports whether something did.
func (c *client) tell(p *progress, r api.Request, told map[string]string) (changed bool) {
	for _, t := range r.Targets {
		now := standing(t)
		if told[t.ID] == now {
			continue
		}
		told[t.ID], changed = now, true
		p.say(fmt.Sprintf("%s  %s in %s: %s", c.console.now().In(c.console.zone).Format("15:04:05"),
			roleOf(t.PermissionSetName, t.PermissionSetARN), firstOf(t.AccountName, t.AccountID), now))
	}
	return changed
}

// standing is where a target stands, in words.
func standing(t api.Target) string {
	e := t.Elevation
	if t.Decision == "pending" && t.Approval != nil && t.Approval.Stage >= 1 && t.Approval.Stage <= len(t.Approval.Stages) {
		open := t.Approval.Stages[t.Approval.Stage-1]
		return fmt.Sprintf("pending, %d of %s decides", t.Approval.Needed, firstOf(people(open.Candidates), "nobody"))
	}
	if t.Decision == "rejected" {
		for _, v := range t.Votes {
			if !v.Approve && !v.Void {
				return voteWords(v)
			}
		}
	}
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

// alreadyHeld is the reason of an elevation whose user had the access without TEAM.
const alreadyHeld = "already held"

// gotNothing says whether a target was settled without access ever having been there.
func gotNothing(t api.Target) bool {
	if t.Decision != "approved" {
		return true
	}
	e := t.Elevation
	return e != nil && e.State == "ended" && e.ActivatedAt.IsZero() && e.Reason != alreadyHeld
}

// withoutAccess says why a target that is settled got nothing, with the exit code that tells the reasons apart.
func withoutAccess(t api.Target) error {
	code := exitNoAccess
	switch {
	case t.Decision == "rejected":
		code = exitDenied
	case t.Decision == "approved" && t.Elevation != nil:
		switch t.Elevation.Reason {
		case "rejected":
			code = exitDenied
		case "failed", "unusable", "removed outside":
			code = exitFailed
		}
	}
	return codedError{fmt.Errorf("there is no access to %s: %s", firstOf(t.AccountName, t.AccountID), standing(t)), code}
}

func stoppedWaiting(ctx context.Context, id string) error {
	why := "stopped waiting"
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		why = "the wait is over"
	}
	return codedError{fmt.Errorf("%s; request %s goes on, look with: team request show %[2]s", why, id), exitPending}
}
