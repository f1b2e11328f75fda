package access_test

import (
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
)

func extension(d time.Duration) access.Extension {
	return access.Extension{ElevationID: "elv", Duration: d, Justification: "more", Ticket: "INC-1"}
}

// TestEveryActorExtends: every state × every kind of actor.
func TestEveryActorExtends(t *testing.T) {
	for _, byMachine := range []bool{false, true} {
		everyActorExtends(t, byMachine)
	}
}

func everyActorExtends(t *testing.T, byMachine bool) {
	t.Helper()
	for _, s := range states {
		for name, by := range actors {
			w := newWorld()
			want := noExtension
			if name == "requester" || (byMachine && name == "machine") {
				want = refusal{access.CodeConflict, "elevation elv is " + string(s) + ": only active access can be extended"}
				if s == access.Active {
					want = yes
				}
			}
			_, change, err := access.Extend(w.inState(s, access.ReasonElapsed, byMachine), extension(time.Hour), nil, by, w.facts(by.UserID), w.ids)
			if err != nil || want != yes {
				t.Logf("%s, %s", s, name)
			}
			wantError(t, err, want.code, want.words)
			if err == nil && (change.Targets[0].Decision != access.Pending || len(change.Elevations) > 0) {
				t.Errorf("a pending extension moves something: %+v", change)
			}
		}
	}
}

func TestExtensions(t *testing.T) {
	free := func(w *world) { w.set.Eligibility[0].ApprovalRequired = false }
	for name, c := range map[string]struct {
		world   func(*world)
		edit    func(*access.Case, *access.Facts)
		x       access.Extension
		pending []access.Case
		want    refusal
	}{
		"by the whole span that is allowed":  {nil, nil, extension(3 * time.Hour), nil, yes},
		"beyond the whole span":              {nil, nil, extension(3*time.Hour + time.Second), nil, refusal{access.CodeNotAllowed, "4 hours"}},
		"as often as allowed":                {nil, func(c *access.Case, _ *access.Facts) { c.Elevations[0].Extensions = 1 }, extension(time.Hour), nil, yes},
		"once too often":                     {nil, func(c *access.Case, _ *access.Facts) { c.Elevations[0].Extensions = 2 }, extension(time.Hour), nil, refusal{access.CodeConflict, "was extended 2 times; no more than 2 are allowed"}},
		"while one is pending":               {nil, nil, extension(time.Hour), []access.Case{{Request: access.Request{ID: "req7"}}}, refusal{access.CodeConflict, "is pending already (request req7)"}},
		"after its end":                      {nil, func(_ *access.Case, f *access.Facts) { f.Now = noon.Add(time.Hour) }, extension(time.Hour), nil, refusal{access.CodeConflict, "only active access can be extended"}},
		"by nothing":                         {nil, nil, extension(0), nil, refusal{access.CodeInvalid, "must be positive"}},
		"by less than nothing":               {nil, nil, extension(-time.Hour), nil, refusal{access.CodeInvalid, "must be positive"}},
		"by half a second":                   {nil, nil, extension(time.Hour + time.Millisecond), nil, refusal{access.CodeInvalid, "whole seconds"}},
		"by more than ever possible":         {nil, nil, extension((1 << 62) - (1<<62)%time.Second), nil, refusal{access.CodeInvalid, "the longest duration is 9h"}},
		"without a reason":                   {nil, nil, access.Extension{ElevationID: "elv", Duration: time.Hour, Ticket: "1"}, nil, refusal{access.CodeInvalid, "the justification is required"}},
		"without a ticket":                   {nil, nil, access.Extension{ElevationID: "elv", Duration: time.Hour, Justification: "x"}, nil, refusal{access.CodeInvalid, "the ticket is required"}},
		"of an elevation that is not there":  {nil, nil, access.Extension{ElevationID: "elv9"}, nil, refusal{access.CodeNotFound, "elevation elv9"}},
		"by who is not eligible any more":    {nil, func(_ *access.Case, f *access.Facts) { f.Requester.Groups = nil }, extension(time.Hour), nil, refusal{access.CodeNotAllowed, "No eligibility policy"}},
		"without approval":                   {free, nil, extension(time.Hour), nil, yes},
		"without approval, on unread groups": {free, func(_ *access.Case, f *access.Facts) { f.RequesterLive = false }, extension(time.Hour), nil, refusal{access.CodeUnavailable, "present memberships"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			if c.world != nil {
				c.world(w)
			}
			request, f := w.inState(access.Active, "", false), w.facts(ann)
			if c.edit != nil {
				c.edit(&request, &f)
			}
			_, _, err := access.Extend(request, c.x, c.pending, person(ann), f, w.ids)
			wantError(t, err, c.want.code, c.want.words)
		})
	}
}

