package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// bell tells a follower who decides on requests that something happened to some, without saying what or to which: whether
// it is their business only the lists say.
type bell struct {
	wanted  bool // for the whole stream and not for a selection, and to be followed
	decides bool // named by an approver policy in force, when that was last looked at
	heard   int64
	rung    time.Time
	later   *time.Timer // fires when what came too soon after the last ring is to be told
}

// ring tells of what happened since the last ring, unless that was just now.
func (st *stream) ring() {
	b := &st.bell
	stirred := st.s.Tail.lastStirred()
	if !b.wanted || !b.decides || stirred <= b.heard {
		return
	}
	now := st.s.Now()
	if wait := b.rung.Add(waitingAtMost).Sub(now); wait > 0 {
		b.later.Reset(wait)
		return
	}
	b.heard, b.rung = stirred, now
	// Without an id: where a client goes on stays where it was.
	st.send([]byte("event: waiting\ndata: {}\n\n"))
}

// decides says whether an approver policy in force names the caller. Where that cannot be said they are not told (P9).
func (s *server) decides(ctx context.Context, by access.Actor) bool {
	f, err := s.Access.Facts(ctx)
	return err == nil && approves(f, by, s.Now())
}

// approves says whether an approver policy in force names the caller, by the snapshot.
func approves(f access.Facts, by access.Actor, now time.Time) bool {
	return by.Kind == audit.Person && by.UserID != "" &&
		len(f.Engine.DecidesFor(policy.Person{UserID: by.UserID, Groups: f.Dir.GroupsOf(by.UserID)}, now)) > 0
}

// everything says whether nothing is selected.
func (w EventSelection) everything() bool {
	return w.Request == "" && len(w.Kind) == 0 && w.User == "" && w.Account == ""
}

// stirring says whether an event may change what waits for somebody's decision, or what they may revoke. A vote alone
// does so where several have to agree: what is left to the others changes.
func stirring(kind string) bool {
	topic, _, _ := strings.Cut(kind, ".")
	return slices.Contains([]string{"request", "target", "vote", "elevation"}, topic)
}
