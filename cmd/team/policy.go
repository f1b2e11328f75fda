package main

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/team-idc/team/internal/api"
)

func policyCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "policy", Aliases: []string{"policies"}, Short: "Look at policies, change them, and agree to changes",
		GroupID: groupManage, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `Eligibility policies say who may ask for what, for how long; approver policies say who decides; the settings limit both.

Policies are written as YAML files with names: team policy show > policies.yaml, change, team policy apply policies.yaml.
A change that widens access waits for a second administrator, and its author and who agreed cannot gain by it for 24 hours.`,
	}
	remote(cmd)
	cmd.AddCommand(
		policyListCommand(c), policyShowCommand(c), policyApplyCommand(c), policyProposalsCommand(c),
		policyLintCommand(c), policyDiffCommand(c),
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
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			var list api.PolicyList
			if err := k.get(ctx, "/policies", nil, &list); err != nil {
				return err
			}
			return k.show(list, func() {
				t := table(c)
				fmt.Fprintln(t, "KIND\tNAME\tVERSION\tSAYS\tID")
				for _, p := range list.Eligibility {
					says := fmt.Sprintf("%d roles, at most %s", len(p.PermissionSets), seconds(p.MaxDurationSeconds))
					if !p.ApprovalRequired {
						says += ", no approval"
					}
					fmt.Fprintf(t, "eligibility\t%s\t%d\t%s\t%s\n", p.Name, p.Version, says, p.ID)
				}
				for _, p := range list.Approver {
					var needs []string
					for _, s := range p.Stages {
						needs = append(needs, fmt.Sprint(s.Required))
					}
					fmt.Fprintf(t, "approver\t%s\t%d\t%d stages (needs %s)\t%s\n", p.Name, p.Version, len(p.Stages), strings.Join(needs, ", then "), p.ID)
				}
				_ = t.Flush()
			})
		}),
	}
}

func policyShowCommand(c console) *cobra.Command {
	return &cobra.Command{
		Use: "show [NAME]", Short: "Print the policies in force as YAML, as they are written", Args: cobra.MaximumNArgs(1),
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
						fmt.Fprintln(c.out, "---")
					}
					fmt.Fprintf(c.out, "%s\n", strings.TrimRight(d.Text, "\n"))
				}
			})
		}),
	}
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

func policyApplyCommand(c console) *cobra.Command {
	var prune, dryRun bool
	cmd := &cobra.Command{
		Use: "apply FILE|FOLDER...", Short: "Change policies to what YAML files say", Args: cobra.MinimumNArgs(1),
		Long: `Compares the files with the policies in force and applies the differences. A change that widens access becomes a proposal for
a second administrator. Policies that no file describes stay, unless --prune says otherwise.`,
		Example: "  team policy apply policies/ --dry-run\n  team policy apply policies/ --prune",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			docs, err := readDocuments(args)
			if err != nil {
				return err
			}
			path := "/policies/apply"
			if dryRun {
				path = "/policies/plan"
			}
			var plan api.PolicyPlan
			if err := k.post(ctx, path, api.PolicyDocuments{Documents: docs, Prune: prune}, &plan); err != nil {
				return err
			}
			if err := k.show(plan, func() { k.showPlan(plan) }); err != nil {
				return err
			}
			for _, change := range plan.Changes {
				if change.Problem != nil {
					err := fmt.Errorf("%s %q was not applied: %s", change.Kind, change.Name, change.Problem.Detail)
					return codedError{err, exitOfCode(change.Problem.Code, change.Problem.Status)}
				}
			}
			return nil
		}),
	}
	cmd.Flags().BoolVar(&prune, "prune", false, "delete the policies that no file describes")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only show what would change")
	return cmd
}

func readDocuments(names []string) ([]api.PolicyDocument, error) {
	var docs []api.PolicyDocument
	add := func(name string) error {
		content, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read policies: %w", err)
		}
		docs = append(docs, api.PolicyDocument{Name: name, Text: string(content)})
		return nil
	}
	for _, name := range names {
		err := filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return fmt.Errorf("read policies: %w", err)
			}
			ext := filepath.Ext(path)
			if d.IsDir() || (path != name && ext != ".yaml" && ext != ".yml") {
				return nil
			}
			return add(path)
		})
		if err != nil {
			return nil, err //nolint:wrapcheck // said above
		}
	}
	if len(docs) == 0 {
		return nil, usagef("there is no YAML file in %s", strings.Join(names, ", "))
	}
	return docs, nil
}

func (c *client) showPlan(p api.PolicyPlan) {
	w := c.console.out
	kept := 0
	for _, change := range p.Changes {
		if change.Action == "keep" {
			kept++
			continue
		}
		fmt.Fprintln(w, change.Sentence)
		for _, line := range change.Difference {
			fmt.Fprintf(w, "    %s\n", line)
		}
		for _, r := range change.Widening {
			fmt.Fprintf(w, "  widens: %s\n", r.Text)
		}
		switch o := change.Outcome; {
		case change.Problem != nil:
			fmt.Fprintf(w, "  not applied: %s\n", change.Problem.Detail)
		case o == nil || o.Unchanged:
		case o.Applied && o.Policy != nil:
			fmt.Fprintf(w, "  applied as version %d\n", o.Policy.Version)
		case o.Proposal != nil:
			fmt.Fprintf(w, "  proposed: %s waits for a second administrator (team policy agree %s)\n", o.Proposal.ID, o.Proposal.ID)
		}
	}
	c.showNewFindings(p.Findings)
	fmt.Fprintf(w, "%d to change, %d as they are\n", len(p.Changes)-kept, kept)
}

func policyProposalsCommand(c console) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "proposals", Short: "List changes that wait for a second administrator", Args: cobra.NoArgs,
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			query := url.Values{"state": {"proposed"}}
			if all {
				query = nil
			}
			var list api.ProposalList
			if err := k.get(ctx, "/proposals", query, &list); err != nil {
				return err
			}
			return k.show(list, func() {
				if len(list.Items) == 0 {
					fmt.Fprintln(c.out, "No proposals.")
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
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			path := "/proposals/" + url.PathEscape(args[0]) + "/" + verb
			if verb == "agree" {
				var o api.PolicyOutcome
				if err := k.post(ctx, path, nil, &o); err != nil {
					return err
				}
				return k.show(o, func() {
					if o.Policy != nil {
						fmt.Fprintf(c.out, "%s %q is in force as version %d. ", o.Policy.Kind, o.Policy.Name, o.Policy.Version)
					}
					fmt.Fprintln(c.out, "For 24 hours neither its author nor you can gain by it.")
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
	if verb == "refuse" {
		cmd.Flags().StringVar(&comment, "comment", "", "why: its author reads it")
	}
	return cmd
}

func policyExplainCommand(c console) *cobra.Command {
	var user, account, role, span, ticket string
	cmd := &cobra.Command{
		Use: "explain", Short: "Explain what policy says of a user, an account and a role", Args: cobra.NoArgs,
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
				fmt.Fprintf(c.out, "%s: %s in %s\n", person(e.User), roleOf(e.PermissionSetName, q.PermissionSetARN), accountOf(e.AccountName, q.AccountID))
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
	required(cmd, "user", "account", "role")
	return cmd
}
