//go:build bench

package policy_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/team-idc/team/internal/bench"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// figures are what is measured here; see internal/bench.
var figures bench.Report

func TestMain(m *testing.M) { os.Exit(figures.Main(m)) }

// TestBenchEligibility: one question, and everything that somebody may ask for, in an organization of 5,000 accounts and
// 500 permission sets, by somebody who is in 50 groups.
func TestBenchEligibility(t *testing.T) {
	for _, size := range bench.Sizes(1_000, 3_000, 10_000) {
		for _, author := range []struct{ who, note string }{{"", "nobody's changes cool"}, {"user-00007", "somebody else's changes cool"}, {"user-00000", "one's own changes cool"}} {
			l := newLargeOf(size)
			if author.who != "" {
				cooling := []policy.Cooling{{UserID: author.who, Until: noon.Add(time.Hour)}}
				for i := range 20 {
					l.set.Eligibility[i*7].Cooling, l.set.Approver[i*7+1].Cooling = cooling, cooling
				}
			}
			l.eligibility(size, author.note)
		}
	}
}

func (l *large) eligibility(size int, note string) {
	dir := directory.NewSnapshot(l.content)
	e := policy.Compile(l.set, dir)
	who := l.asker(dir)
	allowed := allowedTargets(e, who)
	questions := make([]policy.Question, 4000)
	for i := range questions {
		q := policy.Question{Requester: who, Duration: time.Hour, Ticket: "INC-1", At: noon}
		q.AccountID, q.PermissionSetARN = l.accounts[i%len(l.accounts)], l.sets[i%len(l.sets)]
		if i%2 == 0 && len(allowed) > 0 {
			q.AccountID, q.PermissionSetARN = allowed[i/2%len(allowed)][0], allowed[i/2%len(allowed)][1]
		}
		questions[i] = q
	}
	// The baseline: a look at each of the memberships of who asks.
	base := bench.RepeatAlone(1000, func(int) { dir.GroupsOf(who.UserID) }).At(0.5)
	one := bench.RepeatAlone(len(questions), func(i int) { e.Evaluate(questions[i]) })
	rectangles := 0
	all := bench.RepeatAlone(100, func(int) { rectangles = len(e.Requestable(who, noon)) })
	figures.Add(bench.Figure{
		Group: "eligibility", What: "one question, p99 of processor time, " + note, Size: size, Value: one.At(0.99), Unit: "ms", Most: 1, Baseline: "reading one's groups",
		Ratio: one.At(0.99) / max(base, 0.001), Note: fmt.Sprintf("median %.3f ms", one.At(0.5)),
	})
	figures.Add(bench.Figure{
		Group: "eligibility", What: "everything one may ask for, p99 of processor time, " + note, Size: size, Value: all.At(0.99), Unit: "ms", Most: 50, Baseline: "one question (median)",
		Ratio: all.At(0.99) / max(one.At(0.5), 0.001), Note: fmt.Sprintf("median %.0f ms; %d rectangles", all.At(0.5), rectangles),
	})
}
