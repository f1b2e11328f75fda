package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func machineRotateCommand(c console) *cobra.Command {
	var f issueFlags
	var finish, force bool
	cmd := &cobra.Command{
		Use: "rotate NAME", Short: "Give a machine client its next token, and later revoke the last (administrators)", Args: cobra.ExactArgs(1),
		Long: `Replaces the token of a machine client without a gap, in two steps. The first issues the next token and prints it, this once;
both work now. Give the new one to the machine. The second, with --finish, revokes the old one, once the machine has used
the new one; it says when each was used last (known to the minute or two).

A machine client that is known by ID tokens needs none of this: see team machine keyless.`,
		Example: `  team machine rotate deploy-bot > deploy-bot.token
  team machine rotate deploy-bot --finish`,
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			m, err := k.machine(ctx, args[0])
			if err != nil {
				return err
			}
			list, err := k.tokens(ctx, tokenFilter{machine: m.ID})
			if err != nil {
				return err
			}
			working := slices.DeleteFunc(list.Items, func(t api.Token) bool { return t.Keyless })
			if finish {
				return k.finishRotation(ctx, m, working, force)
			}
			return k.beginRotation(ctx, m, working, f)
		}),
	}
	fl := cmd.Flags()
	fl.StringVar(&f.ttl, "ttl", "", "how long the next token is valid, as 30d, at most 90d; default 30d, or as long as your own token")
	fl.StringVar(&f.label, "label", "", "what the next token is for; default as the last one's")
	fl.BoolVar(&finish, "finish", false, "revoke the old token")
	fl.BoolVar(&force, "force", false, "with --finish: also when the new token has not been used yet")
	cmd.MarkFlagsMutuallyExclusive("finish", "ttl")
	cmd.MarkFlagsMutuallyExclusive("finish", "label")
	return cmd
}

// beginRotation issues the next token, where there is at most one that works.
func (c *client) beginRotation(ctx context.Context, m api.Machine, working []api.Token, f issueFlags) error {
	if len(working) > 1 {
		return codedError{fmt.Errorf("a rotation is under way, since two tokens of %s work:\n%s\nEnd it first: team machine rotate %s --finish",
			m.Name, c.tokensTold(working), m.Name), exitConflict}
	}
	if len(working) == 1 {
		f.label = firstOf(f.label, working[0].Label)
	}
	f.machine = m.ID
	if err := c.issueToken(ctx, f); err != nil {
		return err
	}
	if len(working) == 1 && c.output == "table" {
		fmt.Fprintf(c.console.err, "The old one works on:\n%s\nGive the new one to the machine, then: team machine rotate %s --finish\n",
			c.tokensTold(working), m.Name)
	}
	return nil
}

// finishRotation revokes all tokens but the newest.
func (c *client) finishRotation(ctx context.Context, m api.Machine, working []api.Token, force bool) error {
	if len(working) < 2 {
		return codedError{fmt.Errorf("there is no rotation of %s to finish: it has no two tokens that work", m.Name), exitConflict}
	}
	newest := working[0] // lists begin with it
	if newest.LastUsedAt.IsZero() && !force {
		return codedError{fmt.Errorf("the new token of %s has not been used, as far as is known by now:\n%s\n"+
			"The machine may still need the old one. Wait a minute or two, or repeat with --force", m.Name, c.tokensTold(working)), exitConflict}
	}
	return c.revokeEach(ctx, api.TokenList{Items: working[1:]})
}

// tokensTold are lines that say of each token when it was used last.
func (c *client) tokensTold(tokens []api.Token) string {
	lines := make([]string, 0, len(tokens))
	for _, t := range tokens {
		used := "not used yet"
		if !t.LastUsedAt.IsZero() {
			used = "last used " + c.console.at(t.LastUsedAt)
		}
		lines = append(lines, fmt.Sprintf("  %s  issued %s, valid until %s, %s", t.ID, c.console.at(t.IssuedAt), c.console.at(t.ExpiresAt), used))
	}
	return strings.Join(lines, "\n")
}
