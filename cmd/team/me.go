package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func meCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "me", Aliases: []string{"whoami"}, Short: "Say who you are to TEAM, and what requests need", GroupID: groupAccess, Args: cobra.NoArgs,
		Long: `Says whose token this is, what roles that user has in TEAM, and what the settings ask of requests. What you may ask for:
team request targets. What waits for your decision: team request list --to-decide.`,
		Example: "  team me\n  team me -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			var me api.Me
			if err := k.get(ctx, "/me", nil, &me); err != nil {
				return err
			}
			return k.show(me, func() { k.showMe(me) })
		}),
	}
	remote(cmd)
	return cmd
}

func (c *client) showMe(me api.Me) {
	t := table(c.console)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(t, "%s\t%s\n", name, text)
		}
	}
	who := person(me.Person)
	if me.DisplayName != "" {
		who += " (" + me.DisplayName + ")"
	}
	line("you are", who)
	line("id", me.ID)
	var roles []string
	for _, r := range []struct {
		has  bool
		name string
	}{{me.Machine, "machine"}, {me.Approver, "approver"}, {me.Administrator, "administrator"}, {me.Auditor, "auditor"}} {
		if r.has {
			roles = append(roles, r.name)
		}
	}
	line("roles", strings.Join(roles, ", "))
	if in := me.SignIn; in != nil {
		line("signed in", signedIn(c.console, *in))
	} else if !me.TokenExpires.IsZero() {
		line("by a token", "for "+strings.Join(me.Scopes, ", ")+", until "+c.console.at(me.TokenExpires))
	}
	l := me.Limits
	line("elevations last", seconds(l.MinDurationSeconds)+" to "+seconds(l.MaxDurationSeconds))
	if l.TicketRequired {
		line("ticket", "required"+prefixed(", of the form ", l.TicketPattern))
	}
	if l.CommentRequired {
		line("comment", "required with decisions")
	}
	if me.Sandbox {
		line("AWS", "simulated")
	}
	line("held", me.Held)
	_ = t.Flush()
}
