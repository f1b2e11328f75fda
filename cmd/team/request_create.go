package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

type createFlags struct {
	targets, accounts, roles    []string
	forUser                     string
	span, start, ticket, reason string
	dryRun                      bool
	wait                        string
}

func requestCreateCommand(c console) *cobra.Command {
	var f createFlags
	cmd := &cobra.Command{
		Use: "create", Short: "Ask for access", Args: cobra.NoArgs,
		Long: `Asks for one or more targets. Name them with --target ACCOUNT:ROLE, or every --account with every --role. Accounts are
named by id or name, roles by permission-set name or ARN.

With --dry-run nothing is asked: it shows for each target whether it would be allowed, who would decide, why or why not,
and for how long credentials taken at the last moment would outlive the access.`,
		Example: `  team request create --account shop-prod --role ReadOnlyAccess --for 1h --ticket OPS-7 --reason "Look at failed orders"
  team request create --target shop-prod:DatabaseAdmin --target shop-dev:PowerUserAccess --for 30m \
      --ticket OPS-8 --reason "Repair the order table" --wait
  team request create --account shop-prod --role AdministratorAccess --for 1h --reason x --ticket y --dry-run`,
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			if err := k.explainMissing(ctx, f); err != nil {
				return err
			}
			in, err := k.draft(ctx, f)
			if err != nil {
				return err
			}
			if f.dryRun {
				return k.preview(ctx, in)
			}
			var r api.Request
			if err := k.create(ctx, "/requests", in, &r); err != nil {
				return err
			}
			if f.wait != "" {
				return k.wait(ctx, r, f.wait)
			}
			return k.show(r, func() { k.showRequest(r) })
		}),
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&f.targets, "target", nil, "ACCOUNT:ROLE; may be given several times")
	fl.StringArrayVar(&f.accounts, "account", nil, "account, by id or name; may be given several times")
	fl.StringArrayVar(&f.roles, "role", nil, "role, by permission-set name or ARN; may be given several times")
	fl.StringVar(&f.forUser, "for-user", "", "who is to have the access, by user name or id; for machine clients, people ask for themselves")
	fl.StringVar(&f.span, "for", "", "how long, as 45m or 2h; it runs from the moment access is there")
	fl.StringVar(&f.start, "start", "", "when to begin: 2026-12-01 09:00, 09:00 or +2h; default at once")
	fl.StringVar(&f.ticket, "ticket", "", "ticket number, where the settings ask for one")
	fl.StringVar(&f.reason, "reason", "", "why: the justification approvers read")
	fl.BoolVar(&f.dryRun, "dry-run", false, "only show what would happen")
	waitFlag(cmd, &f.wait)
	completeTarget(c, cmd, "target")
	completeAccountAndRole(c, cmd)
	return cmd
}

func (c *client) draft(ctx context.Context, f createFlags) (api.NewRequest, error) {
	d, err := readDuration("for", f.span)
	if err != nil {
		return api.NewRequest{}, err
	}
	start, err := c.console.readInstant("start", f.start)
	if err != nil {
		return api.NewRequest{}, err
	}
	in := api.NewRequest{BeneficiaryID: f.forUser, DurationSeconds: int64(d.Seconds()), StartAt: start.UTC(), Justification: f.reason, Ticket: f.ticket}
	if start.IsZero() {
		in.StartAt = start
	}
	for _, text := range f.targets {
		t, err := c.target(ctx, text)
		if err != nil {
			return in, err
		}
		in.Targets = append(in.Targets, t)
	}
	for _, account := range f.accounts {
		for _, role := range f.roles {
			t, err := c.pair(ctx, account, role)
			if err != nil {
				return in, err
			}
			in.Targets = append(in.Targets, t)
		}
	}
	return in, nil
}

// preview shows what a request would come to. What would be refused is an error of its own for scripts.
func (c *client) preview(ctx context.Context, in api.NewRequest) error {
	var p api.Preview
	if err := c.post(ctx, "/requests/preview", in, &p); err != nil {
		return err
	}
	if err := c.show(p, func() { c.showPreview(p) }); err != nil {
		return err
	}
	if !p.Allowed {
		return codedError{fmt.Errorf("the request would be refused"), exitDenied}
	}
	return nil
}

func (c *client) showPreview(p api.Preview) {
	w := c.console.out
	for i, t := range p.Targets {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s in %s\n", roleOf(t.PermissionSetName, t.PermissionSetARN), accountOf(t.AccountName, t.AccountID))
		c.showAnswer(t.Answer)
	}
}

func (c *client) showAnswer(a api.Answer) {
	t := table(c.console)
	line := func(name, text string) { fmt.Fprintf(t, "  %s\t%s\n", name, text) }
	if !a.Allowed {
		line("allowed", "no")
		for _, r := range a.Against {
			line("because", r.Text)
		}
		_ = t.Flush()
		return
	}
	line("allowed", "yes, at most "+seconds(a.MaxDurationSeconds))
	switch {
	case a.ApprovalRequired:
		line("decides", stages(a.Stages))
	default:
		line("decides", "nobody: no approval is needed")
	}
	for _, r := range a.For {
		line("because", r.Text)
	}
	if a.Protected {
		line("protected", "yes")
	}
	if a.ResidualAccessSeconds > 0 {
		line("residual access", "credentials taken at the last moment work for "+seconds(a.ResidualAccessSeconds)+" after the end")
	}
	_ = t.Flush()
}
