package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/config"
)

// settable adds the flag --config and one flag for every key that may be set by one.
func settable(cmd *cobra.Command) {
	cmd.Flags().String("config", "", "configuration file (YAML); default $TEAM_CONFIG")
	for _, k := range config.Default().Keys() {
		if !k.FileOnly {
			cmd.Flags().String(k.Flag(), k.Default, k.Help)
		}
	}
}

// configured loads the configuration that a command was given.
func configured(c console, cmd *cobra.Command) (config.Config, error) {
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return config.Config{}, fmt.Errorf("read flag: %w", err)
	}
	if file == "" {
		file = c.variable("TEAM_CONFIG")
	}
	flags := map[string]string{}
	for _, k := range config.Default().Keys() {
		if f := cmd.Flags().Lookup(k.Flag()); f != nil && f.Changed {
			flags[k.Name] = f.Value.String()
		}
	}
	loaded, err := config.Load(config.Sources{File: file, Environ: c.environ, Flags: flags})
	if err != nil {
		return config.Config{}, usageError{err}
	}
	return loaded, nil
}

func configCommand(c console) *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Look at the configuration", GroupID: groupServe, Args: cobra.NoArgs, RunE: showHelp}
	printing := &cobra.Command{
		Use: "print", Short: "Print every key with what it is set to, and what it means", Args: cobra.NoArgs,
		Long: `Prints the configuration as a YAML file with every key, so that it can be kept and changed. Later layers win:
defaults, the file, environment variables, flags. Secrets are hidden.`,
		Example: "  team config print > team.yaml\n  TEAM_LOG_LEVEL=debug team config print --config team.yaml",
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, err := configured(c, cmd)
			if err != nil {
				return err
			}
			printConfig(c, &loaded)
			return nil
		},
	}
	settable(printing)
	checking := &cobra.Command{
		Use: "check", Short: "Check the configuration without starting anything", Args: cobra.NoArgs,
		Example: "  team config check --config /etc/team/team.yaml",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := configured(c, cmd); err != nil {
				return err
			}
			fmt.Fprintln(c.out, "The configuration is valid.")
			return nil
		},
	}
	settable(checking)
	cmd.AddCommand(printing, checking)
	return cmd
}

func printConfig(c console, loaded *config.Config) {
	for _, k := range loaded.Keys() {
		fmt.Fprintln(c.out)
		for _, line := range wrap(k.Help, 100) {
			fmt.Fprintln(c.out, "#", line)
		}
		how := "variable " + k.Variable()
		if k.FileOnly {
			how = "only in the configuration file"
		}
		fmt.Fprintf(c.out, "# default %q", k.Default)
		if k.Unit != "" {
			fmt.Fprintf(c.out, ", %s", k.Unit)
		}
		fmt.Fprintf(c.out, "; %s\n%s: %q\n", how, k.Name, k.Value())
	}
}

// wrap breaks a text into lines of at most width letters.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	return append(lines, line)
}

// showHelp is what a command does that only groups others.
func showHelp(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unknown command %q for %s", args[0], cmd.CommandPath())
	}
	return cmd.Help() //nolint:wrapcheck // printing help
}

// table starts an aligned table.
func table(c console) *tabwriter.Writer { return tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0) }
