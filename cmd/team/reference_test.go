package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/team-idc/team/internal/config"
)

var updateReference = flag.Bool("update", false, "write docs/reference/cli.md anew")

const referencePage = "../../docs/reference/cli.md"

func tree() *cobra.Command { return newRoot(console{now: time.Now, zone: time.UTC}) }

// every command of the tree, in the order of their names.
func everyCommand(root *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, cmd := range root.Commands() {
		if cmd.Hidden {
			continue
		}
		all = append(all, cmd)
		all = append(all, everyCommand(cmd)...)
	}
	return all
}

// own says whether a flag is described with its command, and not once for many.
func own(cmd *cobra.Command, f *pflag.Flag) bool {
	if f.Hidden || f.Name == "help" || f.Name == "version" {
		return false
	}
	if cmd.Flags().Lookup("config") != nil {
		for _, k := range config.Default().Keys() {
			if f.Name == k.Flag() {
				return false
			}
		}
	}
	return f.Name != "server" && f.Name != "token-file" && (f.Name != "output" || f.DefValue != "table")
}

func renderCommand(b *strings.Builder, cmd *cobra.Command) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n```\n%s\n```\n\n%s\n", cmd.CommandPath(), cmd.Short+".", cmd.UseLine(), strings.TrimSpace(cmd.Long))
	if cmd.Example != "" {
		fmt.Fprintf(b, "\n```sh\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(cmd.Example, "  "), "\n  ", "\n"))
	}
	var rows []string
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if !own(cmd, f) {
			return
		}
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
			name += " (`" + f.DefValue + "`)"
		}
		rows = append(rows, "| "+name+" | "+strings.ReplaceAll(f.Usage, "|", "\\|")+" |\n")
	})
	if len(rows) > 0 {
		b.WriteString("\n| Flag (default) | Meaning |\n|---|---|\n" + strings.Join(rows, ""))
	}
	switch {
	case cmd.Flags().Lookup("config") != nil:
		b.WriteString("\nBesides one flag for every key of the [configuration](configuration.md).\n")
	case !cmd.HasParent() || cmd.PersistentFlags().Lookup("server") == nil:
	case cmd.HasSubCommands():
		b.WriteString("\nIts commands speak to a server: see [below](#commands-that-speak-to-a-server).\n")
	}
}

func renderReference() string {
	var b strings.Builder
	b.WriteString("# The command line\n\n" +
		"Every command, as `team COMMAND --help` tells it. This page is written from the program by\n" +
		"`go test ./cmd/team -run Reference -update`. What may change about commands, flags, exit codes and JSON, and what not,\n" +
		"is promised in [compatibility.md](../compatibility.md).\n\n" +
		"## Commands that speak to a server\n\n| Flag | Meaning |\n|---|---|\n")
	probe := &cobra.Command{Use: "probe"}
	remote(probe)
	probe.PersistentFlags().VisitAll(func(f *pflag.Flag) {
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		b.WriteString("| " + name + " | " + f.Usage + " |\n")
	})
	b.WriteString("\n`-o json` prints the answer of the [API](api.md) as it is, and nothing else, on the output; errors then go to the error\n" +
		"stream as JSON. Progress goes to the error stream, and moves only on a terminal. `--because` is the old name of `--reason`.\n\n" +
		"## Completion\n\n`team completion bash`, `zsh` or `fish` prints a script for the shell (bash needs the package bash-completion). It completes\n" +
		"commands and flags, and by asking the server accounts, roles, users, organizational units, groups, policies, and the ids\n" +
		"of requests, elevations and proposals. A server that does not answer within 1.5 s completes nothing.\n\n" +
		"## Exit codes\n\n| Code | Name | Meaning |\n|---|---|---|\n")
	for _, m := range exitMeanings {
		fmt.Fprintf(&b, "| %d | `%s` | %s |\n", m.code, m.name, m.meaning)
	}
	b.WriteString("\n`team ensure … -- COMMAND` ends with the code of COMMAND; 127 where there is no such command, 126 where it cannot be run,\n" +
		"128 and the number of the signal where one ended it.\n")
	for _, cmd := range everyCommand(tree()) {
		if cmd.Name() != "exit-codes" {
			renderCommand(&b, cmd)
		}
	}
	return b.String()
}

