package bench_test

import (
	"os"
	"testing"

	"github.com/team-idc/team/internal/bench"
)

// report holds what the tests of this package measure.
var report bench.Report

func TestMain(m *testing.M) { os.Exit(report.Main(m)) }
