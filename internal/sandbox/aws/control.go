package aws

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// controlPrefix begins the paths of the control API, which no AWS service uses.
const controlPrefix = "/_sandbox/"

// controlHandler is the control API: the same as the Go methods, over JSON. It asks for no
// credentials, so it belongs on a loopback address; requests of web pages are refused.
func (a *AWS) controlHandler() http.Handler {
	mux := http.NewServeMux()
	read := func(path string, answer func(*http.Request) (any, error)) {
		mux.HandleFunc("GET "+controlPrefix+path, func(w http.ResponseWriter, r *http.Request) { respond(w, r, answer) })
	}
	write := func(method, path string, change func(*http.Request) (any, error)) {
		mux.HandleFunc(method+" "+controlPrefix+path, func(w http.ResponseWriter, r *http.Request) { respond(w, r, change) })
	}
	a.handleReads(read)
	a.handleAssignments(write)
	a.handleIdentities(write)
	a.handleAccounts(write)
	a.handleFaults(read, write)
	return mux
}

func (a *AWS) serveControl(w http.ResponseWriter, r *http.Request) {
	// A page in somebody's browser must not be able to move the organization of the demo.
	if r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" && r.Header.Get("Sec-Fetch-Site") != "none" {
		http.Error(w, `{"error":"the control API answers no web pages"}`, http.StatusForbidden)
		return
	}
	a.control.ServeHTTP(w, r)
}

func respond(w http.ResponseWriter, r *http.Request, answer func(*http.Request) (any, error)) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	out, err := answer(r)
	status := http.StatusOK
	if err != nil {
		status, out = http.StatusBadRequest, map[string]string{"error": err.Error()}
	}
	if out == nil {
		out = map[string]any{}
	}
	body, err := marshal(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}

// readJSON reads a request's body and refuses members it does not know.
func readJSON[T any](r *http.Request) (T, error) {
	var in T
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return in, fmt.Errorf("read request: %w", err)
	}
	return in, nil
}

type (
	route     func(path string, answer func(*http.Request) (any, error))
	methodFor func(method, path string, change func(*http.Request) (any, error))
)

