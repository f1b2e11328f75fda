package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/policychange"
)

func tokenCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "token", Aliases: []string{"tokens"}, Short: "Issue, list and revoke bearer tokens",
		GroupID: groupManage, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `A token stands for you, with whatever you may do at each moment, or for a machine client. Its scopes say what it may be used
for at most. A token of yours reads, asks for access and ends it; it cannot decide, change policies or issue tokens: that
needs you, signed in. Of a token only a hash is kept.

On the machine that holds the database, --database or --config makes these commands work on the database itself, without
a server and a sign-in. A user that is named with --user is then signed in for some hours, with everything that the user
may do: the way back in when no sign-in works.`,
		Example: `  team token issue --scope read,request --ttl 30d --label laptop
  team token issue --machine deploy-bot
  team token list
  team token issue --config /etc/team/team.yaml --user ada.minkowski`,
	}
	remote(cmd)
	cmd.AddCommand(tokenIssueCommand(c), tokenListCommand(c), tokenRevokeCommand(c))
	return cmd
}

// atDatabase adds the flags that make a command work on the database itself.
func atDatabase(cmd *cobra.Command) {
	cmd.Flags().String("database", "", "work on this database itself, without a server: sqlite:FILE or postgres://…")
	cmd.Flags().String("config", "", "the same, for the database that this configuration file names")
}

// eitherWay runs f at the database where a flag names one, and otherwise remote over the API.
func eitherWay(
	c console, local func(context.Context, operator, []string) error, remote func(context.Context, *client, *cobra.Command, []string) error,
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("database") || cmd.Flags().Changed("config") {
			return atTheDatabase(c, local)(cmd, args)
		}
		return with(c, remote)(cmd, args)
	}
}

type issueFlags struct {
	user, machine, label, ttl string
	scopes                    []string
}

// lifetime that was asked for, 0 for none.
func (f issueFlags) lifetime() (time.Duration, error) {
	if f.ttl == "" {
		return 0, nil
	}
	d, err := policychange.ParseDuration(f.ttl)
	if err != nil || d <= 0 || d%time.Second != 0 {
		return 0, usagef("--ttl is %q; write a duration such as 12h or 30d", f.ttl)
	}
	return d, nil
}

func tokenIssueCommand(c console) *cobra.Command {
	var f issueFlags
	cmd := &cobra.Command{
		Use: "issue", Short: "Issue a token and print it, this once", Args: cobra.NoArgs,
		Long: `Issues a token for yourself, or as an administrator for a machine client, and prints it on standard output; what is said
about it goes to standard error, so that the token can be piped into a file or a vault. You must be signed in for that.

A machine client may have two tokens at a time. To replace one: issue the next, give it to the machine, revoke the old.`,
		Example: `  team token issue --scope read,request --label laptop > ~/.team-token
  team token issue --machine deploy-bot --ttl 90d
  team token issue --config /etc/team/team.yaml --user ada.minkowski --ttl 8h`,
		RunE: eitherWay(c,
			func(ctx context.Context, o operator, _ []string) error { return o.issue(ctx, c, f) },
			func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error { return k.issueToken(ctx, f) }),
	}
	fl := cmd.Flags()
	fl.StringVar(&f.machine, "machine", "", "machine client it is for, by name or id; default yourself")
	fl.StringSliceVar(&f.scopes, "scope", nil, "what it may be used for, separated by commas: "+scopeWords(access.PersonalScopes())+
		"; default read,request. Of a machine client: "+scopeWords(access.MachineScopes())+"; default all it has")
	fl.StringVar(&f.ttl, "ttl", "", "how long it is valid, as 12h or 30d, at most 90d; default 30d (at the database 8h, and for a user at most 12h)")
	fl.StringVar(&f.label, "label", "", "what it is for")
	fl.StringVar(&f.user, "user", "", "user it is for, by name or id; at the database only")
	cmd.MarkFlagsMutuallyExclusive("user", "machine")
	atDatabase(cmd)
	return cmd
}

func scopeWords(scopes []access.Scope) string {
	words := make([]string, 0, len(scopes))
	for _, s := range scopes {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}

func (c *client) issueToken(ctx context.Context, f issueFlags) error {
	if f.user != "" {
		return usagef("over the API people issue tokens for themselves: leave --user out, or work at the database with --database or --config")
	}
	life, err := f.lifetime()
	if err != nil {
		return err
	}
	in := api.NewToken{Label: f.label, LifetimeSeconds: int64(life / time.Second), Scopes: f.scopes}
	if f.machine != "" {
		m, err := c.machine(ctx, f.machine)
		if err != nil {
			return err
		}
		in.MachineID = m.ID
	} else if len(in.Scopes) == 0 {
		in.Scopes = []string{string(access.ScopeRead), string(access.ScopeRequest)}
	}
	var issued api.IssuedToken
	if err := c.post(ctx, "/tokens", in, &issued); err != nil {
		return err
	}
	return c.show(issued, func() {
		fmt.Fprintln(c.console.out, issued.Secret)
		fmt.Fprintf(c.console.err, "token %s of %s for %s, valid until %s\n",
			issued.ID, holder(issued.Token), strings.Join(issued.Scopes, ", "), c.console.at(issued.ExpiresAt))
	})
}

// holder names whom a token stands for.
func holder(t api.Token) string {
	if t.Machine != nil {
		return firstOf(t.Machine.Name, t.Machine.ID)
	}
	if t.User != nil {
		return person(*t.User)
	}
	return ""
}

type tokenFilter struct {
	user, machine string
	all, dead     bool
}

func tokenListCommand(c console) *cobra.Command {
	var f tokenFilter
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List tokens that work: yours, and those of machine clients you own", Args: cobra.NoArgs,
		Long: `Lists the tokens that work, the newest first: your own and those of machine clients you own, or with --all, --user or
--machine, for administrators and auditors, everybody's. When a token was used last is known to the minute or two.`,
		Example: "  team token list\n  team token list --user akira.tanaka\n  team token list --all --dead -o json",
		RunE: eitherWay(c,
			func(ctx context.Context, o operator, _ []string) error { return o.list(ctx, c, f) },
			func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
				list, err := k.tokens(ctx, f)
				if err != nil {
					return err
				}
				return k.show(list, func() { k.showTokens(list) })
			}),
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.all, "all", false, "everybody's (administrators and auditors)")
	fl.StringVar(&f.user, "user", "", "only those of a user, by name or id (administrators and auditors)")
	fl.StringVar(&f.machine, "machine", "", "only those of a machine client, by name or id")
	fl.BoolVar(&f.dead, "dead", false, "also those that have expired or were revoked")
	cmd.MarkFlagsMutuallyExclusive("user", "machine")
	atDatabase(cmd)
	return cmd
}

