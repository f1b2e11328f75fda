// Command team is TEAM: temporary elevated access management for AWS IAM Identity Center. One file per command.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// version is set when the binary is built.
var version = "unversioned"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second Ctrl-C ends the process at once.
	context.AfterFunc(ctx, stop)
	code := run(ctx, console{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), now: time.Now, zone: time.Local,
		screen: func() int { return columns(os.Stderr) },
		asks:   columns(os.Stdin) > 0 && columns(os.Stderr) > 0, browse: browse,
	}, os.Args[1:])
	stop()
	os.Exit(code)
}
