package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func passkeyCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "passkey", Aliases: []string{"passkeys"}, Short: "List and remove passkeys, and consent to others'",
		GroupID: groupManage, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `A passkey shows in a moment that it is really you, where TEAM asks for that: before you decide, change policies or issue
tokens, as the settings and approver policies demand. It signs nobody in.

Passkeys are registered in the browser, at /passkeys of TEAM, after a fresh sign-in. One begins to count after 24 hours, or
once an administrator who is somebody else consents to it.`,
		Example: "  team passkey list\n  team passkey list --all\n  team passkey consent pky_0197a1c2-3d4e-7f60-8a9b-0c1d2e3f4a5b",
	}
	remote(cmd)
	cmd.AddCommand(passkeyListCommand(c), passkeyConsentCommand(c), passkeyRemoveCommand(c))
	return cmd
}

func passkeyListCommand(c console) *cobra.Command {
	var all bool
	var user string
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List passkeys", Args: cobra.NoArgs,
		Long:    "Lists your passkeys; with --all everybody's, and with --user those of one user, for administrators and auditors.",
		Example: "  team passkey list\n  team passkey list --all\n  team passkey list --user ada.minkowski -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			query := url.Values{}
			if err := k.whose(ctx, query, all, user); err != nil {
				return err
			}
			var list api.PasskeyList
			if err := k.get(ctx, "/passkeys", query, &list); err != nil {
				return err
			}
			return k.show(list, func() { k.showPasskeys(list) })
		}),
	}
	cmd.Flags().BoolVar(&all, "all", false, "everybody's (administrators and auditors)")
	cmd.Flags().StringVar(&user, "user", "", "of this user, by name or id (administrators and auditors)")
	cmd.MarkFlagsMutuallyExclusive("all", "user")
	completeFlag(c, cmd, "user", usersBegun)
	return cmd
}

func (c *client) showPasskeys(list api.PasskeyList) {
	if list.Unavailable != "" {
		fmt.Fprintf(c.console.err, "Passkeys cannot be used here: %s.\n", list.Unavailable)
	}
	if len(list.Items) == 0 {
		fmt.Fprintf(c.console.out, "No passkeys. Register one in the browser: %s/passkeys\n", c.base)
		return
	}
	w := table(c.console)
	fmt.Fprintln(w, "PASSKEY\tOF\tNAME\tSTATE\tREGISTERED\tLAST USED")
	for _, p := range list.Items {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, person(p.User), p.Name, c.passkeyState(p), c.console.at(p.RegisteredAt), c.console.at(p.LastUsedAt))
	}
	_ = w.Flush()
}

func (c *client) passkeyState(p api.Passkey) string {
	switch {
	case !p.CopiedAt.IsZero():
		return "does not count: may have been copied"
	case p.Counts:
		return "counts"
	}
	return "counts from " + c.console.at(p.UsableAt)
}

func passkeyConsentCommand(c console) *cobra.Command {
	return &cobra.Command{
		Use: "consent PASSKEY", Short: "Let somebody else's passkey count at once (administrators)", Args: cobra.ExactArgs(1),
		Long: `Lets a passkey count before its 24 hours are over. Consent only if you know from its holder, in person or on a call, that it
is theirs: whoever got hold of their sign-in could have registered it. Nobody consents to their own.`,
		Example: "  team passkey consent pky_0197a1c2-3d4e-7f60-8a9b-0c1d2e3f4a5b",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			var p api.Passkey
			if err := k.post(ctx, "/passkeys/"+url.PathEscape(args[0])+"/consent", nil, &p); err != nil {
				return err
			}
			return k.show(p, func() {
				fmt.Fprintf(k.console.out, "The passkey %q of %s counts from now on.\n", p.Name, person(p.User))
			})
		}),
	}
}

func passkeyRemoveCommand(c console) *cobra.Command {
	return &cobra.Command{
		Use: "remove PASSKEY", Aliases: []string{"rm"}, Short: "Remove a passkey", Args: cobra.ExactArgs(1),
		Long: `Removes a passkey: one of yours, for which you show once more that it is you, or as an administrator anybody's, when it was
lost. It counts no more at once. What it showed for until now goes on to count for as long as each demand says.`,
		Example: "  team passkey remove pky_0197a1c2-3d4e-7f60-8a9b-0c1d2e3f4a5b",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			var p api.Passkey
			if err := k.call(ctx, http.MethodDelete, "/passkeys/"+url.PathEscape(args[0]), nil, &p); err != nil {
				return err
			}
			return k.show(p, func() { fmt.Fprintf(k.console.out, "Removed the passkey %q of %s.\n", p.Name, person(p.User)) })
		}),
	}
}

// proofWords say what somebody had shown when they did something: "passkey at 14:03".
func (c *client) proofWords(proofs []api.Proof) string {
	words := make([]string, 0, len(proofs))
	for _, p := range proofs {
		word := p.Kind
		if p.Provider != "" {
			word = "sign-in at " + p.Provider
		}
		if p.ACR != "" {
			word += " (" + p.ACR + ")"
		}
		words = append(words, word+" at "+c.console.at(p.At))
	}
	return strings.Join(words, ", ")
}

// demandWords spell what fresh proof is demanded.
func demandWords(d *api.StepUpDemand) string {
	if d == nil || len(d.Kinds) == 0 {
		return "none"
	}
	text := strings.Join(d.Kinds, " or ") + ", at most " + seconds(d.MaxAgeSeconds) + " ago"
	if len(d.ACR) > 0 {
		text += ", with " + strings.Join(d.ACR, " or ")
	}
	return text
}
