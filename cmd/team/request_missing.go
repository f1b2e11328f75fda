package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

// missing is what a request lacks, each with what to write for it.
func (f createFlags) missing() (lines []string, targets bool) {
	named := len(f.targets) > 0 || (len(f.accounts) > 0 && len(f.roles) > 0)
	switch {
	case named:
	case len(f.accounts) > 0:
		lines = append(lines, "--role ROLE: which role in "+strings.Join(f.accounts, ", "))
	case len(f.roles) > 0:
		lines = append(lines, "--account ACCOUNT: where "+strings.Join(f.roles, ", ")+" is wanted")
	default:
		lines = append(lines, "--account ACCOUNT and --role ROLE, or --target ACCOUNT:ROLE: what you want")
	}
	if f.span == "" {
		lines = append(lines, "--for DURATION: how long, as 45m or 2h")
	}
	if f.reason == "" {
		lines = append(lines, "--reason TEXT: why, for those who decide")
	}
	return lines, !named
}

// mostBlocks that are offered to whoever left out what they want.
const mostBlocks = 8

// explainMissing says what a request lacks, and where that is the target, what could be asked for.
func (c *client) explainMissing(ctx context.Context, f createFlags) error {
	lines, targets := f.missing()
	if len(lines) == 0 {
		return nil
	}
	text := "the request lacks\n  - " + strings.Join(lines, "\n  - ")
	if targets {
		text += c.candidates(ctx, slices.Concat(f.accounts, f.roles))
	}
	return usagef("%s", text)
}

// candidates are what the caller may ask for, of that what has one of the names, if anything has. That they cannot be
// had is no reason to say less of what is missing.
func (c *client) candidates(ctx context.Context, names []string) string {
	var list api.Requestable
	if err := c.get(ctx, "/me/requestable", nil, &list); err != nil {
		return ""
	}
	blocks := list.Items
	for _, name := range names {
		if narrower := matching(blocks, []string{name}); len(narrower) > 0 {
			blocks = narrower
		}
	}
	if len(blocks) == 0 {
		return "\nNo policy lets you ask for anything. Ask an administrator of TEAM."
	}
	lines := []string{"\nYou may ask for:"}
	for _, b := range blocks[:min(len(blocks), mostBlocks)] {
		lines = append(lines, "  - "+blockText(b))
	}
	return strings.Join(lines, "\n") + "\nAll of it: team request targets [WORDS]"
}

// matching keeps of the blocks what contains all the words in the name or id of an account or of a role.
func matching(blocks []api.RequestableBlock, words []string) []api.RequestableBlock {
	var out []api.RequestableBlock
	for _, b := range blocks {
		fits := true
		for _, word := range words {
			accounts, sets := containing(b.Accounts, word), containing(b.PermissionSets, word)
			switch {
			case len(accounts) > 0:
				b.Accounts = accounts
			case len(sets) > 0:
				b.PermissionSets = sets
			default:
				fits = false
			}
		}
		if fits {
			out = append(out, b)
		}
	}
	return out
}

func containing(all []api.Named, word string) (fit []api.Named) {
	word = strings.ToLower(word)
	for _, n := range all {
		if strings.Contains(strings.ToLower(n.Name), word) || strings.Contains(strings.ToLower(n.ID), word) {
			fit = append(fit, n)
		}
	}
	return fit
}

func requestTargetsCommand(c console) *cobra.Command {
	return &cobra.Command{
		Use: "targets [WORDS...]", Short: "List what you may ask for", Args: cobra.ArbitraryArgs,
		Long: `Lists roles and accounts that you may ask for, with the longest time and whether somebody has to approve; with words, what
contains all of them in the name or id of an account or role. What the answer to a request would be, with the reasons, says
team request create --dry-run.`,
		Example: "  team request targets\n  team request targets prod Database\n  team request targets -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, words []string) error {
			var list api.Requestable
			if err := k.get(ctx, "/me/requestable", nil, &list); err != nil {
				return err
			}
			if len(words) > 0 {
				list.Items = append([]api.RequestableBlock{}, matching(list.Items, words)...)
			}
			return k.show(list, func() {
				if len(list.Items) == 0 {
					fmt.Fprintln(k.console.out, "Nothing that you may ask for.")
					return
				}
				t := table(k.console)
				fmt.Fprintln(t, "ROLES\tACCOUNTS\tAT MOST\tAPPROVAL")
				for _, b := range list.Items {
					approval := "no"
					if b.ApprovalRequired {
						approval = "yes"
					}
					fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", fewNames(b.PermissionSets), fewNames(b.Accounts), seconds(b.MaxDurationSeconds), approval)
				}
				_ = t.Flush()
			})
		}),
	}
}
