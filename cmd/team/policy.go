package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/team-idc/team/internal/api"
)

func policyCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "policy", Aliases: []string{"policies"}, Short: "Look at policies, change them, and agree to changes",
		GroupID: groupManage, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Example: "  team policy export policies/\n  team policy apply policies/ --dry-run\n" +
			"  team policy explain --user requester --account shop-prod --role DatabaseAdmin",
		Long: `Eligibility policies say who may ask for what, for how long; approver policies say who decides; the settings limit both.

Policies are written as YAML files with names: team policy show > policies.yaml, change, team policy apply policies.yaml.
A change that widens access waits for a second administrator, and its author and who agreed cannot gain by it for 24 hours.`,
	}
	remote(cmd)
	cmd.AddCommand(
		policyListCommand(c), policyShowCommand(c), policySettingsCommand(c), policyExportCommand(c), policyApplyCommand(c),
		policyLintCommand(c), policyDiffCommand(c), policyProposalsCommand(c),
		policyDecideCommand(c, "agree", "Agree to a proposed change, as a second administrator"),
		policyDecideCommand(c, "refuse", "Refuse a proposed change"),
		policyDecideCommand(c, "withdraw", "Take back a change you proposed"),
		policyExplainCommand(c),
	)
	return cmd
}

func policyListCommand(c console) *cobra.Command {
	return &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List the policies in force", Args: cobra.NoArgs,
		Long: `Lists eligibility policies, which say who may ask for what, and approver policies, which say who decides. What one says in
full: team policy show NAME.`,
		Example: "  team policy list\n  team policy list -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			list, err := k.policies(ctx)
			if err != nil {
				return err
			}
			return k.show(list, func() {
				t := table(k.console)
				fmt.Fprintln(t, "KIND\tNAME\tVERSION\tSAYS\tID")
				for _, p := range list.Items {
					fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\n", p.Kind, p.Name, p.Version, says(p), p.ID)
				}
				_ = t.Flush()
			})
		}),
	}
}

// policies are all there are, page by page.
func (c *client) policies(ctx context.Context) (all api.PolicyList, err error) {
	err = pages(ctx, c, "/policies", url.Values{"limit": {"200"}}, func(page api.PolicyList) string {
		all.Generation, all.Items = page.Generation, append(all.Items, page.Items...)
		return page.NextCursor
	})
	return all, err
}

// says in a few words what a policy says.
func says(p api.ListedPolicy) string {
	switch {
	case p.Eligibility != nil:
		text := fmt.Sprintf("%d roles, at most %s", len(p.Eligibility.PermissionSets), seconds(p.Eligibility.MaxDurationSeconds))
		if !p.Eligibility.ApprovalRequired {
			text += ", no approval"
		}
		return text
	case p.Approver != nil:
		var needs []string
		for _, s := range p.Approver.Stages {
			needs = append(needs, fmt.Sprint(s.Required))
		}
		return fmt.Sprintf("%d stages (needs %s)", len(p.Approver.Stages), strings.Join(needs, ", then "))
	}
	return ""
}

func policyShowCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show [NAME]", Short: "Print the policies in force as YAML, as they are written", Args: cobra.MaximumNArgs(1),
		Long: `Prints all policies and the settings, or the policies of one name (or id), in the form that team policy apply reads. The
settings are named settings.`,
		Example: "  team policy show > policies.yaml\n  team policy show Production",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			var docs api.PolicyDocuments
			if err := k.get(ctx, "/policies/documents", nil, &docs); err != nil {
				return err
			}
			if len(args) == 1 {
				if docs.Documents = namedDocuments(docs.Documents, args[0]); len(docs.Documents) == 0 {
					return codedError{fmt.Errorf("there is no policy named %q", args[0]), exitNotFound}
				}
			}
			return k.show(docs, func() {
				for i, d := range docs.Documents {
					if i > 0 {
						fmt.Fprintln(k.console.out, "---")
					}
					fmt.Fprintf(k.console.out, "%s\n", strings.TrimRight(d.Text, "\n"))
				}
			})
		}),
	}
	completeArgument(c, cmd, policiesBegun)
	return cmd
}

// namedDocuments are the YAML documents about policies of a name; the settings are named settings.
func namedDocuments(all []api.PolicyDocument, name string) []api.PolicyDocument {
	var fit []api.PolicyDocument
	for _, d := range all {
		for text := range strings.SplitSeq(d.Text, "\n---\n") {
			var head struct{ Kind, Name, ID string }
			if yaml.Unmarshal([]byte(text), &head) == nil && (head.Name == name || head.ID == name || head.Kind == name) {
				fit = append(fit, api.PolicyDocument{Name: d.Name, Text: text})
			}
		}
	}
	return fit
}

func policyProposalsCommand(c console) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "proposals", Short: "List changes that wait for a second administrator", Args: cobra.NoArgs,
		Long: `A change that widens what somebody gets waits here, until another administrator agrees to it (team policy agree) or refuses
it (team policy refuse), or its author withdraws it.`,
		Example: "  team policy proposals\n  team policy proposals --all -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			list, err := k.proposals(ctx, all)
			if err != nil {
				return err
			}
			return k.show(list, func() {
				if len(list.Items) == 0 {
					fmt.Fprintln(k.console.out, "No proposals.")
					return
				}
				for _, p := range list.Items {
					k.showProposal(p)
				}
			})
		}),
	}
	cmd.Flags().BoolVar(&all, "all", false, "decided ones too")
	return cmd
}

