package main

import (
	"context"
	crand "crypto/rand"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/edge"
)

// newEdge makes what every request passes first.
func (s *server) newEdge() error {
	c := s.config
	trusted, err := config.Networks(c.Proxies.Trusted)
	if err != nil {
		return fmt.Errorf("proxies.trusted %w", err)
	}
	s.proxies = edge.Proxies{Trusted: trusted, Forwarded: c.Proxies.Header == "forwarded"}
	metricsFrom, err := config.Networks(c.MetricsFrom)
	if err != nil {
		return fmt.Errorf("metrics.from %w", err)
	}
	s.refusedHere = edge.NewRefusals()
	rates := edge.RatesConfig{
		Now: s.now, Log: s.log, Replica: s.process(), Limits: edge.Limits{
			edge.RuleAddress: c.Rates.Address, edge.RuleUser: c.Rates.User, edge.RuleSignIn: c.Rates.SignIn,
			edge.RuleTokens: c.Rates.Tokens, edge.RuleFailures: c.Rates.FailedSignIns,
		},
	}
	if _, alone := c.SQLiteFile(); !alone {
		rates.Store = s.store.Rates()
	}
	counting := edge.NewRates(rates)
	if err := s.openAccessLog(); err != nil {
		return err
	}
	if err := s.openCertificates(); err != nil {
		return err
	}
	s.edge = edge.New(edge.Config{
		Now: s.now, Log: s.log, NewID: crand.Text, Public: c.Public(), OnLoopback: c.OnLoopback(), Proxies: s.proxies, Rates: counting,
		MetricsFrom: metricsFrom, AccessLog: s.accessLog.lines, Refusals: s.refusedHere, Refused: s.meters.refused, Firewall: s.firewall.around,
	})
	s.runner.Add("rates", 1, counting.Step)
	s.runner.Add("refusals", 1, s.refusalsStep)
	return nil
}

// process tells this process from others, on this machine as well.
func (s *server) process() string { return fmt.Sprintf("%s/%d", s.name, os.Getpid()) }

// refusalsStep puts what was refused into the event log: an event a minute for each reason, however often it was.
func (s *server) refusalsStep(ctx context.Context) (did bool, next time.Time, err error) {
	now := s.now()
	if due := s.refusedHere.Due(); due.IsZero() || now.Before(due) {
		return false, due, nil
	}
	return true, now, s.tellRefusals(ctx, now)
}

func (s *server) tellRefusals(ctx context.Context, now time.Time) error {
	var events []audit.Event
	for _, m := range s.refusedHere.Pending(now) {
		most := make([]map[string]any, 0, len(m.Most))
		for _, r := range m.Most {
			one := map[string]any{"address": r.Address, "count": r.Count}
			if r.User != "" {
				one["user"] = r.User
			}
			most = append(most, one)
		}
		events = append(events, audit.Event{
			Kind: "security.refused", At: now, Actor: audit.Actor{Kind: audit.System, ID: "edge"},
			Data: map[string]any{
				"why": m.Why, "count": m.Count, "from": m.From.UTC().Format(time.RFC3339), "until": m.Until.UTC().Format(time.RFC3339),
				"most": most, "others": m.Others, "replica": s.name,
			},
		})
	}
	if len(events) == 0 {
		return nil
	}
	err := s.store.Access().Update(ctx, func(ctx context.Context, tx access.Tx) error {
		return tx.Apply(ctx, access.Change{Events: events})
	})
	if err == nil {
		s.refusedHere.Told()
	}
	return err
}

// lastRefusals tells what was refused since it was told last, when nothing is served any more: also what could not be
// told before.
func (s *server) lastRefusals(ctx context.Context) {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastLines)
	defer cancel()
	for !s.refusedHere.Due().IsZero() {
		if err := s.tellRefusals(last, s.now()); err != nil {
			s.log.WarnContext(ctx, "what was refused last is not in the event log", "error", err)
			return
		}
	}
}

// outside is the handler as it is served: behind the edge.
func (s *server) outside(next http.Handler) http.Handler {
	return s.marked(s.edge.Wrap(s.lastAnswers(next)))
}

// clientAddress is where a request came from, as far as it can be believed.
func clientAddress(r *http.Request) string {
	if a := edge.From(r.Context()).Address; a.IsValid() {
		return a.String()
	}
	return ""
}
