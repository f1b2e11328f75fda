package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// demoMinimum is the shortest elevation in the demo, so that one can be watched to its end.
const demoMinimum = 30 * time.Second

// seed gives a new demo settings and policies that its organization's people can play with. Policies whose names the
// organization does not have, in an organization file of somebody's own, are left out.
func (d *demo) seed(ctx context.Context, log *slog.Logger) error {
	n := demoNamesIn(d.sandbox)
	settings := firstSettings(d.server.config)
	settings.AdministratorGroup, settings.AuditorGroup = n.aws.GroupID("team-admins"), n.aws.GroupID("team-auditors")
	if id := n.aws.AccountID("log-archive"); id != "" {
		settings.ProtectedAccounts = []string{id}
	}
	did, err := d.server.policies.Bootstrap(ctx, policychange.Seed{Settings: settings, Eligibility: n.eligibility(), Approver: n.approver()})
	if did {
		log.InfoContext(ctx, "the new demo begins with policies of its own")
	}
	return err
}

// demoNames finds ids by name. What is not there makes the policy that names it incomplete.
type demoNames struct {
	aws   *simaws.AWS
	units map[string]string // OU path → id
}

func demoNamesIn(box *demoSandbox) demoNames {
	n := demoNames{aws: box.aws, units: map[string]string{}}
	for _, u := range box.org.OrganizationalUnits {
		n.units[u.Path] = u.ID
	}
	return n
}

func (n demoNames) groups(names ...string) policy.Principals {
	var p policy.Principals
	for _, name := range names {
		if id := n.aws.GroupID(name); id != "" {
			p.Groups = append(p.Groups, id)
		}
	}
	return p
}

func (n demoNames) sets(names ...string) []string {
	var arns []string
	for _, name := range names {
		if arn := n.aws.PermissionSetARN(name); arn != "" {
			arns = append(arns, arn)
		}
	}
	return arns
}

func (n demoNames) unit(path string) policy.Targets {
	if id := n.units[path]; id != "" {
		return policy.Targets{OUs: []policy.OUTarget{{ID: id}}}
	}
	return policy.Targets{}
}

func (n demoNames) account(name string) policy.Targets {
	if id := n.aws.AccountID(name); id != "" {
		return policy.Targets{Accounts: []string{id}}
	}
	return policy.Targets{}
}

func selects(t policy.Targets) bool { return len(t.OUs)+len(t.Accounts) > 0 }

func (n demoNames) eligibility() []policy.Eligibility {
	var out []policy.Eligibility
	for _, p := range []policy.Eligibility{
		{
			Name: "Operations in production", Principals: n.groups("Operations"), Targets: n.unit("Workloads/Prod"),
			PermissionSets: n.sets("ReadOnlyAccess", "PowerUserAccess", "DatabaseAdmin", "AdministratorAccess"),
			MaxDuration:    4 * time.Hour, ApprovalRequired: true,
		},
		{
			Name: "Developers in development", Principals: n.groups("Developers", "Data"), Targets: n.unit("Workloads/Dev"),
			PermissionSets: n.sets("ReadOnlyAccess", "PowerUserAccess", "DatabaseAdmin"), MaxDuration: 8 * time.Hour, ApprovalRequired: true,
		},
		{
			Name: "Looking around in the sandbox", Principals: n.groups("Developers", "Operations", "Data"), Targets: n.unit("Sandbox"),
			PermissionSets: n.sets("ReadOnlyAccess"), MaxDuration: 8 * time.Hour,
		},
		{
			Name: "Security on the log archive", Principals: n.groups("Security"), Targets: n.account("log-archive"),
			PermissionSets: n.sets("ReadOnlyAccess"), MaxDuration: time.Hour, ApprovalRequired: true,
		},
	} {
		if len(p.Principals.Groups) > 0 && len(p.PermissionSets) > 0 && selects(p.Targets) {
			p.Owners = n.groups("team-admins")
			out = append(out, p)
		}
	}
	return out
}

func (n demoNames) approver() []policy.Approver {
	var out []policy.Approver
	for _, a := range []struct {
		name     string
		targets  policy.Targets
		who      policy.Principals
		required int
	}{
		{"Production", n.unit("Workloads/Prod"), n.groups("prod-approvers"), 1},
		{"Development", n.unit("Workloads/Dev"), n.groups("dev-approvers"), 1},
		{"Sandbox", n.unit("Sandbox"), n.groups("sandbox-approvers"), 1},
		// A protected account needs two people.
		{"Log archive", n.account("log-archive"), n.groups("security-approvers"), 2},
	} {
		if selects(a.targets) && len(a.who.Groups) > 0 {
			out = append(out, policy.Approver{
				Name: a.name, Owners: n.groups("team-admins"), Targets: a.targets, Stages: []policy.Stage{{Approvers: a.who, Required: a.required}},
			})
		}
	}
	return out
}
