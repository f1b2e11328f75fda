package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func machineKeylessCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "keyless", Short: "Let a machine client be known by ID tokens, without a secret", Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `A CI system or a Kubernetes cluster gives its jobs and workloads ID tokens. A machine client can be known by such a token
instead of a secret: the settings say which issuers are trusted (trustedIssuers; a second administrator agrees), and each
keyless way of a machine client says which claims must be in the token.

Claims are compared letter by letter; there are no patterns. Name sub, or one that names a repository or project and
something more: what is the same in repositories of strangers does not tell who somebody is.

Who adds a way answers for what the machine asks for by it, as whoever issues its token does: they do not decide on it.`,
		Example: `  team machine keyless add deploy-bot --issuer github --claim sub=repo:example/shop:ref:refs/heads/main --claim repository_id=4711
  team machine keyless list deploy-bot`,
	}
	cmd.AddCommand(keylessListCommand(c), keylessAddCommand(c), keylessRemoveCommand(c))
	return cmd
}

func keylessPath(machine string) string { return "/machines/" + url.PathEscape(machine) + "/keyless" }

func keylessListCommand(c console) *cobra.Command {
	return &cobra.Command{
		Use: "list NAME", Aliases: []string{"ls"}, Short: "List by which claims a machine client is known", Args: cobra.ExactArgs(1),
		Long:    "Lists the keyless ways of a machine client, for its owner, administrators and auditors.",
		Example: "  team machine keyless list deploy-bot",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			m, err := k.machine(ctx, args[0])
			if err != nil {
				return err
			}
			var list api.KeylessList
			if err := k.get(ctx, keylessPath(m.ID), nil, &list); err != nil {
				return err
			}
			return k.show(list, func() { k.showKeyless(list) })
		}),
	}
}

func (c *client) showKeyless(list api.KeylessList) {
	if len(list.Items) == 0 {
		fmt.Fprintln(c.console.out, "No keyless ways.")
		return
	}
	w := table(c.console)
	fmt.Fprintln(w, "WAY\tISSUER\tCLAIMS\tADDED")
	for _, way := range list.Items {
		issuer := way.Issuer
		if !way.Trusted {
			issuer += " (not trusted)"
		}
		added := c.console.at(way.AddedAt) + " by " + person(way.AddedBy)
		for i, name := range slices.Sorted(maps.Keys(way.Claims)) {
			claim := name + "=" + way.Claims[name]
			if i == 0 {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", way.ID, issuer, claim, added)
				continue
			}
			fmt.Fprintf(w, "\t\t%s\t\n", claim)
		}
	}
	_ = w.Flush()
}

func keylessAddCommand(c console) *cobra.Command {
	var issuer string
	var claims []string
	cmd := &cobra.Command{
		Use: "add NAME --issuer ISSUER --claim NAME=VALUE", Short: "Let a machine client be known by claims (administrators)", Args: cobra.ExactArgs(1),
		DisableFlagsInUseLine: true,
		Long: `Adds a keyless way. All claims that are given must be in the ID token, letter by letter: a second way is for another
branch, environment or namespace. docs/guides/machines.md has the claims of GitHub, GitLab and Kubernetes.`,
		Example: `  team machine keyless add deploy-bot --issuer github --claim sub=repo:example/shop:environment:production --claim repository_id=4711
  team machine keyless add deploy-bot --issuer cluster --claim sub=system:serviceaccount:shop:deployer`,
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			body := api.KeylessBody{Issuer: issuer, Claims: map[string]string{}}
			for _, text := range claims {
				name, value, ok := strings.Cut(text, "=")
				if _, twice := body.Claims[name]; !ok || twice {
					return usagef("--claim is %q; write each claim once, as NAME=VALUE", text)
				}
				body.Claims[name] = value
			}
			m, err := k.machine(ctx, args[0])
			if err != nil {
				return err
			}
			var added api.Keyless
			if err := k.post(ctx, keylessPath(m.ID), body, &added); err != nil {
				return err
			}
			return k.show(added, func() {
				k.showKeyless(api.KeylessList{Items: []api.Keyless{added}})
				if !added.Trusted {
					fmt.Fprintf(c.err, "The settings trust no issuer %s yet: add it to trustedIssuers.\n", added.Issuer)
					return
				}
				fmt.Fprintf(c.err, "A job with these claims sets TEAM_MACHINE=%s and needs no token.\n", m.Name)
			})
		}),
	}
	cmd.Flags().StringVar(&issuer, "issuer", "", "issuer of the ID tokens, by its name among trustedIssuers of the settings")
	cmd.Flags().StringArrayVar(&claims, "claim", nil, "claim that must be in the ID token, as NAME=VALUE; may be given more than once")
	required(cmd, "issuer", "claim")
	return cmd
}

func keylessRemoveCommand(c console) *cobra.Command {
	return &cobra.Command{
		Use: "remove NAME WAY", Aliases: []string{"rm"}, Short: "Let a machine client not be known by these claims any more", Args: cobra.ExactArgs(2),
		Long:    "Removes a keyless way, by its id as team machine keyless list shows it, and revokes the tokens that came by it. The owner may do this too.",
		Example: "  team machine keyless remove deploy-bot kls_0190a1b2-…",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			m, err := k.machine(ctx, args[0])
			if err != nil {
				return err
			}
			var gone api.Keyless
			if err := k.call(ctx, http.MethodDelete, keylessPath(m.ID)+"/"+url.PathEscape(args[1]), nil, &gone); err != nil {
				return err
			}
			return k.show(gone, func() { fmt.Fprintln(k.console.out, "removed "+gone.ID) })
		}),
	}
}
