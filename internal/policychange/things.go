package policychange

import (
	"context"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Things are what policies may name: what the directory knows, and TEAM's machine clients.
type Things struct {
	*directory.Snapshot
	Machines []Machine
}

// Machine is a machine client as policies name it.
type Machine struct{ ID, Name string }

// Machine client by id.
func (t Things) Machine(id string) (Machine, bool) {
	for _, m := range t.Machines {
		if m.ID == id {
			return m, true
		}
	}
	return Machine{}, false
}

// know says whether there is what a policy mentions.
func (t Things) know(m policy.Mention) bool {
	if m.Kind == policy.NamedMachine {
		_, known := t.Machine(m.ID)
		return known
	}
	return m.Known(t.Snapshot)
}

// machineIDs are those of the machine clients there are.
func (t Things) machineIDs() []string {
	ids := make([]string, 0, len(t.Machines))
	for _, m := range t.Machines {
		ids = append(ids, m.ID)
	}
	return ids
}

// things gives the newest snapshot and the machine clients there are.
func (s *Service) things(ctx context.Context) (t Things, err error) {
	if t.Snapshot, err = s.Directory.Snapshot(ctx); err != nil {
		return t, unavailable("the directory", err)
	}
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		t.Machines, err = tx.MachineNames(ctx)
		return err
	})
	return t, err
}
