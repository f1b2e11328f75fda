package policy_test

import (
	"slices"
	"testing"

	"github.com/team-idc/team/internal/policy"
)

// An approver policy that goes by tags may add a stage; while an account's tags are not read, nobody can say.
func TestP9UnreadTagsAreNoTags(t *testing.T) {
	byTag := func(w *world) {
		w.set.Approver = append(w.set.Approver, approver("a9", "Payments", func(p *policy.Approver) {
			p.Targets = policy.Targets{Tags: []policy.TagTarget{{Key: "team", Values: []string{"pay"}}}}
		}))
	}
	unread := func(w *world) {
		for i := range w.content.Accounts {
			w.content.Accounts[i].Tags = nil
		}
	}
	if a := newWorld(unread).evaluate(); !a.Allowed {
		t.Errorf("no policy goes by tags, and unread ones matter: %q", texts(a.Against))
	}
	a := newWorld(byTag, unread).evaluate()
	want := []string{"TEAM has not read the tags of pay-prod (100000000001) yet, and an approver policy goes by tags: until then it cannot tell who decides."}
	if a.Allowed || !slices.Equal(texts(a.Against), want) {
		t.Errorf("got %q, want %q", texts(a.Against), want)
	}
}
