package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/team-idc/team/internal/api"
)

func policyExportCommand(c console) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use: "export FOLDER", Short: "Write the policies in force as YAML files, one for each", Args: cobra.ExactArgs(1),
		Long: `Writes every policy and the settings into a file of its own, in the form that team policy apply reads: settings.yaml, and
the policies in eligibility/ and approver/. It is how to begin keeping policies in git. Files that are there are left as
they are unless --force is given; files of policies that are gone stay.`,
		Example: "  team policy export policies/\n  team policy export policies/ --force && git diff policies/",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			var docs api.PolicyDocuments
			if err := k.get(ctx, "/policies/documents", nil, &docs); err != nil {
				return err
			}
			files, err := filesOf(docs)
			if err != nil {
				return err
			}
			written, err := writeFiles(args[0], files, force)
			if err != nil {
				return err
			}
			return k.show(exported{Files: written}, func() {
				for _, f := range written {
					fmt.Fprintln(k.console.out, f)
				}
			})
		}),
	}
	cmd.Flags().BoolVar(&force, "force", false, "write over files that are there")
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	return cmd
}

type exported struct {
	Files []string `json:"files"`
}

type policyFile struct{ name, text string }

// filesOf gives every document a file, named after its kind and name.
func filesOf(docs api.PolicyDocuments) ([]policyFile, error) {
	var files []policyFile
	taken := map[string]bool{}
	for _, d := range docs.Documents {
		for text := range strings.SplitSeq(d.Text, "\n---\n") {
			var head struct{ Kind, Name string }
			if err := yaml.Unmarshal([]byte(text), &head); err != nil {
				return nil, fmt.Errorf("read policies from TEAM: %w", err)
			}
			if head.Kind == "" {
				continue
			}
			name := head.Kind
			if head.Name != "" && head.Kind != "settings" {
				name = filepath.Join(head.Kind, fileName(head.Name))
			}
			file := name + ".yaml"
			for n := 2; taken[file]; n++ {
				file = fmt.Sprintf("%s-%d.yaml", name, n)
			}
			taken[file] = true
			files = append(files, policyFile{file, strings.TrimRight(text, "\n") + "\n"})
		}
	}
	return files, nil
}

// fileName keeps letters and digits of a name, in lower case, with dashes between.
func fileName(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return firstOf(strings.Join(words, "-"), "policy")
}

func writeFiles(folder string, files []policyFile, force bool) (written []string, err error) {
	if !force {
		for _, f := range files {
			if _, err := os.Stat(filepath.Join(folder, f.name)); !errors.Is(err, fs.ErrNotExist) {
				return nil, codedError{fmt.Errorf("%s is there already: write over it with --force", filepath.Join(folder, f.name)), exitConflict}
			}
		}
	}
	for _, f := range files {
		name := filepath.Join(folder, f.name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil { //nolint:gosec // policies are no secret, and go into git
			return written, fmt.Errorf("make folder: %w", err)
		}
		if err := os.WriteFile(name, []byte(f.text), 0o644); err != nil { //nolint:gosec // as above
			return written, fmt.Errorf("write policy: %w", err)
		}
		written = append(written, name)
	}
	return written, nil
}

func policySettingsCommand(c console) *cobra.Command {
	return &cobra.Command{
		Use: "settings", Short: "Show the settings in force", Args: cobra.NoArgs,
		Long: `Shows the limits and switches that hold for all policies, the protected accounts, and the groups of administrators and
auditors. Change them as policies: team policy show settings > settings.yaml, and team policy apply settings.yaml.`,
		Example: "  team policy settings\n  team policy settings -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			var s api.Settings
			if err := k.get(ctx, "/settings", nil, &s); err != nil {
				return err
			}
			return k.show(s, func() { k.showSettings(s) })
		}),
	}
}

func (c *client) showSettings(s api.Settings) {
	t := table(c.console)
	line := func(name, text string) { fmt.Fprintf(t, "%s\t%s\n", name, firstOf(text, "-")) }
	yesNo := func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	}
	line("version", fmt.Sprint(s.Version))
	line("approval required", yesNo(s.ApprovalRequired))
	line("comment required", yesNo(s.CommentRequired))
	line("ticket required", yesNo(s.TicketRequired))
	line("ticket pattern", s.TicketPattern)
	line("shortest elevation", seconds(s.MinDurationSeconds))
	line("longest elevation", seconds(s.MaxDurationSeconds))
	line("requests expire after", seconds(s.PendingExpirySeconds))
	line("may start ahead", seconds(s.StartHorizonSeconds))
	line("activation deadline", seconds(s.ActivationDeadlineSeconds))
	line("extensions", fmt.Sprint(s.MaxExtensions))
	line("targets of a request", fmt.Sprint(s.MaxTargets))
	line("protected accounts", strings.Join(s.ProtectedAccounts, ", "))
	line("administrators", s.AdministratorGroup)
	line("auditors", s.AuditorGroup)
	line("second administrator", s.SecondAdministrator)
	if d := s.StepUp; d != nil {
		line("proof for deciding", demandWords(d.Decide))
		line("proof for policies", demandWords(d.Policies))
		line("proof for tokens", demandWords(d.Tokens))
		line("proof for emergencies", demandWords(d.Emergency))
	}
	_ = t.Flush()
}
