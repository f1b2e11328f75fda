package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Key is one thing an operator can set.
type Key struct {
	Name    string // as in the file: aws.region
	Default string
	Unit    string // "" where the value needs none
	Help    string // one sentence
	// FileOnly keys cannot be set by an environment variable or a flag.
	FileOnly bool
	// Secret values are not printed.
	Secret bool
	// many says that the value is a list of words.
	many bool
	// shown takes what may be secret out of a value. Optional.
	shown func(string) string

	set   func(string) error
	value func() string
}

// Variable is the environment variable that sets the key.
func (k Key) Variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(k.Name, ".", "_"))
}

// Flag is the flag that sets the key, without its dashes.
func (k Key) Flag() string { return strings.NewReplacer(".", "-", "_", "-").Replace(k.Name) }

// Value is what the key is set to, as text; secrets are hidden.
func (k Key) Value() string {
	v := k.value()
	if k.Secret && v != "" {
		return "(hidden)"
	}
	if k.shown != nil {
		return k.shown(v)
	}
	return v
}

// variablePrefix begins the environment variables of the configuration.
const variablePrefix = "TEAM_"

// Keys lists every key of c in the order in which they are explained; setting one sets c's field.
func (c *Config) Keys() []Key {
	return slices.Concat(
		c.servingKeys(), c.edgeKeys(), c.firewallKeys(), c.signInKeys(), c.streamKeys(), c.machineKeys(), c.awsKeys(), c.limitKeys(), c.workKeys(),
		c.reportKeys(),
	)
}

func (c *Config) servingKeys() []Key {
	return []Key{
		text(&c.Listen, Key{
			Name: "listen", Default: "127.0.0.1:8080",
			Help: "Address and port to serve on; port 0 lets the system choose one.",
		}, address),
		text(&c.PublicURL, Key{
			Name: "public_url", Default: "",
			Help: "Address people reach TEAM at, as https://team.example.org: what providers send browsers back to, and what passkeys belong to. " +
				"Requests that ask for another name are refused. Empty: http://localhost and the port of listen, where that is this machine itself.",
		}, publicURL),
		duration(&c.StopDelay, Key{
			Name: "stop_delay", Default: "1s",
			Help: "How long a process that is told to stop goes on serving while /readyz fails, so that a load balancer sends nothing " +
				"there any more: longer than it takes to notice. 0s where none stands before TEAM.",
		}, 0, 5*time.Minute),
		text(&c.Database, Key{
			Name: "database", Default: "sqlite:team.db", shown: shownDatabase,
			Help: "Where everything is kept: sqlite:FILE for one process, or postgres://USER@HOST:PORT/NAME?sslmode=verify-full for any " +
				"number of replicas. A password belongs into this file, the variable or a PGPASSFILE: others on the machine see flags.",
		}, database),
		text(&c.Checkpoint, Key{
			Name: "checkpoint.file", Default: "team.checkpoint",
			Help: "File outside the database that holds the head of the event log, so that a database " +
				"put back from a backup is noticed; keep it out of the backup. Empty: none.",
		}, nil),
		duration(&c.CheckpointPeriod, Key{
			Name: "checkpoint.period", Default: "5s",
			Help: "How often the checkpoint is written while events happen.",
		}, time.Second, 10*time.Minute),
		duration(&c.TokenMaxTTL, Key{Name: "token.max_ttl", Default: "2160h", Help: "Longest life of a bearer token; 90 days at most."},
			time.Minute, 90*24*time.Hour),
	}
}

func (c *Config) signInKeys() []Key {
	return []Key{
		duration(&c.SignIn.IdleAfter, Key{
			Name: "sign_in.idle_after", Default: "1h",
			Help: "Somebody who does nothing for so long is signed out.",
		}, 5*time.Minute, 24*time.Hour),
		duration(&c.SignIn.Longest, Key{
			Name: "sign_in.longest", Default: "12h",
			Help: "Somebody is signed out after this, whatever they do; also who is signed in at the database with team token issue.",
		}, 5*time.Minute, 7*day),
		duration(&c.SignIn.CLILongest, Key{
			Name: "sign_in.cli_longest", Default: "12h",
			Help: "A command line is signed out after this, and at the end of the browser's sign-in that it was signed in with, whichever is sooner.",
		}, 5*time.Minute, 7*day),
	}
}

func (c *Config) streamKeys() []Key {
	return []Key{
		integer(&c.Streams.PerCaller, Key{
			Name: "streams.per_caller", Default: "10",
			Help: "Event streams that one person or machine may have open on one replica.",
		}, 1, 1000),
		integer(&c.Streams.Total, Key{Name: "streams.total", Default: "1000", Help: "Event streams that one replica keeps open."}, 1, 100000),
	}
}

func (c *Config) machineKeys() []Key {
	return []Key{
		text(&c.IssuerNetworks, Key{
			Name: "machines.issuer_networks", Default: "",
			Help: "Networks in which trusted issuers of ID tokens may be beside public addresses, as 10.0.0.0/8, divided by commas: those " +
				"of Kubernetes clusters often are in private ones. Other addresses are never asked for keys, whatever the settings name.",
		}, networks),
	}
}