// proposals are all that wait, or all there are, page by page.
func (c *client) proposals(ctx context.Context, decided bool) (all api.ProposalList, err error) {
	q := url.Values{"limit": {"200"}}
	if !decided {
		q.Set("state", "proposed")
	}
	all.Items = []api.Proposal{}
	err = pages(ctx, c, "/proposals", q, func(page api.ProposalList) string {
		all.Items = append(all.Items, page.Items...)
		return page.NextCursor
	})
	return all, err
}

func (c *client) showProposal(p api.Proposal) {
	w := c.console.out
	verb := "change"
	switch {
	case p.Delete:
		verb = "delete"
	case p.BaseVersion == 0:
		verb = "create"
	}
	fmt.Fprintf(w, "%s  %s  %s %s %q by %s at %s\n", p.ID, p.State, verb, p.Kind, p.Name, person(p.Author), c.console.at(p.CreatedAt))
	for _, r := range p.Widening {
		fmt.Fprintf(w, "  - %s\n", r.Text)
	}
}

func policyDecideCommand(c console, verb, short string) *cobra.Command {
	var comment string
	cmd := &cobra.Command{
		Use: verb + " PROPOSAL", Short: short, Args: cobra.ExactArgs(1),
		Long: short + ".\n\n" + map[string]string{
			"agree": "It is in force at once. For 24 hours neither its author nor who agreed can gain by it or decide with it. Read it first:\n" +
				"team policy proposals lists what it widens.",
			"refuse":   "Nothing changes; its author reads the comment.",
			"withdraw": "Nothing changes. Only its author can do that; others refuse it.",
		}[verb],
		Example: "  team policy " + verb + " prp_0199…",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			path := "/proposals/" + url.PathEscape(args[0]) + "/" + verb
			if verb == "agree" {
				var seen api.Proposal
				if err := k.get(ctx, "/proposals/"+url.PathEscape(args[0]), nil, &seen); err != nil {
					return err
				}
				var o api.PolicyOutcome
				if err := k.change(ctx, http.MethodPost, path, seen.Version, nil, &o); err != nil {
					return err
				}
				return k.show(o, func() {
					if o.Policy != nil {
						fmt.Fprintf(k.console.out, "%s %q is in force as version %d. ", o.Policy.Kind, o.Policy.Name, o.Policy.Version)
					}
					fmt.Fprintln(k.console.out, "For 24 hours neither its author nor you can gain by it.")
				})
			}
			var p api.Proposal
			var in any
			if verb == "refuse" {
				in = api.ProposalRefusal{Comment: comment}
			}
			if err := k.post(ctx, path, in, &p); err != nil {
				return err
			}
			return k.show(p, func() { k.showProposal(p) })
		}),
	}
	completeArgument(c, cmd, proposalsBegun)
	if verb == "refuse" {
		cmd.Flags().StringVar(&comment, "comment", "", "why: its author reads it")
	}
	return cmd
}

func policyExplainCommand(c console) *cobra.Command {
	var user, account, role, span, ticket, machine string
	cmd := &cobra.Command{
		Use: "explain", Short: "Explain what policy says of a user, an account and a role", Args: cobra.NoArgs,
		Long: `Answers as TEAM would answer a request: allowed or not, for how long, who decides, and every policy and rule behind that.
Nothing is asked for. People see the same of themselves with team request create --dry-run.`,
		Example: "  team policy explain --user requester --account shop-prod --role DatabaseAdmin --for 2h",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			q := api.PolicyQuestion{Ticket: ticket}
			var err error
			if span != "" {
				d, err := readDuration("for", span)
				if err != nil {
					return err
				}
				q.DurationSeconds = int64(d.Seconds())
			}
			if machine != "" {
				m, err := k.machine(ctx, machine)
				if err != nil {
					return err
				}
				q.MachineID = m.ID
			}
			if q.UserID, err = k.user(ctx, user); err != nil {
				return err
			}
			if q.Role, err = k.pair(ctx, account, role); err != nil {
				return err
			}
			var e api.PolicyExplanation
			if err := k.post(ctx, "/policies/explain", q, &e); err != nil {
				return err
			}
			return k.show(e, func() {
				fmt.Fprintf(k.console.out, "%s: %s in %s\n", person(e.User), roleOf(e.PermissionSetName, q.PermissionSetARN),
					accountOf(e.AccountName, q.AccountID))
				k.showAnswer(e.Answer)
			})
		}),
	}
	f := cmd.Flags()
	f.StringVar(&user, "user", "", "user name or id")
	f.StringVar(&account, "account", "", "account, by id or name")
	f.StringVar(&role, "role", "", "role, by permission-set name or ARN")
	f.StringVar(&span, "for", "", "duration asked for; without, what would be possible")
	f.StringVar(&ticket, "ticket", "", "ticket number")
	f.StringVar(&machine, "machine", "", "machine client that would ask for the user, by name or id")
	required(cmd, "user", "account", "role")
	completeFlag(c, cmd, "user", usersBegun)
	completeAccountAndRole(c, cmd)
	return cmd
}
