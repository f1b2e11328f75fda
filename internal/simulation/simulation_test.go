package simulation

import (
	"flag"
	"fmt"
	"testing"
	"testing/synctest"
)

var (
	movesFlag = flag.Int("moves", 1500, "moves for each seed")
	seedFlag  = flag.Uint64("seed", 0, "run this seed alone")
)

// summary of one run.
type summary struct {
	hash                                      string
	active, ended, crashes, requests int
	reasons                          map[string]int
}

func runSeed(t *testing.T, seed uint64, moves int) (s summary) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, options{seed: seed, replicas: 3})
		defer w.close()
		d := newDriver(w)
		defer d.letGo()
		d.run(moves)
		if !t.Failed() {
			d.drain()
		}
		s.hash, s.reasons = d.traceHash(), map[string]int{}
		for _, l := range d.watch.lives {
			if !l.active.IsZero() {
				s.active++
			}
			if !l.ended.IsZero() {
				s.ended++
				s.reasons[l.reason]++
			}
		}
		s.crashes = d.crashes
		if testing.Verbose() && *seedFlag != 0 {
			for _, l := range d.ids("SELECT state || reason || detail FROM elevations") {
				t.Log(l)
			}
		}
		s.requests = len(d.ids("SELECT id FROM requests"))
	})
	return s
}

// TestSimulation runs fixed seeds: P1 to P5 and P7 to P9 are checked after every move.
func TestSimulation(t *testing.T) {
	if *seedFlag != 0 {
		t.Logf("%+v", runSeed(t, *seedFlag, *movesFlag))
		return
	}
	for seed := uint64(1); seed <= 20; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Logf("%+v", runSeed(t, seed, *movesFlag))
		})
	}
}
