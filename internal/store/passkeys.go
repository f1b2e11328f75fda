package store

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

type passkeyRow struct {
	bun.BaseModel `bun:"table:passkeys"`

	ID             string `bun:",pk"`
	UserID         string
	Name           string
	CredentialID   string
	PublicKey      string
	Transports     string
	BackupEligible bool
	SignCount      int64
	RegisteredAt   int64
	UsableAt       int64
	ConsentedBy    string
	ConsentedAt    int64
	LastUsedAt     int64
	CopiedAt       int64
	Version        int64
}

// binary is how bytes are kept in a text column, so that both databases compare them alike.
var binary = base64.RawURLEncoding

func fromPasskey(p identity.Passkey) passkeyRow {
	return passkeyRow{
		ID: p.ID, UserID: p.UserID, Name: p.Name, CredentialID: binary.EncodeToString(p.CredentialID), PublicKey: binary.EncodeToString(p.PublicKey),
		Transports: list(p.Transports), BackupEligible: p.BackupEligible, SignCount: int64(p.SignCount), RegisteredAt: micros(p.RegisteredAt),
		UsableAt: micros(p.UsableAt), ConsentedBy: p.ConsentedBy, ConsentedAt: micros(p.ConsentedAt), LastUsedAt: micros(p.LastUsedAt),
		CopiedAt: micros(p.CopiedAt), Version: p.Version,
	}
}

func (r passkeyRow) passkey() (identity.Passkey, error) {
	p := identity.Passkey{
		ID: r.ID, UserID: r.UserID, Name: r.Name, BackupEligible: r.BackupEligible,
		SignCount:    uint32(r.SignCount),
		RegisteredAt: instant(r.RegisteredAt), UsableAt: instant(r.UsableAt), ConsentedBy: r.ConsentedBy, ConsentedAt: instant(r.ConsentedAt),
		LastUsedAt: instant(r.LastUsedAt), CopiedAt: instant(r.CopiedAt), Version: r.Version,
	}
	var errs [3]error
	p.CredentialID, errs[0] = binary.DecodeString(r.CredentialID)
	p.PublicKey, errs[1] = binary.DecodeString(r.PublicKey)
	p.Transports, errs[2] = unlist[string](r.Transports)
	if err := errors.Join(errs[:]...); err != nil {
		return p, fmt.Errorf("read passkey %s: %w", r.ID, err)
	}
	return p, nil
}

