package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

func policyApplyCommand(c console) *cobra.Command {
	var prune, dryRun, yes bool
	var files []string
	cmd := &cobra.Command{
		Use: "apply [-f] FILE|FOLDER...", Short: "Change policies to what YAML files say",
		Long: `Compares the files with the policies in force, shows what would change, who gains by it and who loses, asks, and applies
the differences. In a folder every .yaml and .yml file is read, in folders below it too. Policies that no file describes
stay, unless --prune says otherwise.

A change that widens access becomes a proposal for a second administrator (team policy agree); the others are in force at
once. Where nobody sits at a terminal it does not ask; look first with --dry-run.`,
		Example: "  team policy apply policies/ --dry-run\n  team policy apply -f policies/ --prune\n  team policy apply policies/ --yes -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			if files = append(files, args...); len(files) == 0 {
				return usagef("name a file or a folder: team policy apply policies/")
			}
			docs, err := readDocuments(files)
			if err != nil {
				return err
			}
			in := api.PolicyDocuments{Documents: docs, Prune: prune}
			asks := c.asks && !yes && k.output == "table"
			if dryRun || asks {
				plan, err := k.planPolicies(ctx, in)
				if err != nil || dryRun {
					return err
				}
				if changes(plan) == 0 {
					return nil
				}
				if !c.agrees(ctx, "Apply that?") {
					return errors.New("nothing was changed")
				}
			}
			return k.applyPolicies(ctx, in, asks)
		}),
	}
	cmd.Flags().StringArrayVarP(&files, "file", "f", nil, "file or folder to read; may be given several times")
	cmd.Flags().BoolVar(&prune, "prune", false, "delete the policies that no file describes")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only show what would change")
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	_ = cmd.MarkFlagFilename("file", "yaml", "yml")
	cmd.MarkFlagsMutuallyExclusive("dry-run", "yes")
	return cmd
}

// planPolicies shows what documents would change.
func (c *client) planPolicies(ctx context.Context, in api.PolicyDocuments) (plan api.PolicyPlan, err error) {
	if err := c.post(doing(ctx, "comparing with what is in force"), "/policies/plan", in, &plan); err != nil {
		return plan, err
	}
	return plan, c.show(plan, func() { c.showPlan(plan) })
}

// applyPolicies applies documents and shows what became of them; of what was shown before, the outcome alone.
func (c *client) applyPolicies(ctx context.Context, in api.PolicyDocuments, shown bool) error {
	var plan api.PolicyPlan
	if err := c.create(doing(ctx, fmt.Sprintf("applying %d files", len(in.Documents))), "/policies/apply", in, &plan); err != nil {
		return err
	}
	people := func() { c.showPlan(plan) }
	if shown {
		people = func() { c.showOutcomes(plan) }
	}
	if err := c.show(plan, people); err != nil {
		return err
	}
	for _, change := range plan.Changes {
		if change.Problem != nil {
			err := fmt.Errorf("%s %q was not applied: %s", change.Kind, change.Name, change.Problem.Detail)
			return codedError{err, exitOfCode(change.Problem.Code, change.Problem.Status)}
		}
	}
	return nil
}

// agrees asks whoever sits at the terminal. No answer is a no.
func (c console) agrees(ctx context.Context, question string) bool {
	fmt.Fprintf(c.err, "%s [y/N] ", question)
	answer := make(chan string, 1)
	go func() { // a read from a terminal cannot be broken off
		line, _ := bufio.NewReader(c.in).ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(c.err)
		return false
	case got := <-answer:
		return got == "y" || got == "yes"
	}
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
