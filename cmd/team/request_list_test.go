package main

import (
	"strings"
	"testing"

	"github.com/team-idc/team/internal/api"
)

func TestListsAreNarrowedSortedAndCounted(t *testing.T) {
	r := startRig(t, t.TempDir())
	var ids []string
	for _, ticket := range []string{"OPS-1", "OPS-2"} {
		made := r.must("requester", "request", "create", "--account", "shop-prod", "--role", "DatabaseAdmin", "--for", "1h", "--ticket", ticket,
			"--because", "x", "-o", "id") // the flag's old name
		ids = append(ids, strings.TrimSpace(made.out))
	}
	r.must("approver", "reject", ids[0], "--comment", "no")
	for _, tt := range []struct {
		persona string
		args    []string
		want    []string
	}{
		{"requester", nil, []string{ids[1], ids[0]}},
		{"requester", []string{"--sort", "created"}, ids},
		{"requester", []string{"--ticket", "OPS-2"}, ids[1:]},
		{"requester", []string{"--status", "pending,rejected", "--sort", "created"}, ids},
		{"requester", []string{"--status", "pending"}, ids[1:]},
		{"approver", []string{"--to-decide"}, ids[1:]},
		{"approver", []string{"--decided"}, ids[:1]},
		{"auditor", []string{"--all", "--decider", "approver"}, ids[:1]},
	} {
		got := r.must(tt.persona, append([]string{"request", "list", "-o", "id"}, tt.args...)...)
		if strings.Join(strings.Fields(got.out), " ") != strings.Join(tt.want, " ") {
			t.Errorf("%s with %v lists\n%swant %v", tt.persona, tt.args, got.out, tt.want)
		}
	}
	if got := r.must("requester", "request", "list", "--count", "--limit", "1"); !strings.Contains(got.out, "There are more: --cursor ") ||
		!strings.HasSuffix(got.out, "\n2 in all\n") {
		t.Errorf("counted it shows\n%s", got.out)
	}
	elevations := decode[api.ElevationList](t, r.must("auditor", "elevation", "list", "--all", "--count", "-o", "json").out)
	if len(elevations.Items) != 2 || elevations.Total.Total == nil || *elevations.Total.Total != 2 {
		t.Errorf("elevations are %+v", elevations)
	}
	if got := r.must("requester", "elevation", "show", elevations.Items[0].ID); !strings.Contains(got.out, "DatabaseAdmin in shop-prod") {
		t.Errorf("an elevation shows\n%s", got.out)
	}
}
