package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// console is the world a command runs in, so that tests can give another one.
type console struct {
	in       io.Reader
	out, err io.Writer
	environ  []string
	now      func() time.Time
	zone     *time.Location // in which people are shown instants
}

// variable is the value of an environment variable, "" where it is not set.
func (c console) variable(name string) string {
	for _, v := range c.environ {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, c console, args []string) int {
	root := newRoot(c)
	root.SetArgs(args)
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if isCobraUsage(err) {
		hint := "Usage: " + cmd.UseLine()
		if strings.HasPrefix(err.Error(), "unknown command") {
			hint = "See " + cmd.CommandPath() + " --help"
		}
		err = usagef("%w. %s", err, hint)
	}
	explain(c.err, err)
	return exitCode(err)
}

func newRoot(c console) *cobra.Command {
	root := &cobra.Command{
		Use:   "team",
		Short: "Temporary elevated access to AWS accounts, by request and approval",
		Long: `TEAM gives people access to AWS accounts for a limited time: they ask, approvers agree, IAM Identity Center
really has the assignment, the time runs out, and it really has it no more.

Try it without AWS:

  team demo                          # serves against a simulated organization
  eval "$(team demo token requester)"
  team request create --account shop-prod --role ReadOnlyAccess --for 15m \
      --ticket OPS-1 --because "Look at the failed orders"

Every command explains itself with --help. Exit codes: team help exit-codes.`,
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w. See %s --help", err, cmd.CommandPath())}
	})
	root.AddGroup(
		&cobra.Group{ID: groupServe, Title: "Serving:"},
		&cobra.Group{ID: groupAccess, Title: "Getting and giving access:"},
		&cobra.Group{ID: groupManage, Title: "Managing:"},
	)
	root.AddCommand(
		serveCommand(c), demoCommand(c), configCommand(c), versionCommand(c), exitCodesTopic(),
		requestCommand(c), approveCommand(c), rejectCommand(c), revokeCommand(c),
		policyCommand(c), directoryCommand(c), alarmsCommand(c), eventsCommand(c), recoveryCommand(c), tokenCommand(c), machineCommand(c),
	)
	return root
}

// The groups of commands in the help.
const (
	groupServe  = "serve"
	groupAccess = "access"
	groupManage = "manage"
)
