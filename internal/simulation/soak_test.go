//go:build soak

package simulation

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/team-idc/team/internal/store/postgrestest"
)

// TestSoakBothDatabases runs the fixed seeds whole on both databases, and compares what happened.
func TestSoakBothDatabases(t *testing.T) {
	if !postgrestest.Available(t) {
		return
	}
	for seed := uint64(1); seed <= 20; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { sameTrace(t, seed, *movesFlag) })
	}
}

// TestSoakSimulation runs new seeds for as long as TEAM_TEST_SOAK says. A failing one names itself; it then belongs
// among the fixed ones.
func TestSoakSimulation(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("TEAM_TEST_SOAK"))
	if err != nil {
		t.Fatalf("TEAM_TEST_SOAK says how long to run, as 2h: %v", err)
	}
	seeds, lives := 0, 0
	for end := time.Now().Add(length); time.Now().Before(end) && !t.Failed(); seeds++ {
		seed := rand.Uint64()>>16 + 1000 //nolint:forbidigo // what nobody chose is wanted here
		s := runSeed(t, seed, 8000)
		lives += s.ended
		if t.Failed() {
			t.Logf("repeat with: go test ./internal/simulation -run 'TestSimulation$' -seed %d -moves 8000", seed)
		}
	}
	t.Logf("%d seeds, %d elevations ended", seeds, lives)
}
