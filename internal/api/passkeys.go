package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

// PasskeyPath names a passkey. It is exported as RequestPath is.
type PasskeyPath struct {
	ID string `path:"id" pattern:"^pky_[0-9a-f-]{36}$" doc:"Passkey id"`
}

// Passkey is somebody's authenticator, registered in TEAM to show that it is them who acts.
type Passkey struct {
	ID           string    `json:"id"`
	User         Person    `json:"user"`
	Name         string    `json:"name"`
	Synchronized bool      `json:"synchronized" doc:"It may be on several devices of its holder"`
	RegisteredAt time.Time `json:"registeredAt"`
	Counts       bool      `json:"counts" doc:"It shows now that it is its holder"`
	UsableAt     time.Time `json:"usableAt" doc:"When it begins, or began, to count"`
	ConsentedBy  *Person   `json:"consentedBy,omitempty" doc:"Administrator by whose consent it counted earlier"`
	ConsentedAt  time.Time `json:"consentedAt,omitzero"`
	LastUsedAt   time.Time `json:"lastUsedAt,omitzero"`
	CopiedAt     time.Time `json:"copiedAt,omitzero" doc:"When its counter went backwards: somebody may have a copy, and it does not count any more"`
}

// PasskeyList is passkeys in the order in which they were registered.
type PasskeyList struct {
	Items []Passkey `json:"items" nullable:"false"`
	// Unavailable says why nobody can register or use one here.
	Unavailable string `json:"unavailable,omitempty" doc:"Why nobody can register or use one here; absent where they can"`
}

// PasskeyOptions are what a browser is asked for.
type PasskeyOptions struct {
	PublicKey map[string]any `json:"publicKey" doc:"For PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON"`
}

// NewPasskey is what a browser answered when it made a passkey.
type NewPasskey struct {
	Name       string         `json:"name" doc:"By which its holder knows it again; at most 64 characters"`
	Credential map[string]any `json:"credential" doc:"PublicKeyCredential.toJSON()"`
}

// PasskeyProof is what an authenticator signed.
type PasskeyProof struct {
	Credential map[string]any `json:"credential" doc:"PublicKeyCredential.toJSON()"`
	// For is the sign-in of the command line that asked, of the same user.
	For string `json:"for,omitempty" pattern:"^sin_[0-9a-f-]{36}$" doc:"Sign-in of your command line that the proof is for too"`
}

// ProvenBy says what was shown.
type ProvenBy struct {
	Proof Proof `json:"proof"`
}

// PasskeySelection is which passkeys somebody wants.
type PasskeySelection struct {
	Scope string `query:"scope" enum:"mine,all" default:"mine" doc:"Your own, or (administrators and auditors) all"`
	User  string `query:"user" maxLength:"100" doc:"Only those of a user, by id; with scope=all"`
}

func (s *server) registerPasskeys() {
	const base = "/api/v1/passkeys"
	register(s, http.MethodGet, base, "list-passkeys", "List passkeys", s.listPasskeys)
	register(s, http.MethodPost, base+"/registration/begin", "begin-passkey", "Begin to register a passkey", s.beginPasskey)
	register(s, http.MethodPost, base+"/registration/finish", "finish-passkey", "Register the passkey that a browser made", s.finishPasskey)
	register(s, http.MethodPost, base+"/proof/begin", "begin-passkey-proof", "Begin to show with a passkey that it is you", s.beginPasskeyProof)
	s.registerPasskeyProof(base + "/proof/finish")
	register(s, http.MethodPost, base+"/{id}/consent", "consent-passkey", "Let somebody else's passkey count at once, as an administrator", s.consentPasskey)
	register(s, http.MethodDelete, base+"/{id}", "remove-passkey", "Remove a passkey", s.removePasskey)
}

func (s *server) listPasskeys(ctx context.Context, by access.Actor, in *PasskeySelection) (PasskeyList, error) {
	user := by.UserID
	switch {
	case in.Scope == "all":
		if err := scopeAll.check(by); err != nil {
			return PasskeyList{}, err
		}
		user = in.User
	case user == "":
		return PasskeyList{Items: []Passkey{}}, nil // machines have none
	}
	found, err := s.Passkeys.List(ctx, by, user)
	if err != nil {
		return PasskeyList{}, err
	}
	v := s.view(ctx, by)
	out := PasskeyList{Items: make([]Passkey, 0, len(found)), Unavailable: s.Passkeys.Unavailable()}
	for _, p := range found {
		out.Items = append(out.Items, v.passkey(p))
	}
	return out, nil
}

func (s *server) beginPasskey(ctx context.Context, by access.Actor, _ *struct{}) (PasskeyOptions, error) {
	return passkeyOptions(s.Passkeys.BeginRegistration(ctx, by))
}

