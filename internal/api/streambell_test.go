package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
)

// waiting demands that the next message rings, and says nothing.
func (f *follower) waiting() {
	f.t.Helper()
	if m, ok := f.next(); !ok || m != (message{event: "waiting", data: "{}"}) {
		f.t.Fatalf("instead of a ring came %+v", m)
	}
}

// Whom an approver policy names is told that something happened, and nothing else of it. Others hear nothing, nor does who
// follows a selection only.
func TestApproversAreToldThatSomethingHappened(t *testing.T) {
	w := newWorld(t)
	approver := w.follow(w.server.URL, "approver", "", "")
	secret, _ := w.browser("second-approver")
	browser := w.followWith(w.server.URL, http.Header{"Cookie": {identity.CookieName + "=" + secret}}, "")
	others := map[string]*follower{}
	for _, as := range []string{"requester", "stranger"} {
		others[as] = w.follow(w.server.URL, as, "", "")
	}
	selects := w.follow(w.server.URL, "approver", "?kind=sign-in.*", "")
	r := w.ask(oneProd())
	approver.waiting()
	browser.waiting()
	// A ring is no event: the next one that is theirs comes with its own id, and those to whom nothing rang have it first.
	for _, as := range []string{"approver", "stranger"} {
		w.issue("u-"+as, time.Hour)
	}
	if e := approver.event(); e.Kind != "sign-in.started" {
		t.Errorf("the approver hears of %+v", e)
	}
	if e := selects.event(); e.Kind != "sign-in.started" {
		t.Errorf("who selects hears of %+v", e)
	}
	if e := others["stranger"].event(); e.Kind != "sign-in.started" {
		t.Errorf("a stranger hears of %+v", e)
	}
	if e := others["requester"].event(); e.Subject.Request != r.ID {
		t.Errorf("the requester hears of %+v", e)
	}
}

// Much that happens at once rings once at once, and once when a second has passed.
func TestAStreamRingsOnceASecond(t *testing.T) {
	w := newWorld(t)
	f := w.follow(w.server.URL, "approver", "", "")
	w.happen("elevation.active")
	f.waiting()
	for range 50 {
		w.happen("elevation.active")
	}
	w.issue("u-approver", time.Hour)
	if e := f.event(); e.Kind != "sign-in.started" {
		t.Fatalf("within the second came %+v", e)
	}
	w.pass(time.Second)
	f.waiting() // by itself: nothing happened since
	w.pass(time.Second)
	w.happen("directory.read") // concerns no request
	w.issue("u-approver", time.Hour)
	if e := f.event(); e.Kind != "sign-in.started" {
		t.Errorf("what concerns no request rang: %+v", e)
	}
	// One of two approvals settles nothing, and changes what is left to the other approver.
	w.happen("vote.cast")
	f.waiting()
}

// Who comes again is told if something may have happened meanwhile, and goes on with the events where they were.
func TestWhoComesAgainIsToldToLook(t *testing.T) {
	w := newWorld(t)
	f := w.follow(w.server.URL, "approver", "", "")
	w.issue("u-approver", time.Hour)
	m, _ := f.next()
	f.close()
	w.ask(oneProd())
	w.issue("u-approver", time.Hour)
	f = w.follow(w.server.URL, "approver", "", m.id)
	if e := f.event(); e.Kind != "sign-in.started" {
		t.Errorf("it went on with %+v", e)
	}
	f.waiting()
	// What ends where the log ends is complete without.
	for _, e := range w.follow(w.server.URL, "approver", "?follow=false&cursor="+m.id, "").all() {
		if e.Kind == "" {
			t.Errorf("a stream that is not followed holds %+v", e)
		}
	}
}

// Who becomes an approver hears it within the minute, and who is none any more does not.
func TestTheBellFollowsThePolicies(t *testing.T) {
	w := newWorld(t)
	f := w.follow(w.server.URL, "stranger", "", "")
	members := func(ids ...string) {
		w.change(func(c *directory.Content) {
			groups := append([]directory.Group{}, c.Groups...)
			for i := range groups {
				if groups[i].ID == prodApprovers {
					groups[i].Members = ids
				}
			}
			c.Groups = groups
		})
	}
	members("u-stranger", "u-approver")
	w.pass(time.Minute)
	w.happen("request.created")
	f.waiting()
	members("u-approver")
	w.pass(time.Minute)
	w.happen("request.created")
	w.issue("u-stranger", time.Hour)
	if e := f.event(); e.Kind != "sign-in.started" {
		t.Errorf("who approves nothing any more hears of %+v", e)
	}
}
