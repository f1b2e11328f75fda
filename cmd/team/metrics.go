package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// gauges shows the database's counts as metrics; they are read when they are asked for.
type gauges struct {
	s *server
}

var (
	metricAlarms  = prometheus.NewDesc("team_alarms_open", "Open alarms.", []string{"severity"}, nil)
	metricStates  = prometheus.NewDesc("team_elevations", "Elevations that have not ended.", []string{"state"}, nil)
	metricOverdue = prometheus.NewDesc("team_due_lag_seconds", "How long the assignment that waits longest is past its due instant.", nil, nil)
	metricPending = prometheus.NewDesc("team_targets_pending", "Targets that wait for a decision.", nil, nil)
	metricEvents  = prometheus.NewDesc("team_events", "Length of the event log.", nil, nil)
	metricHeld    = prometheus.NewDesc("team_held", "1 while grants and decisions are held back.", nil, nil)
	metricSkew    = prometheus.NewDesc("team_clock_skew_seconds", "How far this clock is ahead of AWS's.", nil, nil)
	metricDBSkew  = prometheus.NewDesc("team_database_clock_skew_seconds", "How far this clock is ahead of the database's.", nil, nil)
)

// Describe implements prometheus.Collector.
func (g gauges) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{metricAlarms, metricStates, metricOverdue, metricPending, metricEvents, metricHeld, metricSkew, metricDBSkew} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (g gauges) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	held := 0.0
	if g.s.hold.Held() != "" {
		held = 1
	}
	gauge(metricHeld, held)
	gauge(metricSkew, g.s.hold.clockSkew().Seconds())
	gauge(metricDBSkew, g.s.hold.databaseSkew().Seconds())
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	read, err := g.s.store.Gauges(ctx, g.s.now())
	if err != nil {
		out <- prometheus.NewInvalidMetric(metricStates, err)
		return
	}
	for _, severity := range []string{"critical", "warning"} {
		gauge(metricAlarms, float64(read.Alarms[severity]), severity)
	}
	for _, state := range []string{"waiting", "scheduled", "activating", "active", "ending"} {
		gauge(metricStates, float64(read.Elevations[state]), state)
	}
	gauge(metricOverdue, read.Overdue.Seconds())
	gauge(metricPending, float64(read.Pending))
	gauge(metricEvents, float64(read.Events))
}

func (s *server) metrics() (http.Handler, error) {
	registry := prometheus.NewRegistry()
	if err := registry.Register(gauges{s}); err != nil {
		return nil, err //nolint:wrapcheck // a mistake in this file
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
