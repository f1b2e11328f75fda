package audit

import (
	"slices"
	"strings"
	"time"
)

// Filter picks events in the order of the log; empty fields do not filter.
type Filter struct {
	After     int64 // exclusive; -1: from the first
	RequestID string
	UserID    string // the beneficiary
	AccountID string
	// Kinds are kinds, or beginnings of kinds where they end with an asterisk: elevation.*
	Kinds []string
	From  time.Time // inclusive
	To    time.Time // exclusive
	Limit int       // 100 where zero, at most 1,000
	// NewestFirst turns the order round. Before is then where to go on: exclusive; zero: from the end of the log.
	NewestFirst bool
	Before      int64
}

// Matches says whether a record is one that the filter picks, as the database would. Limit and order do not count.
func (f Filter) Matches(r Record) bool {
	subject := r.Event.Subject
	switch {
	case r.Sequence <= f.After,
		f.Before > 0 && r.Sequence >= f.Before,
		f.RequestID != "" && f.RequestID != subject.Request,
		f.UserID != "" && f.UserID != subject.User,
		f.AccountID != "" && f.AccountID != subject.Account,
		!f.From.IsZero() && r.Event.At.Before(f.From),
		!f.To.IsZero() && !r.Event.At.Before(f.To):
		return false
	}
	return len(f.Kinds) == 0 || slices.ContainsFunc(f.Kinds, func(kind string) bool {
		beginning, many := strings.CutSuffix(kind, "*")
		return kind == r.Event.Kind || many && strings.HasPrefix(r.Event.Kind, beginning)
	})
}
