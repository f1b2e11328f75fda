package policychange

import (
	"context"

	"github.com/team-idc/team/internal/directory"
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