func (s *server) beginPasskeyProof(ctx context.Context, by access.Actor, _ *struct{}) (PasskeyOptions, error) {
	return passkeyOptions(s.Passkeys.BeginProof(ctx, by))
}

func passkeyOptions(text json.RawMessage, err error) (PasskeyOptions, error) {
	if err != nil {
		return PasskeyOptions{}, err
	}
	var out PasskeyOptions
	if err := json.Unmarshal(text, &out.PublicKey); err != nil {
		return PasskeyOptions{}, fmt.Errorf("read passkey options: %w", err)
	}
	return out, nil
}

func (s *server) finishPasskey(ctx context.Context, by access.Actor, in *struct{ Body NewPasskey }) (Passkey, error) {
	answer, err := json.Marshal(in.Body.Credential)
	if err != nil {
		return Passkey{}, fmt.Errorf("read passkey: %w", err)
	}
	p, err := s.Passkeys.FinishRegistration(ctx, by, in.Body.Name, answer)
	if err != nil {
		return Passkey{}, err
	}
	return s.view(ctx, by).passkey(p), nil
}

// provenAnswer carries the new secret of a browser's sign-in: with a fresh proof it gets another one.
type provenAnswer struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      ProvenBy
}

func (s *server) registerPasskeyProof(path string) {
	const id = "finish-passkey-proof"
	op := s.operation(http.MethodPost, path, id, "Show with a passkey that it is you")
	huma.Register(s.huma, op, func(ctx context.Context, in *struct{ Body PasskeyProof }) (*provenAnswer, error) {
		out, err := s.finishPasskeyProof(ctx, callerFrom(ctx), in.Body)
		if err != nil {
			return nil, s.problem(ctx, id, err)
		}
		return out, nil
	})
}

// finishPasskeyProof adds the proof to the caller's sign-in, and to that of their command line that asked for it. Whatever
// else they may see: a proof is only ever added to one's own.
func (s *server) finishPasskeyProof(ctx context.Context, by access.Actor, in PasskeyProof) (*provenAnswer, error) {
	own := access.Actor{Kind: by.Kind, UserID: by.UserID}
	signIn, err := s.SignIns.Read(ctx, own, by.SignInID)
	if err != nil {
		return nil, err
	}
	var prove []identity.SignIn
	if in.For != "" && in.For != by.SignInID {
		asked, err := s.SignIns.Read(ctx, own, in.For)
		if err != nil {
			return nil, err
		}
		if asked.Kind == identity.KindBrowser {
			return nil, &access.Error{Code: access.CodeConflict, Message: "that is another browser's sign-in: show it there"}
		}
		prove = append(prove, asked)
	}
	// The browser's own comes last: it gets a new secret, which must reach it whatever became of the other.
	prove = append(prove, signIn)
	answer, err := json.Marshal(in.Credential)
	if err != nil {
		return nil, fmt.Errorf("read passkey: %w", err)
	}
	_, proof, err := s.Passkeys.FinishProof(ctx, by, answer)
	if err != nil {
		return nil, err
	}
	out := &provenAnswer{Body: ProvenBy{Proof: proofsOf([]access.Proof{proof})[0]}}
	for _, one := range prove {
		secret, err := s.SignIns.AddProof(ctx, one, proof)
		if err != nil {
			return nil, err
		}
		if secret != "" {
			out.SetCookie = append(out.SetCookie, identity.BrowserCookie(secret, one.ExpiresAt.Sub(s.Now())))
		}
	}
	return out, nil
}

func (s *server) consentPasskey(ctx context.Context, by access.Actor, in *PasskeyPath) (Passkey, error) {
	p, err := s.Passkeys.Consent(ctx, by, in.ID)
	if err != nil {
		return Passkey{}, err
	}
	return s.view(ctx, by).passkey(p), nil
}

func (s *server) removePasskey(ctx context.Context, by access.Actor, in *PasskeyPath) (Passkey, error) {
	p, err := s.Passkeys.Remove(ctx, by, in.ID)
	if err != nil {
		return Passkey{}, err
	}
	return s.view(ctx, by).passkey(p), nil
}

func (v view) passkey(p identity.Passkey) Passkey {
	return Passkey{
		ID: p.ID, User: v.person(p.UserID), Name: p.Name, Synchronized: p.BackupEligible, RegisteredAt: p.RegisteredAt, Counts: p.Counts(v.now),
		UsableAt: p.UsableAt, ConsentedBy: v.someone(p.ConsentedBy), ConsentedAt: p.ConsentedAt, LastUsedAt: p.LastUsedAt, CopiedAt: p.CopiedAt,
	}
}
