package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/store"
)

// localLifetime is how long a token lives that an operator issues without saying.
const localLifetime = 8 * time.Hour

// operator is somebody at the machine, with the database open.
type operator struct {
	store   *store.Store
	keeper  *directory.Keeper
	tokens  *identity.Tokens
	signIns *identity.SignIns
	config  config.Config
}

// operatorActor stands in the log for whoever works on the machine itself.
var operatorActor = audit.Actor{Kind: audit.System, ID: "operator"}

// atTheDatabase works on the database as it is: it makes none and brings none up to date, since a server of another
// version may be running on it.
func atTheDatabase(c console, f func(context.Context, operator, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		loaded, err := configured(c, cmd)
		if err != nil {
			return err
		}
		ctx := cmd.Context()
		ids := ident.New(nil, c.now)
		s, err := store.OpenAsIs(ctx, loaded.Database, store.Options{IDs: ids})
		if file, ok := loaded.SQLiteFile(); ok && errors.Is(err, fs.ErrNotExist) {
			err := fmt.Errorf("there is no database %s: name the one TEAM serves on, with --database or --config", file)
			return codedError{err, exitNotFound}
		}
		if errors.Is(err, store.ErrNoSchema) {
			return codedError{err, exitNotFound}
		}
		if err != nil {
			return err
		}
		defer s.Close() //nolint:errcheck // what was written is committed
		return f(ctx, operator{
			store: s, config: loaded, keeper: directory.NewKeeper(s.Directory(), c.now),
			tokens:  &identity.Tokens{Store: s.Identity(), Random: rand.Reader, Now: c.now, Longest: loaded.TokenMaxTTL},
			signIns: &identity.SignIns{Store: s.Identity(), IDs: ids, Random: rand.Reader, Now: c.now, Longest: longestLocal(loaded)},
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

func (o operator) machine(ctx context.Context, name string) (identity.Machine, error) {
	all, err := o.store.Identity().Machines(ctx, identity.MachineFilter{})
	if err != nil {
		return identity.Machine{}, err
	}
	for _, m := range all {
		if m.ID == name || m.Name == name {
			return m, nil
		}
	}
	return identity.Machine{}, codedError{fmt.Errorf("there is no machine client %q", name), exitNotFound}
}

func (o operator) issue(ctx context.Context, c console, f issueFlags) error {
	life, err := f.lifetime()
	if err != nil {
		return err
	}
	most, by := o.config.TokenMaxTTL, "token.max_ttl"
	if f.user != "" {
		most = longestLocal(o.config)
		if most < o.config.TokenMaxTTL {
			by = "sign_in.longest"
		}
	}
	if life == 0 {
		life = min(localLifetime, most)
	}
	if life > most {
		return usagef("--ttl is %s; %s allows %s", f.ttl, by, config.Spell(most))
	}
	if len(f.scopes) > 0 {
		return usagef("at the database tokens are issued that may be used for everything: leave --scope out")
	}
	var text, id, name string
	var until time.Time
	switch {
	case f.machine != "":
		m, err := o.machine(ctx, f.machine)
		if err != nil {
			return err
		}
		issued, t, err := o.tokens.IssueMachine(ctx, operatorActor, m.ID, f.label, life)
		if err != nil {
			return err
		}
		text, id, name, until = issued, t.ID(), m.Name, t.ExpiresAt
	case f.user != "":
		u, err := o.user(ctx, f.user)
		if err != nil {
			return err
		}
		secret, in, err := o.signIns.BeginOperator(ctx, operatorActor, u.ID, "operator", life)
		if err != nil {
			return err
		}
		text, id, name, until = secret, in.ID, u.UserName, in.ExpiresAt
	default:
		return usagef("say for whom: --user or --machine")
	}
	fmt.Fprintln(c.out, text)
	fmt.Fprintf(c.err, "token %s of %s, valid until %s\n", id, name, c.at(until))
	return nil
}

// longestLocal is how long a user may be signed in at the database.
func longestLocal(c config.Config) time.Duration { return min(c.SignIn.Longest, c.TokenMaxTTL) }

// holder is the id of whom a filter names, "" for everybody.
func (o operator) holder(ctx context.Context, f tokenFilter) (string, error) {
	switch {
	case f.user != "":
		u, err := o.user(ctx, f.user)
		return u.ID, err
	case f.machine != "":
		m, err := o.machine(ctx, f.machine)
		return m.ID, err
	}
	return "", nil
}

func (o operator) list(ctx context.Context, c console, f tokenFilter) error {
	id, err := o.holder(ctx, f)
	if err != nil {
		return err
	}
	list, err := o.tokens.List(ctx, id)
	if err != nil {
		return err
	}
	dir, err := o.keeper.Snapshot(ctx)
	if err != nil {
		return err
	}
	machines, err := o.store.Identity().Machines(ctx, identity.MachineFilter{})
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, m := range machines {
		names[m.ID] = m.Name
	}
	w := table(c)
	fmt.Fprintln(w, "TOKEN\tOF\tLABEL\tISSUED\tVALID UNTIL")
	for _, t := range list {
		u, _ := dir.User(t.UserID)
		of := firstOf(u.UserName, t.UserID, names[t.MachineID], t.MachineID)
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", t.ID(), of, t.Label, c.at(t.IssuedAt), c.at(t.ExpiresAt))
	}
	signedIn, err := o.operatorSignIns(ctx, f, id)
	if err != nil {
		return err
	}
	for _, in := range signedIn {
		u, _ := dir.User(in.UserID)
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", in.ID, firstOf(u.UserName, in.UserID), "signed in at the database", c.at(in.StartedAt), c.at(in.ExpiresAt))
	}
	_ = w.Flush()
	return nil
}

// operatorSignIns are those that a filter names and that were begun at the database.
func (o operator) operatorSignIns(ctx context.Context, f tokenFilter, userID string) ([]identity.SignIn, error) {
	if f.machine != "" {
		return nil, nil
	}
	return o.signIns.List(ctx, identity.SignInFilter{UserID: userID, Kind: identity.KindOperator, Open: o.signIns.Now()})
}

// revoke what a filter names. What lets a user in is more than tokens: with all of a user's, or all there are, sign-ins
// end too.
func (o operator) revoke(ctx context.Context, f tokenFilter, args []string) (int, error) {
	if f.all {
		n, err := o.tokens.RevokeAll(ctx, operatorActor)
		if err != nil {
			return n, err
		}
		ended, err := o.signIns.EndByOperator(ctx, operatorActor, "", "")
		return n + ended, err
	}
	if len(args) == 1 && strings.HasPrefix(args[0], identity.SignInPrefix+"_") {
		return o.signIns.EndByOperator(ctx, operatorActor, args[0], "")
	}
	if len(args) == 1 {
		return 1, o.tokens.Revoke(ctx, operatorActor, args[0])
	}
	id, err := o.holder(ctx, f)
	if err != nil {
		return 0, err
	}
	n, err := o.tokens.RevokeUser(ctx, operatorActor, id)
	if err != nil || f.user == "" {
		return n, err
	}
	ended, err := o.signIns.EndByOperator(ctx, operatorActor, "", id)
	return n + ended, err
}
