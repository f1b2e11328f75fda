package main

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// What an alert asks the increase of is shown before it happens for the first time: from nothing to 1 is no increase.
func TestFailuresBeginAtZero(t *testing.T) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(newMeters().collectors()...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			labels := ""
			for _, l := range metric.GetLabel() {
				labels += " " + l.GetName() + "=" + l.GetValue()
			}
			if metric.GetCounter() != nil {
				shown[family.GetName()+labels] = metric.GetCounter().GetValue()
			}
		}
	}
	for _, series := range []string{
		"team_firewall_total class= verdict=failed", "team_firewall_total class= verdict=unreadable", "team_refused_total why=blocked",
		"team_refused_total why=unavailable", "team_connections_refused_total",
	} {
		if n, ok := shown[series]; !ok || n != 0 {
			t.Errorf("%s is %g, shown %t", series, n, ok)
		}
	}
}