// extended is ann's pending extension by an hour, and the case it extends.
func (w *world) extended(t *testing.T) access.Case {
	t.Helper()
	ext, _, err := access.Extend(w.inState(access.Active, "", false), extension(time.Hour), nil, person(ann), w.facts(ann), w.ids)
	must(t, err)
	return ext
}

// TestAnExtensionIsDecidedLikeARequest: by the same people, for the whole span, and its approval moves the end.
func TestAnExtensionIsDecidedLikeARequest(t *testing.T) {
	for name, c := range map[string]struct {
		by   string
		edit func(*world, *access.Case, *access.Facts)
		want refusal
		end  time.Duration // after the start
	}{
		"approved":                      {bob, nil, yes, 2 * time.Hour},
		"by the requester":              {ann, nil, own, 0},
		"by the requester's other user": {ann2, nil, own, 0},
		"by another's approver":         {dee, nil, noApprover, 0},
		"the maximum was cut": {bob, func(w *world, _ *access.Case, f *access.Facts) {
			w.set.Eligibility[0].MaxDuration = 90 * time.Minute
			*f = w.facts(bob)
		}, refusal{access.CodeNotAllowed, "it can no longer be approved"}, 0},
		"the elevation is ending": {bob, func(_ *world, c *access.Case, _ *access.Facts) { *c = at(*c, access.Ending, access.ReasonRevoked) }, refusal{access.CodeConflict, "not active any more"}, 0},
		"the elevation has ended": {bob, func(_ *world, c *access.Case, _ *access.Facts) {
			*c = at(*c, access.Ended, access.ReasonRemovedOutside)
		}, refusal{access.CodeConflict, "not active any more"}, 0},
		"at the end of the elevation":           {bob, func(_ *world, _ *access.Case, f *access.Facts) { f.Now = noon.Add(time.Hour) }, refusal{access.CodeConflict, "got no answer in time"}, 0},
		"the requester's groups were not read":  {bob, func(_ *world, _ *access.Case, f *access.Facts) { f.RequesterLive = false }, refusal{access.CodeUnavailable, "present memberships"}, 0},
		"the number of extensions is used up":   {bob, func(_ *world, c *access.Case, _ *access.Facts) { c.Elevations[0].Extensions = 2 }, refusal{access.CodeConflict, "no more are allowed"}, 0},
		"the elevation vanished from the case?": {bob, func(_ *world, c *access.Case, _ *access.Facts) { c.Elevations = nil }, refusal{access.CodeConflict, "not active any more"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			ext, f := w.extended(t), w.facts(c.by)
			if c.edit != nil {
				c.edit(w, &ext, &f)
			}
			change, err := access.Decide(ext, access.Ballot{Targets: []string{ext.Targets[0].ID}, Approve: true, Comment: "x"}, person(c.by), f, w.ids)
			wantError(t, err, c.want.code, c.want.words)
			if err != nil {
				return
			}
			if e := change.Elevations[0]; !e.EndsAt.Equal(noon.Add(c.end)) || e.Extensions != 1 || e.State != access.Active {
				t.Errorf("the elevation is %+v", e)
			}
		})
	}
}

func TestARejectedOrCancelledExtensionMovesNothing(t *testing.T) {
	w := newWorld()
	ext := w.extended(t)
	rejected, err := access.Decide(ext, access.Ballot{Comment: "no"}, person(bob), w.facts(bob), w.ids)
	must(t, err)
	cancelled, err := access.Cancel(ext, person(ann), noon)
	must(t, err)
	for _, c := range []access.Change{rejected, cancelled} {
		if len(c.Elevations)+len(c.Looks) > 0 {
			t.Errorf("it moves %+v", c.Elevations)
		}
	}
}

// TestAPendingExtensionEndsWithItsElevation: it expires with it at the latest, and with a revoke or release at once.
func TestAPendingExtensionEndsWithItsElevation(t *testing.T) {
	w := newWorld()
	ext := w.extended(t)
	if want := noon.Add(time.Hour); !ext.Request.ExpiresAt.Equal(want) {
		t.Errorf("it expires at %v, want the end of the elevation", ext.Request.ExpiresAt)
	}
	active := w.inState(access.Active, "", false)
	released, err := access.Release(active, "elv", person(ann), []access.Case{ext}, noon)
	must(t, err)
	revoked, err := access.Revoke(active.Elevations, "", person(ada), []access.Case{ext}, noon)
	must(t, err)
	for _, c := range []access.Change{released, revoked} {
		if !slices.Contains(kinds(c), "target.expired") || c.Targets[0].Decision != access.Expired {
			t.Errorf("the extension stays: %q", kinds(c))
		}
	}
}
