package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/store"
)

func tokenCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "token", Short: "Issue and revoke bearer tokens, on the machine that holds the database",
		GroupID: groupManage, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `Works on the database file itself, so it is for operators of the machine; TEAM may be running meanwhile. A token stands for a
user of the identity store, with whatever that user may do at each moment. Of a token only a hash is kept.`,
		Example: "  team token issue --user ada.minkowski\n  team token list",
	}
	cmd.AddCommand(tokenIssueCommand(c), tokenListCommand(c), tokenRevokeCommand(c))
	return cmd
}

// operator is somebody at the machine, with the database open.
type operator struct {
	store  *store.Store
	keeper *directory.Keeper
	tokens *identity.Tokens
	config config.Config
}

// operatorActor stands in the log for whoever works on the machine itself.
var operatorActor = audit.Actor{Kind: audit.System, ID: "operator"}

func atTheDatabase(c console, f func(context.Context, operator, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		loaded, err := configured(c, cmd)
		if err != nil {
			return err
		}
		ctx := cmd.Context()
		if file, ok := loaded.SQLiteFile(); ok {
			if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
				err := fmt.Errorf("there is no database %s: name the one TEAM serves on, with --database or --config", file)
				return codedError{err, exitNotFound}
			}
		}
		s, err := store.Open(ctx, loaded.Database, store.Options{IDs: ident.New(nil, c.now)})
		if err != nil {
			return err
		}
		defer s.Close() //nolint:errcheck // what was written is committed
		return f(ctx, operator{
			store: s, config: loaded, keeper: directory.NewKeeper(s.Directory(), c.now),
			tokens: &identity.Tokens{Store: s, Random: rand.Reader, Now: c.now},
		}, args)
	}
}

func (o operator) user(ctx context.Context, name string) (directory.User, error) {
	dir, err := o.keeper.Snapshot(ctx)
	if err != nil {
		return directory.User{}, err
	}
	if u, ok := dir.UserByName(name); ok {
		return u, nil
	}
	if u, ok := dir.User(name); ok {
		return u, nil
	}
	return directory.User{}, codedError{fmt.Errorf("the directory knows no user %q; TEAM must have read it once", name), exitNotFound}
}

func tokenIssueCommand(c console) *cobra.Command {
	var user, label string
	var life time.Duration
	cmd := &cobra.Command{
		Use: "issue", Short: "Issue a token for a user and print it once", Args: cobra.NoArgs,
		Long:    "Prints a token that stands for a user of the identity store. It is shown this once, and works until --ttl is over or it is revoked.",
		Example: "  team token issue --config /etc/team/team.yaml --user ada.minkowski --ttl 8h --label laptop",
		RunE: atTheDatabase(c, func(ctx context.Context, o operator, _ []string) error {
			if life > o.config.TokenMaxTTL {
				return usagef("--ttl is %s; token.max_ttl allows %s", life, config.Spell(o.config.TokenMaxTTL))
			}
			u, err := o.user(ctx, user)
			if err != nil {
				return err
			}
			text, t, err := o.tokens.Issue(ctx, operatorActor, u.ID, label, life)
			if err != nil {
				return err
			}
			fmt.Fprintln(c.out, text)
			fmt.Fprintf(c.err, "token %s of %s, valid until %s\n", t.ID(), u.UserName, c.at(t.ExpiresAt))
			return nil
		}),
	}
	cmd.Flags().StringVar(&user, "user", "", "user name or id")
	cmd.Flags().DurationVar(&life, "ttl", 8*time.Hour, "how long it is valid")
	cmd.Flags().StringVar(&label, "label", "", "what it is for")
	required(cmd, "user")
	settable(cmd)
	return cmd
}

func tokenListCommand(c console) *cobra.Command {
	var user string
	cmd := &cobra.Command{
		Use: "list", Short: "List the tokens that are valid", Args: cobra.NoArgs,
		Long:    "Lists tokens that work, of everybody or of one user: whose, since when and until when, and the name they are revoked by.",
		Example: "  team token list\n  team token list --user ada.minkowski",
		RunE: atTheDatabase(c, func(ctx context.Context, o operator, _ []string) error {
			id := ""
			if user != "" {
				u, err := o.user(ctx, user)
				if err != nil {
					return err
				}
				id = u.ID
			}
			list, err := o.tokens.List(ctx, id)
			if err != nil {
				return err
			}
			dir, err := o.keeper.Snapshot(ctx)
			if err != nil {
				return err
			}
			w := table(c)
			fmt.Fprintln(w, "TOKEN\tUSER\tLABEL\tISSUED\tVALID UNTIL")
			for _, t := range list {
				u, _ := dir.User(t.UserID)
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", t.ID(), firstOf(u.UserName, t.UserID), t.Label, c.at(t.IssuedAt), c.at(t.ExpiresAt))
			}
			return w.Flush()
		}),
	}
	cmd.Flags().StringVar(&user, "user", "", "of this user only")
	settable(cmd)
	return cmd
}

func tokenRevokeCommand(c console) *cobra.Command {
	var user string
	var all bool
	cmd := &cobra.Command{
		Use: "revoke [TOKEN]", Short: "Revoke a token, all of a user, or all there are", Args: cobra.MaximumNArgs(1),
		Long:    "Makes tokens useless at once: one by the name that team token list shows, all of a user, or all there are.",
		Example: "  team token revoke tok_0123456789abcdef\n  team token revoke --user akira.tanaka\n  team token revoke --all",
		RunE: atTheDatabase(c, func(ctx context.Context, o operator, args []string) error {
			given := len(args)
			if user != "" {
				given++
			}
			if all {
				given++
			}
			if given != 1 {
				return usagef("name one token, or --user, or --all")
			}
			n, err := o.revoke(ctx, user, all, args)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.out, "%d revoked\n", n)
			return nil
		}),
	}
	cmd.Flags().StringVar(&user, "user", "", "all of this user")
	cmd.Flags().BoolVar(&all, "all", false, "all there are")
	settable(cmd)
	return cmd
}

func (o operator) revoke(ctx context.Context, user string, all bool, args []string) (int, error) {
	switch {
	case all:
		return o.tokens.RevokeAll(ctx, operatorActor)
	case user != "":
		u, err := o.user(ctx, user)
		if err != nil {
			return 0, err
		}
		return o.tokens.RevokeUser(ctx, operatorActor, u.ID)
	}
	return 1, o.tokens.Revoke(ctx, operatorActor, args[0])
}
