package main

import (
	"context"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func requestCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "request", Aliases: []string{"requests"}, Short: "Ask for access, and follow what was asked",
		GroupID: groupAccess, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Example: "  team request targets\n" +
			"  team request create --account shop-prod --role ReadOnlyAccess --for 1h --ticket OPS-7 --reason \"Failed orders\"\n" +
			"  team request list",
		Long: `A request asks for one or more targets (a role in an account each) for a time. Every target has its own decision by its
own approvers, and is then delivered as an elevation, whose time runs from the moment access is there.`,
	}
	remote(cmd)
	cmd.AddCommand(
		requestCreateCommand(c), requestTargetsCommand(c), requestListCommand(c), requestShowCommand(c), requestCancelCommand(c),
		requestExtendCommand(c), requestReleaseCommand(c), requestRetryCommand(c),
	)
	return cmd
}

func requestShowCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show REQUEST", Short: "Show a request with its targets, votes and elevations", Args: cobra.ExactArgs(1),
		Long: `Shows one request: its justification, and for each target the decision, who decides or decided, and how far the access is.
Requesters, those who may decide, administrators and auditors see it.`,
		Example: "  team request show req_0199…\n  team request show req_0199… -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			r, err := k.request(ctx, args[0])
			if err != nil {
				return err
			}
			return k.show(r, func() { k.showRequest(r) })
		}),
	}
	completeArgument(c, cmd, requestsBegun("mine"))
	return cmd
}

func (c *client) request(ctx context.Context, id string) (r api.Request, err error) {
	err = c.get(ctx, "/requests/"+url.PathEscape(id), nil, &r)
	return r, err
}

func requestCancelCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "cancel REQUEST", Short: "Take back what has not been given yet", Args: cobra.ExactArgs(1),
		Long:    "Cancels the pending targets of your request and what is scheduled. Access that is there is released instead: team request release.",
		Example: "  team request cancel req_0199…",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			var r api.Request
			if err := k.post(ctx, "/requests/"+url.PathEscape(args[0])+"/cancel", nil, &r); err != nil {
				return err
			}
			return k.show(r, func() { k.showRequest(r) })
		}),
	}
	completeArgument(c, cmd, requestsBegun("mine", "pending", "scheduled", "approved"))
	return cmd
}

func requestReleaseCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "release ELEVATION|REQUEST", Short: "End your access early", Args: cobra.ExactArgs(1),
		Long:    "Ends an elevation of yours before its time. Name the elevation, or its request if just one of it has access.",
		Example: "  team request release elv_0199…\n  team request release req_0199…",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			id, err := k.elevationOf(ctx, args[0], "activating", "active")
			if err != nil {
				return err
			}
			var e api.Elevation
			if err := k.post(ctx, "/elevations/"+url.PathEscape(id)+"/release", nil, &e); err != nil {
				return err
			}
			return k.show(e, func() { k.showElevation(e) })
		}),
	}
	completeArgument(c, cmd, requestsBegun("mine", "in progress"))
	return cmd
}

func requestRetryCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "retry ELEVATION|REQUEST", Short: "Deliver a failed elevation again", Args: cobra.ExactArgs(1),
		Long:    "Tries again to give what was agreed and failed in AWS. Everything is checked again; the approvals count as long as they hold.",
		Example: "  team request retry elv_0199…\n  team request retry req_0199…",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			id, err := k.elevationOf(ctx, args[0], "ended")
			if err != nil {
				return err
			}
			var r api.Request
			if err := k.post(ctx, "/elevations/"+url.PathEscape(id)+"/retry", nil, &r); err != nil {
				return err
			}
			return k.show(r, func() { k.showRequest(r) })
		}),
	}
	completeArgument(c, cmd, requestsBegun("mine", "error"))
	return cmd
}

func requestExtendCommand(c console) *cobra.Command {
	var span, reason, ticket string
	cmd := &cobra.Command{
		Use: "extend ELEVATION|REQUEST", Short: "Ask for more time on access that is there", Args: cobra.ExactArgs(1),
		Long: `Asks for more time. An extension is a request of its own, decided like one for the whole span from the first start; while
nobody has agreed nothing moves.`,
		Example: "  team request extend elv_0199… --for 30m --reason \"The restore takes longer\"",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			d, err := readDuration("for", span)
			if err != nil {
				return err
			}
			id, err := k.elevationOf(ctx, args[0], "active")
			if err != nil {
				return err
			}
			var r api.Request
			in := api.NewExtension{DurationSeconds: int64(d.Seconds()), Justification: reason, Ticket: ticket}
			if err := k.create(ctx, "/elevations/"+url.PathEscape(id)+"/extend", in, &r); err != nil {
				return err
			}
			return k.show(r, func() { k.showRequest(r) })
		}),
	}
	cmd.Flags().StringVar(&span, "for", "", "time to add, as 30m")
	cmd.Flags().StringVar(&reason, "reason", "", "why: the justification approvers read")
	cmd.Flags().StringVar(&ticket, "ticket", "", "ticket number")
	required(cmd, "for", "reason")
	completeArgument(c, cmd, requestsBegun("mine", "in progress"))
	return cmd
}

func required(cmd *cobra.Command, flags ...string) {
	for _, f := range flags {
		if err := cmd.MarkFlagRequired(f); err != nil {
			panic(fmt.Sprintf("%s: %v", cmd.Name(), err)) // a flag that does not exist: a mistake in the program
		}
	}
}
