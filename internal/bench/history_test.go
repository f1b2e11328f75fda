package bench_test

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/gofrs/uuid/v5"

	"github.com/team-idc/team/internal/access"
)

// history is what a deployment did in a year: people, accounts and permission sets that are used unevenly, most of it
// ended long ago, a little of it open. The same seed gives the same history, whatever its size is.
type history struct {
	requests int
	until    time.Time
	users    []string
	accounts []string
	sets     []string
	deciders []string
	machines []string
}

const year = 365 * 24 * time.Hour

func newHistory(requests int, until time.Time) history {
	h := history{requests: requests, until: until}
	for i := range 20_000 {
		h.users = append(h.users, fmt.Sprintf("906b2f6e-%04x-7000-8000-0000000%05d", i%7919, i))
	}
	for i := range 5_000 {
		h.accounts = append(h.accounts, fmt.Sprintf("1%011d", i*7))
	}
	for i := range 500 {
		h.sets = append(h.sets, fmt.Sprintf("arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-%016x", i))
	}
	h.deciders = h.users[19_600:]
	for i := range 40 {
		h.machines = append(h.machines, fmt.Sprintf("mch_%08d-0000-7000-8000-000000000000", i))
	}
	return h
}

// life is one request with all that belongs to it.
type life struct {
	access.Case

	word string // its status word
}

// uneven picks one, the first ones far more often than the last.
func uneven(r *rand.Rand, from []string) string {
	x := r.Float64()
	return from[int(x*x*float64(len(from)))]
}

func idOf(prefix string, at time.Time, r *rand.Rand) string {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(at.UnixMilli())<<16|0x7000|uint64(r.IntN(0x1000)))
	binary.BigEndian.PutUint64(u[8:], r.Uint64()>>2|1<<63)
	return prefix + "_" + u.String()
}

// lives in the order in which they were filed.
func (h history) lives() iter.Seq[life] {
	return func(yield func(life) bool) {
		r := rand.New(rand.NewPCG(7, 9))
		step := year / time.Duration(h.requests)
		for i := range h.requests {
			created := h.until.Add(-year + step*time.Duration(i)).Truncate(time.Microsecond)
			if !yield(h.life(r, created, h.requests-i)) {
				return
			}
		}
	}
}

// open are the newest requests, of which one thousand or a fifth of all wait for a decision, and one in five hundred
// of all has access or is to have it.
func (h history) wordOf(r *rand.Rand, fromEnd int) string {
	pending := min(1_000, h.requests/5)
	switch {
	case fromEnd <= pending && r.IntN(10) < 9:
		return "pending"
	case fromEnd <= pending+max(10, h.requests/500):
		return []string{"in progress", "in progress", "in progress", "in progress", "in progress", "in progress", "scheduled", "approved"}[r.IntN(8)]
	}
	switch n := r.IntN(100); {
	case n < 78:
		return "ended"
	case n < 84:
		return "rejected"
	case n < 89:
		return "expired"
	case n < 93:
		return "cancelled"
	case n < 96:
		return "revoked"
	default:
		return "error"
	}
}

func (h history) life(r *rand.Rand, created time.Time, fromEnd int) life {
	l := life{word: h.wordOf(r, fromEnd)}
	l.Request = access.Request{
		ID: idOf("req", created.Add(-time.Duration(r.IntN(2000))*time.Millisecond), r), Kind: access.KindAccess, BeneficiaryID: uneven(r, h.users),
		Justification: "Look after the order table of the shop, which grew", Duration: time.Hour, StartAt: created, CreatedAt: created,
		ExpiresAt: h.until.Add(24 * time.Hour), Version: 3,
	}
	q := &l.Request
	q.FiledBy = q.BeneficiaryID
	if r.IntN(100) < 15 {
		q.Machine, q.FiledBy = true, uneven(r, h.machines)
	}
	if r.IntN(10) < 7 {
		q.Ticket = fmt.Sprintf("OPS-%d", r.IntN(h.requests/2+10))
	}
	if l.word == "scheduled" {
		q.StartAt = h.until.Add(2 * time.Hour)
	}
	targets := 1
	if n := r.IntN(100); n < 15 {
		targets += 1 + n/10
	}
	for len(l.Targets) < targets {
		t := access.Target{
			ID: idOf("tgt", created, r), RequestID: q.ID, AccountID: uneven(r, h.accounts), AccountName: "shop-prod-0001",
			PermissionSetARN: uneven(r, h.sets), PermissionSetName: "DatabaseAdmin", Version: 2,
		}
		if !slices.ContainsFunc(l.Targets, func(o access.Target) bool { return o.AccountID == t.AccountID }) {
			l.Targets = append(l.Targets, t)
		}
	}
	for i := range l.Targets {
		h.follow(&l, &l.Targets[i], r)
	}
	return l
}

// follow says what became of a target, in keeping with the word of its request.
func (h history) follow(l *life, t *access.Target, r *rand.Rand) {
	q := l.Request
	t.Decision, t.DecidedAt = access.Approved, q.CreatedAt.Add(time.Minute)
	e := access.Elevation{
		ID: idOf("elv", q.CreatedAt, r), TargetID: t.ID, RequestID: q.ID, AssignmentID: "asg_" + q.BeneficiaryID[24:] + t.AccountID, UserID: q.BeneficiaryID,
		AccountID: t.AccountID, PermissionSetARN: t.PermissionSetARN, State: access.Ended, StartAt: q.StartAt, Duration: q.Duration,
		EndedAt: q.CreatedAt.Add(2 * time.Hour), Attempt: 1, CreatedAt: q.CreatedAt, Version: 6,
	}
	switch l.word {
	case "pending":
		t.Decision, t.DecidedAt = access.Pending, time.Time{}
		e.State, e.EndedAt = access.Waiting, time.Time{}
	case "rejected", "expired", "cancelled":
		t.Decision, e.Reason = access.Decision(l.word), access.Reason(l.word)
	case "ended":
		e.Reason = access.ReasonElapsed
	case "revoked":
		e.Reason = access.ReasonRevoked
	case "error":
		e.Reason = access.ReasonFailed
	case "scheduled":
		e.State, e.EndedAt = access.Scheduled, time.Time{}
	case "approved":
		e.State, e.EndedAt = access.Activating, time.Time{}
	case "in progress":
		e.State, e.EndedAt = access.Active, time.Time{}
		e.ActivatedAt, e.EndsAt = q.CreatedAt.Add(time.Minute), h.until.Add(time.Duration(1+r.IntN(3600_000))*time.Millisecond)
	}
	l.Elevations = append(l.Elevations, e)
	votes := 0
	switch {
	case l.word == "pending", l.word == "expired", l.word == "cancelled", r.IntN(10) < 3 && l.word != "rejected":
	default:
		votes = 1 + r.IntN(2)
	}
	first := h.deciders[int(math.Pow(r.Float64(), 1.3)*float64(len(h.deciders)))] // the busiest decides forty times a working day
	for i := range votes {
		voter := first
		if i == 1 {
			voter = h.deciders[(slices.Index(h.deciders, first)+1)%len(h.deciders)]
		}
		if voter == q.BeneficiaryID {
			continue
		}
		l.Votes = append(l.Votes, access.Vote{
			ID: idOf("vot", q.CreatedAt, r), TargetID: t.ID, VoterID: voter, Approve: l.word != "rejected", At: q.CreatedAt.Add(time.Minute),
		})
	}
}
