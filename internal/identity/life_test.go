package identity_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *rig) refused(err error, code access.Code, words string) {
	r.t.Helper()
	if access.CodeOf(err) != code || !strings.Contains(err.Error(), words) {
		r.t.Errorf("%v, want %s: %s", err, code, words)
	}
}

// person who is signed in.
func (r *rig) person(name string) access.Actor {
	return access.Actor{
		Kind: audit.Person, UserID: "u-" + name, Name: name, Administrator: name == "ada", Scopes: access.AllScopes(), SignInID: "sin_" + name,
	}
}

func (r *rig) machine(name string) identity.Machine {
	r.t.Helper()
	m, err := r.machines.Create(r.t.Context(), r.person("ada"), identity.MachineDraft{
		Name: name, OwnerID: "u-olga", Scopes: []access.Scope{access.ScopeRequest, access.ScopeRead},
	})
	must(r.t, err)
	return m
}

// kinds of the events so far.
func (r *rig) kinds() (kinds []string) {
	r.t.Helper()
	records, err := r.store.Events(r.t.Context(), audit.Filter{After: -1, Limit: 1000})
	must(r.t, err)
	for _, e := range records {
		kinds = append(kinds, e.Event.Kind)
	}
	return kinds
}

// last of the events.
func (r *rig) last() audit.Event {
	r.t.Helper()
	records, err := r.store.Events(r.t.Context(), audit.Filter{After: -1, Limit: 1000})
	must(r.t, err)
	return records[len(records)-1].Event
}

func TestATokenOfAPersonIsForLittle(t *testing.T) {
	r := newRig(t)
	by := r.person("rita")
	issue := func(d identity.TokenDraft) (identity.Token, error) {
		_, token, err := r.tokens.IssueBy(t.Context(), by, d)
		return token, err
	}
	one := []access.Scope{access.ScopeRequest}
	token, err := issue(identity.TokenDraft{Scopes: one})
	must(t, err)
	if !token.ExpiresAt.Equal(r.now.Add(identity.DefaultLifetime)) || token.UserID != "u-rita" || token.IssuedBy != "u-rita" || !slices.Equal(token.Scopes, one) {
		t.Errorf("issued %+v", token)
	}
	for _, scope := range []access.Scope{access.ScopeDecide, access.ScopePolicies, access.ScopeSettings, access.ScopeTokens} {
		_, err = issue(identity.TokenDraft{Scopes: []access.Scope{access.ScopeRequest, scope}})
		r.refused(err, access.CodeInvalid, "a token cannot have the scope "+string(scope)+": that needs a person who is signed in")
	}
	_, err = issue(identity.TokenDraft{Scopes: []access.Scope{"everything"}})
	r.refused(err, access.CodeInvalid, "possible scopes are read, request, revoke, operate")
	_, err = issue(identity.TokenDraft{})
	r.refused(err, access.CodeInvalid, "say what the token may be used for: read, request, revoke, operate")
	_, err = issue(identity.TokenDraft{MachineID: "mch_1"})
	r.refused(err, access.CodeForbidden, "only administrators issue tokens of machine clients")
	_, err = issue(identity.TokenDraft{Scopes: one, Lifetime: identity.MaxLifetime + time.Second})
	r.refused(err, access.CodeInvalid, "at most 90 days")
	_, _, err = r.tokens.IssueBy(t.Context(), access.Actor{Kind: audit.Machine, MachineID: "mch_1", Scopes: access.AllScopes()}, identity.TokenDraft{Scopes: one})
	r.refused(err, access.CodeForbidden, "machine clients issue no tokens")
	by.SignInID = ""
	_, err = issue(identity.TokenDraft{Scopes: one})
	r.refused(err, access.CodeForbidden, "tokens issue no tokens")
}

// A token that was issued when tokens could do everything can no more than those of today.
func TestATokenOfBeforeLosesWhatTokensCannotDo(t *testing.T) {
	r := newRig(t)
	text, err := identity.GenerateForTest()
	must(t, err)
	must(t, r.store.Identity().Update(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		return tx.AddToken(ctx, identity.Token{
			Hash: identity.HashForTest(text), UserID: "u-ada", Scopes: access.AllScopes(), IssuedAt: r.now, ExpiresAt: r.now.Add(time.Hour),
		}, audit.Event{Kind: "token.issued", At: r.now, Actor: operator})
	}))
	who, err := r.bearer.Authenticate(t.Context(), text)
	must(t, err)
	if !slices.Equal(who.Scopes, access.PersonalScopes()) || who.SignedIn() || !who.Administrator {
		t.Errorf("authenticated as %+v", who)
	}
}