// tokens lists all that a filter names, page by page.
func (c *client) tokens(ctx context.Context, f tokenFilter) (all api.TokenList, err error) {
	query := url.Values{"limit": {"200"}}
	if err := c.whose(ctx, query, f.all, f.user); err != nil {
		return all, err
	}
	if f.dead {
		query.Set("state", "all")
	}
	if f.machine != "" {
		m, err := c.machine(ctx, f.machine)
		if err != nil {
			return all, err
		}
		var me api.Me
		if err := c.get(ctx, "/me", nil, &me); err != nil {
			return all, err
		}
		query.Set("machine", m.ID)
		if m.OwnerID != me.ID {
			query.Set("scope", "all")
		}
	}
	all.Items = []api.Token{}
	err = pages(ctx, c, "/tokens", query, func(page api.TokenList) string {
		all.Items = append(all.Items, page.Items...)
		return page.NextCursor
	})
	return all, err
}

func (c *client) showTokens(list api.TokenList) {
	if len(list.Items) == 0 {
		fmt.Fprintln(c.console.out, "No tokens.")
		return
	}
	w := table(c.console)
	fmt.Fprintln(w, "TOKEN\tOF\tFOR\tLABEL\tVALID UNTIL\tLAST USED")
	for _, t := range list.Items {
		until := c.console.at(t.ExpiresAt)
		if !t.RevokedAt.IsZero() {
			until = "revoked " + c.console.at(t.RevokedAt)
		}
		used := "-"
		if !t.LastUsedAt.IsZero() {
			used = c.console.at(t.LastUsedAt)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, holder(t), strings.Join(t.Scopes, ","), t.Label, until, used)
	}
	_ = w.Flush()
}

func tokenRevokeCommand(c console) *cobra.Command {
	var f tokenFilter
	cmd := &cobra.Command{
		Use: "revoke [TOKEN]", Short: "Revoke a token, all of a user or machine client, or all there are", Args: cobra.MaximumNArgs(1),
		Long: `Revokes tokens at once: what is called with one afterwards is refused. Tokens are named by their id, as team token list shows
it. All there are can be revoked at the database only; there, all of a user or all there are ends sign-ins as well, so that
nobody is left who is let in.`,
		Example: `  team token revoke tok_0123456789abcdef
  team token revoke --user akira.tanaka
  team token revoke --all --config /etc/team/team.yaml`,
		RunE: eitherWay(c,
			func(ctx context.Context, o operator, args []string) error {
				if err := f.checkPick(args); err != nil {
					return err
				}
				n, err := o.revoke(ctx, f, args)
				if err != nil {
					return err
				}
				fmt.Fprintf(c.out, "%d revoked\n", n)
				return nil
			},
			func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
				if err := f.checkPick(args); err != nil {
					return err
				}
				return k.revokeTokens(ctx, f, args)
			}),
	}
	cmd.Flags().StringVar(&f.user, "user", "", "all of this user (administrators)")
	cmd.Flags().StringVar(&f.machine, "machine", "", "all of this machine client")
	cmd.Flags().BoolVar(&f.all, "all", false, "all there are; at the database only")
	atDatabase(cmd)
	return cmd
}

func (f tokenFilter) checkPick(args []string) error {
	given := len(args)
	for _, set := range []bool{f.user != "", f.machine != "", f.all} {
		if set {
			given++
		}
	}
	if given != 1 {
		return usagef("name one token, or --user, or --machine, or --all")
	}
	return nil
}

func (c *client) revokeTokens(ctx context.Context, f tokenFilter, args []string) error {
	if f.all {
		return usagef("all tokens there are can be revoked at the database only: add --database or --config")
	}
	list := api.TokenList{Items: []api.Token{}}
	for _, id := range args {
		list.Items = append(list.Items, api.Token{ID: id})
	}
	if len(args) == 0 {
		var err error
		if list, err = c.tokens(ctx, f); err != nil {
			return err
		}
	}
	return c.revokeEach(ctx, list)
}

func (c *client) revokeEach(ctx context.Context, list api.TokenList) error {
	for i, t := range list.Items {
		if err := c.post(ctx, "/tokens/"+url.PathEscape(t.ID)+"/revoke", nil, &list.Items[i]); err != nil {
			return err
		}
	}
	return c.show(list, func() { fmt.Fprintf(c.console.out, "%d revoked\n", len(list.Items)) })
}
