package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
)

// listed are the ids a list gives, in its order, whatever the size of its pages.
func (w *world) listed(as, path string) []string {
	w.t.Helper()
	var all []string
	for i, limit := range []int{1, 2, 50} {
		ids := w.pages(as, path, limit)
		if i > 0 && !slices.Equal(ids, all) {
			w.t.Errorf("%s gives %v by one and %v by %d", path, all, ids, limit)
		}
		all = ids
	}
	return all
}

func (w *world) expect(as, path string, want ...string) {
	w.t.Helper()
	if got := w.listed(as, path); !slices.Equal(got, want) {
		w.t.Errorf("%s gives %v, want %v", path, got, want)
	}
}

func TestPoliciesByWhatTheyAreAbout(t *testing.T) {
	w := newWorld(t)
	const list = "/api/v1/policies?"
	w.expect("auditor", list+"sort=name", "pol_dev", "pol_developers", "pol_prod", "pol_readers")
	w.expect("auditor", list+"sort=-name", "pol_readers", "pol_prod", "pol_developers", "pol_dev")
	w.expect("auditor", list+"kind=approver", "pol_dev", "pol_prod")
	w.expect("auditor", list+"q=DEV", "pol_dev", "pol_developers")
	w.expect("auditor", list+"account="+prod, "pol_developers", "pol_prod")
	w.expect("auditor", list+"account=444444444444")
	w.expect("auditor", list+"permissionSet="+url.QueryEscape(readOnly), "pol_dev", "pol_prod", "pol_readers")
	w.expect("auditor", list+"principal="+developers, "pol_developers", "pol_readers")
	w.expect("auditor", list+"principal="+prodApprovers+"&kind=approver", "pol_prod")
	// A cursor belongs to one list in one order.
	p := into[api.PolicyList](t, w.call("auditor", "GET", list+"limit=1", nil))
	for _, path := range []string{list + "sort=-name&cursor=", "/api/v1/proposals?cursor=", "/api/v1/alarms?cursor=", "/api/v1/assignments?cursor="} {
		refusal(t, w.call("auditor", "GET", path+p.NextCursor, nil), 422, "invalid")
	}
}

func TestVersionsAndProposalsByFilter(t *testing.T) {
	w := newWorld(t)
	const path = "/api/v1/policies/eligibility/pol_developers"
	p := into[api.EligibilityPolicy](t, w.call("admin", "GET", path, nil))
	start := w.Now()
	for i, as := range []string{"admin", "second-admin", "admin"} {
		w.pass(time.Minute)
		p.MaxDurationSeconds -= 60
		into[api.PolicyOutcome](t, w.call(as, "PUT", path, at(int64(i+1), api.EligibilityDraft{Policy: p.EligibilityBody})))
	}
	versions := func(query string) (got []int64) {
		cursor := ""
		for {
			l := into[api.PolicyVersionList](t, w.call("auditor", "GET", path+"/versions?limit=1&"+query+"&cursor="+cursor, nil))
			for _, v := range l.Items {
				got = append(got, v.Version)
			}
			if cursor = l.NextCursor; cursor == "" {
				return got
			}
		}
	}
	for query, want := range map[string][]int64{
		"": {4, 3, 2, 1}, "sort=version": {1, 2, 3, 4}, "author=u-admin": {4, 2}, "author=u-second-admin": {3},
		"from=" + stamp(start.Add(2*time.Minute)): {4, 3}, "to=" + stamp(start.Add(2*time.Minute)): {2, 1},
	} {
		if got := versions(query); !slices.Equal(got, want) {
			t.Errorf("versions by %q: %v, want %v", query, got, want)
		}
	}

	id := func(path string) string { return strings.TrimPrefix(path, "/api/v1/proposals/") }
	begin := w.Now()
	one := id(w.proposed("admin"))
	w.pass(time.Minute)
	two := id(w.proposed("second-admin"))
	w.pass(time.Minute)
	three := id(w.proposed("admin"))
	into[api.Proposal](t, w.call("admin", "POST", "/api/v1/proposals/"+one+"/withdraw", nil))
	const list = "/api/v1/proposals?"
	w.expect("auditor", list, three, two)
	w.expect("auditor", list+"state=all", three, two, one)
	w.expect("auditor", list+"state=all&sort=created", one, two, three)
	w.expect("auditor", list+"state=withdrawn", one)
	w.expect("auditor", list+"author=u-second-admin", two)
	w.expect("auditor", list+"kind=settings")
	w.expect("auditor", list+"state=all&from="+stamp(begin.Add(time.Minute))+"&to="+stamp(begin.Add(2*time.Minute)), two)
	w.expect("auditor", list+"policy="+into[api.Proposal](t, w.call("auditor", "GET", "/api/v1/proposals/"+two, nil)).PolicyID, two)
}

