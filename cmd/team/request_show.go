package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

type listFlags struct {
	toDecide, decided, all, count                   bool
	status, user, account, role, from, until, after string
	ticket, decider, machine, sort                  string
	limit                                           int
}

func requestListCommand(c console) *cobra.Command {
	var f listFlags
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List requests: yours, those you may decide, or all", Args: cobra.NoArgs,
		Long: `Lists requests, the newest first: yours, those that wait for your decision, or with --all everybody's, which is for
administrators and auditors. Instants are those of your time zone: 2026-12-01 09:00, 09:00, or with an offset.`,
		Example: "  team request list\n  team request list --to-decide\n  team request list --all --status pending --account shop-prod\n" +
			"  team request list --all --decider approver --from 2026-11-01 --count",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			query, err := k.listQuery(ctx, f)
			if err != nil {
				return err
			}
			var list api.RequestList
			if err := k.get(ctx, "/requests", query, &list); err != nil {
				return err
			}
			return k.show(list, func() { k.showRequests(list) })
		}),
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.toDecide, "to-decide", false, "those that wait for your decision")
	fl.BoolVar(&f.decided, "decided", false, "those you decided")
	fl.BoolVar(&f.all, "all", false, "everybody's (administrators and auditors)")
	fl.StringVar(&f.ticket, "ticket", "", "with this ticket number")
	fl.StringVar(&f.decider, "decider", "", "decided by this user, by name or id")
	fl.StringVar(&f.machine, "machine", "", "filed by this machine, by id")
	cmd.MarkFlagsMutuallyExclusive("to-decide", "decided", "all")
	completeFlag(c, cmd, "decider", usersBegun)
	spanFlags(c, cmd, &f, "created", "-created")
	return cmd
}

// spanFlags narrow a list of requests or of elevations, and put it in one of the orders.
func spanFlags(c console, cmd *cobra.Command, f *listFlags, orders ...string) {
	fl := cmd.Flags()
	fl.StringVar(&f.status, "status", "",
		"pending, approved, rejected, expired, cancelled, scheduled, \"in progress\", revoked, ended or error; several with commas between")
	fl.StringVar(&f.user, "user", "", "of this user, by name or id")
	fl.StringVar(&f.account, "account", "", "with a target in this account, by name or id")
	fl.StringVar(&f.role, "role", "", "with this role, by name or ARN")
	fl.StringVar(&f.from, "from", "", "created at or after this instant")
	fl.StringVar(&f.until, "to", "", "created before this instant")
	fl.StringVar(&f.sort, "sort", "", "order: "+strings.Join(orders, ", ")+"; the newest first where not given")
	fl.BoolVar(&f.count, "count", false, "say too how many there are, over all pages")
	fl.IntVar(&f.limit, "limit", 50, "at most so many")
	completeStates(cmd, "sort", orders...)
	fl.StringVar(&f.after, "cursor", "", "go on after the page that gave this cursor")
	completeStates(cmd, "status", "pending", "approved", "rejected", "expired", "cancelled", "scheduled", "in progress", "revoked", "ended", "error")
	completeFlag(c, cmd, "user", usersBegun)
	completeAccountAndRole(c, cmd)
}

func (c *client) listQuery(ctx context.Context, f listFlags) (url.Values, error) {
	scope := "mine"
	switch {
	case f.toDecide:
		scope = "decidable"
	case f.decided:
		scope = "decided"
	case f.all:
		scope = "all"
	}
	q := url.Values{"scope": {scope}, "limit": {strconv.Itoa(f.limit)}}
	put := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	put("status", f.status)
	put("ticket", f.ticket)
	put("machine", f.machine)
	put("sort", f.sort)
	if f.count {
		q.Set("total", "true")
	}
	put("cursor", f.after)
	for _, named := range []struct {
		name, text string
		find       func(context.Context, string) (string, error)
	}{{"user", f.user, c.user}, {"decider", f.decider, c.user}, {"account", f.account, c.account}, {"permissionSet", f.role, c.role}} {
		if named.text == "" {
			continue
		}
		id, err := named.find(ctx, named.text)
		if err != nil {
			return nil, err
		}
		q.Set(named.name, id)
	}
	for name, text := range map[string]string{"from": f.from, "to": f.until} {
		t, err := c.console.readInstant(name, text)
		if err != nil {
			return nil, err
		}
		if !t.IsZero() {
			q.Set(name, t.UTC().Format("2006-01-02T15:04:05Z07:00"))
		}
	}
	return q, nil
}

