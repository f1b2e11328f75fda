package main

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/due"
	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/filelock"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policychange"
	"github.com/team-idc/team/internal/store"
	"github.com/team-idc/team/internal/telemetry"
)

// server is one replica of TEAM, put together.
type server struct {
	config config.Config
	log    *slog.Logger
	now    func() time.Time
	name   string   // of this replica, in alarms
	public *url.URL // origin that people reach TEAM at; without public_url it is known when the port is open

	lock     *filelock.Lock // no other process serves on this database; nil on PostgreSQL, where there may be others
	runner   *due.Runner
	store    *store.Store
	aws      *awsclient.Client
	keeper   *directory.Keeper
	access   *access.Service
	policies *policychange.Service
	delivery *delivery.Delivery
	machines *identity.Machines
	passkeys *identity.Passkeys
	exchange *identity.Exchange
	signIns  *identity.SignIns
	grants   *identity.Grants
	live     live // AWS, asked once for each thing in one call
	uses     identity.Uses
	refusals identity.Refusals
	tail     *api.Tail
	meters   *meters

	edge         *edge.Edge
	proxies      edge.Proxies
	refusedHere  *edge.Refusals
	accessLog    accessLog
	certificates certificates

	traces   *telemetry.Traces // nil: none
	firewall *firewallBuild

	hold         hold
	stopping     atomic.Bool // told to stop, and still serving
	binding      bindingState
	checkpointed checkpointed
	logAtStart   int64 // length of the event log when this process opened it
}

// newServer opens the database and puts everything together; nothing runs and no call is made to AWS before run.
func newServer(ctx context.Context, c config.Config, log *slog.Logger, credentials awsclient.Credentials) (*server, error) {
	return newReplica(ctx, c, log, credentials, replicaName(), time.Now)
}

