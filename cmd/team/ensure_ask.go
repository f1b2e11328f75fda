package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/team-idc/team/internal/api"
)

const (
	// askTries: each round finds a request to join, makes one, or learns that another call is just making it.
	askTries = 20
	askPause = 250 * time.Millisecond
	// later is how far ahead a request may begin and still be one for now.
	later = time.Minute
)

func (e ensuring) query() url.Values {
	return url.Values{"scope": {"mine"}, "account": {e.role.AccountID}, "permissionSet": {e.role.PermissionSetARN}, "limit": {"50"}}
}

// joinOrAsk finds an open request for the target, or makes one; asked says which.
//
// Two calls at once must not leave two requests. Each looks first, and asks with an idempotency key made from the target
// and the newest request it saw there. Whoever saw the same gets the same request back; once that is there, the newest
// request is another one, so that asking anew later has another key.
func (e ensuring) joinOrAsk(ctx context.Context) (r api.Request, asked bool, err error) {
	for try := 0; ; try++ {
		var list api.RequestList
		if err := e.get(ctx, "/requests", e.query(), &list); err != nil {
			return r, false, err
		}
		newest := ""
		for i, one := range list.Items {
			if i == 0 {
				newest = one.ID
			}
			if e.joins(one) {
				return one, false, nil
			}
		}
		err := e.post(withKey(ctx, e.key(newest)), "/requests", e.draft, &r)
		if err == nil || try == askTries || !beingAsked(err) {
			return r, err == nil, err
		}
		select {
		case <-ctx.Done():
			return r, false, ctx.Err()
		case <-time.After(askPause):
		}
	}
}

// beingAsked says that another call with the same key asked for the same with other words.
func beingAsked(err error) bool {
	refused, ok := errors.AsType[*apiError](err)
	return ok && refused.Code == "idempotency_mismatch"
}

func (e ensuring) key(newest string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{e.role.AccountID, e.role.PermissionSetARN, newest}, "\n")))
	return "ensure-" + hex.EncodeToString(sum[:16])
}

// joins says whether a request is open and would give what is wanted, now and for long enough.
func (e ensuring) joins(r api.Request) bool {
	t, ok := e.target(r)
	if !ok || r.Kind == "extension" || time.Duration(r.DurationSeconds)*time.Second < e.left {
		return false
	}
	if r.StartAt.After(e.console.now()) && r.StartAt.Sub(r.CreatedAt) > later {
		return false // for another time
	}
	if t.Decision == "pending" {
		return true
	}
	v := t.Elevation
	return t.Decision == "approved" && v != nil && (v.State == "waiting" || v.State == "scheduled" || v.State == "activating")
}
