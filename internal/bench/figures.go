package bench

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// Figure is one measured number, beside what it has to be and what it is measured against.
type Figure struct {
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

func (f Figure) target() string {
	switch {
	case f.Most > 0:
		return fmt.Sprintf("< %s %s", number(f.Most), f.Unit)
	case f.Least > 0:
		return fmt.Sprintf("> %s %s", number(f.Least), f.Unit)
	default:
		return ""
	}
}

func (f Figure) reached() string {
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

func (f Figure) line() string {
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

// Report collects the figures of a run. Its zero value is ready.
type Report struct {
	mu      sync.Mutex
	figures []Figure
}

// Add a figure, and print it.
func (r *Report) Add(f Figure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.figures = append(r.figures, f)
	fmt.Fprintln(os.Stdout, "  "+strings.ReplaceAll(f.line(), "\t", " | "))
}

// Main runs the tests of a package and keeps their figures in the file that TEAM_BENCH_JSON names, beside those that are
// in it. Where TEAM_BENCH_LAST is set all of them are printed, and last what was reached and what not.
func (r *Report) Main(m *testing.M) int {
	code := m.Run()
	if err := r.conclude(os.Getenv("TEAM_BENCH_JSON")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func (r *Report) conclude(file string) error {
	all := r.figures
	if file != "" {
		var before []Figure
		switch text, err := os.ReadFile(file); {
		case err == nil:
			if err := json.Unmarshal(text, &before); err != nil {
				return fmt.Errorf("read the figures before: %w", err)
			}
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("read the figures before: %w", err)
		}
		all = append(before, all...)
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b Figure) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.What, b.What), cmp.Compare(a.On, b.On), cmp.Compare(a.Size, b.Size))
	})
	if file != "" {
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
		if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
	}
	if os.Getenv("TEAM_BENCH_LAST") != "" {
		show(os.Stdout, all)
	}
	return nil
}

// show all figures, the growth of each over its sizes together, and then what was reached and what not.
func show(w io.Writer, all []Figure) {
	list := func(heading string, of []Figure) {
		fmt.Fprintf(w, "\n%s: %d\n\n", heading, len(of))
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintln(t, "GROUP\tWHAT\tON\tSIZE\tMEASURED\tTARGET\t\tAGAINST\tNOTE")
		for _, f := range of {
			fmt.Fprintln(t, f.line())
		}
		_ = t.Flush()
	}
	list("EVERY FIGURE", all)
	for _, verdict := range []string{"reached", "NOT REACHED"} {
		list(strings.ToUpper(verdict), slices.DeleteFunc(slices.Clone(all), func(f Figure) bool { return f.reached() != verdict }))
	}
}

// Times are durations of the same thing.
type Times []time.Duration

// At a quantile, such as 0.99, in milliseconds.
func (t Times) At(q float64) float64 {
	if len(t) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(t))
	return float64(s[min(len(s)-1, int(float64(len(s))*q))].Microseconds()) / 1000
}

// Repeat f and take the time of each.
func Repeat(n int, f func(i int)) Times {
	out := make(Times, 0, n)
	for i := range n {
		begun := time.Now()
		f(i)
		out = append(out, time.Since(begun))
	}
	return out
}

// RepeatAlone is Repeat in time of the processor instead of the clock's: for what only computes, so that what else the
// machine does meanwhile is left out.
func RepeatAlone(n int, f func(i int)) Times {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	out := make(Times, 0, n)
	for i := range n {
		begun := threadTime()
		f(i)
		out = append(out, threadTime()-begun)
	}
	return out
}

// Sizes of the worlds that something is measured in. TEAM_BENCH_MOST leaves out the larger ones, for whoever works on one.
func Sizes(all ...int) []int {
	most, err := strconv.Atoi(os.Getenv("TEAM_BENCH_MOST"))
	if err != nil {
		return all
	}
	return slices.DeleteFunc(all, func(n int) bool { return n > most })
}
