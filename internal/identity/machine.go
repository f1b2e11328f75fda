package identity

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
)

// Machine is a machine client: a program that asks for people, or proposes changes. That there is one gives nobody
// anything: it asks for a person only by an eligibility policy of theirs that names it, and naming it is a widening
// change (P11); what it proposes waits for an administrator. A person never gets more through it than they could ask for
// themselves.
type Machine struct {
	ID          string
	Name        string // unique
	Description string
	OwnerID     string // user id of who answers for it: not enabled, the machine is nobody
	Scopes      []access.Scope
	CreatedBy   string // user id
	CreatedAt   time.Time
	DisabledAt  time.Time // zero: it is enabled
	Version     int64
}

// MachineFilter picks machine clients.
type MachineFilter struct {
	OwnerID string // "": of everybody
	After   string // name after which to begin, in the order of names; "": from the first
	Limit   int    // 0: all
}

// Bounds of what is kept of a machine client.
const (
	MaxMachineName = 64  // bytes
	MaxDescription = 500 // bytes
)

var machineName = regexp.MustCompile(`\A[A-Za-z0-9][A-Za-z0-9._-]*\z`)

// MachinePrefix begins the id of every machine client.
const MachinePrefix = "mch"

// Machines manages machine clients. Administrators make, change and enable them; they and the owner disable one.
type Machines struct {
	Store     Store
	Directory access.Directory
	IDs       access.IDs
	Now       func() time.Time
}

// MachineDraft is what somebody wants a machine client to be.
type MachineDraft struct {
	Name        string
	Description string
	OwnerID     string
	Scopes      []access.Scope
}

// Create makes a machine client.
func (m *Machines) Create(ctx context.Context, by access.Actor, d MachineDraft) (Machine, error) {
	if err := mayManage(by, "make"); err != nil {
		return Machine{}, err
	}
	d, err := m.checked(ctx, d, "")
	if err != nil {
		return Machine{}, err
	}
	now := m.now()
	made := Machine{ID: m.IDs.Make(MachinePrefix), CreatedBy: by.UserID, CreatedAt: now}
	d.lay(&made)
	err = m.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := nameFree(ctx, tx, made); err != nil {
			return err
		}
		e := machineEvent("machine.created", by, made, now)
		e.Data["description"] = made.Description
		return tx.PutMachine(ctx, made, e)
	})
	made.Version = 1
	return made, err
}

// Change makes a machine client what the draft says; baseVersion is the version its author saw. A new owner begins with
// new tokens: whoever owned it before may hold a copy of one, and would act in the new owner's name (P5, P11).
func (m *Machines) Change(ctx context.Context, by access.Actor, id string, baseVersion int64, d MachineDraft) (Machine, error) {
	if err := mayManage(by, "change"); err != nil {
		return Machine{}, err
	}
	return m.update(ctx, by, id, func(ctx context.Context, tx Tx, was Machine) (Machine, *audit.Event, error) {
		if was.Version != baseVersion {
			return was, nil, stale(was, baseVersion)
		}
		d, err := m.checked(ctx, d, was.OwnerID)
		if err != nil {
			return was, nil, err
		}
		is := was
		d.lay(&is)
		difference := machineDifference(was, is)
		if len(difference) == 0 {
			return was, nil, nil
		}
		if err := nameFree(ctx, tx, is); err != nil {
			return was, nil, err
		}
		e := machineEvent("machine.changed", by, is, m.now())
		e.Data["difference"] = difference
		return is, &e, m.shownToWiden(ctx, tx, by, was, is)
	})
}

// shownToWiden asks for the fresh proof that issuing a token asks for, where tokens, or a keyless way, come to do more.
func (m *Machines) shownToWiden(ctx context.Context, tx Tx, by access.Actor, was, is Machine) error {
	if len(access.MissingScopes(is.Scopes, was.Scopes)) == 0 && is.OwnerID == was.OwnerID && is.DisabledAt.IsZero() == was.DisabledAt.IsZero() {
		return nil
	}
	dir, err := m.Directory.Snapshot(ctx)
	if err != nil {
		return unread(err)
	}
	return issuing{by, dir}.shown(ctx, tx, m.Now())
}

