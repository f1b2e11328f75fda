package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

type codeRow struct {
	bun.BaseModel `bun:"table:authorization_codes"`

	Hash        string `bun:",pk"`
	ParentID    string
	UserID      string
	Challenge   string
	RedirectURI string
	Host        string
	IssuedAt    int64
	ExpiresAt   int64
	UsedAt      int64
	SignInID    string
}

type deviceRow struct {
	bun.BaseModel `bun:"table:device_codes"`

	Hash         string `bun:",pk"`
	UserCodeHash string
	State        string
	Host         string
	Address      string
	UserAgent    string
	ParentID     string
	UserID       string
	PollInterval int64
	PolledAt     int64
	IssuedAt     int64
	ExpiresAt    int64
	SignInID     string
}

type refreshRow struct {
	bun.BaseModel `bun:"table:refresh_tokens"`

	Hash      string `bun:",pk"`
	SignInID  string
	IssuedAt  int64
	ExpiresAt int64
	UsedAt    int64
}

func fromDevice(d identity.DeviceCode) deviceRow {
	return deviceRow{
		Hash: d.Hash, UserCodeHash: d.UserCodeHash, State: string(d.State), Host: d.Host, Address: d.Address, UserAgent: d.UserAgent,
		ParentID: d.ParentID, UserID: d.UserID, PollInterval: d.Interval.Microseconds(), PolledAt: micros(d.PolledAt), IssuedAt: micros(d.IssuedAt),
		ExpiresAt: micros(d.ExpiresAt), SignInID: d.SignInID,
	}
}

func (r deviceRow) device() identity.DeviceCode {
	return identity.DeviceCode{
		Hash: r.Hash, UserCodeHash: r.UserCodeHash, State: identity.DeviceState(r.State), Host: r.Host, Address: r.Address, UserAgent: r.UserAgent,
		ParentID: r.ParentID, UserID: r.UserID, Interval: time.Duration(r.PollInterval) * time.Microsecond, PolledAt: instant(r.PolledAt),
		IssuedAt: instant(r.IssuedAt), ExpiresAt: instant(r.ExpiresAt), SignInID: r.SignInID,
	}
}

// Grants is the storage of what the command line signs in with.
func (s *Store) Grants() identity.GrantStore { return grantStore{s} }

type grantStore struct{ s *Store }

func (g grantStore) UpdateGrants(ctx context.Context, f func(context.Context, identity.GrantTx) error) error {
	return g.s.update(ctx, func(ctx context.Context, t *tx) error { return f(ctx, grantTx{identityTx{t}}) })
}

// ForgetGrants forgets some of what expired before an instant. No event tells of it: nothing that anybody could see
// changes.
func (g grantStore) ForgetGrants(ctx context.Context, before time.Time) (more bool, err error) {
	err = g.s.update(ctx, func(ctx context.Context, t *tx) error {
		more = false
		for _, of := range []struct{ table, key, at string }{
			{"authorization_codes", "hash", "expires_at"},
			{"device_codes", "hash", "expires_at"},
			{"device_guesses", "user_id, at", "at"},
			{"refresh_tokens", "hash", "expires_at"},
		} {
			res, err := t.NewRaw("DELETE FROM "+of.table+" WHERE ("+of.key+") IN (SELECT "+of.key+" FROM "+of.table+
				" WHERE "+of.at+" < ? ORDER BY "+of.at+" LIMIT ?)", micros(before), forgottenAtOnce).Exec(ctx)
			if err != nil {
				return fmt.Errorf("forget %s: %w", of.table, err)
			}
			n, err := res.RowsAffected()
			if err != nil {
				return fmt.Errorf("forget %s: %w", of.table, err)
			}
			more = more || n == forgottenAtOnce
		}
		return nil
	})
	return more, err
}

// grantTx gives a transaction the names that identity knows of grants.
type grantTx struct{ identityTx }

func (t grantTx) Code(ctx context.Context, hash string) (identity.Code, bool, error) {
	var r codeRow
	found, err := one(ctx, t.NewSelect().Model(&r).Where("hash = ?", hash), "authorization code")
	return identity.Code{
		Hash: r.Hash, ParentID: r.ParentID, UserID: r.UserID, Challenge: r.Challenge, RedirectURI: r.RedirectURI, Host: r.Host,
		IssuedAt: instant(r.IssuedAt), ExpiresAt: instant(r.ExpiresAt), UsedAt: instant(r.UsedAt), SignInID: r.SignInID,
	}, found, err
}

func (t grantTx) AddCode(ctx context.Context, c identity.Code, e audit.Event) error {
	t.wrote = true
	row := codeRow{
		Hash: c.Hash, ParentID: c.ParentID, UserID: c.UserID, Challenge: c.Challenge, RedirectURI: c.RedirectURI, Host: c.Host,
		IssuedAt: micros(c.IssuedAt), ExpiresAt: micros(c.ExpiresAt),
	}
	if _, err := t.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("write authorization code: %w", err)
	}
	return t.appendEvents(ctx, []audit.Event{e})
}

