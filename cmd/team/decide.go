package main

import (
	"context"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func approveCommand(c console) *cobra.Command {
	return decideCommand(c, "approve", "Agree to a request, or to some of its targets", "comment, where the settings ask for one")
}

func rejectCommand(c console) *cobra.Command {
	return decideCommand(c, "reject", "Refuse a request, or some of its targets", "why not: the requester reads it")
}

func decideCommand(c console, verb, short, comment string) *cobra.Command {
	var targets []string
	var text, wait string
	cmd := &cobra.Command{
		Use: verb + " REQUEST", Short: short, GroupID: groupAccess, Args: cobra.ExactArgs(1),
		Long: short + `.

Without --target it is about every pending target that you may decide; the others wait for their own approvers. Nobody
decides on their own request.`,
		Example: "  team " + verb + " req_0199… --comment \"As agreed in OPS-7\"\n  team " + verb + " req_0199… --target shop-prod --comment ok",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			ballot := api.Ballot{Comment: text}
			if len(targets) > 0 {
				r, err := k.request(ctx, args[0])
				if err != nil {
					return err
				}
				if ballot.Targets, err = targetsOf(r, targets); err != nil {
					return err
				}
			}
			var r api.Request
			if err := k.post(ctx, "/requests/"+url.PathEscape(args[0])+"/"+verb, ballot, &r); err != nil {
				return err
			}
			if wait != "" {
				return k.wait(ctx, r, wait)
			}
			return k.show(r, func() { k.showRequest(r) })
		}),
	}
	remote(cmd)
	completeArgument(c, cmd, requestsBegun("decidable"))
	cmd.Flags().StringArrayVar(&targets, "target", nil, "target id, account, or ACCOUNT:ROLE of the request; may be given several times")
	cmd.Flags().StringVar(&text, "comment", "", comment)
	if verb == "approve" {
		waitFlag(cmd, &wait)
	}
	return cmd
}

// targetsOf finds targets of a request by id, account, or account and role.
func targetsOf(r api.Request, texts []string) ([]string, error) {
	var ids []string
	for _, text := range texts {
		account, role, _ := strings.Cut(text, ":")
		found := 0
		for _, t := range r.Targets {
			inAccount := account == t.AccountID || strings.EqualFold(account, t.AccountName)
			ofRole := role == "" || role == t.PermissionSetARN || strings.EqualFold(role, t.PermissionSetName)
			if text == t.ID || (inAccount && ofRole) {
				ids = append(ids, t.ID)
				found++
			}
		}
		if found == 0 {
			return nil, usagef("request %s has no target %q", r.ID, text)
		}
	}
	return ids, nil
}

func revokeCommand(c console) *cobra.Command {
	var only bool
	var text string
	cmd := &cobra.Command{
		Use: "revoke ELEVATION|REQUEST", Short: "End somebody's access now", GroupID: groupAccess, Args: cobra.ExactArgs(1),
		Long: `Ends access before its time, as an administrator or an approver of the target. Elevations can share one assignment in AWS:
without --only all of them end; with it only the one named, and what stays is shown.`,
		Example: "  team revoke elv_0199… --comment \"The incident is over\"",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			id, err := k.elevationOf(ctx, args[0], "scheduled", "activating", "active")
			if err != nil {
				return err
			}
			var e api.Elevation
			if err := k.post(ctx, "/elevations/"+url.PathEscape(id)+"/revoke", api.Revocation{Only: only, Comment: text}, &e); err != nil {
				return err
			}
			return k.show(e, func() { k.showElevation(e) })
		}),
	}
	remote(cmd)
	completeArgument(c, cmd, elevationsBegun("all"))
	cmd.Flags().BoolVar(&only, "only", false, "end this elevation only, not every one on the same assignment")
	cmd.Flags().StringVar(&text, "comment", "", "why")
	return cmd
}