// Disable makes a machine client nobody, at once: its tokens stand for nobody, and what it asked for and has not begun
// lapses when it is to start. Disabling one that is disabled changes nothing.
func (m *Machines) Disable(ctx context.Context, by access.Actor, id string) (Machine, error) {
	return m.update(ctx, by, id, func(_ context.Context, _ Tx, was Machine) (Machine, *audit.Event, error) {
		if !maySee(by, was) {
			return was, nil, noMachine(id)
		}
		if !owns(by, was) {
			if err := mayManage(by, "disable"); err != nil {
				return was, nil, err
			}
		}
		if !was.DisabledAt.IsZero() {
			return was, nil, nil
		}
		is := was
		is.DisabledAt = m.now()
		e := machineEvent("machine.disabled", by, is, is.DisabledAt)
		return is, &e, nil
	})
}

// Enable takes Disable back. Tokens that were not revoked and have not expired work again.
func (m *Machines) Enable(ctx context.Context, by access.Actor, id string) (Machine, error) {
	if err := mayManage(by, "enable"); err != nil {
		return Machine{}, err
	}
	return m.update(ctx, by, id, func(ctx context.Context, tx Tx, was Machine) (Machine, *audit.Event, error) {
		if was.DisabledAt.IsZero() {
			return was, nil, nil
		}
		if err := m.ownerEnabled(ctx, was.OwnerID); err != nil {
			return was, nil, err
		}
		is := was
		is.DisabledAt = time.Time{}
		e := machineEvent("machine.enabled", by, is, m.now())
		return is, &e, m.shownToWiden(ctx, tx, by, was, is)
	})
}

// Read a machine client: administrators, auditors and its owner may. For everybody else it does not exist.
func (m *Machines) Read(ctx context.Context, by access.Actor, id string) (Machine, error) {
	found, ok, err := m.Store.Machine(ctx, id)
	switch {
	case err != nil:
		return Machine{}, err
	case !ok || !maySee(by, found):
		return Machine{}, noMachine(id)
	}
	return found, nil
}

// List machine clients by name.
func (m *Machines) List(ctx context.Context, f MachineFilter) ([]Machine, error) {
	return m.Store.Machines(ctx, f)
}

func (m *Machines) now() time.Time { return m.Now().UTC().Truncate(time.Microsecond) }

// update changes a machine client by a rule. A rule without an event changes nothing.
func (m *Machines) update(
	ctx context.Context, by access.Actor, id string, rule func(context.Context, Tx, Machine) (Machine, *audit.Event, error),
) (Machine, error) {
	var is Machine
	err := m.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		was, ok, err := tx.Machine(ctx, id)
		if err != nil {
			return err
		}
		if !ok {
			return noMachine(id)
		}
		var e *audit.Event
		if is, e, err = rule(ctx, tx, was); err != nil || e == nil {
			return err
		}
		if err := tx.PutMachine(ctx, is, *e); err != nil {
			return err
		}
		is.Version++
		if is.OwnerID == was.OwnerID {
			return nil
		}
		_, err = revokePicked(ctx, tx, by.Audit(), Pick{Holder: id}, e.At)
		return err
	})
	return is, err
}

