// Package config is the one typed configuration of the program. Every key has a default, a unit and a rule; later
// layers win over earlier ones: defaults, the configuration file, environment variables, flags. A key nobody knows is
// refused, with the nearest one that exists.
package config

import "time"

// Config is everything an operator can set. Defaults and rules are in keys.go.
type Config struct {
	Listen string
	// PublicURL is the origin people reach TEAM at; "": that of the listener, on this machine.
	PublicURL string
	Database  string // sqlite:FILE or postgres://…; the latter may hold a password
	// StopDelay is how long a program that is told to stop still serves, while it says that it is not ready.
	StopDelay time.Duration

	RedirectListen string // where plain HTTP is sent on to HTTPS; "": nowhere
	TLS            TLS
	Proxies        Proxies
	MetricsFrom    string // addresses and networks
	Rates          Rates
	Connections    Connections
	AccessLog      AccessLog

	Checkpoint       string // file; "": checkpoints are not written
	CheckpointPeriod time.Duration

	AWS         AWS
	Person      string // attribute that identifies a person, see awsclient.Config.PersonAttribute
	Groups      Groups
	Limits      Limits
	Delivery    Delivery
	Directory   Directory
	Webhook     Webhook
	Log         Log
	Streams     Streams
	Tracing     Tracing
	Firewall    Firewall
	TokenMaxTTL time.Duration
	// IssuerNetworks are those in which trusted issuers of ID tokens may be, beside public addresses.
	IssuerNetworks string
	SignIn         SignIn
}

// SignIn says where people sign in, and bounds how long they stay signed in.
type SignIn struct {
	IdleAfter time.Duration // without use
	Longest   time.Duration // however much it is used
	// CLILongest bounds a command line's, which lasts no longer than the browser's that it was begun with.
	CLILongest time.Duration
	Providers  []SignInProvider
}

// AWS says which AWS the program talks to.
type AWS struct {
	Region          string
	Endpoint        string // "": AWS's own
	Sandbox         bool   // the endpoint is a simulated AWS; only a file can say so
	WithoutStatus   bool   // the simulated AWS knows no status of users: all are taken for enabled
	InstanceARN     string
	IdentityStoreID string
	PortalURL       string // of the AWS access portal; "" where people find it by themselves
}

// Groups are the role groups that a new database begins with; afterwards the settings rule.
type Groups struct {
	Administrators string // group id
	Auditors       string // group id
}

// Limits are the settings that a new database begins with; afterwards the settings rule.
type Limits struct {
	MinimumDuration    time.Duration
	MaximumDuration    time.Duration
	PendingExpiry      time.Duration
	StartHorizon       time.Duration
	ActivationDeadline time.Duration
	MaxExtensions      int
	MaxTargets         int
}

// Delivery is how hard TEAM works AWS's assignment API.
type Delivery struct {
	CallsPerSecond float64
	Slots          int
	Loops          int
	CallTimeout    time.Duration
	Sweep          time.Duration
}

// Directory is how the organization is read, and how old what was read may be.
type Directory struct {
	Period           time.Duration
	Share            float64
	MaxAge           time.Duration
	MembershipMaxAge time.Duration
}

// Webhook hears of alarms.
type Webhook struct {
	URL        string
	SecretFile string
}

// Log says what is logged, and how.
type Log struct {
	Level  string
	Format string
}

// Tracing says where traces go.
type Tracing struct {
	Endpoint string // of a collector; "": what OTEL_EXPORTER_OTLP_ENDPOINT says, else nowhere
	Sample   float64
}

// Streams bounds how many event streams one replica keeps open.
type Streams struct {
	PerCaller int
	Total     int
}
