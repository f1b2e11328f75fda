package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/policy/lint"
)

const neverFails = "never"

func policyLintCommand(c console) *cobra.Command {
	var o lintOptions
	cmd := &cobra.Command{
		Use: "lint [-f FILE|FOLDER...]", Short: "Look for what is probably not meant in policies",
		Long: `Looks for policies that can never match, ids that lead nowhere, people who would find nobody to decide, targets where less
matches than a policy says, and dangerous permission sets: in the policies in force, or with -f in all policies as the
files would make them. Nothing is changed, and nothing is refused because of a finding.

An error is surely not meant, a warning probably not, a note is worth knowing. The exit code is 21 if there are findings
as grave as --fail-on, or graver. docs/reference/policy-lint.md tells every code, and what to do.`,
		Example: "  team policy lint\n  team policy lint --severity warning\n  team policy lint -f policies/ --new --fail-on warning\n" +
			"  team policy lint --code iam_write -o json",
		Args: cobra.NoArgs,
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			return k.lint(ctx, o)
		}),
	}
	f := cmd.Flags()
	f.StringArrayVarP(&o.files, "file", "f", nil, "YAML file, or folder of them, with policies to look at; may be given several times")
	f.BoolVar(&o.prune, "prune", false, "with -f: as if the policies that no file describes were deleted")
	f.BoolVar(&o.onlyNew, "new", false, "with -f: only what the policies in force do not have")
	f.StringVar(&o.severity, "severity", "note", "show findings of this severity and graver: error, warning or note")
	f.StringVar(&o.failOn, "fail-on", "error", "fail on findings of this severity and graver: error, warning, note or never")
	f.StringVar(&o.code, "code", "", "only findings of this code")
	_ = cmd.MarkFlagFilename("file", "yaml", "yml")
	for _, name := range []string{"severity", "fail-on"} {
		_ = cmd.RegisterFlagCompletionFunc(name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return severityWords(), cobra.ShellCompDirectiveNoFileComp
		})
	}
	return cmd
}

type lintOptions struct {
	files                  []string
	prune, onlyNew         bool
	severity, failOn, code string
}

func (o lintOptions) check() error {
	if !slices.Contains(severityWords(), o.severity) {
		return usagef("--severity is %q; it can be %s", o.severity, strings.Join(severityWords(), ", "))
	}
	if o.failOn != neverFails && !slices.Contains(severityWords(), o.failOn) {
		return usagef("--fail-on is %q; it can be %s or %s", o.failOn, strings.Join(severityWords(), ", "), neverFails)
	}
	if len(o.files) == 0 && (o.prune || o.onlyNew) {
		return usagef("--prune and --new are about files: name them with -f")
	}
	return nil
}

func (c *client) lint(ctx context.Context, o lintOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if c.output == "id" {
		return usagef("findings have no id; -o can be table or json here")
	}
	// What is failed on must be known, also where less is shown.
	least := o.severity
	if o.failOn != neverFails && graver(least, o.failOn) {
		least = o.failOn
	}
	query := url.Values{"severity": {least}}
	if o.code != "" {
		query.Set("code", o.code)
	}
	var found api.PolicyLint
	ctx = doing(ctx, "looking at the policies")
	if len(o.files) == 0 {
		if err := c.get(ctx, "/policies/lint", query, &found); err != nil {
			return err
		}
	} else {
		docs, err := readDocuments(o.files)
		if err != nil {
			return err
		}
		if o.onlyNew {
			query.Set("new", "true")
		}
		if err := c.post(ctx, "/policies/lint?"+query.Encode(), api.PolicyDocuments{Documents: docs, Prune: o.prune}, &found); err != nil {
			return err
		}
	}
	failing := 0
	for _, f := range found.Items {
		if o.failOn != neverFails && !graver(o.failOn, f.Severity) {
			failing++
		}
	}
	found.Items = slices.DeleteFunc(found.Items, func(f api.PolicyFinding) bool { return graver(o.severity, f.Severity) })
	if err := c.show(found, func() { c.showLint(found, len(o.files) > 0) }); err != nil {
		return err
	}
	if failing > 0 {
		words := map[string]string{"error": "errors", "warning": "warnings or errors", "note": "findings"}
		return codedError{fmt.Errorf("there are %s (%d)", words[o.failOn], failing), exitFindings}
	}
	return nil
}

// severityWords are the severities of findings, the gravest first.
func severityWords() []string {
	var words []string
	for _, s := range lint.Severities() {
		words = append(words, string(s))
	}
	return words
}

// graver says whether a is graver than b.
func graver(a, b string) bool { return !lint.Severity(b).AtLeast(lint.Severity(a)) }

func (c *client) showLint(l api.PolicyLint, files bool) {
	w := c.console.out
	for _, f := range l.Items {
		c.showFinding(f)
	}
	if l.Omitted > 0 {
		fmt.Fprintf(w, "%d more are not shown: narrow with --severity or --code\n\n", l.Omitted)
	}
	if len(l.NotRead) > 0 {
		fmt.Fprintf(w, "TEAM has not read all of the organization yet (%s): what needs it was not looked at.\n", strings.Join(l.NotRead, ", "))
	}
	if l.Unexamined > 0 {
		fmt.Fprintf(w, "%d policies were not searched for requests that nobody could decide: the search became too long.\n", l.Unexamined)
	}
	all := "in force"
	if files {
		all = "as the files would make them"
	}
	fmt.Fprintf(w, "In all policies %s: %s, %s, %s\n", all,
		number(l.Counts.Error, "error"), number(l.Counts.Warning, "warning"), number(l.Counts.Note, "note"))
}

func number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// showFinding as a compiler would: what, where, and what to do.
func (c *client) showFinding(f api.PolicyFinding) {
	w := c.console.out
	fresh := ""
	if f.New {
		fresh = "new "
	}
	fmt.Fprintf(w, "%s%s: %s [%s]\n", fresh, f.Severity, f.Text, f.Code)
	for _, p := range f.Places {
		fmt.Fprintf(w, "    in %s\n", placeOf(p))
	}
	if f.MorePlaces > 0 {
		fmt.Fprintf(w, "    and in %d more places\n", f.MorePlaces)
	}
	fmt.Fprintf(w, "    %s\n\n", f.Advice)
}

func placeOf(p api.FindingPlace) string {
	where := fmt.Sprintf("%s policy %q", p.Policy.Kind, p.Policy.Name)
	if p.Policy.Kind == "settings" {
		where = "the settings"
	}
	if p.Field != "" {
		where += ", " + p.Field
	}
	if p.Document != "" {
		where = fmt.Sprintf("%s:%d:%d, %s", p.Document, p.Line, p.Column, where)
	}
	return where
}

// showNewFindings of a plan.
func (c *client) showNewFindings(findings []api.PolicyFinding) {
	if len(findings) == 0 {
		return
	}
	fmt.Fprint(c.console.out, "\nThe linter finds in these changes (team policy lint):\n\n")
	for _, f := range findings {
		c.showFinding(f)
	}
}
