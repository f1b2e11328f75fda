package config

import (
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
)

var updateReference = flag.Bool("update", false, "write docs/reference/configuration.md and deploy/team.example.yaml anew")

const (
	referencePage = "../../docs/reference/configuration.md"
	exampleFile   = "../../deploy/team.example.yaml"
)

func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

func renderReference() string {
	var b strings.Builder
	b.WriteString("# The configuration\n\n" +
		"What `team serve` is started with. The settings that rule requests (`team policy settings`) are policies, kept in the\n" +
		"database and changed under the rules for changes; of them a new database takes its first values from here.\n\n" +
		"Layers, of which later ones win: defaults, the configuration file (`--config` or `TEAM_CONFIG`; YAML, keys written\n" +
		"`aws.region: x` or nested), environment variables, flags. A key or `TEAM_…` variable that nobody knows is refused.\n\n" +
		"    team config print   # every key with its value and where that came from\n" +
		"    team config check   # everything that is wrong\n\n" +
		"[team.example.yaml](../../deploy/team.example.yaml) has all keys with their defaults. Both are written from the program by\n" +
		"`go test ./internal/config -run Reference -update`.\n")
	for _, k := range Default().Keys() {
		b.WriteString("\n## " + k.Name + "\n\n" + k.Help + "\n\n| | |\n|---|---|\n")
		row := func(name, text string) { b.WriteString("| " + name + " | " + cell(text) + " |\n") }
		kind := k.Unit
		if kind == "" {
			kind = "text"
		}
		row("value", kind)
		fallback := code(k.Default)
		if fallback == "" {
			fallback = "empty"
		}
		row("default", fallback)
		if k.FileOnly {
			row("set by", "the configuration file alone")
		} else {
			row("variable", code(k.Variable()))
			row("flag", code("--"+k.Flag()))
		}
		if k.Secret {
			row("secret", "not printed")
		}
	}
	for _, l := range Default().Lists() {
		b.WriteString("\n## " + l.Name + "\n\n" + l.Help + "\n\nA list; only the configuration file can hold it. Each entry has these keys:\n\n" +
			"| key | value | default | |\n|---|---|---|---|\n")
		for _, k := range l.Keys {
			kind := k.Unit
			if kind == "" {
				kind = "text"
			}
			fallback := code(k.Default)
			if fallback == "" {
				fallback = "empty"
			}
			b.WriteString("| `" + k.Name + "` | " + cell(kind) + " | " + cell(fallback) + " | " + cell(k.Help) + " |\n")
		}
	}
	return b.String()
}

func renderExample() string {
	var b strings.Builder
	b.WriteString("# Every key of TEAM's configuration with its default, all of them commented out.\n" +
		"# Written by: go test ./internal/config -run Reference -update\n")
	for _, k := range Default().Keys() {
		b.WriteString("\n# " + k.Help + "\n")
		if k.Unit != "" {
			b.WriteString("# Value: " + k.Unit + ".\n")
		}
		b.WriteString("# " + k.Name + ": \"" + k.Default + "\"\n")
	}
	for _, l := range Default().Lists() {
		b.WriteString("\n# " + l.Help + "\n# " + l.Name + ":\n")
		for i, k := range l.Keys {
			dash := "   "
			if i == 0 {
				dash = " - "
			}
			b.WriteString("#   " + "# " + k.Help + "\n#  " + dash + k.Name + ": \"" + k.Default + "\"\n")
		}
	}
	return b.String()
}

func TestReferenceIsWhatTheProgramKnows(t *testing.T) {
	for file, want := range map[string]string{referencePage: renderReference(), exampleFile: renderExample()} {
		if *updateReference {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is not what the program knows: run go test ./internal/config -run Reference -update", file)
		}
	}
}

// The example, with its keys not commented out any more, is a configuration: the defaults.
func TestReferenceExampleLoads(t *testing.T) {
	var b strings.Builder
	for line := range strings.Lines(renderExample()) {
		if key, _, ok := strings.Cut(strings.TrimPrefix(line, "# "), ": \""); ok && !strings.Contains(key, " ") {
			line = strings.TrimPrefix(line, "# ")
		}
		b.WriteString(line)
	}
	c, err := Load(Sources{File: write(t, b.String())})
	if err != nil || !reflect.DeepEqual(c, *Default()) {
		t.Errorf("%v: %+v", err, c)
	}
	if _, from, _ := Explain(Sources{File: write(t, b.String())}); from["listen"] != FromFile {
		t.Error("nothing of it was read")
	}
}
