package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/store"
)

// gauges shows how things stand, as metrics that are read when they are asked for. What comes from the database is
// the same on every replica.
type gauges struct {
	s *server
}

func description(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	metricReady    = description("team_ready", "1 while this replica should get requests.")
	metricDatabase = description("team_database_up", "1 while the database can be read; otherwise what is kept in it is missing here.")
	metricHeld     = description("team_held", "1 while grants and decisions are held back.")
	metricRecovery = description("team_recovery_mode", "1 in recovery mode, until an administrator releases it.")
	metricSkew     = description("team_clock_skew_seconds", "How far this clock is ahead of AWS's.")
	metricDBSkew   = description("team_database_clock_skew_seconds", "How far this clock is ahead of the database's.")
	metricFailing  = description("team_step_failing", "1 for background work that failed three times in a row.", "step")
	metricStreams  = description("team_event_streams", "Open event streams on this replica.")
	metricMark     = description("team_checkpoint_age_seconds", "Since the checkpoint file last held the head of the event log.")

	metricCertificate = description("team_certificate_ends_timestamp_seconds", "When the TLS certificate in force ends; not shown where TEAM does not encrypt.")
	metricDropped     = description("team_access_log_dropped_total", "Lines of the access log that were lost.")

	metricAlarms  = description("team_alarms_open", "Open alarms.", "kind", "severity")
	metricStates  = description("team_elevations", "Elevations that have not ended.", "state")
	metricWaiting = description("team_due_waiting", "What is past its due instant: assignment, removal, expiry, directory, cursor.", "kind")
	metricLag     = description("team_due_lag_seconds", "How long what waits longest is past its due instant.", "kind")
	metricPending = description("team_targets_pending", "Targets that wait for a decision.")
	metricEvents  = description("team_events", "Length of the event log.")
	metricFlying  = description("team_aws_operations_in_flight", "Assignment operations that AWS works on for TEAM.")
	metricSlots   = description("team_aws_operations_limit", "How many of them TEAM starts at most.")
	metricTokens  = description("team_aws_calls_available", "Calls to IAM Identity Center that may be made at once; below 0: they are late.")
	metricRate    = description("team_aws_calls_per_second", "TEAM's share of AWS's rate.")

	metricAge     = description("team_directory_age_seconds", "Since a part of the directory was last read completely; -1: never.", "part")
	metricEntries = description("team_directory_entries", "Entries of the last complete reading.", "part")
	metricSeen    = description("team_directory_seen", "Entries read so far in the reading that runs; 0 when none does.", "part")
	metricFaulty  = description("team_directory_failures", "Failures in a row.", "part")

	metricConnections = description("team_database_connections", "Connections to the database.", "pool", "state")
	metricWaits       = description("team_database_waits_total", "How often a connection had to be waited for.", "pool")
	metricWaitTime    = description("team_database_wait_seconds_total", "How long connections were waited for.", "pool")

	metricWebhookLag   = description("team_webhook_lag_events", "Events that the webhook has not looked at.")
	metricWebhookTries = description("team_webhook_failures", "Failures in a row to post an alarm.")
)

// Describe implements prometheus.Collector: it is unchecked, since what is shown depends on the database.
func (g gauges) Describe(chan<- *prometheus.Desc) {}

// reading collects gauges.
type reading struct{ out chan<- prometheus.Metric }

