package main

import (
	"context"
	"fmt"
	"net/url"
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

// What is offered to whoever left out what they want: the first page of what there may be, and of that so many blocks.
const (
	mostBlocks    = 8
	offeredLength = "1000" // accounts
)

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

// candidates are what the caller may ask for: of that what has all of the names, or one of them, if anything has. That
// they cannot be had is no reason to say less of what is missing.
func (c *client) candidates(ctx context.Context, names []string) string {
	searches := slices.Compact(slices.Concat([]string{strings.Join(names, " ")}, names, []string{""}))
	var list api.Requestable
	for _, words := range searches {
		list = api.Requestable{}
		if err := c.get(ctx, "/me/requestable", wording(words, offeredLength), &list); err != nil {
			return ""
		}
		if len(list.Items) > 0 {
			break
		}
	}
	if len(list.Items) == 0 {
		return "\nNo policy lets you ask for anything. Ask an administrator of TEAM."
	}
	lines := []string{"\nYou may ask for:"}
	for _, b := range list.Items[:min(len(list.Items), mostBlocks)] {
		lines = append(lines, "  - "+blockText(b))
	}
	if len(list.Items) > mostBlocks || list.NextCursor != "" {
		lines = append(lines, "  - and more")
	}
	return strings.Join(lines, "\n") + "\nAll of it: team request targets [WORDS]"
}

// requestable is all that the caller may ask for and that has all the words in the name of an account or of a role.
func (c *client) requestable(ctx context.Context, words string) (all api.Requestable, err error) {
	all.Items = []api.RequestableBlock{}
	err = pages(ctx, c, "/me/requestable", wording(words, "5000"), func(page api.Requestable) string {
		all.Items = append(all.Items, page.Items...)
		return page.NextCursor
	})
	return all, err
}

// wording asks for what has the words, so many accounts a page.
func wording(words, limit string) url.Values {
	q := url.Values{"limit": {limit}}
	if words != "" {
		q.Set("q", words)
	}
	return q
}

func requestTargetsCommand(c console) *cobra.Command {
	return &cobra.Command{
		Use: "targets [WORDS...]", Short: "List what you may ask for", Args: cobra.ArbitraryArgs,
		Long: `Lists roles and accounts that you may ask for, with the longest time and whether somebody has to approve; with words, what
contains all of them in the name or id of an account or role. What the answer to a request would be, with the reasons, says
team request create --dry-run.`,
		Example: "  team request targets\n  team request targets prod Database\n  team request targets -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, words []string) error {
			list, err := k.requestable(ctx, strings.Join(words, " "))
			if err != nil {
				return err
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
					sets, accounts := fewTargets(b)
					fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", sets, accounts, seconds(b.MaxDurationSeconds), approval)
				}
				_ = t.Flush()
			})
		}),
	}
}
