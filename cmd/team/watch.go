package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"

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
			list, err := k.alarms(ctx, state)
			if err != nil {
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

// alarms are all there are in a state, page by page: none that is open may go unseen.
func (c *client) alarms(ctx context.Context, state string) (all api.AlarmList, err error) {
	q := url.Values{"state": {state}, "limit": {"200"}}
	all.Items = []api.Alarm{}
	err = pages(ctx, c, "/alarms", q, func(page api.AlarmList) string {
		all.Items = append(all.Items, page.Items...)
		return page.NextCursor
	})
	return all, err
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