func TestAlarmsAndAssignmentsByFilter(t *testing.T) {
	w := newWorld(t)
	start := w.Now()
	for i, kind := range []alarm.Kind{alarm.ClockSkew, alarm.SyncFailing, alarm.RemovalFailing} {
		w.signal(alarm.Signal{Kind: kind, Subject: fmt.Sprint("s", i), Sentence: "look"})
		w.pass(time.Minute)
	}
	w.signal(alarm.Signal{Kind: alarm.ClockSkew, Subject: "s0", Close: true})
	ids := map[string]string{}
	for _, a := range into[api.AlarmList](t, w.call("auditor", "GET", "/api/v1/alarms?state=all", nil)).Items {
		ids[a.Subject] = a.ID
	}
	const list = "/api/v1/alarms?state=all&"
	w.expect("auditor", list+"sort=opened", ids["s0"], ids["s1"], ids["s2"])
	w.expect("auditor", list+"sort=-opened", ids["s2"], ids["s1"], ids["s0"])
	w.expect("auditor", "/api/v1/alarms?state=closed", ids["s0"])
	w.expect("auditor", list+"severity=warning", ids["s1"])
	w.expect("auditor", list+"kind=clock-skew", ids["s0"])
	w.expect("auditor", list+"subject=s2", ids["s2"])
	w.expect("auditor", list+"from="+stamp(start.Add(time.Minute))+"&to="+stamp(start.Add(2*time.Minute)), ids["s1"])

	w.active()
	asg := into[api.AssignmentList](t, w.call("admin", "GET", "/api/v1/assignments", nil)).Items[0].ID
	const assignments = "/api/v1/assignments?"
	w.expect("admin", assignments+"user=u-requester&account="+sandbox+"&permissionSet="+url.QueryEscape(readOnly), asg)
	w.expect("admin", assignments+"user=u-stranger")
	w.expect("admin", assignments+"account="+prod)
}

func TestDirectoryByFilter(t *testing.T) {
	w := newWorld(t)
	w.change(func(c *directory.Content) {
		c.Accounts = slices.Clone(c.Accounts)
		c.Accounts[0].Tags = map[string]string{"team": "shop"}
		c.Accounts[2].State = "SUSPENDED"
		c.Users = slices.Clone(c.Users)
		for i := range c.Users {
			if c.Users[i].ID == "u-leaver" {
				c.Users[i].Status = directory.UserDisabled
			}
		}
	})
	const accounts = "/api/v1/directory/accounts?"
	w.expect("auditor", accounts+"ou=ou-root-dev00000", dev, sandbox)
	w.expect("requester", accounts+"ou=ou-root-dev00000", dev) // the other is suspended: nothing can be asked for there
	w.expect("requester", accounts+"ou=r-root&state=ACTIVE", dev, prod)
	w.expect("requester", accounts+"tag=team", prod)
	w.expect("requester", accounts+"tag=team%3Dshop", prod)
	w.expect("requester", accounts+"tag=team%3Dother")
	into[api.PolicyOutcome](t, w.call("admin", "PUT", "/api/v1/protected-accounts/"+dev, nil))
	w.expect("requester", accounts+"protected=true", dev)
	w.expect("auditor", accounts+"protected=false", prod, sandbox)
	w.expect("requester", accounts+"protected=false", prod)
	w.expect("admin", "/api/v1/directory/users?enabled=false", "u-leaver")
	w.expect("admin", "/api/v1/directory/users?group="+admins, "u-admin", "u-second-admin")
	w.expect("admin", "/api/v1/directory/groups?member=u-auditor", auditors)
	w.expect("requester", "/api/v1/directory/ous?parent=r-root", "ou-root-dev00000", "ou-root-prod0000")
	w.expect("auditor", accounts+"ou=r-root", dev, prod, sandbox)
	w.expect("auditor", accounts+"ou=r-root&directOnly=true")
	w.expect("auditor", accounts+"ou=ou-root-dev00000&directOnly=true", dev, sandbox)
}