// newReplica is newServer for a replica with another name and clock than this machine's.
func newReplica(
	ctx context.Context, c config.Config, log *slog.Logger, credentials awsclient.Credentials, name string, now func() time.Time,
) (*server, error) {
	s := &server{config: c, log: log, now: now, name: name, meters: newMeters()}
	s.firewall = s.beginFirewall()
	s.hold.setUnconfirmed("TEAM has only just started and is finding its IAM Identity Center instance")
	var err error
	if s.public, err = publicOrigin(c, c.Listen); err != nil {
		return nil, err
	}
	if s.traces, err = s.newTraces(ctx); err != nil {
		return nil, err
	}
	s.runner = due.New(due.Config{Now: s.now, Log: log, Tracer: s.traces.Tracer(), Ran: s.meters.step})
	ids := ident.New(nil, s.now)
	// Before anything is read: another process could be in the middle of a migration.
	if file, ok := c.SQLiteFile(); ok {
		if s.lock, err = lockDatabase(file); err != nil {
			return nil, err
		}
	}
	s.store, err = store.Open(ctx, c.Database, store.Options{IDs: ids, Committed: s.runner.Nudge, Transacted: s.meters.transaction})
	if err != nil {
		return nil, errors.Join(err, s.lock.Release())
	}
	if err := s.assemble(ctx, ids, credentials); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *server) assemble(ctx context.Context, ids *ident.Source, credentials awsclient.Credentials) error {
	var err error
	if s.logAtStart, err = s.store.LogSize(ctx); err != nil {
		return err
	}
	if err := s.recoverIfOlder(ctx); err != nil {
		return err
	}
	if err := s.compareClocks(ctx); err != nil {
		return err
	}
	c := s.config
	statusWhenAbsent := directory.UserStatus("") // not enabled
	if c.AWS.WithoutStatus {
		statusWhenAbsent = directory.UserEnabled
	}
	s.aws, err = awsclient.New(ctx, awsclient.Config{
		Region: c.AWS.Region, BaseEndpoint: c.AWS.Endpoint, InstanceARN: c.AWS.InstanceARN, IdentityStoreID: c.AWS.IdentityStoreID,
		Credentials: credentials, AttemptTimeout: c.Delivery.CallTimeout, PersonAttribute: c.Person, Now: s.now, OnSkew: s.hold.observe, OnCall: s.meters.call,
		StatusWhenAbsent: statusWhenAbsent, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.live = live{Recent: directory.Recent{Live: s.aws, Now: s.now}, aws: s.aws}
	chance := newChance()
	s.keeper = directory.NewKeeper(s.store.Directory(), s.now)
	s.access = access.New(access.Config{
		Store: s.store.Access(), Directory: s.keeper, Live: s.live, Policies: s.store.Policies(), Now: s.now, IDs: ids, Held: s.hold.Held,
		MembershipMaxAge: c.Directory.MembershipMaxAge, DirectoryMaxAge: c.Directory.MaxAge,
	})
	s.policies = policychange.New(policychange.Config{
		Store: s.store.PolicyChanges(), Directory: s.keeper, Live: s.live, Facts: s.access.Facts, Now: s.now, IDs: ids, Held: s.hold.Held,
	})
	rate := delivery.Rate{PerSecond: c.Delivery.CallsPerSecond, Burst: c.Delivery.CallsPerSecond}
	s.delivery = delivery.New(delivery.Config{
		Store: s.store.Delivery(), AWS: s.aws, Live: s.aws, Directory: s.keeper, Checks: s.access, Now: s.now, Jitter: chance.fraction,
		Held: s.hold.Held, Log: s.log, Timing: delivery.Timing{CallTimeout: c.Delivery.CallTimeout, Sweep: c.Delivery.Sweep},
		Rate: rate, Slots: c.Delivery.Slots,
	})
	reading := directory.NewSync(directory.SyncConfig{
		Source: s.aws, Store: s.store.Directory(), Limiter: delivery.NewLimiter(s.store.Delivery(), rate),
		Owner: fmt.Sprintf("%s/%d", s.name, os.Getpid()), Now: s.now,
		Jitter: chance.below, Period: c.Directory.Period, Share: c.Directory.Share,
	})
	s.runner.Add("bind", 1, s.bindStep)
	s.runner.Add("delivery", c.Delivery.Loops, s.deliveryStep)
	s.runner.Add("expiry", 1, s.access.ExpireStep)
	s.runner.Add("directory", 1, reading.Step)
	s.runner.Add("recovery", 1, s.recoveryStep)
	s.runner.Add("database clock", 1, s.databaseClockStep)
	s.runner.Add("clock", 1, s.skewStep)
	s.machines = &identity.Machines{Store: s.store.Identity(), Directory: s.keeper, IDs: ids, Now: s.now}
	s.passkeys = &identity.Passkeys{Store: s.store.Passkeys(), Directory: s.keeper, IDs: ids, Random: crand.Reader, Now: s.now}
	s.signIns = s.newSignIns(ids)
	s.grants = s.newGrants()
	s.runner.Add("grants", 1, s.grants.ForgetStep)
	if s.exchange, err = s.newExchange(); err != nil {
		return err
	}
	s.runner.Add("used answers", 1, func(ctx context.Context) (bool, time.Time, error) { return s.store.ForgetAnswers(ctx, s.now()) })
	s.runner.Add("token uses", 1, s.usesStep)
	s.runner.Add("ID tokens", 1, func(ctx context.Context) (bool, time.Time, error) { return s.store.ForgetIDTokens(ctx, s.now()) })
	s.runner.Add("idempotency", 1, func(ctx context.Context) (bool, time.Time, error) { return s.store.ForgetKeys(ctx, s.now()) })
	s.tail = api.NewTail(s.store)
	s.runner.Add("events", 1, s.tail.Step)
	if c.Checkpoint != "" {
		s.runner.Add("checkpoint", 1, s.checkpointStep)
	}
	if err := s.newEdge(); err != nil {
		return err
	}
	return s.addWebhook()
}

// usesStep writes when tokens and sign-ins were used last.
func (s *server) usesStep(ctx context.Context) (did bool, next time.Time, err error) {
	return s.uses.Step(ctx, s.store.Identity(), s.now())
}

// work runs everything that happens by itself until ctx ends, and leaves a last checkpoint.
func (s *server) work(ctx context.Context) {
	s.runner.Run(ctx)
	if err := s.writeCheckpoint(context.WithoutCancel(ctx)); err != nil {
		s.log.ErrorContext(ctx, "write last checkpoint", "error", err)
	}
}

func (s *server) close() error {
	// A collector that does not answer must not keep TEAM from stopping.
	ctx, cancel := context.WithTimeout(context.Background(), lastTraces)
	defer cancel()
	if err := s.traces.Shutdown(ctx); err != nil {
		s.log.Warn("the last traces were not sent", "error", err)
	}
	if s.certificates.issuer != nil {
		s.certificates.issuer.Close()
	}
	return errors.Join(s.accessLog.close(), s.store.Close(), s.lock.Release())
}

// lastTraces is how long the traces that still wait may take when TEAM stops.
const lastTraces = 2 * time.Second

// newTraces begins to trace where the configuration, or the SDK's own variable, names a collector.
func (s *server) newTraces(ctx context.Context) (*telemetry.Traces, error) {
	c := s.config.Tracing
	if c.Endpoint == "" && os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return nil, nil //nolint:nilnil // no Traces make no spans
	}
	return telemetry.NewTraces(ctx, telemetry.Config{Endpoint: c.Endpoint, Sample: c.Sample, Version: version, Replica: s.name, Log: s.log})
}

// lockDatabase keeps a second process from serving on a database file. The store would survive it, but both would
// take TEAM's whole share of AWS's rates and write the same checkpoint.
func lockDatabase(file string) (*filelock.Lock, error) {
	// By whatever link it is named, it is one database.
	if behind, err := filepath.EvalSymlinks(file); err == nil {
		file = behind
	}
	l, err := filelock.Take(file + ".lock")
	if errors.Is(err, filelock.ErrHeld) {
		return nil, fmt.Errorf("the database %s is in use by another process of TEAM: %w. Stop that one first, or name another database", file, err)
	}
	if err != nil {
		return nil, fmt.Errorf("lock database %s: %w", file, err)
	}
	return l, nil
}

// replicaName is the machine's: a replica that is started again is the same one, so that its alarms close.
func replicaName() string {
	host, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return host
}

// chance is the source of jitter. It is safe for concurrent use.
type chance struct {
	mu   sync.Mutex
	draw *rand.Rand
}

func newChance() *chance {
	var seed [16]byte
	_, _ = crand.Read(seed[:]) // never fails
	return &chance{draw: rand.New(rand.NewPCG(binary.LittleEndian.Uint64(seed[:8]), binary.LittleEndian.Uint64(seed[8:])))}
}

func (c *chance) fraction() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.draw.Float64()
}

func (c *chance) below(limit time.Duration) time.Duration {
	if limit <= 0 {
		return 0
	}
	return time.Duration(c.fraction() * float64(limit))
}

// newLog writes to w as the configuration says.
func newLog(c config.Log, w *os.File) *slog.Logger {
	level := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}[c.Level]
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "text" {
		return slog.New(telemetry.LogHandler{Handler: slog.NewTextHandler(w, o)})
	}
	return slog.New(telemetry.LogHandler{Handler: slog.NewJSONHandler(w, o)})
}