func TestAMachineHasTwoTokensAtATime(t *testing.T) {
	r := newRig(t)
	m, ada := r.machine("ci"), r.person("ada")
	d := identity.TokenDraft{MachineID: m.ID}
	old, first, err := r.tokens.IssueBy(t.Context(), ada, d)
	must(t, err)
	r.now = r.now.Add(time.Second)
	text, second, err := r.tokens.IssueBy(t.Context(), ada, d)
	must(t, err)
	_, _, err = r.tokens.IssueBy(t.Context(), ada, d)
	r.refused(err, access.CodeConflict, "revoke "+first.ID()+" first")
	for _, live := range []string{old, text} {
		who, err := r.bearer.Authenticate(t.Context(), live)
		must(t, err)
		if who.MachineID != m.ID || who.OwnerID != "u-olga" || who.IssuerID != "u-ada" || who.Kind != audit.Machine || who.UserID != "" ||
			who.Administrator || who.Proposer || !slices.Equal(who.Scopes, []access.Scope{access.ScopeRead, access.ScopeRequest}) {
			t.Errorf("authenticated as %+v", who)
		}
	}
	_, err = r.tokens.RevokeBy(t.Context(), r.person("rita"), first.ID())
	r.refused(err, access.CodeNotFound, "no such token")
	_, err = r.tokens.RevokeBy(t.Context(), r.person("olga"), first.ID())
	must(t, err)
	if _, err := r.bearer.Authenticate(t.Context(), old); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("a revoked token: %v", err)
	}
	_, _, err = r.tokens.IssueBy(t.Context(), ada, identity.TokenDraft{MachineID: m.ID, Scopes: []access.Scope{access.ScopePolicies}})
	r.refused(err, access.CodeInvalid, "machine client ci has not the scope policies; it has read, request")
	_, third, err := r.tokens.IssueBy(t.Context(), ada, d)
	must(t, err)
	page, err := r.store.Identity().Tokens(t.Context(), identity.TokenFilter{Holders: []string{m.ID}, Limit: 2})
	must(t, err)
	rest, err := r.store.Identity().Tokens(t.Context(), identity.TokenFilter{Holders: []string{m.ID}, After: page[1].Hash, Limit: 2})
	must(t, err)
	got := []string{page[0].ID(), page[1].ID(), rest[0].ID()}
	if slices.Sort(got); len(rest) != 1 || !slices.Equal(got, sorted(first.ID(), second.ID(), third.ID())) {
		t.Errorf("listed %v", got)
	}
}

func sorted(s ...string) []string { slices.Sort(s); return s }

// A machine is nobody while it is off or its owner is not there; it has the scopes that it has now.
func TestAMachineIsNobodyWithoutItsOwner(t *testing.T) {
	r := newRig(t)
	m, ada := r.machine("ci"), r.person("ada")
	text, _, err := r.tokens.IssueBy(t.Context(), ada, identity.TokenDraft{MachineID: m.ID})
	must(t, err)
	nobody := func(what string) {
		t.Helper()
		if _, err := r.bearer.Authenticate(t.Context(), text); !errors.Is(err, identity.ErrNobody) {
			t.Errorf("%s: %v", what, err)
		}
	}
	r.disabled = "u-olga"
	r.now = r.now.Add(identity.StandingMaxAge)
	nobody("the owner is disabled")
	r.disabled = ""
	r.now = r.now.Add(identity.StandingMaxAge)
	_, err = r.machines.Disable(t.Context(), r.person("rita"), m.ID)
	r.refused(err, access.CodeNotFound, "no machine client")
	auditor := r.person("rita")
	auditor.Auditor = true
	_, err = r.machines.Disable(t.Context(), auditor, m.ID)
	r.refused(err, access.CodeForbidden, "only administrators can disable machine clients")
	_, err = r.machines.Disable(t.Context(), r.person("olga"), m.ID)
	must(t, err)
	nobody("it is disabled")
	_, err = r.machines.Enable(t.Context(), r.person("olga"), m.ID)
	r.refused(err, access.CodeForbidden, "only administrators can enable machine clients")
	_, _, err = r.tokens.IssueBy(t.Context(), ada, identity.TokenDraft{MachineID: m.ID})
	r.refused(err, access.CodeConflict, "ci is disabled")
	m, err = r.machines.Enable(t.Context(), ada, m.ID)
	must(t, err)
	_, err = r.machines.Change(t.Context(), ada, m.ID, m.Version, identity.MachineDraft{Name: "ci", OwnerID: "u-olga", Scopes: []access.Scope{access.ScopeRead, access.ScopePolicies}})
	must(t, err)
	who, err := r.bearer.Authenticate(t.Context(), text)
	must(t, err)
	if !slices.Equal(who.Scopes, []access.Scope{access.ScopeRead}) || who.Proposer || who.OwnerID != "u-olga" {
		t.Errorf("authenticated as %+v", who)
	}
	r.now = r.now.Add(identity.DefaultLifetime)
	nobody("it has expired")
	want := []string{"machine.created", "token.issued", "machine.disabled", "machine.enabled", "machine.changed"}
	if got := r.kinds(); !slices.Equal(got, want) {
		t.Errorf("events %v", got)
	}
}

