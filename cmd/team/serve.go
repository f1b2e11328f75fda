package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/spf13/cobra"
)

func serveCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve TEAM for an AWS organization", GroupID: groupServe, Args: cobra.NoArgs,
		Long: `Serves TEAM's API and gives and takes access, until it is stopped (Ctrl-C or SIGTERM).

It needs AWS credentials of the delegated administrator account of IAM Identity Center, found as the AWS SDK finds them
(environment, profile, web identity, container, instance), with the policy in deploy/iam/.

Any number of replicas may serve one PostgreSQL database; they share nothing else. When one is lost the others go on.

What is kept outside the database: the checkpoint file, one for each replica. Leave it out of the backup of the
database, since it is there to notice that the database was put back from one.`,
		Example: "  team serve --config /etc/team/team.yaml\n  team serve --aws-region eu-west-1 --groups-administrators 9067c4a0-…\n" +
			"  PGPASSFILE=/etc/team/pgpass team serve --database 'postgres://team@db.example.org/team?sslmode=verify-full'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, err := configured(c, cmd)
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			s, err := newServer(ctx, loaded, newLog(loaded.Log, os.Stderr), nil)
			if err != nil {
				return err
			}
			l, handler, err := s.prepare(ctx)
			if err != nil {
				return errors.Join(err, s.close())
			}
			fmt.Fprintf(c.out, "TEAM %s serves on %s\n", version, s.urlOf(l))
			return s.serve(ctx, l, handler)
		},
	}
	settable(cmd)
	return cmd
}

// prepare does what comes between opening the database and serving.
func (s *server) prepare(ctx context.Context) (net.Listener, http.Handler, error) {
	if err := s.bootstrap(ctx); err != nil {
		return nil, nil, err
	}
	l, err := listen(ctx, s.config.Listen)
	if err != nil {
		return nil, nil, err
	}
	handler, err := s.handlerAt(l)
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return l, handler, nil
}

// handlerAt is the handler of what is listened for at l, whose port may have been chosen by the system.
func (s *server) handlerAt(l net.Listener) (http.Handler, error) {
	var err error
	if s.public, err = publicOrigin(s.config, l.Addr().String()); err != nil {
		return nil, err
	}
	return s.handler()
}

// urlOf is how to reach the server from this machine.
func (s *server) urlOf(l net.Listener) string {
	if s.config.Encrypted() {
		return urlBy("https", l)
	}
	return urlOf(l)
}
