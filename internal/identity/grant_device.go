package identity

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// DeviceStart is what a program without a browser is told: the code it waits with, and the one that somebody enters.
type DeviceStart struct {
	DeviceCode, UserCode string
	ExpiresAt            time.Time
	Interval             time.Duration
}

// mostProgram is how many bytes are kept of what a program calls itself.
const mostProgram = 80

// userCodeTries bounds how often a user code is drawn anew because it is taken.
const userCodeTries = 5

// BeginDevice begins to wait for somebody to allow a program that has no browser. Anybody may ask, so that few may wait.
func (g *Grants) BeginDevice(ctx context.Context, host string, from Origin) (DeviceStart, error) {
	text, hash, err := g.secret()
	if err != nil {
		return DeviceStart{}, err
	}
	var start DeviceStart
	err = g.settled(ctx, "begin device sign-in", func(ctx context.Context, tx GrantTx, now time.Time) (*GrantError, error) {
		waiting, err := tx.WaitingDevices(ctx, now)
		if err != nil {
			return nil, err
		}
		all, ofAddress := len(waiting), 0
		for _, address := range waiting {
			if network(address) == network(from.Address) {
				ofAddress++
			}
		}
		if all >= mostDevices || ofAddress >= mostDevicesOfAddress {
			return &GrantError{
				Code: GrantBusy, Description: "too many wait to be signed in; try again in a few minutes", RetryAfter: time.Minute,
				Reason: fmt.Sprintf("%d device codes wait, %d of address %s", all, ofAddress, from.Address),
			}, nil
		}
		userCode, err := g.freeUserCode(ctx, tx)
		if err != nil {
			return nil, err
		}
		d := DeviceCode{
			Hash: hash, UserCodeHash: hashOf(userCode), State: DeviceWaiting, Host: CleanHost(host), Address: from.Address,
			// Strangers write it, and people read it who are to agree: short, and without what could pretend to be something else.
			UserAgent: printable(from.UserAgent, mostProgram), Interval: DeviceInterval, IssuedAt: now, ExpiresAt: now.Add(DeviceLifetime),
		}
		start = DeviceStart{DeviceCode: text, UserCode: SpellUserCode(userCode), ExpiresAt: d.ExpiresAt, Interval: d.Interval}
		return nil, tx.AddDevice(ctx, d)
	})
	if err != nil {
		return DeviceStart{}, err
	}
	return start, nil
}

// network is what addresses are counted under: of IPv6 the network of 64 bits that one customer has, with addresses as they
// like; otherwise the address.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

func (g *Grants) freeUserCode(ctx context.Context, tx GrantTx) (string, error) {
	for range userCodeTries {
		code, err := newUserCode(g.Random)
		if err != nil {
			return "", err
		}
		_, taken, err := tx.DeviceByUserCode(ctx, hashOf(code))
		if err != nil || !taken {
			return code, err
		}
	}
	return "", errors.New("every user code that was drawn is taken")
}

// FindDevice finds the program that waits with a user code, for a signed-in person who has entered it. Wrong codes are
// counted: whoever has entered too many must wait.
func (g *Grants) FindDevice(ctx context.Context, by SignIn, userCode string) (d DeviceCode, err error) {
	err = g.settled(ctx, "find device sign-in", func(ctx context.Context, tx GrantTx, now time.Time) (refused *GrantError, err error) {
		d, refused, err = g.find(ctx, tx, by, userCode, now)
		return refused, err
	})
	return d, err
}

func (g *Grants) find(ctx context.Context, tx GrantTx, by SignIn, userCode string, now time.Time) (DeviceCode, *GrantError, error) {
	ofUser, all, err := tx.Guesses(ctx, by.UserID, now.Add(-DeviceLifetime))
	if err != nil {
		return DeviceCode{}, nil, err
	}
	if ofUser >= mostGuessesOfUser || all >= mostGuesses {
		return DeviceCode{}, &GrantError{
			Code: GrantBusy, Description: "too many wrong codes were entered; wait some minutes, then begin again with team login", RetryAfter: DeviceLifetime,
			Reason: fmt.Sprintf("%d wrong user codes of %s, %d of all", ofUser, by.UserID, all),
		}, nil
	}
	if code, ok := ReadUserCode(userCode); ok {
		d, found, err := tx.DeviceByUserCode(ctx, hashOf(code))
		if err != nil {
			return DeviceCode{}, nil, err
		}
		if found && d.State == DeviceWaiting && now.Before(d.ExpiresAt) {
			return d, nil, nil
		}
	}
	refused := refusedGrant(GrantInvalid, "no program waits with this code: compare it with what team login shows. A code is good for ten minutes, once",
		"user code of "+by.UserID+" is wrong, expired or decided")
	return DeviceCode{}, refused, tx.AddGuess(ctx, by.UserID, now)
}