func passkeysOf(rows []passkeyRow) ([]identity.Passkey, error) {
	out := make([]identity.Passkey, 0, len(rows))
	for _, r := range rows {
		p, err := r.passkey()
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

type challengeRow struct {
	bun.BaseModel `bun:"table:passkey_challenges"`

	Hash      string `bun:",pk"`
	SignInID  string
	UserID    string
	Purpose   string
	ExpiresAt int64
}

// Passkeys is the storage of passkeys.
func (s *Store) Passkeys() identity.PasskeyStore { return passkeyStore{s} }

type passkeyStore struct{ s *Store }

func (k passkeyStore) UpdatePasskeys(ctx context.Context, f func(context.Context, identity.PasskeyTx) error) error {
	return k.s.update(ctx, func(ctx context.Context, t *tx) error { return f(ctx, passkeyTx{identityTx{t}}) })
}

// Passkeys of a user, "" for everybody's.
func (k passkeyStore) Passkeys(ctx context.Context, userID string) (passkeys []identity.Passkey, err error) {
	err = k.s.view(ctx, func(ctx context.Context, t *tx) error {
		passkeys, err = t.passkeys(ctx, userID)
		return err
	})
	return passkeys, err
}

func (t *tx) passkeys(ctx context.Context, userID string) ([]identity.Passkey, error) {
	var rows []passkeyRow
	q := t.NewSelect().Model(&rows).Order("id")
	if userID != "" {
		q = q.Where("user_id = ?", userID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read passkeys: %w", err)
	}
	return passkeysOf(rows)
}

// passkeyTx gives a transaction the names that passkeys know.
type passkeyTx struct{ identityTx }

func (t passkeyTx) PasskeysOf(ctx context.Context, userID string) ([]identity.Passkey, error) {
	if userID == "" {
		return nil, nil
	}
	return t.passkeys(ctx, userID)
}

func (t passkeyTx) Passkey(ctx context.Context, id string) (identity.Passkey, bool, error) {
	var row passkeyRow
	if found, err := one(ctx, t.NewSelect().Model(&row).Where("id = ?", id), "passkey"); !found {
		return identity.Passkey{}, false, err
	}
	p, err := row.passkey()
	return p, err == nil, err
}

func (t passkeyTx) CredentialKnown(ctx context.Context, credentialID []byte) (bool, error) {
	known, err := t.NewSelect().Model((*passkeyRow)(nil)).Where("credential_id = ?", binary.EncodeToString(credentialID)).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for passkey: %w", err)
	}
	return known, nil
}

func (t passkeyTx) PutPasskey(ctx context.Context, p identity.Passkey, c access.Change) error {
	if len(c.Events) == 0 {
		return errSilent
	}
	t.wrote = true
	row := fromPasskey(p)
	if err := t.put(ctx, &row, row.ID, &row.Version); err != nil {
		return fmt.Errorf("write passkey %s: %w", p.ID, err)
	}
	return t.Apply(ctx, c)
}

func (t passkeyTx) RemovePasskey(ctx context.Context, p identity.Passkey, c access.Change) error {
	if len(c.Events) == 0 {
		return errSilent
	}
	t.wrote = true
	if err := once(t.NewDelete().Model((*passkeyRow)(nil)).Where("id = ? AND version = ?", p.ID, p.Version).Exec(ctx)); err != nil {
		return fmt.Errorf("remove passkey %s: %w", p.ID, err)
	}
	if err := t.forgetProofs(ctx, p); err != nil {
		return err
	}
	return t.Apply(ctx, c)
}

// forgetProofs by a passkey that is removed: it may be in other hands, and what it showed counts for nothing any more.
func (t passkeyTx) forgetProofs(ctx context.Context, p identity.Passkey) error {
	var rows []signInRow
	if err := t.NewSelect().Model(&rows).Where("user_id = ? AND ended_at = 0", p.UserID).Order("id").Scan(ctx); err != nil {
		return fmt.Errorf("read sign-ins: %w", err)
	}
	for _, row := range rows {
		in, err := row.signIn()
		if err != nil {
			return err
		}
		kept := slices.DeleteFunc(slices.Clone(in.Proofs), func(shown access.Proof) bool { return shown.PasskeyID == p.ID })
		if len(kept) == len(in.Proofs) {
			continue
		}
		in.Proofs = kept
		row = fromSignIn(in)
		if err := t.put(ctx, &row, row.ID, &row.Version); err != nil {
			return fmt.Errorf("write sign-in %s: %w", in.ID, err)
		}
	}
	return nil
}

func (t passkeyTx) AddChallenge(ctx context.Context, c identity.Challenge, now time.Time) error {
	t.wrote = true
	if _, err := t.NewDelete().Model((*challengeRow)(nil)).Where("expires_at <= ?", micros(now)).Exec(ctx); err != nil {
		return fmt.Errorf("forget challenges: %w", err)
	}
	row := challengeRow{Hash: c.Hash, SignInID: c.SignInID, UserID: c.UserID, Purpose: string(c.Purpose), ExpiresAt: micros(c.ExpiresAt)}
	if _, err := t.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("write challenge: %w", err)
	}
	return nil
}

func (t passkeyTx) Challenges(ctx context.Context, signInID string, now time.Time) (int, error) {
	n, err := t.NewSelect().Model((*challengeRow)(nil)).Where("sign_in_id = ? AND expires_at > ?", signInID, micros(now)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count challenges: %w", err)
	}
	return int(n), nil
}

func (t passkeyTx) TakeChallenge(ctx context.Context, hash string) (identity.Challenge, bool, error) {
	var row challengeRow
	if found, err := one(ctx, t.NewSelect().Model(&row).Where("hash = ?", hash), "challenge"); !found {
		return identity.Challenge{}, false, err
	}
	t.wrote = true
	if err := once(t.NewDelete().Model((*challengeRow)(nil)).Where("hash = ?", hash).Exec(ctx)); err != nil {
		return identity.Challenge{}, false, fmt.Errorf("take challenge: %w", err)
	}
	return identity.Challenge{
		Hash: row.Hash, SignInID: row.SignInID, UserID: row.UserID, Purpose: identity.Purpose(row.Purpose), ExpiresAt: instant(row.ExpiresAt),
	}, true, nil
}