func (c *client) showRequests(list api.RequestList) {
	if len(list.Items) == 0 {
		fmt.Fprintln(c.console.out, "No requests.")
		return
	}
	defer c.sayTotal(list.Total)
	t := table(c.console)
	fmt.Fprintln(t, "REQUEST\tSTATUS\tUSER\tTARGETS\tFOR\tCREATED\tJUSTIFICATION")
	for _, r := range list.Items {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Status, person(r.Beneficiary), strings.Join(targetWords(r), ", "),
			seconds(r.DurationSeconds), c.console.at(r.CreatedAt), clip(r.Justification, 40))
	}
	_ = t.Flush()
	c.sayMore(list.NextCursor)
}

// targetWords are the targets of a request as they are asked for: ACCOUNT:ROLE.
func targetWords(r api.Request) []string {
	words := make([]string, 0, len(r.Targets))
	for _, t := range r.Targets {
		words = append(words, firstOf(t.AccountName, t.AccountID)+":"+roleOf(t.PermissionSetName, t.PermissionSetARN))
	}
	return words
}

func (c *client) showRequest(r api.Request) {
	w := c.console.out
	t := table(c.console)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(t, "%s\t%s\n", name, text)
		}
	}
	line("request", r.ID)
	line("status", r.Status)
	line("user", person(r.Beneficiary))
	if r.Kind == "extension" {
		line("asks for", seconds(r.DurationSeconds)+" more")
	} else {
		line("asks for", seconds(r.DurationSeconds)+" from "+c.console.at(r.StartAt))
	}
	line("justification", r.Justification)
	line("ticket", r.Ticket)
	line("created", c.console.at(r.CreatedAt))
	if r.Status == "pending" {
		line("expires", c.console.at(r.ExpiresAt))
	}
	_ = t.Flush()
	for _, x := range r.Targets {
		fmt.Fprintf(w, "\n%s in %s\n", roleOf(x.PermissionSetName, x.PermissionSetARN), accountOf(x.AccountName, x.AccountID))
		c.showTarget(x, r.Decidable)
	}
}

func (c *client) showTarget(x api.Target, decidable []string) {
	t := table(c.console)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(t, "  %s\t%s\n", name, text)
		}
	}
	line("target", x.ID)
	line("decision", x.Decision)
	if a := x.Approval; a != nil && x.Decision == "pending" {
		line("decides", stages(a.Stages))
		line("needs", fmt.Sprintf("%d more in stage %d of %d", a.Needed, a.Stage, len(a.Stages)))
	}
	for _, id := range decidable {
		if id == x.ID {
			line("you", "may decide: team approve or team reject")
		}
	}
	for _, v := range x.Votes {
		line("vote", voteWords(v)+" at "+c.console.at(v.At))
		line("  shown", c.proofWords(v.Proofs))
	}
	if x.Extends != "" {
		line("extends", x.Extends)
	}
	if e := x.Elevation; e != nil {
		line("elevation", e.ID)
		c.deliveryLines(line, *e)
	}
	_ = t.Flush()
}

func voteWords(v api.Vote) string {
	word := "rejected"
	if v.Approve {
		word = "approved"
	}
	text := person(v.Voter) + " " + word
	if v.Comment != "" {
		text += " (" + v.Comment + ")"
	}
	if v.Void {
		text += ", void"
	}
	return text
}

func (c *client) deliveryLines(line func(string, string), e api.Delivery) {
	state := e.State
	if e.Reason != "" {
		state += ", " + e.Reason
	}
	line("access", state)
	line("detail", e.Detail)
	if !e.ActivatedAt.IsZero() {
		line("since", c.console.at(e.ActivatedAt))
	}
	switch {
	case !e.EndedAt.IsZero():
		line("ended", c.console.at(e.EndedAt))
	case !e.EndsAt.IsZero():
		line("ends", c.console.at(e.EndsAt))
	}
	if e.HeldBy != "" {
		line("kept by", e.HeldBy)
	}
}

func (c *client) showElevation(e api.Elevation) {
	t := table(c.console)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(t, "%s\t%s\n", name, text)
		}
	}
	line("elevation", e.ID)
	line("request", e.RequestID)
	line("user", person(e.User))
	line("role", roleOf(e.PermissionSetName, e.PermissionSetARN)+" in "+accountOf(e.AccountName, e.AccountID))
	c.deliveryLines(line, e.Delivery)
	if !e.ResidualUntil.IsZero() {
		line("credentials", "taken at the last moment work until "+c.console.at(e.ResidualUntil))
	}
	for _, s := range e.Sharing {
		line("stays", fmt.Sprintf("%s (%s) of %s, until %s", s.ID, s.State, s.RequestID, c.console.at(s.EndsAt)))
	}
	_ = t.Flush()
}
