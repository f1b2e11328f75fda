package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policychange"
)

type machineRow struct {
	bun.BaseModel `bun:"table:machines"`

	ID          string `bun:",pk"`
	Name        string
	Description string
	OwnerID     string
	Scopes      string
	CreatedBy   string
	CreatedAt   int64
	DisabledAt  int64
	Version     int64
}

func fromMachine(m identity.Machine) machineRow {
	return machineRow{
		ID: m.ID, Name: m.Name, Description: m.Description, OwnerID: m.OwnerID, Scopes: list(m.Scopes), CreatedBy: m.CreatedBy,
		CreatedAt: micros(m.CreatedAt), DisabledAt: micros(m.DisabledAt), Version: m.Version,
	}
}

func (r machineRow) machine() (identity.Machine, error) {
	scopes, err := unlist[access.Scope](r.Scopes)
	return identity.Machine{
		ID: r.ID, Name: r.Name, Description: r.Description, OwnerID: r.OwnerID, Scopes: scopes, CreatedBy: r.CreatedBy,
		CreatedAt: instant(r.CreatedAt), DisabledAt: instant(r.DisabledAt), Version: r.Version,
	}, err
}

// Machine client by id.
func (i identityStore) Machine(ctx context.Context, id string) (m identity.Machine, found bool, err error) {
	err = i.s.view(ctx, func(ctx context.Context, t *tx) error {
		m, found, err = identityTx{t}.Machine(ctx, id)
		return err
	})
	return m, found, err
}

// MachineByName is the machine client with a name.
func (i identityStore) MachineByName(ctx context.Context, name string) (m identity.Machine, found bool, err error) {
	err = i.s.view(ctx, func(ctx context.Context, t *tx) error {
		m, found, err = identityTx{t}.MachineByName(ctx, name)
		return err
	})
	return m, found, err
}

// Machines lists machine clients by name.
func (i identityStore) Machines(ctx context.Context, f identity.MachineFilter) (machines []identity.Machine, err error) {
	err = i.s.view(ctx, func(ctx context.Context, t *tx) error {
		var rows []machineRow
		q := t.NewSelect().Model(&rows).Order("name")
		if f.OwnerID != "" {
			q = q.Where("owner_id = ?", f.OwnerID)
		}
		if f.After != "" {
			q = q.Where("name > ?", f.After)
		}
		if f.Limit > 0 {
			q = q.Limit(int64(f.Limit))
		}
		if err := q.Scan(ctx); err != nil {
			return fmt.Errorf("read machine clients: %w", err)
		}
		machines = make([]identity.Machine, 0, len(rows))
		for _, r := range rows {
			m, err := r.machine()
			if err != nil {
				return err
			}
			machines = append(machines, m)
		}
		return nil
	})
	return machines, err
}

func (t identityTx) Machine(ctx context.Context, id string) (identity.Machine, bool, error) {
	return t.machineWhere(ctx, "id = ?", id)
}

func (t identityTx) MachineByName(ctx context.Context, name string) (identity.Machine, bool, error) {
	return t.machineWhere(ctx, "name = ?", name)
}

func (t identityTx) machineWhere(ctx context.Context, where, value string) (identity.Machine, bool, error) {
	var row machineRow
	if found, err := one(ctx, t.NewSelect().Model(&row).Where(where, value), "machine client"); !found {
		return identity.Machine{}, false, err
	}
	m, err := row.machine()
	return m, err == nil, err
}

func (t identityTx) PutMachine(ctx context.Context, m identity.Machine, e audit.Event) error {
	t.wrote = true
	row := fromMachine(m)
	if err := t.put(ctx, &row, row.ID, &row.Version); err != nil {
		return fmt.Errorf("write machine client %s: %w", m.ID, err)
	}
	return t.appendEvents(ctx, []audit.Event{e})
}

// MachineNames are all machine clients, by id.
func (t *tx) MachineNames(ctx context.Context) ([]policychange.Machine, error) {
	var rows []machineRow
	if err := t.NewSelect().Model(&rows).Column("id", "name").Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read machine clients: %w", err)
	}
	names := make([]policychange.Machine, 0, len(rows))
	for _, r := range rows {
		names = append(names, policychange.Machine{ID: r.ID, Name: r.Name})
	}
	return names, nil
}

// addMachines tells cases of the machine clients that filed them.
func (t *tx) addMachines(ctx context.Context, cases []access.Case) error {
	var ids []string
	for _, c := range cases {
		if c.Request.Machine && !slices.Contains(ids, c.Request.FiledBy) {
			ids = append(ids, c.Request.FiledBy)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []machineRow
	if err := t.NewSelect().Model(&rows).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return fmt.Errorf("read machine clients: %w", err)
	}
	for i := range cases {
		c := &cases[i]
		for _, r := range rows {
			if c.Request.Machine && c.Request.FiledBy == r.ID {
				c.Machine = access.Machine{Name: r.Name, OwnerID: r.OwnerID, Enabled: r.DisabledAt == 0}
			}
		}
	}
	return nil
}
