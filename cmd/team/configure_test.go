package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigurationSaysWhereValuesCameFrom(t *testing.T) {
	file := filepath.Join(t.TempDir(), "team.yaml")
	content := "listen: 127.0.0.1:1\naws:\n  region: eu-west-1\nalarms:\n  webhook_url: https://hooks.example.org/hidden\n  webhook_secret_file: " + secretFile(t) + "\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := []string{"TEAM_CONFIG=" + file, "TEAM_LISTEN=127.0.0.1:2"}
	got := command(t, environ, "config", "print", "--log-level", "debug", "-o", "json")
	printed := decode[printedConfig](t, got.out)
	if printed.File != file || strings.Contains(got.out, "hooks.example.org") {
		t.Errorf("it printed %s", got.out)
	}
	want := map[string][2]string{
		"listen": {"127.0.0.1:2", "environment"}, "aws.region": {"eu-west-1", "file"}, "log.level": {"debug", "flag"},
		"log.format": {"json", "default"}, "alarms.webhook_url": {"(hidden)", "file"},
	}
	for _, k := range printed.Keys {
		if w, ok := want[k.Key]; ok && (k.Value != w[0] || k.From != w[1]) {
			t.Errorf("%s is %q from %s", k.Key, k.Value, k.From)
		}
		delete(want, k.Key)
	}
	if len(want) > 0 {
		t.Errorf("it does not print %v", want)
	}
	yaml := command(t, environ, "config", "print")
	for _, line := range []string{"# set by " + file + "\naws.region: \"eu-west-1\"", "# set by the variable TEAM_LISTEN\nlisten:"} {
		if !strings.Contains(yaml.out, line) {
			t.Errorf("it does not say %q:\n%s", line, yaml.out)
		}
	}
	// What was printed can be used.
	again := filepath.Join(t.TempDir(), "again.yaml")
	if err := os.WriteFile(again, []byte(strings.ReplaceAll(yaml.out, "(hidden)", "https://hooks.example.org/hidden")), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := command(t, nil, "config", "check", "--config", again); got.code != exitOK {
		t.Errorf("what was printed is refused: %s", got.err)
	}
}

func TestConfigurationIsCheckedWhole(t *testing.T) {
	file := filepath.Join(t.TempDir(), "team.yaml")
	if err := os.WriteFile(file, []byte("listen: nowhere\nregion: eu-west-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := []string{"TEAM_LOG_LEVEL=loud"}
	got := command(t, environ, "config", "check", "--config", file, "--delivery-slots", "99")
	for _, want := range []string{"4 things", "listen in the configuration file", "did you mean aws.region?", "TEAM_LOG_LEVEL", "--delivery-slots"} {
		if got.code != exitUsage || !strings.Contains(got.err, want) {
			t.Errorf("it does not say %q: %d %s", want, got.code, got.err)
		}
	}
	programs := command(t, environ, "config", "check", "--config", file, "-o", "json")
	checked := decode[checkedConfig](t, programs.out)
	if programs.code != exitUsage || checked.Valid || len(checked.Problems) != 3 || checked.Problems[0].Key != "listen" || checked.Problems[0].From != "file" {
		t.Errorf("to programs: %d %+v", programs.code, checked)
	}
	missing := command(t, nil, "config", "check", "--database", "sqlite:/no/such/folder/team.db", "--checkpoint-file", "")
	if missing.code != exitUsage || !strings.Contains(missing.err, "database: the folder /no/such/folder does not exist; make it") {
		t.Errorf("a missing folder: %d %s", missing.code, missing.err)
	}
}

func TestVersionSaysWhatThisProgramIs(t *testing.T) {
	b := decode[built](t, command(t, nil, "version", "-o", "json").out)
	if b.Version != version || b.Schema < 3 || !strings.HasPrefix(b.Go, "go1.") {
		t.Errorf("%+v", b)
	}
	if got := command(t, nil, "version", "-o", "id"); got.code != exitUsage {
		t.Errorf("-o id ended with %d", got.code)
	}
}
