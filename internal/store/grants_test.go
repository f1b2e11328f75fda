package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

// grants runs one transaction.
func grants(t *testing.T, db testDB, f func(ctx context.Context, tx identity.GrantTx) error) error {
	t.Helper()
	return db.Grants().UpdateGrants(t.Context(), f)
}

func someDevice(n int) identity.DeviceCode {
	return identity.DeviceCode{
		Hash: fmt.Sprintf("d%d", n), UserCodeHash: fmt.Sprintf("u%d", n), State: identity.DeviceWaiting, Host: "laptop", Address: "192.0.2.1",
		UserAgent: "team/1", Interval: 5 * time.Second, IssuedAt: noon, ExpiresAt: noon.Add(time.Duration(n) * time.Minute),
	}
}

func TestGrantsAreReadAsTheyWereWritten(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		code := identity.Code{
			Hash: "c", ParentID: "sin_1", UserID: "u-ann", Challenge: "ch", RedirectURI: "http://127.0.0.1:1/callback", Host: "laptop", IssuedAt: noon,
			ExpiresAt: noon.Add(time.Minute),
		}
		device, refresh := someDevice(1), identity.RefreshToken{Hash: "r", SignInID: "sin_2", IssuedAt: noon, ExpiresAt: noon.Add(time.Hour)}
		must(t, grants(t, db, func(ctx context.Context, tx identity.GrantTx) error {
			return errors.Join(tx.AddCode(ctx, code, somethingHappened("sign-in.cli-allowed")), tx.AddDevice(ctx, device), tx.AddRefresh(ctx, refresh))
		}))
		used := device
		used.State, used.ParentID, used.UserID, used.Interval, used.PolledAt = identity.DeviceAllowed, "sin_1", "u-ann", 10*time.Second, noon.Add(time.Second)
		must(t, grants(t, db, func(ctx context.Context, tx identity.GrantTx) error {
			gotCode, _, err := tx.Code(ctx, "c")
			gotDevice, _, err2 := tx.DeviceByUserCode(ctx, "u1")
			gotRefresh, _, err3 := tx.Refresh(ctx, "r")
			if diff := cmp.Diff([]any{code, device, refresh}, []any{gotCode, gotDevice, gotRefresh}); diff != "" {
				t.Errorf("read (-written +read):\n%s", diff)
			}
			return errors.Join(err, err2, err3, tx.UseCode(ctx, "c", "sin_3", noon), tx.MoveDevice(ctx, identity.DeviceWaiting, used), tx.UseRefresh(ctx, "r", noon))
		}))
		must(t, grants(t, db, func(ctx context.Context, tx identity.GrantTx) error {
			code.UsedAt, code.SignInID, refresh.UsedAt = noon, "sin_3", noon
			gotCode, _, err := tx.Code(ctx, "c")
			gotDevice, _, err2 := tx.Device(ctx, "d1")
			gotRefresh, _, err3 := tx.Refresh(ctx, "r")
			if diff := cmp.Diff([]any{code, used, refresh}, []any{gotCode, gotDevice, gotRefresh}); diff != "" {
				t.Errorf("read after use (-written +read):\n%s", diff)
			}
			_, found, err4 := tx.Code(ctx, "nothing")
			if found {
				t.Error("a code is found that is none")
			}
			return errors.Join(err, err2, err3, err4)
		}))
	})
}

// TestGrantsWorkOnce: the database itself refuses a second use, whatever was read before.
func TestGrantsWorkOnce(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		must(t, grants(t, db, func(ctx context.Context, tx identity.GrantTx) error {
			return errors.Join(
				tx.AddCode(ctx, identity.Code{Hash: "c", IssuedAt: noon, ExpiresAt: noon}, somethingHappened("sign-in.cli-allowed")),
				tx.AddDevice(ctx, someDevice(1)), tx.AddRefresh(ctx, identity.RefreshToken{Hash: "r", IssuedAt: noon, ExpiresAt: noon}))
		}))
		allowed := someDevice(1)
		allowed.State, allowed.ParentID, allowed.UserID = identity.DeviceAllowed, "sin_1", "u-ann"
		for name, use := range map[string]func(context.Context, identity.GrantTx) error{
			"code": func(ctx context.Context, tx identity.GrantTx) error { return tx.UseCode(ctx, "c", "sin_1", noon) },
			"device": func(ctx context.Context, tx identity.GrantTx) error {
				return tx.MoveDevice(ctx, identity.DeviceWaiting, allowed)
			},
			"refresh": func(ctx context.Context, tx identity.GrantTx) error { return tx.UseRefresh(ctx, "r", noon) },
		} {
			must(t, grants(t, db, use))
			if err := grants(t, db, use); !errors.Is(err, access.ErrStale) {
				t.Errorf("a second use of a %s is answered with %v", name, err)
			}
		}
		for name, statement := range map[string]string{
			"a state that is none":              "UPDATE device_codes SET state = 'open'",
			"allowed by nobody":                 "UPDATE device_codes SET user_id = '', parent_id = ''",
			"a sign-in of a code that waits":    "UPDATE device_codes SET sign_in_id = 'sin_9'",
			"a sign-in of a code that was none": "UPDATE authorization_codes SET used_at = 0",
		} {
			if _, err := db.raw.ExecContext(t.Context(), statement); err == nil {
				t.Errorf("the database takes %s", name)
			}
		}
	})
}

func TestWaitingDevicesAndGuessesAreCounted(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		must(t, grants(t, db, func(ctx context.Context, tx identity.GrantTx) error {
			elsewhere := someDevice(5)
			elsewhere.Address = "198.51.100.1"
			err := errors.Join(tx.AddDevice(ctx, someDevice(1)), tx.AddDevice(ctx, someDevice(3)), tx.AddDevice(ctx, elsewhere))
			for _, guess := range []struct {
				user string
				at   time.Time
			}{{"u-ann", noon}, {"u-ann", noon}, {"u-ann", noon.Add(-time.Hour)}, {"u-bob", noon.Add(time.Second)}} {
				err = errors.Join(err, tx.AddGuess(ctx, guess.user, guess.at))
			}
			return err
		}))
		must(t, grants(t, db, func(ctx context.Context, tx identity.GrantTx) error {
			waiting, err := tx.WaitingDevices(ctx, noon.Add(2*time.Minute))
			ofUser, ofAll, err2 := tx.Guesses(ctx, "u-ann", noon.Add(-time.Minute))
			if !slices.Equal(waiting, []string{"192.0.2.1", "198.51.100.1"}) || ofUser != 2 || ofAll != 3 {
				t.Errorf("%v wait, %d of %d guesses", waiting, ofUser, ofAll)
			}
			return errors.Join(err, err2)
		}))
		more, err := db.Grants().ForgetGrants(t.Context(), noon.Add(2*time.Minute))
		must(t, err)
		must(t, grants(t, db, func(ctx context.Context, tx identity.GrantTx) error {
			_, first, err := tx.Device(ctx, "d1")
			_, second, err2 := tx.Device(ctx, "d3")
			if more || first || !second {
				t.Errorf("forgotten: %v and %v, more: %v", !first, !second, more)
			}
			return errors.Join(err, err2)
		}))
	})
}
