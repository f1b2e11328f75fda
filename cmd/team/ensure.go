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

type ensureFlags struct {
	account, role, span, left, reason, ticket, wait string
	release                                         bool
}

func ensureCommand(c console) *cobra.Command {
	var f ensureFlags
	cmd := &cobra.Command{
		Use: "ensure --account ACCOUNT --role ROLE --for DURATION --reason TEXT [-- COMMAND...]", Short: "Have access, asking for it only where it is missing",
		GroupID: groupAccess, DisableFlagsInUseLine: true,
		Long: `Makes sure that you have a role in an account, and runs a command with it:

  - You have it already, with enough time left (--left): the command runs at once.
  - You asked for it already, and nobody has decided yet or AWS is still being asked: that request is waited for.
  - Else it asks, shows who decides, waits, and runs the command when access is there.

It may be run again, or twice at once, and asks only once. Without a command and without --wait it asks and ends with exit
code 9 (pending). With a command it waits as long as it takes; --wait=10m gives up after that, and the request goes on.
Ctrl-C while it waits leaves the request as it is.

The command has this terminal, gets the signals that reach team, and its exit code is the one of team. How it signs in to
AWS is its own affair (aws sso login, a profile of the AWS CLI, …): TEAM hands out no credentials.

Exit codes: 0 you have it (or the command's own code), 3 refused or rejected, 8 expired, cancelled or lapsed, 9 pending,
10 AWS did not give it. See team help exit-codes.`,
		Example: `  team ensure --account shop-prod --role ReadOnlyAccess --for 30m --reason "Failed orders" -- aws s3 ls --profile shop-prod
  team ensure --account shop-prod --role DatabaseAdmin --for 1h --reason "Migration 47" --ticket OPS-7 --release-after -- ./migrate.sh
  team ensure --account shop-prod --role ReadOnlyAccess --for 30m --reason "Look" --wait=10m -o json`,
		Args: afterDashes,
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			e, err := k.ensuring(ctx, f, args)
			if err != nil {
				return err
			}
			return e.run(ctx, c)
		}),
	}
	remote(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.account, "account", "", "account, by id or name")
	fl.StringVar(&f.role, "role", "", "role, by permission-set name or ARN")
	fl.StringVar(&f.span, "for", "", "how long to ask for, as 45m or 2h")
	fl.StringVar(&f.left, "left", "", "time that must be left of what you have or asked for; default half of --for")
	fl.StringVar(&f.reason, "reason", "", "why: the justification approvers read")
	fl.StringVar(&f.ticket, "ticket", "", "ticket number, where the settings ask for one")
	fl.StringVar(&f.wait, "wait", "", "wait until access is there; --wait=10m: at most so long")
	fl.Lookup("wait").NoOptDefVal = waitForever
	fl.BoolVar(&f.release, "release-after", false, "give the access back when the command is done, unless you had it before")
	required(cmd, "account", "role", "for", "reason")
	completeAccountAndRole(c, cmd)
	return cmd
}

const waitForever = "forever"

// afterDashes accepts arguments only behind --.
func afterDashes(cmd *cobra.Command, args []string) error {
	dash := cmd.ArgsLenAtDash()
	switch {
	case len(args) > 0 && dash != 0:
		return usagef("%q is no flag; a command to run comes behind --, as in: team ensure … -- %s", args[0], args[0])
	case len(args) == 0 && dash == 0:
		return usagef("there is no command behind --")
	}
	return nil
}

// ensuring is one call of team ensure, understood.
type ensuring struct {
	*client

	role    api.Role
	draft   api.NewRequest
	left    time.Duration // that must be left
	wait    bool
	most    time.Duration // longest wait; 0: none
	command []string
	release bool
}

