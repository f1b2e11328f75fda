package store_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
)

// requestFilters are all combinations of what a list of requests can be filtered by.
func requestFilters() []access.RequestFilter {
	all := []access.RequestFilter{{Limit: 51, Now: noon}}
	for _, set := range []func(*access.RequestFilter){
		func(f *access.RequestFilter) { f.Ticket = "OPS-1" },
		func(f *access.RequestFilter) { f.BeneficiaryID = "u-ann" },
		func(f *access.RequestFilter) { f.AccountID = "111111111111" },
		func(f *access.RequestFilter) { f.VoterID = "u-bob" },
		func(f *access.RequestFilter) { f.MachineID = "mch" },
		func(f *access.RequestFilter) { f.PermissionSetARN = "arn" },
		func(f *access.RequestFilter) { f.Statuses = []string{"ended"} },
		func(f *access.RequestFilter) { f.Statuses = []string{"approved", "pending", "error"} },
		func(f *access.RequestFilter) { f.From, f.To = noon.Add(-time.Hour), noon },
		func(f *access.RequestFilter) { f.After = "req_01a21254-3039-7542-956f-dc96d2c299bc" },
		func(f *access.RequestFilter) { f.OldestFirst = true },
	} {
		for _, f := range all {
			set(&f)
			all = append(all, f)
		}
	}
	return all
}

var (
	wholeTable = regexp.MustCompile(`Seq Scan|SCAN (d|r|t|v)\b`)
	// A list without a filter walks the key from its end: the first limit rows of it are the page.
	inOrder = regexp.MustCompile(`SCAN d USING (COVERING )?INDEX sqlite_autoindex_(requests|elevations)_1$`)
	sorts   = regexp.MustCompile(`Sort|HashAggregate|TEMP B-TREE`)
	// range conditions on an index, as the databases write them.
	condition = regexp.MustCompile(`Index Cond: .*|SEARCH d USING .*`)
)

// checkPlans demands of each plan that it walks one range of an index, in the order of the list: so a page costs what is
// on it, whatever the size of the table.
func checkPlans(t *testing.T, what string, plans []string, filtered bool) {
	t.Helper()
	for _, plan := range plans {
		_, steps, _ := strings.Cut(plan, "\n")
		for line := range strings.SplitSeq(steps, "\n") {
			if wholeTable.MatchString(line) && (filtered || !inOrder.MatchString(line)) || sorts.MatchString(line) {
				t.Fatalf("%s: %q in\n%s", what, line, plan)
			}
		}
		if filtered && !condition.MatchString(steps) {
			t.Fatalf("%s walks a whole index:\n%s", what, plan)
		}
	}
}

func TestEveryListOfRequestsIsARangeOfAnIndex(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		for _, f := range requestFilters() {
			plans, err := db.PlansOfRequests(t.Context(), f)
			must(t, err)
			filtered := f.Ticket+f.BeneficiaryID+f.AccountID+f.VoterID+f.MachineID+f.PermissionSetARN+f.After != "" || f.Statuses != nil || !f.From.IsZero()
			checkPlans(t, fmt.Sprintf("%+v", f), plans, filtered)
		}
	})
}

func TestEveryListOfElevationsIsARangeOfAnIndex(t *testing.T) {
	all := []access.ElevationFilter{{Limit: 51, Now: noon}}
	for _, set := range []func(*access.ElevationFilter){
		func(f *access.ElevationFilter) { f.UserID = "u-ann" },
		func(f *access.ElevationFilter) { f.AccountID = "111111111111" },
		func(f *access.ElevationFilter) { f.PermissionSetARN = "arn" },
		func(f *access.ElevationFilter) { f.Statuses = []string{"ended"} },
		func(f *access.ElevationFilter) { f.Statuses = []string{"approved", "pending", "error"} },
		func(f *access.ElevationFilter) { f.From, f.To = noon.Add(-time.Hour), noon },
		func(f *access.ElevationFilter) { f.After.ID = "elv_01a21254-3039-7542-956f-dc96d2c299bc" },
		func(f *access.ElevationFilter) { f.Ascending = true },
	} {
		for _, f := range all {
			set(&f)
			all = append(all, f)
		}
	}
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		for _, f := range all {
			plans, err := db.PlansOfElevations(t.Context(), f)
			must(t, err)
			filtered := f.UserID+f.AccountID+f.PermissionSetARN+f.After.ID != "" || f.Statuses != nil || !f.From.IsZero()
			checkPlans(t, fmt.Sprintf("%+v", f), plans, filtered)
		}
	})
}