func (c *Config) awsKeys() []Key {
	return []Key{
		text(&c.AWS.Region, Key{Name: "aws.region", Default: "us-east-1", Help: "Primary Region of the IAM Identity Center instance."}, awsRegion),
		text(&c.AWS.Endpoint, Key{
			Name: "aws.endpoint", Default: "", FileOnly: true,
			Help: "Endpoint instead of AWS's own. One that is not AWS's is refused unless aws.sandbox is true.",
		}, nil),
		boolean(&c.AWS.Sandbox, Key{
			Name: "aws.sandbox", Default: "false", FileOnly: true,
			Help: "The endpoint is a simulated AWS. Every answer shows it.",
		}),
		boolean(&c.AWS.WithoutStatus, Key{
			Name: "aws.users_without_status", Default: "false", FileOnly: true,
			Help: "The simulated AWS knows no status of users, as moto does not: all of them are taken for enabled. " +
				"Only together with aws.sandbox: with AWS itself a user without status is not enabled.",
		}),
		text(&c.AWS.InstanceARN, Key{
			Name: "aws.instance_arn", Default: "",
			Help: "The instance, where the credentials see more than one; together with aws.identity_store_id.",
		}, nil),
		text(&c.AWS.IdentityStoreID, Key{
			Name: "aws.identity_store_id", Default: "",
			Help: "Identity store of the instance; together with aws.instance_arn.",
		}, nil),
		text(&c.AWS.PortalURL, Key{
			Name: "aws.portal_url", Default: "",
			Help: "The AWS access portal of the instance, as https://d-1234567890.awsapps.com/start: people who have access get a link that " +
				"opens the console there. Empty: they find it by themselves.",
		}, portalURL),
		text(&c.Person, Key{
			Name: "person_attribute", Default: "",
			Help: "What identifies the person behind a user, for people with several users: email, external_id or " +
				"enterprise.ATTRIBUTE. Empty: each user is a person.",
		}, nil),
		text(&c.Groups.Administrators, Key{
			Name: "groups.administrators", Default: "",
			Help: "Group id of TEAM's administrators. A new database begins with it; later the settings rule.",
		}, groupID),
		text(&c.Groups.Auditors, Key{
			Name: "groups.auditors", Default: "",
			Help: "Group id of TEAM's auditors. A new database begins with it; later the settings rule.",
		}, groupID),
	}
}

const day = 24 * time.Hour

func (c *Config) limitKeys() []Key {
	l := &c.Limits
	const first = " A new database begins with it; later the settings rule."
	return []Key{
		duration(&l.MinimumDuration, Key{
			Name: "limits.minimum_duration", Default: "1m",
			Help: "Shortest elevation that can be asked for." + first,
		}, time.Second, 12*time.Hour),
		duration(&l.MaximumDuration, Key{
			Name: "limits.maximum_duration", Default: "9h",
			Help: "Longest elevation, whatever policies say." + first,
		}, time.Second, 365*day),
		duration(&l.PendingExpiry, Key{
			Name: "limits.pending_expiry", Default: "3h",
			Help: "A request that nobody decided on expires after this." + first,
		}, time.Second, 365*day),
		duration(&l.StartHorizon, Key{Name: "limits.start_horizon", Default: "2160h", Help: "How far ahead an elevation may start." + first}, 0, 366*day),
		duration(&l.ActivationDeadline, Key{
			Name: "limits.activation_deadline", Default: "30m",
			Help: "Access that could not start within this after its start does not start." + first,
		}, time.Second, day),
		integer(&l.MaxExtensions, Key{Name: "limits.max_extensions", Default: "2", Help: "Extensions of one elevation." + first}, 0, 100),
		integer(&l.MaxTargets, Key{Name: "limits.max_targets", Default: "50", Help: "Targets of one request." + first}, 1, 500),
	}
}

