package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func policyDiffCommand(c console) *cobra.Command {
	var files []string
	var prune bool
	cmd := &cobra.Command{
		Use: "diff -f FILE|FOLDER...", Short: "Compare policies in files with those in force",
		Long: `Shows for every policy which fields differ between the files and what is in force, and who would gain and who would lose.
Nothing is changed. The exit code is 0 if they say the same, and 20 if not.`,
		Example: "  team policy diff -f policies/\n  team policy diff -f policies/ --prune -o json\n" +
			"  team policy diff -f policies/ > /dev/null || echo differs",
		Args: cobra.NoArgs,
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			docs, err := readDocuments(files)
			if err != nil {
				return err
			}
			var plan api.PolicyPlan
			in := api.PolicyDocuments{Documents: docs, Prune: prune}
			if err := k.post(doing(ctx, "comparing with what is in force"), "/policies/plan", in, &plan); err != nil {
				return err
			}
			if err := k.show(plan, func() { k.showDiff(plan) }); err != nil {
				return err
			}
			if slices.ContainsFunc(plan.Changes, func(p api.PlannedChange) bool { return p.Action != "keep" }) {
				return codedError{errors.New("the files and the policies in force differ"), exitDiffers}
			}
			return nil
		}),
	}
	cmd.Flags().StringArrayVarP(&files, "file", "f", nil, "YAML file, or folder of them; may be given several times")
	cmd.Flags().BoolVar(&prune, "prune", false, "count the policies that no file describes as deleted")
	_ = cmd.MarkFlagFilename("file", "yaml", "yml")
	required(cmd, "file")
	return cmd
}

// showDiff shows policy by policy which fields differ, then whom it would change.
func (c *client) showDiff(p api.PolicyPlan) {
	w := c.console.out
	same := 0
	for _, change := range p.Changes {
		if change.Action == "keep" {
			same++
			continue
		}
		subject := fmt.Sprintf("%s policy %q", change.Kind, change.Name)
		if change.Kind == "settings" {
			subject = "settings"
		}
		written := change.Document
		if change.Document == "" {
			written = "no file"
		} else if change.Line > 0 {
			written = fmt.Sprintf("%s:%d", change.Document, change.Line)
		}
		force := "in force"
		if change.Action == "create" {
			force = "not there"
		}
		fmt.Fprintf(w, "--- %s (%s)\n+++ %s (%s)\n", subject, force, subject, written)
		for _, line := range change.Difference {
			fmt.Fprintf(w, "    %s\n", line)
		}
		for _, r := range change.Widening {
			fmt.Fprintf(w, "  widens: %s\n", r.Text)
		}
		fmt.Fprintln(w)
	}
	showWhom(w, p.Effect)
	c.showNewFindings(p.Findings)
	fmt.Fprintf(w, "%d differ, %d say the same\n", len(p.Changes)-same, same)
}

// showWhom says who gains and who loses, those together for whom it is the same.
func showWhom(w io.Writer, e api.PolicyEffect) {
	people := map[string][]string{}
	var order []string
	add := func(effect, who string) {
		if _, known := people[effect]; !known {
			order = append(order, effect)
		}
		people[effect] = append(people[effect], who)
	}
	for _, d := range e.Decisions {
		verb := "- no longer decides"
		if d.Gains {
			verb = "+ decides"
		}
		add(fmt.Sprintf("%s by %q", verb, d.Policy.Name), person(d.User))
	}
	for _, r := range e.Requests {
		for _, b := range r.Gains {
			add("+ may ask for "+blockText(b), person(r.User))
		}
		for _, b := range r.Loses {
			add("- may no longer ask for "+blockText(b), person(r.User))
		}
	}
	for _, effect := range order {
		fmt.Fprintf(w, "%s\n      %s\n", effect, fewOf(people[effect]))
	}
	if e.Unexamined > 0 {
		fmt.Fprintf(w, "%d more people might gain or lose, and were not looked at\n", e.Unexamined)
	}
	if len(order)+e.Unexamined > 0 {
		fmt.Fprintln(w)
	}
}

// blockText says what may be asked for, and on which terms.
func blockText(b api.RequestableBlock) string {
	approval := "without approval"
	if b.ApprovalRequired {
		approval = "with approval"
	}
	sets, accounts := fewTargets(b)
	return fmt.Sprintf("%s in %s, at most %s, %s", sets, accounts, seconds(b.MaxDurationSeconds), approval)
}

// fewTargets names some of the permission sets and accounts of a block.
func fewTargets(b api.RequestableBlock) (permissionSets, accounts string) {
	var sets, in []string
	for _, p := range b.PermissionSets {
		sets = append(sets, firstOf(p.Name, p.ID))
	}
	for _, a := range b.Accounts {
		in = append(in, firstOf(a.Name, a.ID))
	}
	return fewOf(sets), fewOf(in)
}

// fewOf lists some words, and counts the others; -o json has them all.
func fewOf(words []string) string {
	const most = 10
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}