func (t grantTx) UseCode(ctx context.Context, hash, signInID string, at time.Time) error {
	t.wrote = true
	err := once(t.NewRaw("UPDATE authorization_codes SET used_at = ?, sign_in_id = ? WHERE hash = ? AND used_at = 0", micros(at), signInID, hash).Exec(ctx))
	if err != nil {
		return fmt.Errorf("use authorization code: %w", err)
	}
	return nil
}

func (t grantTx) Device(ctx context.Context, hash string) (identity.DeviceCode, bool, error) {
	return t.deviceWhere(ctx, "hash = ?", hash)
}

func (t grantTx) DeviceByUserCode(ctx context.Context, userCodeHash string) (identity.DeviceCode, bool, error) {
	return t.deviceWhere(ctx, "user_code_hash = ?", userCodeHash)
}

func (t grantTx) deviceWhere(ctx context.Context, where, value string) (identity.DeviceCode, bool, error) {
	var r deviceRow
	found, err := one(ctx, t.NewSelect().Model(&r).Where(where, value), "device code")
	return r.device(), found, err
}

func (t grantTx) AddDevice(ctx context.Context, d identity.DeviceCode) error {
	t.wrote = true
	row := fromDevice(d)
	if _, err := t.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("write device code: %w", err)
	}
	return nil
}

func (t grantTx) MoveDevice(ctx context.Context, from identity.DeviceState, d identity.DeviceCode) error {
	t.wrote = true
	row := fromDevice(d)
	err := once(t.NewUpdate().Model(&row).Column("state", "parent_id", "user_id", "poll_interval", "polled_at", "sign_in_id").
		WherePK().Where("state = ?", string(from)).Exec(ctx))
	if err != nil {
		return fmt.Errorf("write device code: %w", err)
	}
	return nil
}

func (t grantTx) WaitingDevices(ctx context.Context, now time.Time) (addresses []string, err error) {
	err = t.NewRaw("SELECT address FROM device_codes WHERE state = 'waiting' AND expires_at > ? ORDER BY address", micros(now)).Scan(ctx, &addresses)
	if err != nil {
		return nil, fmt.Errorf("read device codes: %w", err)
	}
	return addresses, nil
}

func (t grantTx) Guesses(ctx context.Context, userID string, since time.Time) (ofUser, all int, err error) {
	err = t.NewRaw("SELECT CAST(coalesce(sum(CASE WHEN user_id = ? THEN wrong ELSE 0 END), 0) AS bigint), CAST(coalesce(sum(wrong), 0) AS bigint) "+
		"FROM device_guesses WHERE at > ?",
		userID, micros(since)).Scan(ctx, &ofUser, &all)
	if err != nil {
		return 0, 0, fmt.Errorf("count wrong user codes: %w", err)
	}
	return ofUser, all, nil
}

func (t grantTx) AddGuess(ctx context.Context, userID string, at time.Time) error {
	t.wrote = true
	_, err := t.NewRaw("INSERT INTO device_guesses (user_id, at, wrong) VALUES (?, ?, 1) "+
		"ON CONFLICT (user_id, at) DO UPDATE SET wrong = device_guesses.wrong + 1", userID, micros(at)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count wrong user code: %w", err)
	}
	return nil
}

func (t grantTx) Refresh(ctx context.Context, hash string) (identity.RefreshToken, bool, error) {
	var r refreshRow
	found, err := one(ctx, t.NewSelect().Model(&r).Where("hash = ?", hash), "refresh token")
	return identity.RefreshToken{
		Hash: r.Hash, SignInID: r.SignInID, IssuedAt: instant(r.IssuedAt), ExpiresAt: instant(r.ExpiresAt), UsedAt: instant(r.UsedAt),
	}, found, err
}

func (t grantTx) AddRefresh(ctx context.Context, r identity.RefreshToken) error {
	t.wrote = true
	row := refreshRow{Hash: r.Hash, SignInID: r.SignInID, IssuedAt: micros(r.IssuedAt), ExpiresAt: micros(r.ExpiresAt)}
	if _, err := t.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("write refresh token: %w", err)
	}
	return nil
}

func (t grantTx) UseRefresh(ctx context.Context, hash string, at time.Time) error {
	t.wrote = true
	if err := once(t.NewRaw("UPDATE refresh_tokens SET used_at = ? WHERE hash = ? AND used_at = 0", micros(at), hash).Exec(ctx)); err != nil {
		return fmt.Errorf("use refresh token: %w", err)
	}
	return nil
}
