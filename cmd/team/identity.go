package main

import (
	"context"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func identityCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "identity", Aliases: []string{"identities"}, Short: "Decide who somebody is who signs in under a known name",
		GroupID: groupManage, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `When somebody signs in for the first time, TEAM finds their user in IAM Identity Center and from then on knows them by what
the provider calls them for ever, whatever names and addresses change. When the provider calls two people by one name, or
one person suddenly has another's, TEAM lets neither become the other: it waits for an administrator who knows.

Nobody decides on who they are themselves.`,
		Example: "  team identity list\n  team identity confirm idn_0190…\n  team identity refuse idn_0190…",
	}
	remote(cmd)
	cmd.AddCommand(identityListCommand(c),
		identityDecideCommand(c, "confirm", "Say that somebody at a provider is this user",
			"In 24 hours they are this user; until then it can be noticed, and the right one confirmed instead. Whom they were before,\n"+
				"and who was this user before, is over at once, and those sign-ins end."),
		identityDecideCommand(c, "refuse", "Say that somebody at a provider is not this user",
			"They are not let in as this user, and nobody is told again. It can be confirmed later."))
	return cmd
}

func identityListCommand(c console) *cobra.Command {
	var state, user string
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List identities that wait for an administrator, or all", Args: cobra.NoArgs,
		Long:    "Lists whom people at sign-in providers stand for, for administrators and auditors: those that wait, unless --state says otherwise.",
		Example: "  team identity list\n  team identity list --state linked --user akira.tanaka",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			query := url.Values{"limit": {"200"}, "state": {state}}
			if user != "" {
				id, err := k.user(ctx, user)
				if err != nil {
					return err
				}
				query.Set("user", id)
			}
			all := api.IdentityList{Items: []api.Identity{}}
			err := pages(ctx, k, "/identities", query, func(page api.IdentityList) string {
				all.Items = append(all.Items, page.Items...)
				return page.NextCursor
			})
			if err != nil {
				return err
			}
			return k.show(all, func() { k.showIdentities(all) })
		}),
	}
	cmd.Flags().StringVar(&state, "state", "waiting", "waiting, linked, refused, replaced or all")
	cmd.Flags().StringVar(&user, "user", "", "only those that stand for a user, by name or id")
	return cmd
}

func (c *client) showIdentities(list api.IdentityList) {
	if len(list.Items) == 0 {
		fmt.Fprintln(c.console.out, "No identities.")
		return
	}
	w := table(c.console)
	fmt.Fprintln(w, "IDENTITY\tSTATE\tPROVIDER\tSUBJECT\tNAMED\tSTANDS FOR\tSINCE")
	for _, i := range list.Items {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", i.ID, i.State, i.Provider, clip(i.Subject, 40), firstOf(i.UserName, i.Email, i.ExternalID, "-"),
			person(i.User), c.console.at(i.CreatedAt))
	}
	_ = w.Flush()
	for _, i := range list.Items {
		if i.State == "waiting" {
			fmt.Fprintf(c.console.out, "\n%s waits: %s.\n", i.ID, i.Why)
		}
	}
}

func identityDecideCommand(c console, verb, short, long string) *cobra.Command {
	return &cobra.Command{
		Use: verb + " IDENTITY", Short: short, Long: long, Args: cobra.ExactArgs(1), Example: "  team identity " + verb + " idn_0190…",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			var i api.Identity
			if err := k.post(ctx, "/identities/"+url.PathEscape(args[0])+"/"+verb, nil, &i); err != nil {
				return err
			}
			return k.show(i, func() {
				fmt.Fprintf(k.console.out, "%s at %s: %s as %s\n", firstOf(i.UserName, i.Email, i.Subject), i.Provider, i.State, person(i.User))
			})
		}),
	}
}