func (r reading) gauge(d *prometheus.Desc, v float64, labels ...string) {
	r.out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func (r reading) flag(d *prometheus.Desc, set bool, labels ...string) {
	v := 0.0
	if set {
		v = 1
	}
	r.gauge(d, v, labels...)
}

// Collect implements prometheus.Collector. While the database is away, what this process knows is shown all the same.
func (g gauges) Collect(out chan<- prometheus.Metric) {
	r := reading{out}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	g.process(ctx, r)
	if err := g.database(ctx, r); err != nil {
		g.s.log.WarnContext(ctx, "metrics cannot be read from the database", "error", err)
		r.flag(metricDatabase, false)
		return
	}
	r.flag(metricDatabase, true)
}

func (g gauges) process(ctx context.Context, r reading) {
	s := g.s
	r.flag(metricReady, len(s.unready(ctx)) == 0)
	r.flag(metricHeld, s.hold.Held() != "")
	r.flag(metricRecovery, s.hold.inRecovery())
	r.gauge(metricSkew, s.hold.clockSkew().Seconds())
	r.gauge(metricDBSkew, s.hold.databaseSkew().Seconds())
	r.gauge(metricStreams, float64(s.tail.Followers()))
	failing := map[string]bool{}
	for _, name := range s.runner.Failing() {
		failing[name] = true
	}
	for _, name := range s.runner.Names() {
		r.flag(metricFailing, failing[name], name)
	}
	if s.config.Checkpoint != "" {
		if at := s.checkpointed.current.Load(); at > 0 {
			r.gauge(metricMark, s.now().Sub(time.UnixMicro(at)).Seconds())
		}
	}
	if ends := s.certificates.ends(); !ends.IsZero() {
		r.gauge(metricCertificate, float64(ends.Unix()))
	}
	if s.accessLog.lines != nil {
		r.out <- prometheus.MustNewConstMetric(metricDropped, prometheus.CounterValue, float64(s.accessLog.dropped()))
	}
	r.gauge(metricSlots, float64(s.config.Delivery.Slots))
	r.gauge(metricRate, s.config.Delivery.CallsPerSecond)
	for name, pool := range s.store.Pools() {
		r.pool(name, pool)
	}
}

func (r reading) pool(name string, p sql.DBStats) {
	r.gauge(metricConnections, float64(p.InUse), name, "in use")
	r.gauge(metricConnections, float64(p.Idle), name, "idle")
	for d, v := range map[*prometheus.Desc]float64{metricWaits: float64(p.WaitCount), metricWaitTime: p.WaitDuration.Seconds()} {
		r.out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, name)
	}
}

func (g gauges) database(ctx context.Context, r reading) error {
	now := g.s.now()
	read, err := g.s.store.Gauges(ctx, now)
	if err != nil {
		return fmt.Errorf("read metrics: %w", err)
	}
	passes, err := g.s.store.Directory().Passes(ctx)
	if err != nil {
		return fmt.Errorf("read metrics: %w", err)
	}
	for _, kind := range alarm.Kinds() {
		read.Alarms[store.AlarmCondition{Kind: string(kind), Severity: string(alarm.SeverityOf(kind))}] += 0 // those that are not open as well
	}
	for of, open := range read.Alarms {
		r.gauge(metricAlarms, float64(open), of.Kind, of.Severity)
	}
	for _, state := range []string{"waiting", "scheduled", "activating", "active", "ending"} {
		r.gauge(metricStates, float64(read.Elevations[state]), state)
	}
	for kind, due := range read.Due {
		r.gauge(metricWaiting, float64(due.Waiting), kind)
		r.gauge(metricLag, due.Lag.Seconds(), kind)
	}
	r.gauge(metricPending, float64(read.Pending))
	r.gauge(metricEvents, float64(read.Events))
	r.gauge(metricFlying, float64(read.InFlight))
	rate := g.s.config.Delivery.CallsPerSecond
	r.gauge(metricTokens, read.Pipe.Available(now, delivery.Rate{PerSecond: rate, Burst: rate}))
	r.directory(passes, now)
	return g.webhook(ctx, r, read.Events)
}

func (r reading) directory(passes []directory.Pass, now time.Time) {
	for _, p := range passes {
		age := -1.0
		if !p.Finished.IsZero() {
			age = now.Sub(p.Finished).Seconds()
		}
		seen := 0
		if p.Running {
			seen = p.Seen
		}
		part := string(p.Part)
		r.gauge(metricAge, age, part)
		r.gauge(metricEntries, float64(p.Entries), part)
		r.gauge(metricSeen, float64(seen), part)
		r.gauge(metricFaulty, float64(p.Failures), part)
	}
}

func (g gauges) webhook(ctx context.Context, r reading, events int64) error {
	if g.s.config.Webhook.URL == "" {
		return nil
	}
	c, found, err := g.s.store.Cursor(ctx, webhookCursor)
	if err != nil || !found {
		return err
	}
	r.gauge(metricWebhookLag, float64(max(events-c.Sequence, 0)))
	r.gauge(metricWebhookTries, float64(c.Tries))
	return nil
}

func (s *server) metrics() (http.Handler, error) {
	registry := prometheus.NewRegistry()
	for _, c := range append(s.meters.collectors(), gauges{s}) {
		if err := registry.Register(c); err != nil {
			return nil, err //nolint:wrapcheck // a mistake in this file
		}
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{}), nil
}

// withoutURL takes the address out of a client's error: a webhook's may hold a secret (P10).
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
