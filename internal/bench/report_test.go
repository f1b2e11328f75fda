package bench_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// figure is one measured number, beside what it has to be and what it is measured against.
type figure struct {
	Group    string  `json:"group"`              // "lists"
	What     string  `json:"what"`               // what was measured
	On       string  `json:"on,omitempty"`       // on which database
	Size     int     `json:"size,omitempty"`     // how large the world was, in the unit of the group
	Value    float64 `json:"value"`              // in Unit
	Unit     string  `json:"unit"`               // ms, MB, %, a number of something
	Most     float64 `json:"most,omitempty"`     // the target, where it is a limit
	Least    float64 `json:"least,omitempty"`    // the target, where it is a floor
	Baseline string  `json:"baseline,omitempty"` // what Ratio compares with, measured in the same run
	Ratio    float64 `json:"ratio,omitempty"`
	Note     string  `json:"note,omitempty"`
}

func (f figure) target() string {
	switch {
	case f.Most > 0:
		return fmt.Sprintf("< %s %s", number(f.Most), f.Unit)
	case f.Least > 0:
		return fmt.Sprintf("> %s %s", number(f.Least), f.Unit)
	default:
		return ""
	}
}

func (f figure) reached() string {
	switch {
	case f.Most == 0 && f.Least == 0:
		return ""
	case f.Most > 0 && f.Value >= f.Most, f.Least > 0 && f.Value <= f.Least:
		return "NOT REACHED"
	default:
		return "reached"
	}
}

func number(v float64) string {
	switch {
	case v >= 100 || v == float64(int(v)):
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2g", v)
	}
}

func (f figure) line() string {
	against := ""
	if f.Baseline != "" {
		against = number(f.Ratio) + " × " + f.Baseline
	}
	size := ""
	if f.Size > 0 {
		size = fmt.Sprint(f.Size)
	}
	return strings.Join([]string{f.Group, f.What, f.On, size, number(f.Value) + " " + f.Unit, f.target(), f.reached(), against, f.Note}, "\t")
}

// report collects the figures of a run.
var report struct {
	mu      sync.Mutex
	figures []figure
}

func measured(tb testing.TB, f figure) {
	tb.Helper()
	report.mu.Lock()
	defer report.mu.Unlock()
	report.figures = append(report.figures, f)
	fmt.Fprintln(os.Stdout, "  "+strings.ReplaceAll(f.line(), "\t", " | "))
}

func TestMain(m *testing.M) {
	code := m.Run()
	if err := conclude(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// conclude prints all figures, the growth of each over its sizes together, and last what was reached and what not.
func conclude() error {
	all := report.figures
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b figure) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.What, b.What), cmp.Compare(a.On, b.On), cmp.Compare(a.Size, b.Size))
	})
	if path := os.Getenv("TEAM_BENCH_JSON"); path != "" {
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
		if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
	}
	fmt.Fprint(os.Stdout, "\nEvery figure\n\n")
	print := func(of []figure) {
		t := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(t, "GROUP\tWHAT\tON\tSIZE\tMEASURED\tTARGET\t\tAGAINST\tNOTE")
		for _, f := range of {
			fmt.Fprintln(t, f.line())
		}
		_ = t.Flush()
	}
	print(all)
	for _, verdict := range []string{"reached", "NOT REACHED"} {
		var of []figure
		for _, f := range all {
			if f.reached() == verdict {
				of = append(of, f)
			}
		}
		fmt.Fprintf(os.Stdout, "\n%s: %d\n\n", strings.ToUpper(verdict), len(of))
		if len(of) > 0 {
			print(of)
		}
	}
	return nil
}

// times are durations of the same thing.
type times []time.Duration

// at a quantile, such as 0.99, in milliseconds.
func (t times) at(q float64) float64 {
	if len(t) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(t))
	return float64(s[min(len(s)-1, int(float64(len(s))*q))].Microseconds()) / 1000
}

func timed(f func()) time.Duration {
	begun := time.Now()
	f()
	return time.Since(begun)
}

// repeat f and take the time of each.
func repeat(n int, f func(i int)) times {
	out := make(times, 0, n)
	for i := range n {
		out = append(out, timed(func() { f(i) }))
	}
	return out
}

// sizes of the worlds that something is measured in. TEAM_BENCH_MOST leaves out the larger ones, for whoever works on one.
func sizes(all ...int) []int {
	most, err := strconv.Atoi(os.Getenv("TEAM_BENCH_MOST"))
	if err != nil {
		return all
	}
	return slices.DeleteFunc(all, func(n int) bool { return n > most })
}
