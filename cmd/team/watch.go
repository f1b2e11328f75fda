package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func alarmsCommand(c console) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "alarms", Short: "List what somebody has to look at", GroupID: groupManage, Args: cobra.NoArgs,
		Long: `Lists open alarms, the newest first: what TEAM cannot settle by itself, as access that AWS does not remove. Each says what it
is about and since when. An alarm closes by itself when its cause is gone.`,
		Example: "  team alarms\n  team alarms --all -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			state := "open"
			if all {
				state = "all"
			}
			var list api.AlarmList
			if err := k.get(ctx, "/alarms", url.Values{"state": {state}}, &list); err != nil {
				return err
			}
			return k.show(list, func() {
				if len(list.Items) == 0 {
					fmt.Fprintln(k.console.out, "No open alarms.")
					return
				}
				for _, a := range list.Items {
					fmt.Fprintf(k.console.out, "%s  %s  %s  since %s", a.Severity, a.Kind, a.Subject, c.at(a.OpenedAt))
					if !a.ClosedAt.IsZero() {
						fmt.Fprintf(k.console.out, ", closed %s", c.at(a.ClosedAt))
					}
					fmt.Fprintf(k.console.out, "\n  %s\n", a.Sentence)
				}
			})
		}),
	}
	remote(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "closed ones too")
	return cmd
}

func eventsCommand(c console) *cobra.Command {
	var after int64
	var limit int
	var request, kind string
	var follow bool
	cmd := &cobra.Command{
		Use: "events", Short: "Show the event log, or the part of it you may see", GroupID: groupManage, Args: cobra.NoArgs,
		Long: `Shows what happened, in order and without gaps: administrators and auditors see everything, others what belongs to requests
they may see.`,
		Example: "  team events --request req_0199…\n  team events --follow -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			q := url.Values{"limit": {strconv.Itoa(limit)}}
			if request != "" {
				q.Set("request", request)
			}
			if kind != "" {
				q.Set("kind", kind)
			}
			return k.events(ctx, q, after, follow)
		}),
	}
	remote(cmd)
	f := cmd.Flags()
	f.Int64Var(&after, "after", -1, "begin after this place in the log")
	f.IntVar(&limit, "limit", 100, "at most so many at a time")
	f.StringVar(&request, "request", "", "of this request")
	f.StringVar(&kind, "kind", "", "of this kind, as elevation.active")
	f.BoolVarP(&follow, "follow", "f", false, "go on as events happen")
	return cmd
}

// events prints the log from a place on, and goes on as it grows where that is asked for.
func (c *client) events(ctx context.Context, q url.Values, after int64, follow bool) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		q.Set("after", strconv.FormatInt(after, 10))
		var list api.EventList
		if err := c.get(ctx, "/events", q, &list); err != nil {
			return err
		}
		if err := c.showEvents(list, follow); err != nil {
			return err
		}
		after = list.Cursor
		if !follow {
			if list.More && c.output != "json" {
				fmt.Fprintf(c.console.err, "There are more: --after %d\n", after)
			}
			return nil
		}
		if list.More {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (c *client) showEvents(list api.EventList, follow bool) error {
	if c.output == "json" && !follow {
		return c.printJSON(list)
	}
	for _, e := range list.Items {
		if c.output == "json" {
			if err := c.printJSON(e); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(c.console.out, "%6d  %s  %-22s %s", e.Sequence, c.console.at(e.At), e.Kind, firstOf(e.Actor.Name, e.Actor.ID))
		about := firstOf(e.Subject.Elevation, e.Subject.Target, e.Subject.Request, e.Subject.Policy, e.Subject.Alarm, e.Subject.User)
		if about != "" {
			fmt.Fprintf(c.console.out, "  %s", about)
		}
		for _, key := range []string{"reason", "detail", "sentence", "comment"} {
			if text, ok := e.Data[key].(string); ok && text != "" {
				fmt.Fprintf(c.console.out, "  %s", text)
			}
		}
		fmt.Fprintln(c.console.out)
	}
	return nil
}

func recoveryCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "recovery", Short: "Look at recovery mode, and release it", GroupID: groupManage, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `TEAM starts in recovery mode when its database is older than what it already did, as after a restore from a backup. Then it
gives nobody anything, old approvals are void and all tokens are revoked, while removals go on. Get a new token on the
machine (team token issue --config …), compare what AWS holds with what TEAM lists, and release it.`,
		Example: "  team recovery status\n  team recovery release",
	}
	remote(cmd)
	for _, sub := range []struct{ use, short, more, method, path string }{
		{
			"status", "Say whether TEAM is in recovery mode, and why",
			"It says too why grants and decisions wait, where they do.", "GET", "/deployment",
		},
		{
			"release", "End recovery mode (administrators)",
			"Grants and decisions go on; do it when what AWS holds is what TEAM lists.", "POST", "/deployment/recovery/release",
		},
	} {
		cmd.AddCommand(&cobra.Command{
			Use: sub.use, Short: sub.short, Args: cobra.NoArgs,
			Long: sub.short + ". " + sub.more, Example: "  team recovery " + sub.use,
			RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
				var d api.Deployment
				if err := k.call(ctx, sub.method, sub.path, nil, &d); err != nil {
					return err
				}
				return k.show(d, func() { k.showDeployment(d) })
			}),
		})
	}
	return cmd
}

func (c *client) showDeployment(d api.Deployment) {
	w := c.console.out
	if r := d.Recovery; r != nil {
		fmt.Fprintf(w, "In recovery mode since %s: %s.\n", c.console.at(r.Since), r.Reason)
	} else {
		fmt.Fprintln(w, "Not in recovery mode.")
	}
	if d.Held != "" {
		fmt.Fprintf(w, "Grants and decisions wait: %s.\n", d.Held)
	}
}

// completions of states, for the shell.
func completeStates(cmd *cobra.Command, flag string, states ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return slices.Clone(states), cobra.ShellCompDirectiveNoFileComp
	})
}
