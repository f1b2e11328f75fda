package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

// whoAmI is what team whoami says.
type whoAmI struct {
	api.Me

	Server string `json:"server"`
	// TokenFrom is where the token came from: given, by a flag or the environment; machine, by TEAM for an ID token; or kept, by
	// team login.
	TokenFrom string `json:"tokenFrom"`
}

func meCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "me", Aliases: []string{"whoami"}, Short: "Say who you are to TEAM, and what requests need", GroupID: groupAccess, Args: cobra.NoArgs,
		Long: `Says who you are signed in as or whose token this is, at which TEAM, until when, what roles that user has there, and what the
settings ask of requests. What you may ask for: team request targets. What waits for your decision: team request list
--to-decide.

Exit code 7: you are not signed in, or not any more.`,
		Example: "  team whoami\n  team whoami -o json\n  team whoami || team login",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			var me api.Me
			if err := k.get(ctx, "/me", nil, &me); err != nil {
				return err
			}
			who := whoAmI{Me: me, Server: k.base, TokenFrom: "given"}
			switch k.bearer.(type) {
			case *keptBearer:
				who.TokenFrom = "kept"
			case *machineBearer:
				who.TokenFrom = "machine"
			}
			return k.show(who, func() { k.showMe(who) })
		}),
	}
	remote(cmd)
	return cmd
}

func (c *client) showMe(me whoAmI) {
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
	line("at", me.Server)
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
