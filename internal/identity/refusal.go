package identity

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// ErrRefused is wrapped by every refusal of a sign-in.
var ErrRefused = errors.New("the sign-in was refused")

// Refusal says why somebody was not let in: to them only what helps who belongs here, to the log everything.
type Refusal struct { //nolint:errname // it is what whoever is refused gets to see
	Provider string
	Code     RefusalCode
	Public   string // a sentence for who was refused
	Reason   string // for the log
}

// RefusalCode is the stable name of why somebody was not let in.
type RefusalCode string

// Why somebody is not let in. Packages of protocols have only RefusedProtocol; its Reason says more.
const (
	RefusedProtocol RefusalCode = "protocol" // the provider's answer is not acceptable
	RefusedUnknown  RefusalCode = "unknown"  // it names no user, several, or one who is not enabled
	RefusedWaiting  RefusalCode = "waiting"  // an administrator has to confirm who it is
	RefusedOther    RefusalCode = "other"    // somebody else came back than who is signed in
)

func (r *Refusal) Error() string {
	return fmt.Sprintf("sign in with %s: refused: %s", r.Provider, r.Reason)
}

// Unwrap gives ErrRefused.
func (r *Refusal) Unwrap() error { return ErrRefused }

const (
	publicUnknown = "You signed in at your provider, but TEAM found no single enabled user of IAM Identity Center for you. " +
		"If you were only just added there, try again in some minutes; else ask an administrator."
	publicWaiting = "You signed in at your provider, but TEAM knew somebody else by what it calls you. " +
		"An administrator has to confirm that it is you; ask one, then sign in again."
	publicOther = "Somebody else came back from your provider than who is signed in here. Sign out, then sign in as who you want to be."
)

func (x External) unknown(reason string) *Refusal {
	return &Refusal{Provider: x.Provider, Code: RefusedUnknown, Public: publicUnknown, Reason: reason}
}

// other refuses a proof that is not of whose sign-in it is for.
func (x External) other(what string) *Refusal {
	return &Refusal{Provider: x.Provider, Code: RefusedOther, Public: publicOther, Reason: "somebody else came back than it is for: " + what}
}

// Refusals bounds how many refused sign-ins get an event: strangers must not fill the log.
type Refusals struct {
	// Most events a minute. Defaults to 60.
	Most int

	mu      sync.Mutex
	since   time.Time
	written int
	left    int // refusals without an event since the last one that has one
}

// take says whether a refusal gets an event, and how many before it got none.
func (r *Refusals) take(now time.Time) (left int, ok bool) {
	most := r.Most
	if most <= 0 {
		most = 60
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.since) >= time.Minute || now.Before(r.since) {
		r.since, r.written = now, 0
	}
	if r.written >= most {
		r.left++
		return 0, false
	}
	r.written++
	left, r.left = r.left, 0
	return left, true
}

// NoteRefusal records that somebody was not let in, unless many were just now. Begin does so itself.
func (s *SignIns) NoteRefusal(ctx context.Context, r *Refusal, from Origin) error {
	if s.Refusals == nil {
		return nil
	}
	now := s.now()
	left, ok := s.Refusals.take(now)
	if !ok {
		return nil
	}
	e := audit.Event{
		Kind: "sign-in.refused", At: now, Actor: access.System("sign-in").Audit(),
		Data: map[string]any{"provider": r.Provider, "code": string(r.Code), "reason": clipped(r.Reason, maxReason), "address": from.Address},
	}
	if left > 0 {
		e.Data["moreWithoutEvent"] = left
	}
	err := s.Store.Update(ctx, func(ctx context.Context, tx Tx) error { return tx.Record(ctx, e) })
	if err != nil {
		return fmt.Errorf("record refused sign-in: %w", err)
	}
	return nil
}

const maxReason = 1000 // bytes of a reason in an event

// clipped is the beginning of a text.
func clipped(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return text[:most] + "…"
}
