package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func elevationCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "elevation", Aliases: []string{"elevations"}, Short: "Look at access that is given, was given, or is about to be",
		GroupID: groupAccess, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `An elevation is one target of a request being delivered: it waits for a decision, is scheduled, activating, active, ending,
and ended. Only an active one gives access. End yours with team request release, somebody else's with team revoke.`,
		Example: "  team elevation list --status \"in progress\"\n  team elevation show elv_0199…",
	}
	remote(cmd)
	cmd.AddCommand(elevationListCommand(c), elevationShowCommand(c))
	return cmd
}

func elevationListCommand(c console) *cobra.Command {
	var f listFlags
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List elevations: yours, or all", Args: cobra.NoArgs,
		Long: "Lists elevations, the newest first: yours, or with --all everybody's, which is for administrators and auditors.",
		Example: "  team elevation list\n  team elevation list --all --status \"in progress\" --account shop-prod\n" +
			"  team elevation list --all --from 2026-11-01 -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			query, err := k.listQuery(ctx, f)
			if err != nil {
				return err
			}
			var list api.ElevationList
			if err := k.get(ctx, "/elevations", query, &list); err != nil {
				return err
			}
			return k.show(list, func() { k.showElevations(list) })
		}),
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.all, "all", false, "everybody's (administrators and auditors)")
	spanFlags(c, cmd, &f, "created", "-created", "ends", "-ends")
	return cmd
}

func (c *client) showElevations(list api.ElevationList) {
	if len(list.Items) == 0 {
		fmt.Fprintln(c.console.out, "No elevations.")
		return
	}
	defer c.sayTotal(list.Total)
	t := table(c.console)
	fmt.Fprintln(t, "ELEVATION\tACCESS\tUSER\tTARGET\tSINCE\tUNTIL")
	for _, e := range list.Items {
		state, until := e.State, e.EndsAt
		if e.Reason != "" {
			state += ", " + e.Reason
		}
		if !e.EndedAt.IsZero() {
			until = e.EndedAt
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s:%s\t%s\t%s\n", e.ID, state, person(e.User), firstOf(e.AccountName, e.AccountID),
			roleOf(e.PermissionSetName, e.PermissionSetARN), c.console.at(e.ActivatedAt), c.console.at(until))
	}
	_ = t.Flush()
	c.sayMore(list.NextCursor)
}

// sayTotal says how many there are over all pages, where that was asked for.
func (c *client) sayTotal(t api.Total) {
	switch {
	case t.Total != nil:
		fmt.Fprintf(c.console.out, "\n%d in all\n", *t.Total)
	case t.TotalAtLeast > 0:
		fmt.Fprintf(c.console.out, "\nmore than %d in all\n", t.TotalAtLeast)
	}
}

// sayMore says how to get the next page.
func (c *client) sayMore(cursor string) {
	if cursor != "" {
		fmt.Fprintf(c.console.out, "\nThere are more: --cursor %s\n", cursor)
	}
}

func elevationShowCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ELEVATION", Short: "Show an elevation, and what else keeps its access", Args: cobra.ExactArgs(1),
		Long: `Shows one elevation: since when and until when, how it ended, until when credentials taken at the last moment live on, and the
other elevations on the same assignment, which keep the access when this one ends.`,
		Example: "  team elevation show elv_0199…\n  team elevation show elv_0199… -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			var e api.Elevation
			if err := k.get(ctx, "/elevations/"+url.PathEscape(args[0]), nil, &e); err != nil {
				return err
			}
			return k.show(e, func() { k.showElevation(e) })
		}),
	}
	completeArgument(c, cmd, elevationsBegun("mine"))
	return cmd
}

func assignmentsCommand(c console) *cobra.Command {
	var all bool
	var limit int
	var cursor string
	cmd := &cobra.Command{
		Use: "assignments", Aliases: []string{"assignment"}, Short: "List the account assignments TEAM works on", GroupID: groupManage, Args: cobra.NoArgs,
		Long: `Lists the assignments of IAM Identity Center that TEAM made or is making or removing: in what phase each is, when AWS last
confirmed it, and what goes wrong. For administrators and auditors.`,
		Example: "  team assignments\n  team assignments --all -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			q := url.Values{"limit": {strconv.Itoa(limit)}}
			if all {
				q.Set("scope", "all")
			}
			if cursor != "" {
				q.Set("cursor", cursor)
			}
			var list api.AssignmentList
			if err := k.get(ctx, "/assignments", q, &list); err != nil {
				return err
			}
			return k.show(list, func() { k.showAssignments(list) })
		}),
	}
	remote(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "those too on which there is nothing to do")
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so many")
	cmd.Flags().StringVar(&cursor, "cursor", "", "go on after the page that gave this cursor")
	return cmd
}

func (c *client) showAssignments(list api.AssignmentList) {
	if len(list.Items) == 0 {
		fmt.Fprintln(c.console.out, "No assignments.")
		return
	}
	t := table(c.console)
	fmt.Fprintln(t, "ASSIGNMENT\tPHASE\tUSER\tTARGET\tSEEN\tTRIES\tPROBLEM")
	for _, a := range list.Items {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s:%s\t%s\t%d\t%s\n", a.ID, a.Phase, person(a.User), firstOf(a.AccountName, a.AccountID),
			roleOf(a.PermissionSetName, a.PermissionSetARN), c.console.at(a.SeenAt), a.Tries, clip(a.Problem, 60))
	}
	_ = t.Flush()
	c.sayMore(list.NextCursor)
}
