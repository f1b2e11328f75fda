package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

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
	_ = cmd.MarkFlagFilename("config", "yaml", "yml")
}

// sources are the layers that a command was given.
func sources(c console, cmd *cobra.Command) (config.Sources, error) {
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return config.Sources{}, fmt.Errorf("read flag: %w", err)
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
	return config.Sources{File: file, Environ: c.environ, Flags: flags}, nil
}

// configured loads the configuration that a command was given.
func configured(c console, cmd *cobra.Command) (config.Config, error) {
	s, err := sources(c, cmd)
	if err != nil {
		return config.Config{}, err
	}
	loaded, err := config.Load(s)
	if err != nil {
		return config.Config{}, usageError{err}
	}
	return loaded, nil
}

func configCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "Look at the configuration", GroupID: groupServe, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `What TEAM is started with comes in layers, of which later ones win: defaults, the configuration file, environment variables,
flags. Every key with its default and its meaning: docs/reference/configuration.md, or team config print.`,
		Example: "  team config print > team.yaml\n  team config check --config /etc/team/team.yaml",
	}
	cmd.AddCommand(configPrintCommand(c), configCheckCommand(c))
	return cmd
}

// localOutput adds -o for commands that speak to no server.
func localOutput(cmd *cobra.Command, people string) {
	cmd.Flags().StringP("output", "o", people, people+" for people, json for programs")
	_ = cmd.RegisterFlagCompletionFunc("output", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{people, "json"}, cobra.ShellCompDirectiveNoFileComp
	})
}

// asJSON says whether -o asks for JSON, and refuses what is neither.
func asJSON(cmd *cobra.Command, people string) (bool, error) {
	switch output, _ := cmd.Flags().GetString("output"); output {
	case people:
		return false, nil
	case "json":
		return true, nil
	default:
		return false, usagef("--output is %q; it can be %s or json", output, people)
	}
}

func (c console) printJSON(v any) error {
	encoder := json.NewEncoder(c.out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("print answer: %w", err)
	}
	return nil
}

// printedConfig is what config print -o json gives.
type printedConfig struct {
	File  string        `json:"file,omitempty"`
	Keys  []printedKey  `json:"keys"`
	Lists []printedList `json:"lists"`
}

// printedList is a list of groups of keys, which only the file can hold.
type printedList struct {
	List    string              `json:"list"`
	Help    string              `json:"help"`
	Entries []map[string]string `json:"entries"`

	keys [][]config.Key
}

type printedKey struct {
	Key      string `json:"key"`
	Value    string `json:"value"` // secrets are hidden
	Default  string `json:"default"`
	From     string `json:"from"` // default, file, environment or flag
	Unit     string `json:"unit,omitempty"`
	Variable string `json:"variable,omitempty"` // absent where only the file can set it
	Flag     string `json:"flag,omitempty"`
	Help     string `json:"help"`
}

func configPrintCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "print", Short: "Print every key with what it is set to, where that came from, and what it means", Args: cobra.NoArgs,
		Long: `Prints the configuration as a YAML file with every key, so that it can be kept and changed. Later layers win:
defaults, the file, environment variables, flags; of each value it says which one it is from. Secrets are hidden.`,
		Example: "  team config print > team.yaml\n  TEAM_LOG_LEVEL=debug team config print --config team.yaml\n  team config print -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			programs, err := asJSON(cmd, "yaml")
			if err != nil {
				return err
			}
			s, err := sources(c, cmd)
			if err != nil {
				return err
			}
			loaded, from, problems := config.Explain(s)
			if len(problems) > 0 {
				return usageError{problems[0].Err}
			}
			out := printedConfig{File: s.File}
			for _, k := range loaded.Keys() {
				one := printedKey{Key: k.Name, Value: k.Value(), Default: k.Default, From: string(from[k.Name]), Unit: k.Unit, Help: k.Help}
				if !k.FileOnly {
					one.Variable, one.Flag = k.Variable(), "--"+k.Flag()
				}
				out.Keys = append(out.Keys, one)
			}
			for _, l := range loaded.Lists() {
				out.Lists = append(out.Lists, printedListOf(l))
			}
			if programs {
				return c.printJSON(out)
			}
			printConfig(c, out)
			return nil
		},
	}
	settable(cmd)
	localOutput(cmd, "yaml")
	return cmd
}

func printConfig(c console, printed printedConfig) {
	for _, k := range printed.Keys {
		fmt.Fprintln(c.out)
		for _, line := range wrap(k.Help, 100) {
			fmt.Fprintln(c.out, "#", line)
		}
		fmt.Fprintf(c.out, "# default %q", k.Default)
		if k.Unit != "" {
			fmt.Fprintf(c.out, ", %s", k.Unit)
		}
		fmt.Fprintf(c.out, "; %s\n", firstOf(prefixed("variable ", k.Variable), "only in the configuration file"))
		switch config.Layer(k.From) {
		case config.FromFile:
			fmt.Fprintf(c.out, "# set by %s\n", printed.File)
		case config.FromEnvironment:
			fmt.Fprintf(c.out, "# set by the variable %s\n", k.Variable)
		case config.FromFlag:
			fmt.Fprintf(c.out, "# set by the flag %s\n", k.Flag)
		case config.FromDefault:
		}
		fmt.Fprintf(c.out, "%s: %q\n", k.Key, k.Value)
	}
	for _, l := range printed.Lists {
		fmt.Fprintln(c.out)
		for _, line := range wrap(l.Help, 100) {
			fmt.Fprintln(c.out, "#", line)
		}
		if len(l.keys) == 0 {
			fmt.Fprintf(c.out, "%s: []\n", l.List)
			continue
		}
		fmt.Fprintf(c.out, "# set by %s\n%s:\n", printed.File, l.List)
		for _, entry := range l.keys {
			for i, k := range entry {
				begin := "    "
				if i == 0 {
					begin = "  - "
				}
				fmt.Fprintf(c.out, "%s%s: %q\n", begin, k.Name, k.Value())
			}
		}
	}
}

