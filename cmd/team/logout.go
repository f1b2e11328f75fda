package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func logoutCommand(c console) *cobra.Command {
	var server string
	var all bool
	cmd := &cobra.Command{
		Use: "logout", Short: "Sign this command line out", GroupID: groupAccess, Args: cobra.NoArgs,
		Long: `Ends the sign-in of this command line at TEAM and forgets what was kept of it on this machine. Your browser, and command lines
on other machines, stay signed in: see team sign-in list.

Where TEAM does not answer, or the keyring does not, what was kept here is forgotten all the same, and the exit code is 6: the
sign-in then goes on at TEAM until it ends by itself, or you end it in the browser.`,
		Example: "  team logout\n  team logout --all",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.logout(cmd.Context(), server, all) },
	}
	cmd.Flags().StringVar(&server, "server", "", "address of TEAM; default $TEAM_URL, else the one you signed in to last, else "+defaultServer)
	cmd.Flags().BoolVar(&all, "all", false, "from every server that this machine is signed in to")
	cmd.MarkFlagsMutuallyExclusive("server", "all")
	return cmd
}

func (c console) logout(ctx context.Context, server string, all bool) error {
	keeper, err := c.signInKeeper()
	if err != nil {
		return err
	}
	kept, err := keeper.read()
	if err != nil {
		return err
	}
	leaving := kept.SignIns
	if !all {
		if server, err = serverAddress(firstOf(server, c.variable("TEAM_URL"), kept.Current, defaultServer)); err != nil {
			return err
		}
		s, ok := kept.find(server)
		if !ok {
			return codedError{fmt.Errorf("you are not signed in to %s here", server), exitNotSignedIn}
		}
		leaving = []keptSignIn{s}
	}
	if len(leaving) == 0 {
		return codedError{errors.New("you are not signed in anywhere here"), exitNotSignedIn}
	}
	var left error
	for _, s := range leaving {
		left = errors.Join(left, c.leave(ctx, keeper, s))
	}
	return left
}

// leave one server. What is kept here is forgotten even where TEAM cannot be told.
func (c console) leave(ctx context.Context, keeper signInKeeper, s keptSignIn) error {
	return keeper.locked(ctx, func() error {
		kept, err := keeper.read()
		if err != nil {
			return err
		}
		now, ok := kept.find(s.Server)
		if !ok {
			return nil // another command was faster
		}
		secrets, unread := keeper.secrets(ctx, now)
		left, err := keeper.forget(ctx, now)
		if err != nil {
			return err
		}
		if unread != nil {
			return codedError{fmt.Errorf("%w\nNo command uses it any more; at TEAM the sign-in ends at %s at the latest, or when you end it in the browser",
				unread, c.at(now.Until)), exitUnavailable}
		}
		if err := newAuthorizationServer(now.Server, c.transport()).revoke(ctx, secrets.Refresh); err != nil {
			err = fmt.Errorf("%w\nWhat was kept here is forgotten; at TEAM the sign-in ends at %s at the latest", err, c.at(now.Until))
			return codedError{err, exitCode(err)}
		}
		fmt.Fprintf(c.out, "Signed out of %s.\n", now.Server)
		if left != nil {
			fmt.Fprintf(c.err, "The keyring still holds what you were signed in with, which is good for nothing now: %v\n", left)
		}
		return nil
	})
}
