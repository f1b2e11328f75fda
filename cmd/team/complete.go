package main

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

const (
	// completePatience: whoever pressed Tab does not wait longer for a suggestion.
	completePatience = 1500 * time.Millisecond
	mostCompletions  = "100"
)

// completions are found for a word that was begun, each a word, or a word, a tab and what it is.
type completions func(ctx context.Context, k *client, begun string) ([]string, error)

type completing = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeWith asks the server for completions. Where it does not answer soon, or refuses, there are none.
func completeWith(c console, find completions) completing {
	c.screen = nil // what goes to the terminal now would stand in the middle of the line that is typed
	return func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		k, err := newClient(c, cmd)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx := cmd.Context()
		if ctx == nil {
			ctx = context.Background()
		}
		ctx, cancel := context.WithTimeout(ctx, completePatience)
		defer cancel()
		found, err := find(ctx, k, begun)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		fit := slices.DeleteFunc(found, func(word string) bool {
			return !strings.HasPrefix(strings.ToLower(word), strings.ToLower(begun))
		})
		return fit, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeArgument completes a command's first argument.
func completeArgument(c console, cmd *cobra.Command, find completions) {
	complete := completeWith(c, find)
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return complete(cmd, args, begun)
	}
}

func completeFlag(c console, cmd *cobra.Command, flag string, find completions) {
	if err := cmd.RegisterFlagCompletionFunc(flag, completeWith(c, find)); err != nil {
		panic(cmd.Name() + ": " + err.Error()) // a flag that does not exist: a mistake in the program
	}
}

// completeAccountAndRole completes the flags --account and --role.
func completeAccountAndRole(c console, cmd *cobra.Command) {
	completeFlag(c, cmd, "account", accountsBegun)
	completeFlag(c, cmd, "role", rolesBegun)
}

// completeTarget completes ACCOUNT:ROLE.
func completeTarget(c console, cmd *cobra.Command, flag string) {
	find := completeWith(c, func(ctx context.Context, k *client, begun string) ([]string, error) {
		account, role, cut := strings.Cut(begun, ":")
		if !cut {
			found, err := accountsBegun(ctx, k, begun)
			for i, word := range found {
				name, _, _ := strings.Cut(word, "\t")
				found[i] = name + ":"
			}
			return found, err
		}
		found, err := rolesBegun(ctx, k, role)
		for i, word := range found {
			found[i] = account + ":" + word
		}
		return found, err
	})
	complete := func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		words, directive := find(cmd, args, begun)
		if !strings.Contains(begun, ":") {
			directive |= cobra.ShellCompDirectiveNoSpace // the role is still to come
		}
		return words, directive
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(cmd.Name() + ": " + err.Error()) // a flag that does not exist: a mistake in the program
	}
}

func begunWith(text string) url.Values { return url.Values{"q": {text}, "limit": {mostCompletions}} }

// described is a completion with what it is.
func described(word, what string) string {
	return word + "\t" + strings.Join(strings.Fields(what), " ")
}

func accountsBegun(ctx context.Context, k *client, begun string) ([]string, error) {
	var list api.AccountList
	err := k.get(ctx, "/directory/accounts", begunWith(begun), &list)
	var words []string
	for _, a := range list.Items {
		if begun != "" && strings.HasPrefix(a.ID, begun) {
			words = append(words, described(a.ID, a.Name))
			continue
		}
		words = append(words, described(a.Name, a.ID+" "+strings.Join(a.OUPath, " / ")))
	}
	return words, err
}

func rolesBegun(ctx context.Context, k *client, begun string) ([]string, error) {
	var list api.PermissionSetList
	err := k.get(ctx, "/directory/permission-sets", begunWith(begun), &list)
	var words []string
	for _, p := range list.Items {
		words = append(words, described(p.Name, p.Description))
	}
	return words, err
}

func usersBegun(ctx context.Context, k *client, begun string) ([]string, error) {
	var list api.UserList
	err := k.get(ctx, "/directory/users", begunWith(begun), &list)
	var words []string
	for _, u := range list.Items {
		words = append(words, described(u.UserName, u.DisplayName))
	}
	return words, err
}

func groupsBegun(ctx context.Context, k *client, begun string) ([]string, error) {
	var list api.GroupList
	err := k.get(ctx, "/directory/groups", begunWith(begun), &list)
	var words []string
	for _, g := range list.Items {
		words = append(words, described(g.DisplayName, g.ID))
	}
	return words, err
}

func unitsBegun(ctx context.Context, k *client, begun string) ([]string, error) {
	var list api.OUList
	err := k.get(ctx, "/directory/ous", begunWith(begun), &list)
	var words []string
	for _, o := range list.Items {
		words = append(words, described(o.Name, strings.Join(o.Path, " / ")))
	}
	return words, err
}

// requestsBegun completes ids of requests: those of a scope, with one of the status words where any are given.
func requestsBegun(scope string, statuses ...string) completions {
	return func(ctx context.Context, k *client, _ string) ([]string, error) {
		var list api.RequestList
		err := k.get(ctx, "/requests", url.Values{"scope": {scope}, "limit": {mostCompletions}}, &list)
		var words []string
		for _, r := range list.Items {
			if len(statuses) > 0 && !slices.Contains(statuses, r.Status) {
				continue
			}
			words = append(words, described(r.ID, r.Status+": "+person(r.Beneficiary)+", "+strings.Join(targetWords(r), ", ")))
		}
		return words, err
	}
}

// elevationsBegun completes ids of elevations of a scope.
func elevationsBegun(scope string) completions {
	return func(ctx context.Context, k *client, _ string) ([]string, error) {
		var list api.ElevationList
		err := k.get(ctx, "/elevations", url.Values{"scope": {scope}, "limit": {mostCompletions}}, &list)
		var words []string
		for _, e := range list.Items {
			target := firstOf(e.AccountName, e.AccountID) + ":" + roleOf(e.PermissionSetName, e.PermissionSetARN)
			words = append(words, described(e.ID, e.State+": "+person(e.User)+", "+target))
		}
		return words, err
	}
}

func proposalsBegun(ctx context.Context, k *client, _ string) ([]string, error) {
	var list api.ProposalList
	err := k.get(ctx, "/proposals", url.Values{"state": {"proposed"}}, &list)
	var words []string
	for _, p := range list.Items {
		words = append(words, described(p.ID, p.Kind+" "+p.Name+" by "+person(p.Author)))
	}
	return words, err
}

func policiesBegun(ctx context.Context, k *client, _ string) ([]string, error) {
	list, err := k.policies(ctx)
	words := []string{described("settings", "limits of all policies")}
	for _, p := range list.Items {
		words = append(words, described(p.Name, p.Kind+" policy"))
	}
	return words, err
}