func TestReferenceIsWhatTheProgramSays(t *testing.T) {
	want := renderReference()
	if *updateReference {
		if err := os.WriteFile(referencePage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referencePage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("the page is not what the program says: run go test ./cmd/team -run Reference -update")
	}
}

// Help that teaches: every command says what it does at more length than its name, and shows how.
func TestEveryCommandTeaches(t *testing.T) {
	for _, cmd := range everyCommand(tree()) {
		name := cmd.CommandPath()
		if len(cmd.Short) < 10 || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s has the short help %q", name, cmd.Short)
		}
		if len(strings.TrimSpace(cmd.Long)) <= len(cmd.Short) {
			t.Errorf("%s explains no more than its short help", name)
		}
		if !strings.Contains(cmd.Example, "team ") {
			t.Errorf("%s has no example", name)
		}
		for line := range strings.Lines(cmd.Long + "\n" + cmd.Example) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > 140 {
				t.Errorf("%s has a line of %d letters: %s", name, n, line)
			}
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s does not say what --%s means", name, f.Name)
			}
		})
		if answers := cmd.Runnable() && !cmd.HasSubCommands() && !printsNoAnswer(name); answers && cmd.Flags().Lookup("output") == nil &&
			cmd.InheritedFlags().Lookup("output") == nil {
			t.Errorf("%s has no -o json", name)
		}
		if cmd.RunE == nil && !cmd.IsAdditionalHelpTopicCommand() && !cmd.HasSubCommands() {
			t.Errorf("%s does nothing", name)
		}
	}
}

// printsNoAnswer says of a command that what it prints is for no program: those that serve, those that print a secret
// once for a shell or for people, and those that talk with a person about their browser (team whoami then tells programs).
func printsNoAnswer(path string) bool {
	return path == "team serve" || path == "team login" || path == "team logout" || strings.HasPrefix(path, "team demo") || strings.HasPrefix(path, "team token")
}

// The examples are command lines that parse.
func TestExamplesParse(t *testing.T) {
	for _, cmd := range everyCommand(tree()) {
		text := strings.ReplaceAll(cmd.Example, "\\\n", " ")
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), "   #")
			for part := range strings.SplitSeq(line, "&&") {
				words := shellWords(part)
				at := -1
				for i, w := range words {
					if w == "team" {
						at = i
						break
					}
				}
				if at < 0 {
					continue
				}
				parseExample(t, cmd, words[at+1:])
			}
		}
	}
}

func parseExample(t *testing.T, of *cobra.Command, words []string) {
	t.Helper()
	for i, w := range words {
		if w == ">" || w == "||" || w == "|" {
			words = words[:i]
			break
		}
	}
	found, rest, err := tree().Find(words)
	if err != nil {
		t.Errorf("%s shows %v: %v", of.CommandPath(), words, err)
		return
	}
	if err := found.ParseFlags(rest); err != nil {
		t.Errorf("%s shows %v: %v", of.CommandPath(), words, err)
		return
	}
	if err := found.ValidateArgs(found.Flags().Args()); err != nil {
		t.Errorf("%s shows %v: %v", of.CommandPath(), words, err)
	}
	if err := found.ValidateRequiredFlags(); err != nil {
		t.Errorf("%s shows %v: %v", of.CommandPath(), words, err)
	}
}

// shellWords splits as a shell does where there are only double and single quotes, and unpacks eval "$(…)".
func shellWords(line string) []string {
	line = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), `eval "$(`), `)"`)
	var words []string
	var word strings.Builder
	var quote rune
	begun := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, begun = r, true
		case r == ' ':
			if begun || word.Len() > 0 {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
		}
	}
	if begun || word.Len() > 0 {
		words = append(words, word.String())
	}
	return words
}
