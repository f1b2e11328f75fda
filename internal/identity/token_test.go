package identity

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

func TestTokensAreWellFormedAndTellNothing(t *testing.T) {
	text, err := generate(bytes.NewReader(make([]byte, secretBytes)))
	if err != nil || !WellFormed(text) {
		t.Fatalf("%q, %v", text, err)
	}
	if !strings.HasPrefix(text, "team_") || len(text) != 63 {
		t.Errorf("token %q", text)
	}
	for i := range text {
		other := []byte(text)
		if other[i]++; WellFormed(string(other)) {
			t.Errorf("%q passes for a token", other)
		}
	}
	for _, bad := range []string{"", "team_", text[:40], text + "a", strings.ToUpper(text), "team_" + strings.Repeat("8", 58)} {
		if WellFormed(bad) {
			t.Errorf("%q passes for a token", bad)
		}
	}
	if _, err := generate(bytes.NewReader(nil)); err == nil {
		t.Error("a token was made without randomness")
	}
	id := Token{Hash: hashOf(text)}.ID()
	if prefix, ok := HashPrefix(id); !ok || !strings.HasPrefix(hashOf(text), prefix) {
		t.Errorf("id %q", id)
	}
	for _, bad := range []string{"", "tok_", "tok_%%%%%%%%%%%%%%%%", "tok_0123456789ABCDEF", id + "0", strings.TrimPrefix(id, "tok_")} {
		if _, ok := HashPrefix(bad); ok {
			t.Errorf("%q passes for an id", bad)
		}
	}
}

// kept is a store of tokens in memory, that fails when told to.
type kept struct {
	Store
	tokens []Token
	events []audit.Event
	err    error
}

func (k *kept) Update(ctx context.Context, f func(context.Context, Tx) error) error {
	return f(ctx, keptTx{k: k})
}

type keptTx struct {
	Tx
	k *kept
}

func (t keptTx) WorkingTokens(context.Context, string, time.Time) ([]Token, error) { return nil, nil }

func (t keptTx) AddToken(_ context.Context, token Token, e audit.Event) error {
	t.k.tokens, t.k.events = append(t.k.tokens, token), append(t.k.events, e)
	return t.k.err
}

func (k *kept) Token(context.Context, string) (Token, bool, error) { return Token{}, false, k.err }

func (k *kept) Snapshot(context.Context) (*directory.Snapshot, error) {
	return directory.NewSnapshot(directory.Content{}), nil
}

func (t keptTx) PoliciesInForce(context.Context, time.Time) (policy.Set, error) {
	return policy.Set{Settings: policy.DefaultSettings()}, nil
}

func TestIssueKeepsNoSecretAndBoundsTheLifetime(t *testing.T) {
	k := &kept{}
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	tokens := &Tokens{Store: k, Random: rand.Reader, Now: func() time.Time { return now }, Directory: k}
	by := access.Actor{Kind: audit.Person, UserID: "u-1", SignInID: "sin_1"}
	scopes := []access.Scope{access.ScopeRead}
	text, issued, err := tokens.IssueBy(t.Context(), by, TokenDraft{Label: "laptop", Lifetime: time.Hour, Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	record, err := audit.Encode(0, k.events[0])
	if err != nil {
		t.Fatal(err)
	}
	if secret := strings.TrimPrefix(text, Prefix); strings.Contains(issued.Hash, secret) || bytes.Contains(record, []byte(secret)) || bytes.Contains(record, []byte(issued.Hash)) {
		t.Error("the token was kept")
	}
	if !issued.ExpiresAt.Equal(now.Add(time.Hour)) || k.events[0].Kind != "token.issued" || k.events[0].Data["token"] != issued.ID() {
		t.Errorf("issued %+v, %+v", issued, k.events[0])
	}
	for name, try := range map[string]struct {
		label    string
		lifetime time.Duration
	}{
		"negative": {"", -1}, "too long": {"", MaxLifetime + 1}, "control": {"a\x1b", time.Hour}, "long label": {strings.Repeat("x", 101), time.Hour},
	} {
		if _, _, err := tokens.IssueBy(t.Context(), by, TokenDraft{Label: try.label, Lifetime: try.lifetime, Scopes: scopes}); access.CodeOf(err) != access.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(k.tokens) != 1 {
		t.Errorf("%d tokens were kept", len(k.tokens))
	}
}

// A database that cannot be read is no reason to say that somebody is nobody.
func TestTroubleIsNotNobody(t *testing.T) {
	text, err := generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &Bearer{Store: &kept{err: errors.New("disk full")}, Now: time.Now}
	if _, err := b.Authenticate(t.Context(), text); err == nil || errors.Is(err, ErrNobody) {
		t.Errorf("got %v", err)
	}
	if _, err := b.Authenticate(t.Context(), filepath.Base(text)[:20]); !errors.Is(err, ErrNobody) {
		t.Errorf("got %v", err)
	}
}

// known is a store with one token, and a directory and policies that can be told to fail.
type known struct {
	Store
	token Token
}

func (k known) Token(context.Context, string) (Token, bool, error) { return k.token, true, nil }

func (known) User(context.Context, string) (directory.User, error) {
	return directory.User{ID: "u-1", UserName: "rita", Status: directory.UserEnabled}, nil
}

func (known) GroupsOfUser(context.Context, string) ([]string, error) { return nil, nil }

func (known) IsMember(context.Context, string, []string) (map[string]bool, error) {
	return map[string]bool{}, nil
}

func (known) Snapshot(context.Context) (*directory.Snapshot, error) {
	return directory.NewSnapshot(directory.Content{Users: []directory.User{{ID: "u-1", UserName: "rita", Status: directory.UserEnabled}}}), nil
}

func (known) InForce(context.Context, time.Time) (policy.Set, error) {
	return policy.Set{}, errors.New("version 3 of a policy cannot be read")
}

// Ending one's own access depends on no policy (P7); without them nobody is an administrator (P9).
func TestP7WithoutPoliciesACallerHasNoRoleButIsSomebody(t *testing.T) {
	text, err := generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k := known{token: Token{Hash: hashOf(text), UserID: "u-1", ExpiresAt: time.Now().Add(time.Hour)}}
	people := &Standings{Live: k, Directory: k, Policies: k, Now: time.Now}
	who, err := (&Bearer{Store: k, Directory: k, Standings: people, Now: time.Now}).Authenticate(t.Context(), text)
	if err != nil || who.UserID != "u-1" || who.Administrator || who.Auditor || !who.Unconfirmed {
		t.Errorf("got %+v, %v", who, err)
	}
}
