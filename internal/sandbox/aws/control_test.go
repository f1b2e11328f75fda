package aws_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// control calls the control API and reads the answer.
func (w *world) control(method, path, body string, out any) int {
	w.t.Helper()
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, httptest.NewRequest(method, "http://aws.sandbox/_sandbox/"+path, strings.NewReader(body)))
	if out != nil {
		if err := json.Unmarshal(rec.Body.Bytes(), out); err != nil {
			w.t.Fatalf("%s %s: %v in %s", method, path, err, rec.Body)
		}
	}
	return rec.Code
}

func (w *world) mustControl(method, path, body string) {
	w.t.Helper()
	var out map[string]any
	if status := w.control(method, path, body, &out); status != http.StatusOK {
		w.t.Errorf("%s %s: %d %v", method, path, status, out)
	}
}

func TestControlAPIChangesTheOrganization(t *testing.T) {
	w := newWorld(t)
	w.mustControl("PUT", "assignments", `{"user":"ann","account":"shop","permission_set":"Admin"}`)
	var could struct {
		CouldAssume bool `json:"could_assume"`
	}
	w.control("GET", "could-assume?user=ann&account=shop&permission_set=Admin", "", &could)
	if !could.CouldAssume {
		t.Error("ann cannot assume Admin")
	}
	w.control("GET", "could-assume?user=ann&account=shop&permission_set=Admin&at="+w.clock.Now().Add(-time.Second).Format(time.RFC3339Nano), "", &could)
	if could.CouldAssume {
		t.Error("ann could before")
	}
	w.mustControl("PUT", "users/ann/status", `{"status":"DISABLED"}`)
	w.mustControl("PUT", "users/ann/status", `{"status":"ENABLED"}`)
	w.mustControl("DELETE", "assignments", `{"user":"ann","account":"shop","permission_set":"Admin"}`)
	w.mustControl("PUT", "groups/empty/members/ann", "")
	w.mustControl("DELETE", "groups/devs/members/ann", "")
	w.mustControl("DELETE", "groups/devs", "")
	w.mustControl("PUT", "accounts/shop/ou", `{"path":"Workloads"}`)
	w.mustControl("PUT", "accounts/lab/state", `{"state":"SUSPENDED"}`)
	w.mustControl("PUT", "permission-sets/Admin/provisioned/management", "")
	w.mustControl("DELETE", "permission-sets/Admin/provisioned/management", "")
	w.mustControl("DELETE", "permission-sets/Admin", "")
	w.mustControl("POST", "users", `{"user_name":"dora"}`)
	w.mustControl("DELETE", "users/bob", "")
	w.mustControl("POST", "groups", `{"display_name":"new","members":["dora"]}`)
	w.mustControl("DELETE", "groups/new", "")
	w.mustControl("POST", "organizational-units", `{"path":"Workloads/Test"}`)
	w.mustControl("DELETE", "organizational-units/Workloads/Test", "")
	w.mustControl("POST", "accounts", `{"name":"extra"}`)
	w.mustControl("DELETE", "accounts/extra", "")
	w.mustControl("PUT", "permission-sets", `{"name":"Reader","session_duration":"PT2H"}`)
	w.mustControl("DELETE", "accounts/shop", "")
	w.mustControl("PUT", "switches", `{"delete_missing":"SUCCEEDED","read_lag":"2s"}`)
	if s := w.Switches(); s.DeleteMissing != "SUCCEEDED" || s.ReadLag != 2*time.Second {
		t.Errorf("switches: %+v", s)
	}
	var org simaws.Organization
	w.control("GET", "organization", "", &org)
	if len(org.Accounts) != 3 || len(org.Users) != 3 || len(org.Groups) != 1 || len(org.Groups[0].Members) != 1 || len(org.PermissionSets) != 2 {
		t.Errorf("organization: %+v", org)
	}
}

func TestControlAPIShowsTheRecord(t *testing.T) {
	w := newWorld(t)
	w.mustCreate("ann", "shop", "Admin")
	var intervals []simaws.Interval
	var presences []simaws.Presence
	var calls []simaws.Call
	var assignments []simaws.Triple
	w.control("GET", "intervals", "", &intervals)
	w.control("GET", "presences", "", &presences)
	w.control("GET", "calls?action=sso:CreateAccountAssignment", "", &calls)
	w.control("GET", "assignments", "", &assignments)
	if len(intervals) != 4 || intervals[3].Began.Kind != "api" || len(presences) != 3 || len(calls) != 1 || calls[0].Triple.AccountID != "333333333333" || len(assignments) != 3 {
		t.Errorf("%+v\n%+v\n%+v\n%+v", intervals, presences, calls, assignments)
	}
	w.control("GET", "calls", "", &calls)
	if len(calls) != 2 {
		t.Errorf("calls: %+v", calls)
	}
}

func TestControlAPIInjectsFaults(t *testing.T) {
	w := newWorld(t)
	var made struct{ ID string }
	if status := w.control("POST", "faults", `{"action":"sso:CreateAccountAssignment","code":"ThrottlingException","delay":"5ms","count":1}`, &made); status != http.StatusOK || made.ID == "" {
		t.Fatalf("%d %+v", status, made)
	}
	var faults []simaws.Fault
	w.control("GET", "faults", "", &faults)
	if len(faults) != 1 || faults[0].Delay != 5*time.Millisecond || faults[0].ID != made.ID {
		t.Errorf("faults: %+v", faults)
	}
	if _, err := w.create("ann", "shop", "Admin"); code(err) != "ThrottlingException" {
		t.Errorf("got %v", err)
	}
	w.mustControl("POST", "faults", `{"action":"sso:*","lost":true}`)
	w.mustControl("DELETE", "faults/fault-2", "")
	w.mustControl("DELETE", "faults", "")
}

func TestControlAPIRefusesWhatItDoesNotUnderstand(t *testing.T) {
	w := newWorld(t)
	for _, c := range [][3]string{
		{"PUT", "assignments", `{"colour":"red"}`},
		{"PUT", "assignments", ``},
		{"PUT", "assignments", `{"user":"x","account":"shop","permission_set":"Admin"}`},
		{"POST", "faults", `{"action":"sso:*","delay":"soon"}`},
		{"POST", "faults", `{"action":"sso:*","colour":1}`},
		{"POST", "faults", `{}`},
		{"PUT", "switches", `{"colour":1}`},
		{"PUT", "switches", `{"kms":"odd"}`},
		{"PUT", "switches", `{"read_lag":"soon"}`},
		{"DELETE", "users/nobody", ""},
		{"PUT", "users/ann/status", `{"status":"x"}`},
		{"POST", "users", `{}`},
		{"POST", "users", `x`},
		{"GET", "could-assume?user=x", ""},
		{"GET", "could-assume?user=ann&account=shop&permission_set=Admin&at=now", ""},
	} {
		var out struct{ Error string }
		if status := w.control(c[0], c[1], c[2], &out); status != http.StatusBadRequest || out.Error == "" {
			t.Errorf("%v: %d %q", c, status, out.Error)
		}
	}
	if status := w.control("GET", "nothing", "", nil); status != http.StatusNotFound {
		t.Errorf("unknown path: %d", status)
	}
}

func TestControlAPIAnswersNoWebPages(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewRequest(http.MethodDelete, "http://aws.sandbox/_sandbox/users/ann", nil)
	r.Header.Set("Origin", "https://evil.example")
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	if rec.Code != http.StatusForbidden {
		t.Errorf("status is %d", rec.Code)
	}
}