// DecideDevice allows or refuses the program that waits with a user code.
func (g *Grants) DecideDevice(ctx context.Context, by SignIn, userCode string, allow bool) (d DeviceCode, err error) {
	err = g.settled(ctx, "decide device sign-in", func(ctx context.Context, tx GrantTx, now time.Time) (refused *GrantError, err error) {
		if d, refused, err = g.find(ctx, tx, by, userCode, now); err != nil || refused != nil {
			return refused, err
		}
		kind := "sign-in.cli-refused"
		d.State, d.ParentID, d.UserID = DeviceRefused, by.ID, by.UserID
		if allow {
			kind, d.State = "sign-in.cli-allowed", DeviceAllowed
		}
		if err := tx.MoveDevice(ctx, DeviceWaiting, d); err != nil {
			return nil, err
		}
		return nil, tx.Record(ctx, cliEvent(kind, by, d.Host, d.Address, now))
	})
	return d, err
}

// pollSlack is how much sooner than its interval a poll may come: clocks and networks are not exact.
const pollSlack = time.Second

// PollDevice gives the tokens once somebody has allowed the program.
func (g *Grants) PollDevice(ctx context.Context, deviceCode string, from Origin) (CLITokens, error) {
	var out CLITokens
	if !WellFormed(deviceCode) {
		return out, refusedGrant(GrantInvalid, noCode, "the device code is malformed")
	}
	err := g.settled(ctx, "poll device sign-in", func(ctx context.Context, tx GrantTx, now time.Time) (refused *GrantError, err error) {
		out = CLITokens{}
		d, found, err := tx.Device(ctx, hashOf(deviceCode))
		switch {
		case err != nil:
			return nil, err
		case !found:
			return refusedGrant(GrantInvalid, noCode, "there is no such device code"), nil
		case d.State == DeviceUsed:
			return refusedGrant(GrantInvalid, noCode, "the device code was used before; what came of it is ended"),
				g.endReused(ctx, tx, d.SignInID, now)
		case !now.Before(d.ExpiresAt):
			return refusedGrant(GrantExpired, "nobody allowed it in time; begin again", "the device code has expired"), nil
		case d.State == DeviceRefused:
			return refusedGrant(GrantDenied, "it was refused in the browser", "user "+d.UserID+" refused"), nil
		case d.State == DeviceWaiting:
			return g.notYet(ctx, tx, d, now)
		}
		from.UserAgent = onHost(from.UserAgent, d.Host)
		if out, refused, err = g.begin(ctx, tx, d.ParentID, from, false, now); err != nil {
			return nil, err
		}
		d.State, d.SignInID = DeviceUsed, out.SignIn.ID
		return refused, tx.MoveDevice(ctx, DeviceAllowed, d)
	})
	if err != nil {
		return CLITokens{}, err
	}
	return out, nil
}

// notYet answers a program that nobody has allowed so far, and remembers when it asked.
func (g *Grants) notYet(ctx context.Context, tx GrantTx, d DeviceCode, now time.Time) (*GrantError, error) {
	refused := refusedGrant(GrantPending, "nobody has allowed it yet", "the device code waits")
	if !d.PolledAt.IsZero() && now.Sub(d.PolledAt) < d.Interval-pollSlack {
		d.Interval += SlowerBy
		refused = refusedGrant(GrantSlowDown, "ask less often", "the device code is polled too often")
	}
	d.PolledAt = now
	return refused, tx.MoveDevice(ctx, DeviceWaiting, d)
}

// IsGrantError finds the refusal in an error.
func IsGrantError(err error) (*GrantError, bool) { return errors.AsType[*GrantError](err) }
