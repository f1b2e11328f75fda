package main

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/edge/firewall"
)

// meters count what happens in this process. Labels are names of operations, steps and outcomes, of which the program
// has a fixed number: nothing that anybody sends can make another.
type meters struct {
	answers      *prometheus.HistogramVec
	transactions *prometheus.HistogramVec
	calls        *prometheus.HistogramVec
	steps        *prometheus.HistogramVec
	refusals     *prometheus.CounterVec
	turnedAway   prometheus.Counter
	signIns      *prometheus.CounterVec
	inspections  *prometheus.CounterVec
}

// quick are seconds for what should take milliseconds.
var quick = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5} //nolint:gochecknoglobals // a list that nobody changes

func newMeters() *meters {
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: quick}, labels)
	}
	refusals := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "team_refused_total", Help: "Requests that were refused: rate, blocked, sign_in_failed, unauthenticated, forbidden, …",
	}, []string{"why"})
	for _, why := range edge.Reasons() {
		refusals.WithLabelValues(why) // shown as 0 before the first
	}
	inspections := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "team_firewall_total", Help: "Requests that the firewall inspected, by verdict and class of the attack.",
	}, []string{"verdict", "class"})
	for _, verdict := range []firewall.Verdict{firewall.Passed, firewall.Unreadable, firewall.Failed} {
		inspections.WithLabelValues(string(verdict), "") // shown as 0, so that the first failure is an increase
	}
	return &meters{
		refusals: refusals, inspections: inspections,
		turnedAway: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "team_connections_refused_total", Help: "Connections beyond the limits, closed as soon as they were made.",
		}),
		answers:      histogram("team_http_request_seconds", "Time until an answer began, by operation and class of status.", "operation", "status"),
		transactions: histogram("team_transaction_seconds", "Writing transactions, with their repetitions.", "outcome"),
		calls:        histogram("team_aws_call_seconds", "Calls to AWS, by operation and outcome: ok, throttled, denied, …", "operation", "outcome"),
		steps:        histogram("team_step_seconds", "Steps of background work that did something or failed.", "step", "outcome"),
		signIns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "team_sign_ins_total", Help: "Sign-ins that came to an end at an identity provider of the configuration: ok, or why not.",
		}, []string{"provider", "outcome"}),
	}
}

func (m *meters) collectors() []prometheus.Collector {
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "team_build_info", Help: "The program: always 1.", ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	}, func() float64 { return 1 })
	return []prometheus.Collector{
		m.answers, m.transactions, m.calls, m.steps, m.refusals, m.signIns, m.turnedAway, m.inspections, build, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	}
}

func (m *meters) answer(operation string, status int, took time.Duration) {
	m.answers.WithLabelValues(operation, fmt.Sprintf("%dxx", status/100)).Observe(took.Seconds())
}

// inspected counts a decision of the firewall. Its classes are those of the rules.
func (m *meters) inspected(d firewall.Decision) {
	m.inspections.WithLabelValues(string(d.Verdict), d.Class).Inc()
}

func (m *meters) refused(why string) { m.refusals.WithLabelValues(why).Inc() }

func (m *meters) connectionRefused() { m.turnedAway.Inc() }

func (m *meters) transaction(took time.Duration, err error) {
	m.transactions.WithLabelValues(outcome(err)).Observe(took.Seconds())
}

func (m *meters) call(operation, outcome string, took time.Duration) {
	m.calls.WithLabelValues(operation, outcome).Observe(took.Seconds())
}

func (m *meters) step(name string, took time.Duration, err error) {
	m.steps.WithLabelValues(name, outcome(err)).Observe(took.Seconds())
}

func (m *meters) signIn(provider, outcome string) { m.signIns.WithLabelValues(provider, outcome).Inc() }

// expectSignIns begins counting for a provider, so that the first failure is an increase.
func (m *meters) expectSignIns(provider string) {
	for _, outcome := range []string{"ok", "unavailable", "error"} {
		m.signIns.WithLabelValues(provider, outcome)
	}
}

// outcome tells what went wrong from what TEAM said no to.
func outcome(err error) string {
	refusal, refused := errors.AsType[*access.Error](err)
	switch {
	case err == nil:
		return "ok"
	case refused && refusal.Code != access.CodeUnavailable:
		return "refused"
	}
	return "error"
}
