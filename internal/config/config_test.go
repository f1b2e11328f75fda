package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "team.yaml")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestLaterLayersWin(t *testing.T) {
	c, err := Load(Sources{
		File:    write(t, "listen: 127.0.0.1:1\naws:\n  region: eu-west-1\nlimits:\n  minimum_duration: 2m\ndelivery.slots: 3\n"),
		Environ: []string{"TEAM_LISTEN=127.0.0.1:2", "TEAM_LIMITS_MINIMUM_DURATION=3m", "TEAM_TOKEN=team_x", "TEAM_SERVICE_HOST=10.0.0.1", "HOME=/"},
		Flags:   map[string]string{"limits.minimum_duration": "4m"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:2" || c.AWS.Region != "eu-west-1" || c.Limits.MinimumDuration != 4*time.Minute || c.Delivery.Slots != 3 {
		t.Errorf("got %+v", c)
	}
	if c.Limits.MaxExtensions != 2 || c.Log.Format != "json" {
		t.Errorf("defaults are lost: %+v", c)
	}
}

func TestRefusals(t *testing.T) {
	for name, tt := range map[string]struct {
		file    string
		environ []string
		flags   map[string]string
		want    string
	}{
		"unknown key in the file":   {file: "aws:\n  regoin: eu-west-1\n", want: "unknown key aws.regoin; did you mean aws.region?"},
		"key without its group":     {file: "minimum_duration: 5s\n", want: "did you mean limits.minimum_duration?"},
		"unknown variable":          {environ: []string{"TEAM_LISTN=x"}, want: "TEAM_LISTN belongs to no key; did you mean TEAM_LISTEN?"},
		"nothing near":              {file: "frobnicate: 1\n", want: "`team config print` lists"},
		"a list":                    {file: "listen: [a, b]\n", want: "must be one value"},
		"zero duration":             {file: "limits: {minimum_duration: 0s}\n", want: `is "0s"; it must be a duration such as 90s`},
		"duration without unit":     {file: "limits: {minimum_duration: 30}\n", want: `is "30"; it must be a duration`},
		"too many slots":            {environ: []string{"TEAM_DELIVERY_SLOTS=16"}, want: "from 1 to 15"},
		"not a number":              {environ: []string{"TEAM_DELIVERY_CALLS_PER_SECOND=NaN"}, want: "must be a number"},
		"limits crossed":            {flags: map[string]string{"limits.minimum_duration": "10h"}, want: "above limits.maximum_duration"},
		"foreign endpoint":          {file: "aws: {endpoint: 'http://127.0.0.1:4566'}\n", want: "is not one of AWS's"},
		"endpoint that looks right": {file: "aws: {endpoint: 'https://sso.amazonaws.com.example.org'}\n", want: "is not one of AWS's"},
		"endpoint with user":        {file: "aws: {endpoint: 'https://x@sso.us-east-1.amazonaws.com'}\n", want: "is not one of AWS's"},
		"endpoint in clear":         {file: "aws: {endpoint: 'http://sso.us-east-1.amazonaws.com'}\n", want: "is not one of AWS's"},
		"endpoint by variable":      {environ: []string{"TEAM_AWS_ENDPOINT=http://127.0.0.1:1"}, want: "only in the configuration file"},
		"sandbox by variable":       {environ: []string{"TEAM_AWS_SANDBOX=true"}, want: "only in the configuration file"},
		"endpoint by flag":          {flags: map[string]string{"aws.endpoint": "http://127.0.0.1:1"}, want: "no flag for aws.endpoint"},
		"sandbox that is AWS":       {file: "aws: {endpoint: 'https://sso.us-east-1.amazonaws.com', sandbox: true}\n", want: "is AWS's own"},
		"sandbox without endpoint":  {file: "aws: {sandbox: true}\n", want: "without aws.endpoint"},
		"AWS without user status":   {file: "aws: {users_without_status: true}\n", want: "without aws.sandbox"},
		"user status by variable":   {environ: []string{"TEAM_AWS_USERS_WITHOUT_STATUS=true"}, want: "only in the configuration file"},
		"webhook without secret":    {environ: []string{"TEAM_ALARMS_WEBHOOK_URL=https://example.org/x"}, want: "given together"},
		"address without a port":    {file: "listen: localhost\n", want: "an address and a port"},
		"impossible port":           {file: "listen: ':70000'\n", want: "an address and a port"},
		"name of a group":           {file: "groups: {administrators: team-admins}\n", want: "the id of a group"},
		"other database":            {environ: []string{"TEAM_DATABASE=mysql://x"}, want: "must be sqlite:"},
		"database without a name":   {environ: []string{"TEAM_DATABASE=postgres://team@db:5432"}, want: "names no database"},
		"database without a host":   {environ: []string{"TEAM_DATABASE=postgres:///team"}, want: "names no host"},
		"database that is no URL":   {environ: []string{"TEAM_DATABASE=postgres://team:50%@db/team"}, want: "malformed URL"},
		"database in clear":         {environ: []string{"TEAM_DATABASE=postgres://team@db/team"}, want: "add sslmode=verify-full"},
		"database perhaps in clear": {environ: []string{"TEAM_DATABASE=postgres://team@db/team?sslmode=prefer"}, want: "add sslmode=verify-full"},
		"second database in clear":  {environ: []string{"TEAM_DATABASE=postgres://127.0.0.1,db/team"}, want: "add sslmode=verify-full"},
		"database elsewhere":        {environ: []string{"TEAM_DATABASE=postgres://localhost/team?host=db"}, want: "add sslmode=verify-full"},
		"unknown sslmode":           {environ: []string{"TEAM_DATABASE=postgres://team@db/team?sslmode=on"}, want: "has sslmode=on; it can be disable"},
		"broken file":               {file: "listen: [\n", want: "read configuration file"},
	} {
		t.Run(name, func(t *testing.T) {
			s := Sources{Environ: tt.environ, Flags: tt.flags}
			if tt.file != "" {
				s.File = write(t, tt.file)
			}
			_, err := Load(s)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestEndpointOfAWSIsTaken(t *testing.T) {
	c, err := Load(Sources{File: write(t, "aws: {endpoint: 'https://vpce-0a1b.sso.eu-west-1.vpce.amazonaws.com'}\n")})
	if err != nil || c.AWS.Sandbox {
		t.Fatalf("got %+v, %v", c.AWS, err)
	}
}

func TestP10SecretsAreNotPrinted(t *testing.T) {
	c := Default()
	c.Webhook.URL = "https://example.org/hooks/s3cret"
	c.Tracing.Endpoint = "https://team:s3cret@collector.example.org:4318/v1?token=s3cret"
	c.Database = "postgres://team:s3cret@db.example.org:5432/team?sslmode=require&sslpassword=s3cret"
	for _, k := range c.Keys() {
		if strings.Contains(k.Value(), "s3cret") {
			t.Errorf("%s prints %q", k.Name, k.Value())
		}
	}
}

// A password in the URL of a database may be where nobody looks for it when the URL is malformed.
func TestP10RefusalsOfADatabaseDoNotRepeatIt(t *testing.T) {
	for _, name := range []string{
		"postgres://team:s3cret@db:5432", "postgres://team:s3cret%@db/team", "postgres://team:s3cret/team", "mysql://team:s3cret@db/team",
		"postgres://team:s3cret@db/team?sslmode=on", "postgres://team:s3cret@db:port/team",
	} {
		_, err := Load(Sources{Environ: []string{"TEAM_DATABASE=" + name}})
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDatabasesThatAreTaken(t *testing.T) {
	for name, shown := range map[string]string{
		"sqlite:/var/lib/team/team.db":                                             "sqlite:/var/lib/team/team.db",
		"postgres://team:s3cret@db:5432/team?sslmode=verify-full":                  "postgres://team@db:5432/team",
		"postgresql:///team?host=/run/postgresql":                                  "postgresql:///team",
		"postgres://a,b:5433/team?target_session_attrs=read-write&sslmode=require": "postgres://a,b:5433/team",
		"postgres://team@127.0.0.1:5432/team":                                      "postgres://team@127.0.0.1:5432/team",
		"postgres://team@[::1]/team?sslmode=prefer":                                "postgres://team@[::1]/team",
		"postgres://team@db:5432/team?sslmode=disable":                             "postgres://team@db:5432/team",
	} {
		c, err := Load(Sources{Environ: []string{"TEAM_DATABASE=" + name}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := shownDatabase(c.Database); got != shown {
			t.Errorf("%s is shown as %s, want %s", name, got, shown)
		}
	}
}

func TestEveryKeyIsExplained(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Default().Keys() {
		if k.Help == "" || !strings.HasSuffix(k.Help, ".") {
			t.Errorf("%s is not explained in a sentence: %q", k.Name, k.Help)
		}
		if seen[k.Name] || seen[k.Variable()] || foreignVariable(k.Variable()) {
			t.Errorf("%s or its variable exists twice", k.Name)
		}
		seen[k.Name], seen[k.Variable()] = true, true
		if k.Value() != k.Default && !k.Secret {
			t.Errorf("%s has the default %q and shows it as %q", k.Name, k.Default, k.Value())
		}
	}
}