// checked refuses drafts that no machine client can be. An owner who stays may have left: that is no reason to refuse a
// change of the name.
func (m *Machines) checked(ctx context.Context, d MachineDraft, owner string) (MachineDraft, error) {
	d.Description = strings.TrimSpace(d.Description)
	switch {
	case len(d.Name) > MaxMachineName || !machineName.MatchString(d.Name) || strings.HasPrefix(d.Name, MachinePrefix+"_"):
		return d, invalid("name", fmt.Sprintf("a name has at most %d letters, digits, dots, dashes and underscores, and begins with a letter or digit; "+
			"mch_ begins ids", MaxMachineName))
	case len(d.Description) > MaxDescription || strings.ContainsFunc(d.Description, unicode.IsControl):
		return d, invalid("description", fmt.Sprintf("a description has at most %d bytes and no control characters", MaxDescription))
	case len(d.Scopes) == 0:
		return d, invalid("scopes", "say what the machine may do: "+spelled(access.MachineScopes()))
	}
	if missing := access.MissingScopes(d.Scopes, access.MachineScopes()); len(missing) > 0 {
		return d, invalid("scopes", fmt.Sprintf("a machine cannot have the scope %s; possible are %s", missing[0], spelled(access.MachineScopes())))
	}
	d.Scopes = access.CommonScopes(d.Scopes, access.MachineScopes())
	if d.OwnerID == owner && owner != "" {
		return d, nil
	}
	return d, m.ownerEnabled(ctx, d.OwnerID)
}

func (m *Machines) ownerEnabled(ctx context.Context, id string) error {
	if id == "" {
		return invalid("owner", "name the person who answers for the machine")
	}
	dir, err := m.Directory.Snapshot(ctx)
	if err != nil {
		return &access.Error{Code: access.CodeUnavailable, Message: "the directory could not be read, so nothing was changed; try again shortly", Err: err}
	}
	if u, ok := dir.User(id); !ok || u.Status != directory.UserEnabled {
		return invalid("owner", "the owner must be an enabled user, as far as the directory knows")
	}
	return nil
}

func (d MachineDraft) lay(m *Machine) {
	m.Name, m.Description, m.OwnerID, m.Scopes = d.Name, d.Description, d.OwnerID, d.Scopes
}

func nameFree(ctx context.Context, tx Tx, m Machine) error {
	other, taken, err := tx.MachineByName(ctx, m.Name)
	if err == nil && taken && other.ID != m.ID {
		err = invalid("name", "there is another machine client named "+m.Name)
	}
	return err
}

func machineDifference(was, is Machine) []string {
	var lines []string
	add := func(name, before, after string) {
		if before != after {
			lines = append(lines, name+": "+before+" → "+after)
		}
	}
	add("name", was.Name, is.Name)
	add("description", was.Description, is.Description)
	add("owner", was.OwnerID, is.OwnerID)
	add("scopes", spelled(was.Scopes), spelled(is.Scopes))
	return lines
}

func machineEvent(kind string, by access.Actor, m Machine, at time.Time) audit.Event {
	return audit.Event{
		Kind: kind, At: at, Actor: by.Audit(), Subject: audit.Subject{Machine: m.ID},
		Data: map[string]any{"name": m.Name, "owner": m.OwnerID, "scopes": m.Scopes},
	}
}

// mayManage lets administrators through.
func mayManage(by access.Actor, verb string) error {
	if by.Kind == audit.Person && by.Administrator {
		return nil
	}
	return &access.Error{Code: access.CodeForbidden, Message: "only administrators can " + verb + " machine clients"}
}

func owns(by access.Actor, m Machine) bool {
	return by.Kind == audit.Person && by.UserID != "" && by.UserID == m.OwnerID
}

func maySee(by access.Actor, m Machine) bool {
	return by.Administrator || by.Auditor || owns(by, m) || by.Kind == audit.Machine && by.MachineID == m.ID
}

func noMachine(id string) error {
	return &access.Error{Code: access.CodeNotFound, Message: "there is no machine client " + id + " that you may see"}
}

func stale(m Machine, base int64) error {
	return &access.Error{Code: access.CodeStale, Message: fmt.Sprintf(
		"machine client %s is at version %d; this change was made from version %d. Read it again and repeat what you want", m.Name, m.Version, base)}
}

// spelled lists scopes for people.
func spelled(scopes []access.Scope) string {
	words := make([]string, 0, len(scopes))
	for _, s := range scopes {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}
