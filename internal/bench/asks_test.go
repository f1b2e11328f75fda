package bench_test

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/team-idc/team/internal/access"
)

// ask is one list as a screen asks for it, and which lives it has to show.
type ask struct {
	name  string
	user  string // who asks
	path  string // requests or elevations
	query url.Values
	keep  func(life) bool
}

// filter is one filter of the screens.
type filter struct {
	name, parameter, value string
	keep                   func(life) bool
}

// known are the people, accounts and so on that a history's lists are asked for: the one with the most, and one with
// few.
type known struct{ user, rareUser, account, rareAccount, set, rareSet, voter, machine, ticket string }

func (h history) known() known {
	k := known{
		user: h.users[0], rareUser: h.users[9_000], account: h.accounts[0], rareAccount: h.accounts[4_000], set: h.sets[0], rareSet: h.sets[450],
		voter: h.deciders[0], machine: h.machines[0],
	}
	for l := range h.lives() {
		if l.Request.Ticket != "" && l.word == "ended" {
			k.ticket = l.Request.Ticket
		}
	}
	return k
}

func with[T any](of func(life) []T, keep func(T) bool) func(life) bool {
	return func(l life) bool { return slices.ContainsFunc(of(l), keep) }
}

func targetsOf(l life) []access.Target { return l.Targets }

func inAccount(id string) func(life) bool {
	return with(targetsOf, func(t access.Target) bool { return t.AccountID == id })
}

func withSet(arn string) func(life) bool {
	return with(targetsOf, func(t access.Target) bool { return t.PermissionSetARN == arn })
}

func votedBy(id string) func(life) bool {
	return with(func(l life) []access.Vote { return l.Votes }, func(v access.Vote) bool { return v.VoterID == id })
}

func benefits(id string) func(life) bool {
	return func(l life) bool { return l.Request.BeneficiaryID == id }
}

func isAny(words ...string) func(life) bool {
	return func(l life) bool { return slices.Contains(words, l.word) }
}

func all(conditions ...func(life) bool) func(life) bool {
	return func(l life) bool {
		return !slices.ContainsFunc(conditions, func(f func(life) bool) bool { return !f(l) })
	}
}

func createdIn(from, to time.Time) func(life) bool {
	return func(l life) bool { return !l.Request.CreatedAt.Before(from) && l.Request.CreatedAt.Before(to) }
}

func filters(k known) []filter {
	everything := func(life) bool { return true }
	out := []filter{{"no filter", "", "", everything}}
	for _, word := range access.Statuses() {
		out = append(out, filter{"status " + word, "status", word, isAny(word)})
	}
	return append(
		out,
		filter{"open statuses", "status", "pending,approved,scheduled,in progress", isAny("pending", "approved", "scheduled", "in progress")},
		filter{"failed statuses", "status", "error,revoked,expired", isAny("error", "revoked", "expired")},
		filter{"busiest user", "user", k.user, benefits(k.user)},
		filter{"one user", "user", k.rareUser, benefits(k.rareUser)},
		filter{"busiest account", "account", k.account, inAccount(k.account)},
		filter{"one account", "account", k.rareAccount, inAccount(k.rareAccount)},
		filter{"commonest permission set", "permissionSet", k.set, withSet(k.set)},
		filter{"one permission set", "permissionSet", k.rareSet, withSet(k.rareSet)},
		filter{"busiest decider", "decider", k.voter, votedBy(k.voter)},
		filter{"busiest machine", "machine", k.machine, func(l life) bool { return l.Request.Machine && l.Request.FiledBy == k.machine }},
		filter{"ticket", "ticket", k.ticket, func(l life) bool { return l.Request.Ticket == k.ticket }},
	)
}

// asks are every scope with every filter of the screens, alone and with a span of time.
func (h history) asks() []ask {
	k := h.known()
	auditor := h.users[19_505]
	scopes := []struct {
		name, user string
		keep       func(life) bool
	}{
		{"all", auditor, func(life) bool { return true }},
		{"mine", k.user, benefits(k.user)},
		{"decided", k.voter, votedBy(k.voter)},
	}
	spans := []struct {
		name     string
		from, to time.Time
	}{
		{"", time.Time{}, time.Time{}},
		{" in a quarter", h.until.Add(-200 * 24 * time.Hour), h.until.Add(-110 * 24 * time.Hour)},
		{" in the last week", h.until.Add(-7 * 24 * time.Hour), h.until.Add(time.Hour)},
	}
	var out []ask
	for _, path := range []string{"requests", "elevations"} {
		for _, scope := range scopes {
			for _, f := range filters(k) {
				if path == "elevations" && (scope.name == "decided" || slices.Contains([]string{"decider", "machine", "ticket"}, f.parameter)) ||
					scope.name == "mine" && f.parameter == "user" || scope.name == "decided" && f.parameter == "decider" {
					continue
				}
				for _, span := range spans {
					a := ask{
						name: strings.Join([]string{path, scope.name, f.name}, ", ") + span.name, user: scope.user, path: path,
						query: url.Values{"scope": {scope.name}}, keep: all(scope.keep, f.keep),
					}
					if f.parameter != "" {
						a.query.Set(f.parameter, f.value)
					}
					if !span.from.IsZero() {
						a.query.Set("from", span.from.Format(time.RFC3339))
						a.query.Set("to", span.to.Format(time.RFC3339))
						a.keep = all(a.keep, createdIn(span.from, span.to))
					}
					out = append(out, a)
				}
			}
		}
	}
	return out
}
