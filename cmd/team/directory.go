package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func directoryCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "directory", Short: "What TEAM knows of the organization", GroupID: groupManage, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `TEAM reads accounts, organizational units, users, groups and permission sets from AWS again and again, part by part, within
AWS's rates. What it knows can be searched here, and how old it is.`,
		Example: "  team directory status\n  team directory search accounts prod",
	}
	remote(cmd)
	cmd.AddCommand(directoryStatusCommand(c), directorySyncCommand(c), directorySearchCommand(c))
	return cmd
}

// directoryKinds are what can be searched, with how each entry is shown.
const directoryKinds = "accounts, ous, users, groups, permission-sets"

func directorySearchCommand(c console) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use: "search KIND [WORDS...]", Short: "Search " + directoryKinds, Args: cobra.MinimumNArgs(1),
		Long: `Lists what contains all the words, in its name, its id, or what else describes it. Users and groups are for administrators
and auditors; of accounts, units and permission sets others see those they may ask for or decide on.`,
		Example: "  team directory search accounts prod\n  team directory search permission-sets",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			q := url.Values{"limit": {strconv.Itoa(limit)}}
			if len(args) > 1 {
				q.Set("q", strings.Join(args[1:], " "))
			}
			return k.search(ctx, args[0], q)
		}),
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so many")
	cmd.ValidArgsFunction = completeSearch(c)
	return cmd
}

// completeSearch completes the kind, and then names of that kind.
func completeSearch(c console) completing {
	byKind := map[string]completions{
		"accounts": accountsBegun, "ous": unitsBegun, "users": usersBegun, "groups": groupsBegun, "permission-sets": rolesBegun,
	}
	return func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return strings.Split(directoryKinds, ", "), cobra.ShellCompDirectiveNoFileComp
		}
		find, ok := byKind[args[0]]
		if !ok {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completeWith(c, find)(cmd, args, begun)
	}
}

func (c *client) search(ctx context.Context, kind string, q url.Values) error {
	path := "/directory/" + kind
	switch kind {
	case "accounts":
		return listing(ctx, c, path, q, "ID\tNAME\tSTATE\tWHERE", func(l api.AccountList) (rows []string) {
			for _, a := range l.Items {
				rows = append(rows, strings.Join([]string{a.ID, a.Name, a.State, strings.Join(a.OUPath, " / ")}, "\t"))
			}
			return rows
		})
	case "ous":
		return listing(ctx, c, path, q, "ID\tPATH", func(l api.OUList) (rows []string) {
			for _, o := range l.Items {
				rows = append(rows, o.ID+"\t"+strings.Join(o.Path, " / "))
			}
			return rows
		})
	case "users":
		return listing(ctx, c, path, q, "USER\tNAME\tENABLED\tID", func(l api.UserList) (rows []string) {
			for _, u := range l.Items {
				rows = append(rows, fmt.Sprintf("%s\t%s\t%t\t%s", u.UserName, u.DisplayName, u.Enabled, u.ID))
			}
			return rows
		})
	case "groups":
		return listing(ctx, c, path, q, "GROUP\tMEMBERS\tID", func(l api.GroupList) (rows []string) {
			for _, g := range l.Items {
				rows = append(rows, fmt.Sprintf("%s\t%d\t%s", g.DisplayName, g.Members, g.ID))
			}
			return rows
		})
	case "permission-sets":
		return listing(ctx, c, path, q, "ROLE\tSESSION\tDESCRIPTION\tARN", func(l api.PermissionSetList) (rows []string) {
			for _, p := range l.Items {
				rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s", p.Name, seconds(p.SessionDurationSeconds), clip(p.Description, 40), p.ARN))
			}
			return rows
		})
	}
	return usagef("there is nothing of the kind %q; it can be %s", kind, directoryKinds)
}

// listing reads a list and shows it as a table.
func listing[T any](ctx context.Context, c *client, path string, q url.Values, head string, rows func(T) []string) error {
	var list T
	if err := c.get(ctx, path, q, &list); err != nil {
		return err
	}
	return c.show(list, func() {
		found := rows(list)
		if len(found) == 0 {
			fmt.Fprintln(c.console.out, "Nothing found.")
			return
		}
		t := table(c.console)
		fmt.Fprintln(t, head)
		for _, r := range found {
			fmt.Fprintln(t, r)
		}
		_ = t.Flush()
	})
}
