package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// console is the world a command runs in, so that tests can give another one.
type console struct {
	in       io.Reader
	out, err io.Writer
	environ  []string
	now      func() time.Time
	zone     *time.Location // in which people are shown instants
	// screen is how many columns the terminal behind err has; nil or 0: it is none, and nothing is animated.
	screen func() int
	asks   bool // somebody sits at a terminal and can answer
	// browse opens an address in a browser of this machine; nil: there is none.
	browse func(ctx context.Context, address string) error
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
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted before TEAM answered")
	}
	explain(c.err, err, wantsJSON(args))
	return exitCode(err)
}

// wantsJSON says whether a program reads the answer. Flags may not have been parsed when a command line is refused.
func wantsJSON(args []string) bool {
	for i, a := range args {
		switch a {
		case "--":
			return false
		case "-ojson", "-o=json", "--output=json":
			return true
		case "-o", "--output":
			if i+1 < len(args) && args[i+1] == "json" {
				return true
			}
		}
	}
	return false
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
      --ticket OPS-1 --reason "Look at the failed orders"

Every command explains itself with --help. Exit codes: team help exit-codes.`,
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	// --because was the flag's first name, and goes on to be understood.
	root.SetGlobalNormalizationFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "because" {
			name = "reason"
		}
		return pflag.NormalizedName(name)
	})
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
		ensureCommand(c), requestCommand(c), elevationCommand(c), meCommand(c), approveCommand(c), rejectCommand(c), revokeCommand(c),
		policyCommand(c), directoryCommand(c), alarmsCommand(c), assignmentsCommand(c), eventsCommand(c), recoveryCommand(c), tokenCommand(c),
		machineCommand(c), signInCommand(c), identityCommand(c), loginCommand(c), logoutCommand(c), verifyCommand(c), passkeyCommand(c),
	)
	return root
}

// The groups of commands in the help.
const (
	groupServe  = "serve"
	groupAccess = "access"
	groupManage = "manage"
)