// ensured is what team ensure found or did; with -o json it is the answer.
type ensured struct {
	// Outcome is active, already_yours (by an assignment that is not TEAM's), pending, denied, no_access or failed.
	Outcome string `json:"outcome"`
	// Asked says that this call made the request.
	Asked       bool         `json:"asked"`
	ID          string       `json:"id,omitempty"` // of the request
	ElevationID string       `json:"elevationId,omitempty"`
	EndsAt      time.Time    `json:"endsAt,omitzero"`
	Request     *api.Request `json:"request,omitempty"`
	// before: it was there before this call.
	before bool
}

func (c *client) ensuring(ctx context.Context, f ensureFlags, command []string) (e ensuring, err error) {
	e = ensuring{client: c, command: command, wait: f.wait != "" || len(command) > 0, release: f.release}
	switch {
	case f.release && len(command) == 0:
		return e, usagef("--release-after gives back what a command was run with; name one behind --")
	case c.output != "table" && len(command) > 0:
		return e, usagef("-o %s and a command both want the output; leave out one", c.output)
	}
	span, err := readDuration("for", f.span)
	if err != nil {
		return e, err
	}
	if e.left = span / 2; f.left != "" {
		if e.left, err = readDuration("left", f.left); err != nil {
			return e, err
		}
	}
	if e.left > span {
		return e, usagef("--left (%s) is more than --for (%s): it would ask each time", config.Spell(e.left), config.Spell(span))
	}
	if f.wait != "" && f.wait != waitForever {
		if e.most, err = readDuration("wait", f.wait); err != nil {
			return e, err
		}
		e.wait = e.most > 0
	}
	if e.role, err = c.pair(ctx, f.account, f.role); err != nil {
		return e, err
	}
	e.draft = api.NewRequest{
		Targets: []api.Role{e.role}, DurationSeconds: int64(span.Seconds()), Justification: f.reason, Ticket: f.ticket,
	}
	return e, nil
}

