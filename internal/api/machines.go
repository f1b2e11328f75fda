package api

import (
	"context"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

// MachinePath names a machine client. It is exported as RequestPath is.
type MachinePath struct {
	ID string `path:"id" pattern:"^mch_[0-9a-f-]{36}$" doc:"Machine client id"`
}

// MachineSelection is which machine clients somebody wants.
type MachineSelection struct {
	Scope string `query:"scope" enum:"mine,all" default:"mine" doc:"Those you own, or (administrators and auditors) all"`
}

type machinesQuery struct {
	MachineSelection
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"64"`
}

func (s *server) registerMachines() {
	const base = "/api/v1/machines"
	register(s, http.MethodGet, base, "list-machines", "List machine clients by name", s.listMachines)
	registerOnce(s, http.MethodPost, base, "create-machine", "Make a machine client", s.createMachine, s.machineAgain)
	register(s, http.MethodGet, base+"/{id}", "read-machine", "Read a machine client", s.readMachine)
	register(s, http.MethodPut, base+"/{id}", "replace-machine", "Change a machine client", s.replaceMachine)
	register(s, http.MethodPost, base+"/{id}/disable", "disable-machine", "Make a machine client nobody, at once", s.disableMachine)
	register(s, http.MethodPost, base+"/{id}/enable", "enable-machine", "Let a machine client work again", s.enableMachine)
}

func (s *server) listMachines(ctx context.Context, by access.Actor, in *machinesQuery) (MachineList, error) {
	f := identity.MachineFilter{After: in.Cursor, Limit: in.Limit + 1}
	switch {
	case in.Scope == "all":
		if err := scopeAll.check(by); err != nil {
			return MachineList{}, err
		}
	case by.UserID == "":
		return MachineList{Items: []Machine{}}, nil // machines own none
	default:
		f.OwnerID = by.UserID
	}
	found, err := s.Machines.List(ctx, f)
	if err != nil {
		return MachineList{}, err
	}
	v := s.view(ctx, by)
	out := MachineList{Items: make([]Machine, 0, in.Limit)}
	for _, m := range found[:min(len(found), in.Limit)] {
		out.Items = append(out.Items, v.machine(m))
	}
	if len(found) > in.Limit {
		out.NextCursor = found[in.Limit-1].Name
	}
	return out, nil
}

func (s *server) createMachine(ctx context.Context, by access.Actor, in *struct{ Body MachineBody }) (Machine, error) {
	return s.shownMachine(ctx, by, func() (identity.Machine, error) { return s.Machines.Create(ctx, by, in.Body.draft()) })
}

func (s *server) readMachine(ctx context.Context, by access.Actor, in *MachinePath) (Machine, error) {
	return s.shownMachine(ctx, by, func() (identity.Machine, error) { return s.Machines.Read(ctx, by, in.ID) })
}

// machineAgain shows the machine client that an event created.
func (s *server) machineAgain(ctx context.Context, by access.Actor, e audit.Event) (Machine, error) {
	return s.readMachine(ctx, by, &MachinePath{ID: e.Subject.Machine})
}

func (s *server) replaceMachine(ctx context.Context, by access.Actor, in *struct {
	MachinePath
	Precondition
	Body MachineBody
},
) (Machine, error) {
	version, err := in.seen()
	if err != nil {
		return Machine{}, err
	}
	return s.shownMachine(ctx, by, func() (identity.Machine, error) {
		return s.Machines.Change(ctx, by, in.ID, version, in.Body.draft())
	})
}

func (s *server) disableMachine(ctx context.Context, by access.Actor, in *MachinePath) (Machine, error) {
	return s.shownMachine(ctx, by, func() (identity.Machine, error) { return s.Machines.Disable(ctx, by, in.ID) })
}

func (s *server) enableMachine(ctx context.Context, by access.Actor, in *MachinePath) (Machine, error) {
	return s.shownMachine(ctx, by, func() (identity.Machine, error) { return s.Machines.Enable(ctx, by, in.ID) })
}

func (s *server) shownMachine(ctx context.Context, by access.Actor, do func() (identity.Machine, error)) (Machine, error) {
	m, err := do()
	if err != nil {
		return Machine{}, err
	}
	return s.view(ctx, by).machine(m), nil
}

// ownsMachine refuses whoever does not own a machine client; for them it does not exist.
func (s *server) ownsMachine(ctx context.Context, by access.Actor, id string) error {
	m, err := s.Machines.Read(ctx, by, id)
	if err == nil && m.OwnerID != by.UserID {
		err = &access.Error{Code: access.CodeForbidden, Message: "only its owner sees this with scope=mine; ask for scope=all"}
	}
	return err
}

func (b MachineBody) draft() identity.MachineDraft {
	return identity.MachineDraft{Name: b.Name, Description: b.Description, OwnerID: b.OwnerID, Scopes: scopesOf(b.Scopes)}
}

func (v view) machine(m identity.Machine) Machine {
	return Machine{
		ID: m.ID, Owner: v.person(m.OwnerID), Enabled: m.DisabledAt.IsZero(), DisabledAt: m.DisabledAt, CreatedBy: v.person(m.CreatedBy),
		CreatedAt: m.CreatedAt, Version: m.Version,
		MachineBody: MachineBody{Name: m.Name, Description: m.Description, OwnerID: m.OwnerID, Scopes: wordsOf(m.Scopes)},
	}
}
