package main

import (
	"sync"
	"testing"

	"github.com/team-idc/team/internal/api"
)

// TestEnsureAtOnceAsksOnce: several that find nothing to join at the same moment file one request, in whatever words.
func TestEnsureAtOnceAsksOnce(t *testing.T) {
	r := startRig(t, t.TempDir())
	environ := r.environ(r.secrets(), "requester")
	for round := 1; round <= 3; round++ {
		var wg sync.WaitGroup
		for i := range 6 {
			reason := "same"
			if i%2 == 1 {
				reason = "other words"
			}
			wg.Go(func() {
				got := command(t, environ, "ensure", "--account", "shop-prod", "--role", "DatabaseAdmin", "--for", "1h", "--reason", reason, "--ticket", "T", "-o", "json")
				if got.code != exitPending {
					t.Errorf("%d %s", got.code, got.err)
				}
			})
		}
		wg.Wait()
		list := decode[api.RequestList](t, r.must("requester", "request", "list", "-o", "json").out)
		if len(list.Items) != round {
			t.Fatalf("round %d: %d requests", round, len(list.Items))
		}
		r.must("requester", "request", "cancel", list.Items[0].ID)
	}
}