// run has the access, or says why not, and then runs the command.
func (e ensuring) run(ctx context.Context, c console) error {
	got, err := e.have(ctx)
	if err != nil && got.ID == "" {
		return err // nothing was asked: the error is the answer
	}
	if len(e.command) == 0 {
		if shown := e.show(got, func() { e.showEnsured(got) }); shown != nil || err != nil {
			return errors.Join(shown, err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	e.sayHave(got)
	code, err := runCommand(c, e.command)
	e.after(ctx, got)
	if err != nil {
		return err
	}
	if code != exitOK {
		return endedError{code}
	}
	return nil
}

// have finds the access, or asks for it and waits where that is wanted.
func (e ensuring) have(ctx context.Context) (ensured, error) {
	got, found, err := e.active(ctx)
	if err != nil || found {
		return got, err
	}
	r, asked, err := e.joinOrAsk(ctx)
	if err != nil {
		return ensured{}, err
	}
	if !asked {
		fmt.Fprintf(e.console.err, "You asked for it already, at %s.\n", e.console.at(r.CreatedAt))
	}
	if !e.wait {
		// One look: without approval it may be there at once.
		r, err = e.request(ctx, r.ID)
	} else {
		waiting := ctx
		if e.most > 0 {
			var cancel context.CancelFunc
			waiting, cancel = context.WithTimeout(ctx, e.most)
			defer cancel()
		}
		r, err = e.follow(waiting, r, waitActive)
	}
	got = e.outcome(r)
	got.Asked = asked
	switch {
	case err == nil:
		err = e.problem(r, got)
	case exitCode(err) == exitPending:
		err = codedError{fmt.Errorf("%w\nThe same command again goes on with it; take it back with: team request cancel %s", err, r.ID), exitPending}
	}
	return got, err
}

// active finds an elevation with enough time left. Of several on one assignment the last to end counts.
func (e ensuring) active(ctx context.Context) (got ensured, found bool, err error) {
	query := e.query()
	query.Set("status", "in progress")
	var list api.ElevationList
	if err := e.get(ctx, "/elevations", query, &list); err != nil {
		return got, false, err
	}
	for _, v := range list.Items {
		if v.State == "active" && v.EndsAt.After(got.EndsAt) && !v.EndsAt.Before(e.console.now().Add(e.left)) {
			got, found = ensured{Outcome: "active", ID: v.RequestID, ElevationID: v.ID, EndsAt: v.EndsAt, before: true}, true
		}
	}
	return got, found, nil
}

func (e ensuring) target(r api.Request) (api.Target, bool) {
	for _, t := range r.Targets {
		if t.Role == e.role {
			return t, true
		}
	}
	return api.Target{}, false
}

// outcome names how the target of a request stands.
func (e ensuring) outcome(r api.Request) ensured {
	got := ensured{Outcome: nameOfExit(exitPending), ID: r.ID, Request: &r}
	t, ok := e.target(r)
	if !ok {
		return got
	}
	v := t.Elevation
	if v != nil {
		got.ElevationID, got.EndsAt = v.ID, v.EndsAt
	}
	switch {
	case v != nil && v.State == "active":
		got.Outcome = "active"
	case v != nil && v.Reason == alreadyHeld:
		got.Outcome = "already_yours"
	case settled(api.Request{Targets: []api.Target{t}}, waitActive):
		got.Outcome = nameOfExit(exitCode(withoutAccess(t)))
		if !gotNothing(t) {
			got.Outcome = nameOfExit(exitNoAccess) // it was there and is over
		}
	}
	return got
}

// problem is the error that goes with an outcome; nil where the access is there.
func (e ensuring) problem(r api.Request, got ensured) error {
	switch got.Outcome {
	case "active", "already_yours":
		return nil
	case nameOfExit(exitPending):
		err := fmt.Errorf("request %s is pending; wait for it with --wait, or look with: team request show %[1]s", r.ID)
		return codedError{err, exitPending}
	}
	t, _ := e.target(r)
	if !gotNothing(t) {
		return codedError{fmt.Errorf("the access is over already: %s", standing(t)), exitNoAccess}
	}
	return withoutAccess(t)
}

func (e ensuring) showEnsured(got ensured) {
	if got.Outcome == "active" || got.Outcome == "already_yours" {
		fmt.Fprintln(e.console.out, e.haveWords(got))
		return
	}
	if got.Request != nil {
		e.showRequest(*got.Request)
	}
}

func (e ensuring) haveWords(got ensured) string {
	if got.Outcome == "already_yours" {
		return "It is already yours, by an assignment that TEAM neither made nor ends."
	}
	left := got.EndsAt.Sub(e.console.now()).Truncate(time.Second)
	return fmt.Sprintf("You have access until %s (%s left).", e.console.at(got.EndsAt), config.Spell(left))
}

func (e ensuring) sayHave(got ensured) { fmt.Fprintln(e.console.err, e.haveWords(got)) }

// releasePatience is how long giving back may take after the command.
const releasePatience = 30 * time.Second

// after gives back what was had for the command. What was there before stays, as something else may use it.
func (e ensuring) after(ctx context.Context, got ensured) {
	if got.Outcome != "active" {
		return
	}
	if ends := got.EndsAt; ends.Before(e.console.now()) {
		fmt.Fprintf(e.console.err, "The access ended at %s, while the command ran.\n", e.console.at(ends))
		return
	}
	switch {
	case !e.release:
		return
	case got.before:
		fmt.Fprintln(e.console.err, "You had the access before, so that it is not given back; do so with: team request release "+got.ElevationID)
		return
	}
	// Whoever pressed Ctrl-C wants it given back all the more.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releasePatience)
	defer cancel()
	if err := e.post(ctx, "/elevations/"+got.ElevationID+"/release", nil, nil); err != nil {
		fmt.Fprintf(e.console.err, "team: the access was not given back and ends at %s: %v\nTry again with: team request release %s\n",
			e.console.at(got.EndsAt), err, got.ElevationID)
		return
	}
	fmt.Fprintln(e.console.err, "The access is being given back.")
}