// Units say how many accounts are in them, of those that whoever asks may see.
func TestUnitsCountTheAccountsThatAreSeen(t *testing.T) {
	w := newWorld(t)
	w.change(func(c *directory.Content) {
		c.Accounts = slices.Clone(c.Accounts)
		c.Accounts[2].State = "SUSPENDED" // so that nobody may ask for anything there
	})
	for who, want := range map[string]map[string][2]int{
		"auditor":   {"r-root": {0, 3}, "ou-root-dev00000": {2, 2}, "ou-root-prod0000": {1, 1}},
		"requester": {"r-root": {0, 2}, "ou-root-dev00000": {1, 1}, "ou-root-prod0000": {1, 1}},
	} {
		got := map[string][2]int{}
		for _, ou := range into[api.OUList](t, w.call(who, "GET", "/api/v1/directory/ous", nil)).Items {
			got[ou.ID] = [2]int{ou.Accounts, ou.AccountsBelow}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s counts %v, want %v", who, got, want)
		}
	}
}

// Administrators and auditors see what somebody else may ask for; everybody else only their own.
func TestRequestableOfOthersIsForWhoWatches(t *testing.T) {
	w := newWorld(t)
	own := into[api.Requestable](t, w.call("requester", "GET", "/api/v1/me/requestable", nil))
	for _, who := range []string{"admin", "auditor"} {
		for _, named := range []string{"u-requester", "requester"} {
			seen := into[api.Requestable](t, w.call(who, "GET", "/api/v1/me/requestable?user="+named, nil))
			if len(own.Items) == 0 || !reflect.DeepEqual(seen, own) {
				t.Errorf("%s sees of %s %+v, want %+v", who, named, seen, own)
			}
		}
		if l := into[api.Requestable](t, w.call(who, "GET", "/api/v1/me/requestable?user=u-nobody", nil)); len(l.Items) != 0 {
			t.Errorf("nobody may ask for %+v", l)
		}
	}
	for _, who := range []string{"requester", "approver", "stranger"} {
		refusal(t, w.call(who, "GET", "/api/v1/me/requestable?user=u-admin", nil), http.StatusForbidden, "forbidden")
	}
}

