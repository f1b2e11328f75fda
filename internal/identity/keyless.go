package identity

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// Keyless is a way for a machine client to be known without a secret: by an ID token of an issuer that the settings
// trust, in which exactly these claims stand.
type Keyless struct {
	ID        string
	MachineID string
	Issuer    string // by its name in the settings
	// Claims by name. Each must be in the token, letter by letter.
	Claims map[string]string
	// CreatedBy is the user id of who says that this is the machine. They answer for what comes of it as whoever issues a
	// token does: they may well be who runs what the claims name (P5, P11).
	CreatedBy string
	CreatedAt time.Time
}

// Bounds of what is kept of a keyless way.
const (
	MaxKeyless    = 10  // of one machine client
	MaxClaims     = 20  // of one way
	MaxClaimName  = 100 // bytes
	MaxClaimValue = 500 // bytes
)

// keylessPrefix begins the ids of keyless ways.
const keylessPrefix = "kls"

// KeylessDraft is a keyless way that somebody wants.
type KeylessDraft struct {
	Issuer string
	Claims map[string]string
}

// AddKeyless lets a machine client be known by ID tokens. Like issuing its token it is an administrator's, asks for the
// same fresh proof, and widens nothing by itself: what the machine may do stands in policies. The issuer may be named
// before the settings trust it, and counts from then on.
func (m *Machines) AddKeyless(ctx context.Context, by access.Actor, machineID string, d KeylessDraft) (Keyless, error) {
	if err := mayManage(by, "say by which claims to know"); err != nil {
		return Keyless{}, err
	}
	if err := d.check(); err != nil {
		return Keyless{}, err
	}
	dir, err := m.Directory.Snapshot(ctx)
	if err != nil {
		return Keyless{}, unread(err)
	}
	now := m.now()
	made := Keyless{
		ID: m.IDs.Make(keylessPrefix), MachineID: machineID, Issuer: d.Issuer, Claims: d.Claims, CreatedBy: by.UserID, CreatedAt: now,
	}
	err = m.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		machine, ok, err := tx.Machine(ctx, machineID)
		if err != nil {
			return err
		}
		if !ok {
			return noMachine(machineID)
		}
		if err := (issuing{by, dir}).shown(ctx, tx, now); err != nil {
			return err
		}
		others, err := tx.KeylessOf(ctx, machineID)
		if err != nil {
			return err
		}
		if len(others) >= MaxKeyless {
			return conflict(fmt.Sprintf("machine client %s has %d keyless ways already: remove one first", machine.Name, len(others)))
		}
		for _, o := range others {
			if o.Issuer == d.Issuer && maps.Equal(o.Claims, d.Claims) {
				return conflict("machine client " + machine.Name + " is known by these claims already, as " + o.ID)
			}
		}
		return tx.AddKeyless(ctx, made, access.WithProofs(keylessEvent("machine.keyless-added", by, machine, made, now), by))
	})
	return made, err
}

// RemoveKeyless takes a keyless way away, and revokes the tokens that came by it. The owner may do this too.
func (m *Machines) RemoveKeyless(ctx context.Context, by access.Actor, machineID, id string) (Keyless, error) {
	var gone Keyless
	err := m.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		machine, ok, err := tx.Machine(ctx, machineID)
		if err != nil {
			return err
		}
		if !ok || !maySee(by, machine) {
			return noMachine(machineID)
		}
		if !owns(by, machine) {
			if err := mayManage(by, "say by which claims to know"); err != nil {
				return err
			}
		}
		ways, err := tx.KeylessOf(ctx, machineID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(ways, func(k Keyless) bool { return k.ID == id })
		if i < 0 {
			return &access.Error{Code: access.CodeNotFound, Message: "machine client " + machine.Name + " has no keyless way " + id}
		}
		gone = ways[i]
		now := m.now()
		if err := tx.RemoveKeyless(ctx, id, keylessEvent("machine.keyless-removed", by, machine, gone, now)); err != nil {
			return err
		}
		_, err = revokePicked(ctx, tx, by.Audit(), Pick{KeylessID: id}, now)
		return err
	})
	return gone, err
}

// Keyless ways of a machine client, the oldest first, for those who may read it.
func (m *Machines) Keyless(ctx context.Context, by access.Actor, machineID string) ([]Keyless, error) {
	if _, err := m.Read(ctx, by, machineID); err != nil {
		return nil, err
	}
	return m.Store.KeylessOf(ctx, machineID)
}

func keylessEvent(kind string, by access.Actor, m Machine, k Keyless, at time.Time) audit.Event {
	e := machineEvent(kind, by, m, at)
	e.Data["keyless"], e.Data["issuer"], e.Data["claims"] = k.ID, k.Issuer, spelledClaims(k.Claims)
	return e
}

// spelledClaims are lines, in the order of their names.
func spelledClaims(claims map[string]string) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		lines = append(lines, name+"="+claims[name])
	}
	return lines
}

// regardless are claims that say nothing about who somebody is: they are checked of every token.
var regardless = []string{"iss", "aud", "exp", "nbf", "iat", "jti"}

// telling are claims that name one project or repository of the CI systems that have them, as sub does of every issuer.
// Others, as a branch or an environment, are the same in repositories of strangers.
var telling = []string{"repository", "repository_id", "project_path", "project_id", "job_workflow_ref"}

func (d KeylessDraft) check() error {
	if d.Issuer == "" || len(d.Issuer) > 40 || strings.ContainsFunc(d.Issuer, unicode.IsControl) {
		return invalid("issuer", "name the issuer as the settings do (trustedIssuers)")
	}
	if len(d.Claims) == 0 || len(d.Claims) > MaxClaims {
		return invalid("claims", fmt.Sprintf("name the claims that the token must have: 1 to %d", MaxClaims))
	}
	for _, name := range slices.Sorted(maps.Keys(d.Claims)) {
		if err := checkClaim(name, d.Claims[name]); err != nil {
			return err
		}
	}
	_, pinned := d.Claims["sub"]
	if !pinned && len(d.Claims) > 1 {
		pinned = slices.ContainsFunc(telling, func(name string) bool { _, has := d.Claims[name]; return has })
	}
	if !pinned {
		return invalid("claims", "these claims could be those of a stranger too: name sub, or one of "+strings.Join(telling, ", ")+" and something more")
	}
	return nil
}

func checkClaim(name, value string) error {
	switch {
	case name == "" || len(name) > MaxClaimName || !plainClaim(name):
		return invalid("claims", fmt.Sprintf("%.100q is no name of a claim", name))
	case slices.Contains(regardless, name):
		return invalid("claims", "the claim "+name+" says nothing about who somebody is; it is checked anyway")
	case value == "" || len(value) > MaxClaimValue || !plainClaim(value):
		return invalid("claims", fmt.Sprintf("the claim %s needs a value of at most %d bytes, without control characters", name, MaxClaimValue))
	case strings.Contains(value, "*"):
		return invalid("claims", "the claim "+name+" has a * in it, but claims are compared letter by letter: "+
			"write each value out, in a keyless way of its own")
	}
	return nil
}

func plainClaim(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r)
	})
}

// matches says whether all claims of the way stand in a token, letter by letter.
func (k Keyless) matches(claims map[string]string) bool {
	for name, want := range k.Claims {
		if is, ok := claims[name]; !ok || is != want {
			return false
		}
	}
	return len(k.Claims) > 0
}