func (c *Config) workKeys() []Key {
	return []Key{
		number(&c.Delivery.CallsPerSecond, Key{
			Name: "delivery.calls_per_second", Default: "15", Unit: "calls/s",
			Help: "TEAM's share of the 20 calls a second that AWS allows for all of IAM Identity Center.",
		}, 1, 20),
		integer(&c.Delivery.Slots, Key{
			Name: "delivery.slots", Default: "12",
			Help: "TEAM's share of the 15 assignment operations that AWS works on at a time.",
		}, 1, 15),
		integer(&c.Delivery.Loops, Key{Name: "delivery.loops", Default: "4", Help: "Steps of delivery that run at a time in this process."}, 1, 16),
		duration(&c.Delivery.CallTimeout, Key{
			Name: "delivery.call_timeout", Default: "2.5s",
			Help: "Longest wait for one answer of AWS. When a replica is lost in the middle of a call, others wait half a second longer before they take over.",
		}, 100*time.Millisecond, 3*time.Second),
		duration(&c.Delivery.Sweep, Key{
			Name: "delivery.sweep", Default: "15m",
			Help: "How often what TEAM has given is read again.",
		}, time.Minute, 24*time.Hour),
		duration(&c.Directory.Period, Key{
			Name: "directory.period", Default: "15m",
			Help: "Time from the end of one reading of the organization to the beginning of the next.",
		}, time.Second, 12*time.Hour),
		number(&c.Directory.Share, Key{
			Name: "directory.share", Default: "0.5",
			Help: "Share of AWS's rates that reading the organization may take.",
		}, 0.01, 1),
		duration(&c.Directory.MaxAge, Key{
			Name: "directory.max_age", Default: "2h",
			Help: "How old what is known of an account or permission set may be when somebody decides or access starts.",
		}, time.Minute, 7*day),
		duration(&c.Directory.MembershipMaxAge, Key{
			Name: "directory.membership_max_age", Default: "5m",
			Help: "How old a reading of somebody's groups may be then.",
		}, time.Second, time.Hour),
	}
}

func (c *Config) reportKeys() []Key {
	return []Key{
		text(&c.Webhook.URL, Key{
			Name: "alarms.webhook_url", Default: "", Secret: true,
			Help: "Where alarms are posted when they open and close. It may hold a secret in its path. Empty: nowhere.",
		}, webURL),
		text(&c.Webhook.SecretFile, Key{
			Name: "alarms.webhook_secret_file", Default: "",
			Help: "File with the secret (whsec_… or any text of at least 24 characters) that signs what is posted.",
		}, nil),
		text(&c.Tracing.Endpoint, Key{
			Name: "tracing.endpoint", Default: "", shown: shownURL,
			Help: "Collector that takes traces as OTLP over HTTP, as http://127.0.0.1:4318. Empty: what OTEL_EXPORTER_OTLP_ENDPOINT says, else no traces.",
		}, webURL),
		number(&c.Tracing.Sample, Key{Name: "tracing.sample", Default: "1", Help: "Share of traces that are kept; callers are not asked."}, 0, 1),
		text(&c.Log.Level, Key{Name: "log.level", Default: "info", Help: "debug, info, warn or error."}, oneOf("debug", "info", "warn", "error")),
		text(&c.Log.Format, Key{Name: "log.format", Default: "json", Help: "json or text."}, oneOf("json", "text")),
	}
}

func text(field *string, k Key, check func(string) error) Key {
	k.value = func() string { return *field }
	k.set = func(s string) error {
		if check != nil {
			if err := check(s); err != nil {
				return err
			}
		}
		*field = s
		return nil
	}
	return k
}

func boolean(field *bool, k Key) Key {
	k.Unit = "true or false"
	k.value = func() string { return strconv.FormatBool(*field) }
	k.set = func(s string) error {
		if s != "true" && s != "false" {
			return fmt.Errorf("is %q; it can be true or false", s)
		}
		*field = s == "true"
		return nil
	}
	return k
}

func integer(field *int, k Key, least, most int) Key {
	k.Unit = fmt.Sprintf("%d to %d", least, most)
	k.value = func() string { return strconv.Itoa(*field) }
	k.set = func(s string) error {
		n, err := strconv.Atoi(s)
		if err != nil || n < least || n > most {
			return fmt.Errorf("is %q; it must be a whole number from %d to %d", s, least, most)
		}
		*field = n
		return nil
	}
	return k
}

func number(field *float64, k Key, least, most float64) Key {
	limits := fmt.Sprintf("%g to %g", least, most)
	k.Unit = strings.TrimSpace(limits + " " + k.Unit)
	k.value = func() string { return strconv.FormatFloat(*field, 'g', -1, 64) }
	k.set = func(s string) error {
		n, err := strconv.ParseFloat(s, 64)
		inside := n >= least && n <= most // false for NaN
		if err != nil || !inside {
			return fmt.Errorf("is %q; it must be a number from %s", s, limits)
		}
		*field = n
		return nil
	}
	return k
}

func duration(field *time.Duration, k Key, least, most time.Duration) Key {
	limits := fmt.Sprintf("%s to %s", Spell(least), Spell(most))
	k.Unit = "duration, " + limits
	k.value = func() string { return Spell(*field) }
	k.set = func(s string) error {
		d, err := time.ParseDuration(s)
		if err != nil || d < least || d > most {
			return fmt.Errorf("is %q; it must be a duration such as 90s, 15m or 2h, from %s", s, limits)
		}
		*field = d
		return nil
	}
	return k
}

// Spell writes a duration without parts that are zero: 2h, 1m30s.
func Spell(d time.Duration) string {
	s := d.String()
	if rest, ok := strings.CutSuffix(s, "m0s"); ok {
		s = rest + "m"
	}
	if rest, ok := strings.CutSuffix(s, "h0m"); ok {
		s = rest + "h"
	}
	return s
}
