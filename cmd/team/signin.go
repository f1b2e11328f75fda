package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func signInCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "sign-in", Aliases: []string{"sign-ins"}, Short: "List and end sign-ins: yours, and as an administrator anybody's",
		GroupID: groupManage, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `A sign-in is somebody's being signed in to TEAM, with a browser or the command line. It ends by itself after some hours, or
when it is not used. Whoever is disabled in IAM Identity Center is nobody within a minute, signed in or not.`,
		Example: "  team sign-in list\n  team sign-in end sin_0190…\n  team sign-in end --user akira.tanaka",
	}
	remote(cmd)
	cmd.AddCommand(signInListCommand(c), signInEndCommand(c))
	return cmd
}

type signInFilter struct {
	user      string
	all, over bool
}

func signInListCommand(c console) *cobra.Command {
	var f signInFilter
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List sign-ins", Args: cobra.NoArgs,
		Long: `Lists where you are signed in, the newest first, or with --all or --user, for administrators and auditors, where everybody
or somebody is. When one was used last is known to the minute or two.`,
		Example: "  team sign-in list\n  team sign-in list --user akira.tanaka --over",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			list, err := k.signIns(ctx, f)
			if err != nil {
				return err
			}
			return k.show(list, func() { k.showSignIns(list) })
		}),
	}
	cmd.Flags().BoolVar(&f.all, "all", false, "everybody's (administrators and auditors)")
	cmd.Flags().StringVar(&f.user, "user", "", "only those of a user, by name or id (administrators and auditors)")
	cmd.Flags().BoolVar(&f.over, "over", false, "also those that are over")
	return cmd
}

// signIns lists all that a filter names, page by page.
func (c *client) signIns(ctx context.Context, f signInFilter) (all api.SignInList, err error) {
	query := url.Values{"limit": {"200"}}
	if err := c.whose(ctx, query, f.all, f.user); err != nil {
		return all, err
	}
	if f.over {
		query.Set("state", "all")
	}
	all.Items = []api.SignIn{}
	err = pages(ctx, c, "/sign-ins", query, func(page api.SignInList) string {
		all.Items = append(all.Items, page.Items...)
		return page.NextCursor
	})
	return all, err
}

func (c *client) showSignIns(list api.SignInList) {
	if len(list.Items) == 0 {
		fmt.Fprintln(c.console.out, "No sign-ins.")
		return
	}
	w := table(c.console)
	fmt.Fprintln(w, "SIGN-IN\tOF\tKIND\tBY\tFROM\tSINCE\tLAST USED\tUNTIL")
	for _, in := range list.Items {
		until := c.console.at(in.ExpiresAt)
		switch {
		case in.EndReason != "":
			until = "over: " + in.EndReason
		case in.Current:
			until += " (this one)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", in.ID, person(in.User), in.Kind, in.Provider, firstOf(in.Address, "-"),
			c.console.at(in.StartedAt), c.console.at(in.LastSeenAt), until)
	}
	_ = w.Flush()
}

// signedIn says in a line how somebody is signed in.
func signedIn(c console, in api.SignIn) string {
	proofs := make([]string, 0, len(in.Proofs))
	for _, p := range in.Proofs {
		proofs = append(proofs, p.Kind+" "+c.at(p.At))
	}
	return fmt.Sprintf("%s, by %s, since %s until %s (%s)", in.Kind, in.Provider, c.at(in.StartedAt), c.at(in.ExpiresAt), strings.Join(proofs, ", "))
}

func signInEndCommand(c console) *cobra.Command {
	var user string
	var mine bool
	cmd := &cobra.Command{
		Use: "end [SIGN-IN]", Short: "End a sign-in, or all of a user", Args: cobra.MaximumNArgs(1),
		Long: `Ends sign-ins at once: what is called in one afterwards is refused. Personal tokens go on; team token revoke ends those.
With --mine all of yours end, the one you call with among them.`,
		Example: "  team sign-in end sin_0190…\n  team sign-in end --user akira.tanaka\n  team sign-in end --mine",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			switch given := len(args); {
			case given == 1 && user == "" && !mine:
				var ended api.SignIn
				if err := k.post(ctx, "/sign-ins/"+url.PathEscape(args[0])+"/end", nil, &ended); err != nil {
					return err
				}
				return k.show(ended, func() { fmt.Fprintf(k.console.out, "ended: %s\n", ended.EndReason) })
			case given == 1 || (user == "") == !mine:
				return usagef("name one sign-in, or --user, or --mine")
			}
			var of api.SignInsOf
			if user != "" {
				id, err := k.user(ctx, user)
				if err != nil {
					return err
				}
				of.UserID = id
			}
			var ended api.EndedSignIns
			if err := k.post(ctx, "/sign-ins/end", of, &ended); err != nil {
				return err
			}
			return k.show(ended, func() { fmt.Fprintf(k.console.out, "%d ended\n", ended.Ended) })
		}),
	}
	cmd.Flags().StringVar(&user, "user", "", "all of this user, by name or id (administrators)")
	cmd.Flags().BoolVar(&mine, "mine", false, "all of yours")
	cmd.MarkFlagsMutuallyExclusive("user", "mine")
	return cmd
}