func printedListOf(l config.List) printedList {
	out := printedList{List: l.Name, Help: l.Help, Entries: []map[string]string{}, keys: l.Entries}
	for _, keys := range l.Entries {
		entry := map[string]string{}
		for _, k := range keys {
			entry[k.Name] = k.Value()
		}
		out.Entries = append(out.Entries, entry)
	}
	return out
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// checkedConfig is what config check -o json gives.
type checkedConfig struct {
	Valid    bool             `json:"valid"`
	Problems []checkedProblem `json:"problems"`
	// Providers is what the identity providers say of themselves, and what to enter there.
	Providers []string `json:"providers,omitempty"`
}

type checkedProblem struct {
	Key      string `json:"key,omitempty"`
	From     string `json:"from,omitempty"`
	Sentence string `json:"sentence"`
}

func configCheckCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "check", Short: "Check the configuration without starting anything", Args: cobra.NoArgs,
		Long: `Reads the configuration as team serve would, and the files and folders it names, and says everything that is wrong: the key,
the layer it came from, and what would be right. Nothing is opened for writing, and neither the database nor AWS is asked.
The identity providers (sign_in.providers) are asked what they say of themselves, and it prints that and what to enter at
each of them; --offline leaves that out.

It ends with exit code 2 where something is wrong.`,
		Example: "  team config check --config /etc/team/team.yaml\n  team config check -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			programs, err := asJSON(cmd, "text")
			if err != nil {
				return err
			}
			s, err := sources(c, cmd)
			if err != nil {
				return err
			}
			loaded, _, problems := config.Explain(s)
			var said []string
			if len(problems) == 0 {
				problems = checkFiles(loaded)
				if offline, _ := cmd.Flags().GetBool("offline"); !offline && len(loaded.SignIn.Providers) > 0 {
					var found []config.Problem
					said, found = checkProviders(cmd.Context(), loaded, time.Now)
					problems = append(problems, found...)
				}
			}
			if programs {
				return c.checkedAsJSON(problems, said)
			}
			for _, line := range said {
				fmt.Fprintln(c.out, line)
			}
			if len(problems) > 0 {
				return usageError{errors.New(problemLines(problems))}
			}
			fmt.Fprintln(c.out, "The configuration is valid.")
			return nil
		},
	}
	settable(cmd)
	localOutput(cmd, "text")
	cmd.Flags().Bool("offline", false, "do not ask the identity providers")
	return cmd
}

func (c console) checkedAsJSON(problems []config.Problem, said []string) error {
	out := checkedConfig{Valid: len(problems) == 0, Problems: []checkedProblem{}, Providers: said}
	for _, p := range problems {
		out.Problems = append(out.Problems, checkedProblem{Key: p.Key, From: string(p.Layer), Sentence: p.Err.Error()})
	}
	if err := c.printJSON(out); err != nil || out.Valid {
		return err
	}
	return usagef("the configuration is not valid")
}

func problemLines(problems []config.Problem) string {
	if len(problems) == 1 {
		return problems[0].Err.Error()
	}
	lines := []string{fmt.Sprintf("%d things are wrong with the configuration", len(problems))}
	for _, p := range problems {
		lines = append(lines, "  - "+p.Err.Error())
	}
	return strings.Join(lines, "\n")
}

// checkFiles looks at what the configuration names in the file system.
func checkFiles(loaded config.Config) (problems []config.Problem) {
	wrong := func(key string, err error) {
		if err != nil {
			problems = append(problems, config.Problem{Key: key, Err: fmt.Errorf("%s: %w", key, err)})
		}
	}
	if file, ok := loaded.SQLiteFile(); ok {
		wrong("database", checkFolder(file))
	}
	if loaded.Checkpoint != "" {
		wrong("checkpoint.file", checkFolder(loaded.Checkpoint))
	}
	if loaded.Webhook.SecretFile != "" {
		_, err := readSigner(loaded.Webhook.SecretFile)
		wrong("alarms.webhook_secret_file", err)
	}
	return problems
}

// checkFolder says what is wrong with the folder a file is to be in.
func checkFolder(file string) error {
	folder := filepath.Dir(file)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("the folder %s does not exist; make it, owned by the user that runs TEAM", folder)
	case err != nil:
		return fmt.Errorf("look at folder: %w", err)
	case !info.IsDir():
		return fmt.Errorf("%s is no folder", folder)
	}
	return nil
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