// What may be asked for is found by account and role together, and comes in pages that together are the whole.
func TestRequestableIsSearchedAndPaged(t *testing.T) {
	w := newWorld(t)
	w.change(func(c *directory.Content) {
		c.Accounts = slices.Clone(c.Accounts)
		c.Accounts[0].Tags = map[string]string{"team": "shop"}
		c.Accounts[0].Email = "nobody@example.com"
		c.PermissionSets = slices.Clone(c.PermissionSets)
		for i := range c.PermissionSets {
			c.PermissionSets[i].Description = "About " + c.PermissionSets[i].Name
		}
	})
	pairs := func(query string) (got []string) {
		for _, limit := range []int{1, 2, 1000} {
			var all []string
			cursor := ""
			for {
				l := into[api.Requestable](t, w.call("requester", "GET", fmt.Sprintf("/api/v1/me/requestable?%s&limit=%d&cursor=%s", query, limit, cursor), nil))
				accounts := 0
				for _, b := range l.Items {
					accounts += len(b.Accounts)
					for _, a := range b.Accounts {
						for _, p := range b.PermissionSets {
							all = append(all, a.Name+":"+p.Name)
						}
					}
				}
				if accounts > limit {
					t.Fatalf("%d accounts on a page of %d", accounts, limit)
				}
				if cursor = l.NextCursor; cursor == "" {
					break
				}
			}
			if got != nil && !slices.Equal(got, all) {
				t.Errorf("%q by %d: %v, and before %v", query, limit, all, got)
			}
			got = all
		}
		return got
	}
	for query, want := range map[string][]string{
		"":                {"prod:Admin", "dev:Admin", "sandbox:ReadOnly"},
		"q=prod":          {"prod:Admin"},
		"q=dev+ADM":       {"dev:Admin"},
		"q=dev+read":      {"sandbox:ReadOnly"}, // it is in the unit Dev
		"q=TEAM%3Dshop":   {"prod:Admin"},
		"q=nobody":        nil,
		"q=read":          {"sandbox:ReadOnly"},
		"q=2222":          {"dev:Admin"},
		"account=" + prod: {"prod:Admin"},
		"permissionSet=" + url.QueryEscape(readOnly):                      {"sandbox:ReadOnly"},
		"permissionSet=" + url.QueryEscape(readOnly) + "&account=" + prod: nil,
	} {
		if got := pairs(query); !slices.Equal(got, want) {
			t.Errorf("requestable by %q: %v, want %v", query, got, want)
		}
	}
	refusal(t, w.call("requester", "GET", "/api/v1/me/requestable?cursor=x", nil), 422, "invalid")
	block := into[api.Requestable](t, w.call("requester", "GET", "/api/v1/me/requestable?account="+sandbox, nil)).Items[0]
	if got := strings.Join(block.Accounts[0].OUPath, "/"); got != "Root/Dev" {
		t.Errorf("the account is said to be in %q", got)
	}
	if p := block.PermissionSets[0]; p.Description != "About ReadOnly" || p.SessionDurationSeconds <= 0 {
		t.Errorf("the permission set is described as %+v", p)
	}
}

func TestMeSaysWhatWaitsAndWhatIsHeld(t *testing.T) {
	w := newWorld(t)
	me := func(as string) api.Me { return into[api.Me](t, w.call(as, "GET", "/api/v1/me", nil)) }
	if m := me("requester"); len(m.Holds) != 0 || m.WaitingForMe.Count != 0 || m.ProposalsForMe != nil {
		t.Errorf("at first %+v", m)
	}
	w.ask(twoTargets())
	r := w.active()
	w.deliver(w.ask(readSandbox()).Targets[0].Elevation.ID, access.Activating)
	if m := me("requester"); len(m.Holds) != 1 || m.Holds[0].RequestID != r.ID || m.WaitingForMe.Count != 0 {
		t.Errorf("the requester holds %+v", m.Holds)
	}
	if m := me("approver"); m.WaitingForMe.Count != 1 || w.count("approver", m.WaitingForMe.Path) != 1 || !m.Approver {
		t.Errorf("for the approver waits %+v", m.WaitingForMe)
	}
	w.proposed("admin")
	if m := me("admin"); m.ProposalsForMe == nil || m.ProposalsForMe.Count != 0 {
		t.Errorf("its author may not agree: %+v", m.ProposalsForMe)
	}
	if m := me("second-admin"); m.ProposalsForMe.Count != 1 || w.count("second-admin", m.ProposalsForMe.Path) != 1 {
		t.Errorf("for the second administrator waits %+v", m.ProposalsForMe)
	}
}