// Who issued a machine's token may hold a copy of it. Did they propose by it in the owner's name, they could agree to
// it themselves as the second administrator (P11).
func TestOnlyByItsOwnersTokenAMachineProposes(t *testing.T) {
	r := newRig(t)
	ada := r.person("ada")
	m, err := r.machines.Create(t.Context(), ada, identity.MachineDraft{
		Name: "terraform", OwnerID: "u-ada", Scopes: []access.Scope{access.ScopeRead, access.ScopePolicies},
	})
	must(t, err)
	other := r.person("olga")
	other.Administrator = true
	for _, issuer := range []access.Actor{ada, other} {
		text, _, err := r.tokens.IssueBy(t.Context(), issuer, identity.TokenDraft{MachineID: m.ID})
		must(t, err)
		who, err := r.bearer.Authenticate(t.Context(), text)
		must(t, err)
		if own := issuer.UserID == m.OwnerID; who.Proposer != own {
			t.Errorf("with the token that %s issued, it may propose: %t", issuer.Name, who.Proposer)
		}
	}
}

// Whoever owned a machine may hold a copy of its token, whoever issued it. With it they could file what they then decide
// on, or propose in the new owner's name what they then agree to: a new owner begins with new tokens (P5, P11).
func TestANewOwnerBeginsWithNewTokens(t *testing.T) {
	r := newRig(t)
	ada := r.person("ada")
	m, err := r.machines.Create(t.Context(), ada, identity.MachineDraft{
		Name: "terraform", OwnerID: "u-olga", Scopes: []access.Scope{access.ScopeRead, access.ScopePolicies},
	})
	must(t, err)
	byOperator, _, err := r.tokens.IssueMachine(t.Context(), audit.Actor{Kind: audit.System, ID: "operator"}, m.ID, "", time.Hour)
	must(t, err)
	byAda, _, err := r.tokens.IssueBy(t.Context(), ada, identity.TokenDraft{MachineID: m.ID})
	must(t, err)
	m, err = r.machines.Change(t.Context(), ada, m.ID, m.Version, identity.MachineDraft{Name: "tf", OwnerID: "u-olga", Scopes: m.Scopes})
	must(t, err)
	for _, text := range []string{byOperator, byAda} {
		_, err := r.bearer.Authenticate(t.Context(), text)
		must(t, err) // another name is no reason
	}
	_, err = r.machines.Change(t.Context(), ada, m.ID, m.Version, identity.MachineDraft{Name: "tf", OwnerID: "u-ada", Scopes: m.Scopes})
	must(t, err)
	for _, text := range []string{byOperator, byAda} {
		if who, err := r.bearer.Authenticate(t.Context(), text); !errors.Is(err, identity.ErrNobody) {
			t.Errorf("a token of before stands for %+v, %v", who, err)
		}
	}
	want := []string{
		"machine.created", "token.issued", "token.issued", "machine.changed", "machine.changed", "token.revoked", "token.revoked",
	}
	if got := r.kinds(); !slices.Equal(got, want) {
		t.Errorf("events %v", got)
	}
	text, _, err := r.tokens.IssueBy(t.Context(), ada, identity.TokenDraft{MachineID: m.ID})
	must(t, err)
	if who, err := r.bearer.Authenticate(t.Context(), text); err != nil || who.OwnerID != "u-ada" || !who.Proposer {
		t.Errorf("the new token stands for %+v, %v", who, err)
	}
}