func (a *AWS) handleReads(read route) {
	read("organization", func(*http.Request) (any, error) { return a.Describe(), nil })
	read("assignments", func(*http.Request) (any, error) { return a.Assignments(), nil })
	read("intervals", func(*http.Request) (any, error) { return orEmpty(a.Intervals()), nil })
	read("presences", func(*http.Request) (any, error) { return orEmpty(a.Presences()), nil })
	read("calls", func(r *http.Request) (any, error) {
		if action := r.URL.Query().Get("action"); action != "" {
			return orEmpty(a.CallsOf(action)), nil
		}
		return orEmpty(a.Calls()), nil
	})
	read("could-assume", func(r *http.Request) (any, error) {
		q := r.URL.Query()
		t, err := a.Resolve(Assignment{User: q.Get("user"), Account: q.Get("account"), PermissionSet: q.Get("permission_set")})
		if err != nil {
			return nil, err
		}
		at := a.now()
		if given := q.Get("at"); given != "" {
			if at, err = time.Parse(time.RFC3339Nano, given); err != nil {
				return nil, fmt.Errorf("read at: %w", err)
			}
		}
		return map[string]any{"could_assume": a.CouldAssume(t.PrincipalID, t.AccountID, t.PermissionSetARN, at)}, nil
	})
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (a *AWS) handleAssignments(write methodFor) {
	write("PUT", "assignments", func(r *http.Request) (any, error) {
		in, err := readJSON[Assignment](r)
		if err != nil {
			return nil, err
		}
		return nil, a.PutAssignment(in)
	})
	write("DELETE", "assignments", func(r *http.Request) (any, error) {
		in, err := readJSON[Assignment](r)
		if err != nil {
			return nil, err
		}
		return nil, a.DeleteAssignment(in)
	})
	write("PUT", "permission-sets", func(r *http.Request) (any, error) {
		in, err := readJSON[PermissionSet](r)
		if err != nil {
			return nil, err
		}
		arn, err := a.PutPermissionSet(in)
		return map[string]string{"arn": arn}, err
	})
	write("DELETE", "permission-sets/{set}", func(r *http.Request) (any, error) {
		return nil, a.DeletePermissionSet(r.PathValue("set"))
	})
	write("PUT", "permission-sets/{set}/provisioned/{account}", func(r *http.Request) (any, error) {
		return nil, a.Provision(r.PathValue("set"), r.PathValue("account"), true)
	})
	write("DELETE", "permission-sets/{set}/provisioned/{account}", func(r *http.Request) (any, error) {
		return nil, a.Provision(r.PathValue("set"), r.PathValue("account"), false)
	})
}

func (a *AWS) handleIdentities(write methodFor) {
	write("POST", "users", func(r *http.Request) (any, error) {
		in, err := readJSON[User](r)
		if err != nil {
			return nil, err
		}
		id, err := a.AddUser(in)
		return map[string]string{"id": id}, err
	})
	write("POST", "groups", func(r *http.Request) (any, error) {
		in, err := readJSON[Group](r)
		if err != nil {
			return nil, err
		}
		id, err := a.AddGroup(in)
		return map[string]string{"id": id}, err
	})
	write("DELETE", "users/{user}", func(r *http.Request) (any, error) { return nil, a.DeleteUser(r.PathValue("user")) })
	write("PUT", "users/{user}/status", func(r *http.Request) (any, error) {
		in, err := readJSON[struct {
			Status string `json:"status"`
		}](r)
		if err != nil {
			return nil, err
		}
		return nil, a.SetUserStatus(r.PathValue("user"), in.Status)
	})
	write("DELETE", "groups/{group}", func(r *http.Request) (any, error) { return nil, a.DeleteGroup(r.PathValue("group")) })
	write("PUT", "groups/{group}/members/{user}", func(r *http.Request) (any, error) {
		return nil, a.SetMember(r.PathValue("group"), r.PathValue("user"), true)
	})
	write("DELETE", "groups/{group}/members/{user}", func(r *http.Request) (any, error) {
		return nil, a.SetMember(r.PathValue("group"), r.PathValue("user"), false)
	})
}

func (a *AWS) handleAccounts(write methodFor) {
	write("POST", "accounts", func(r *http.Request) (any, error) {
		in, err := readJSON[Account](r)
		if err != nil {
			return nil, err
		}
		id, err := a.AddAccount(in)
		return map[string]string{"id": id}, err
	})
	write("POST", "organizational-units", func(r *http.Request) (any, error) {
		in, err := readJSON[OrganizationalUnit](r)
		if err != nil {
			return nil, err
		}
		id, err := a.AddUnit(in)
		return map[string]string{"id": id}, err
	})
	write("DELETE", "organizational-units/{path...}", func(r *http.Request) (any, error) { return nil, a.DeleteUnit(r.PathValue("path")) })
	write("PUT", "accounts/{account}/ou", func(r *http.Request) (any, error) {
		in, err := readJSON[struct {
			Path string `json:"path"`
		}](r)
		if err != nil {
			return nil, err
		}
		return nil, a.MoveAccount(r.PathValue("account"), in.Path)
	})
	write("PUT", "accounts/{account}/state", func(r *http.Request) (any, error) {
		in, err := readJSON[struct {
			State string `json:"state"`
		}](r)
		if err != nil {
			return nil, err
		}
		return nil, a.SetAccountState(r.PathValue("account"), in.State)
	})
	write("DELETE", "accounts/{account}", func(r *http.Request) (any, error) { return nil, a.RemoveAccount(r.PathValue("account")) })
}

func (a *AWS) handleFaults(read route, write methodFor) {
	read("faults", func(*http.Request) (any, error) { return a.Faults(), nil })
	write("POST", "faults", func(r *http.Request) (any, error) {
		in, err := readJSON[Fault](r)
		if err != nil {
			return nil, err
		}
		id, err := a.AddFault(in)
		return map[string]string{"id": id}, err
	})
	write("DELETE", "faults", func(*http.Request) (any, error) { return map[string]int{"cleared": a.ClearFaults("")}, nil })
	write("DELETE", "faults/{fault}", func(r *http.Request) (any, error) {
		return map[string]int{"cleared": a.ClearFaults(r.PathValue("fault"))}, nil
	})
	read("switches", func(*http.Request) (any, error) { return a.Switches(), nil })
	write("PUT", "switches", func(r *http.Request) (any, error) {
		in, err := readJSON[Switches](r)
		if err != nil {
			return nil, err
		}
		return nil, a.SetSwitches(func(s *Switches) { *s = in })
	})
}

func sortedTriples[V any](m map[Triple]V) []Triple {
	return slices.SortedFunc(maps.Keys(m), compareTriples)
}