func TestMachinesAreWellFormed(t *testing.T) {
	r := newRig(t)
	m, ada := r.machine("ci"), r.person("ada")
	good := identity.MachineDraft{Name: "cd", OwnerID: "u-olga", Scopes: []access.Scope{access.ScopeRequest}}
	for words, edit := range map[string]func(*identity.MachineDraft){
		"a name has at most":           func(d *identity.MachineDraft) { d.Name = "mch_1" },
		"a name has at most 64":        func(d *identity.MachineDraft) { d.Name = strings.Repeat("a", 65) },
		"begins with a letter":         func(d *identity.MachineDraft) { d.Name = "-a" },
		"another machine client named": func(d *identity.MachineDraft) { d.Name = "ci" },
		"a description has at most":    func(d *identity.MachineDraft) { d.Description = "a\x1b[1m" },
		"say what the machine may do":  func(d *identity.MachineDraft) { d.Scopes = nil },
		"cannot have the scope decide": func(d *identity.MachineDraft) { d.Scopes = []access.Scope{access.ScopeDecide} },
		"name the person who answers":  func(d *identity.MachineDraft) { d.OwnerID = "" },
		"must be an enabled user":      func(d *identity.MachineDraft) { d.OwnerID = "u-nobody" },
	} {
		d := good
		edit(&d)
		_, err := r.machines.Create(t.Context(), ada, d)
		r.refused(err, access.CodeInvalid, words)
	}
	for _, by := range []access.Actor{r.person("olga"), {Kind: audit.Machine, MachineID: m.ID, OwnerID: "u-ada", Administrator: true}} {
		_, err := r.machines.Create(t.Context(), by, good)
		r.refused(err, access.CodeForbidden, "only administrators can make machine clients")
		_, err = r.machines.Change(t.Context(), by, m.ID, 1, good)
		r.refused(err, access.CodeForbidden, "only administrators can change machine clients")
	}
	_, err := r.machines.Change(t.Context(), ada, m.ID, 7, good)
	r.refused(err, access.CodeStale, "is at version 1; this change was made from version 7")
	_, err = r.machines.Change(t.Context(), ada, "mch_2", 1, good)
	r.refused(err, access.CodeNotFound, "no machine client mch_2")
	// Who owns it has left: that is no reason to refuse a better name.
	r.disabled = "u-olga"
	_, err = r.machines.Change(t.Context(), ada, m.ID, 1, identity.MachineDraft{Name: "ci2", OwnerID: "u-olga", Scopes: m.Scopes})
	must(t, err)
	for who, sees := range map[string]bool{"ada": true, "olga": true, "rita": false} {
		if _, err := r.machines.Read(t.Context(), r.person(who), m.ID); (err == nil) != sees {
			t.Errorf("%s reads it: %v", who, err)
		}
	}
}

// When a token was used is written once a minute, whatever happens with it.
func TestLastUseIsCoarse(t *testing.T) {
	r := newRig(t)
	text, _, err := r.tokens.IssueBy(t.Context(), r.person("rita"), identity.TokenDraft{Scopes: []access.Scope{access.ScopeRead}, Lifetime: 24 * time.Hour})
	must(t, err)
	used := func() time.Time {
		list, err := r.tokens.List(t.Context(), "u-rita")
		must(t, err)
		return list[0].LastUsedAt
	}
	step := func() bool {
		did, next, err := r.bearer.Uses.Step(t.Context(), r.store.Identity(), r.now)
		must(t, err)
		if next.Before(r.now) {
			t.Errorf("next at %s", next)
		}
		return did
	}
	step()
	events := len(r.kinds())
	first := r.now.Add(10 * time.Second)
	r.now = first
	_, err = r.bearer.Authenticate(t.Context(), text)
	must(t, err)
	if step() || !used().IsZero() {
		t.Error("written within the minute")
	}
	r.now = first.Add(time.Minute)
	if !step() || !used().Equal(first) {
		t.Errorf("last used %s", used())
	}
	r.now = first.Add(time.Minute - time.Second)
	_, err = r.bearer.Authenticate(t.Context(), text)
	must(t, err)
	r.now = first.Add(3 * time.Minute)
	if step() || !used().Equal(first) {
		t.Errorf("last used %s after a use within the minute", used())
	}
	if len(r.kinds()) != events {
		t.Error("a use is an event")
	}
}
