package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/directory"
)

// directoryWriter applies what a step of the sync has learned, inside the step's transaction. It compares before it
// writes, so that a pass that finds everything as it was makes no new revision until it is finished.
type directoryWriter struct {
	tx         bun.IDB
	generation int64
	changed    bool
}

func (d *directoryWriter) apply(ctx context.Context, part directory.Part, w directory.Write) error {
	steps := []func() error{
		func() error { return d.instance(ctx, w.Instance) },
		func() error { return d.units(ctx, w.Units) },
		func() error { return d.walked(ctx, w.UnitWalked) },
		func() error { return d.accounts(ctx, w.Accounts) },
		func() error { return d.place(ctx, w.Placed, w.Path) },
		func() error { return d.tag(ctx, w.Tagged, w.Tags) },
		func() error { return d.seeSets(ctx, w.SetsSeen) },
		func() error { return d.inManagement(ctx, w.InManagement) },
		func() error { return d.set(ctx, w.Set, w.SetManaged) },
		func() error { return d.users(ctx, w.Users) },
		func() error { return d.groups(ctx, w.Groups) },
		func() error { return d.members(ctx, w.Members) },
	}
	if w.Sweep {
		steps = append(steps, func() error { return d.sweep(ctx, part) })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (d *directoryWriter) instance(ctx context.Context, i *directory.Instance) error {
	if i == nil {
		return nil
	}
	before, err := storedInstance(ctx, d.tx)
	if err != nil {
		return err
	}
	before.ReadAt = i.ReadAt
	d.changed = d.changed || before != *i
	row := instanceRowOf(*i)
	return d.exec(ctx, "write instance", d.tx.NewInsert().Model(&row).On("CONFLICT (id) DO UPDATE").
		Set("arn = EXCLUDED.arn").Set("identity_store_id = EXCLUDED.identity_store_id").Set("region = EXCLUDED.region").
		Set("partition_name = EXCLUDED.partition_name").Set("organization_id = EXCLUDED.organization_id").
		Set("management_account_id = EXCLUDED.management_account_id").Set("caller_account_id = EXCLUDED.caller_account_id").
		Set("permission_sets_enabled = EXCLUDED.permission_sets_enabled").Set("read_at = EXCLUDED.read_at"))
}

func (d *directoryWriter) units(ctx context.Context, units []directory.OU) error {
	rows := make([]unitRow, len(units))
	for i, u := range units {
		rows[i] = unitRow{ID: u.ID, Name: u.Name, ParentID: u.ParentID, ReadAt: micros(u.ReadAt), Generation: d.generation}
	}
	return merge(ctx, d, "units", rows, merging[unitRow]{
		key:  func(r *unitRow) string { return r.ID },
		keep: func(r, before *unitRow) { r.Walked = before.Walked },
		same: func(r, before unitRow) bool {
			before.ReadAt, before.Generation = r.ReadAt, r.Generation
			return r == before
		},
		columns: []string{"name", "parent_id", "read_at", "generation"},
	})
}

func (d *directoryWriter) walked(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	return d.exec(ctx, "mark unit", d.tx.NewRaw("UPDATE directory_units SET walked = ? WHERE id = ?", d.generation, id))
}

func (d *directoryWriter) accounts(ctx context.Context, accounts []directory.Account) error {
	rows := make([]accountRow, len(accounts))
	for i, a := range accounts {
		rows[i] = accountRow{
			ID: a.ID, Name: a.Name, Email: a.Email, State: string(a.State), ReadAt: micros(a.ReadAt), Generation: d.generation,
		}
		if len(a.OUPath) > 0 {
			path, err := encode(a.OUPath)
			if err != nil {
				return fmt.Errorf("encode path of account %s: %w", a.ID, err)
			}
			rows[i].Path = path
		}
	}
	return merge(ctx, d, "accounts", rows, merging[accountRow]{
		key: func(r *accountRow) string { return r.ID },
		keep: func(r, before *accountRow) {
			r.Tags = before.Tags
			if r.Path == "" {
				r.Path = before.Path
			}
		},
		same: func(r, before accountRow) bool {
			before.ReadAt, before.Generation = r.ReadAt, r.Generation
			return r == before
		},
		columns: []string{"name", "email", "state", "path_json", "read_at", "generation"},
	})
}

func (d *directoryWriter) place(ctx context.Context, accounts, path []string) error {
	if len(accounts) == 0 {
		return nil
	}
	encoded, err := encode(path)
	if err != nil {
		return fmt.Errorf("encode path: %w", err)
	}
	return d.change(ctx, "place accounts", d.tx.NewRaw(
		"UPDATE directory_accounts SET path_json = ? WHERE id IN (?) AND path_json <> ?", encoded, bun.List(accounts), encoded))
}

func (d *directoryWriter) tag(ctx context.Context, account string, tags map[string]string) error {
	if account == "" {
		return nil
	}
	encoded, err := encode(tags)
	if err != nil {
		return fmt.Errorf("encode tags: %w", err)
	}
	return d.change(ctx, "tag account", d.tx.NewRaw(
		"UPDATE directory_accounts SET tags_json = ? WHERE id = ? AND tags_json <> ?", encoded, account, encoded))
}

func (d *directoryWriter) seeSets(ctx context.Context, arns []string) error {
	if len(arns) == 0 {
		return nil
	}
	rows := make([]permissionSetRow, len(arns))
	for i, arn := range arns {
		rows[i] = permissionSetRow{ARN: arn, Managed: "[]", Customer: "[]", Tags: "{}", Generation: d.generation}
	}
	return d.exec(ctx, "mark permission sets", d.tx.NewInsert().Model(&rows).
		On("CONFLICT (arn) DO UPDATE").Set("generation = EXCLUDED.generation"))
}

func (d *directoryWriter) inManagement(ctx context.Context, arns *[]string) error {
	if arns == nil {
		return nil
	}
	var rows []permissionSetRow
	if err := d.tx.NewSelect().Model(&rows).Column("arn", "in_management", "placed").Order("arn").Scan(ctx); err != nil {
		return fmt.Errorf("read permission sets: %w", err)
	}
	there := make(map[string]bool, len(*arns))
	for _, arn := range *arns {
		there[arn] = true
	}
	for _, r := range rows {
		if r.Placed && r.InManagement == there[r.ARN] {
			continue
		}
		err := d.change(ctx, "mark permission set", d.tx.NewRaw(
			"UPDATE directory_permission_sets SET in_management = ?, placed = TRUE WHERE arn = ?", there[r.ARN], r.ARN))
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *directoryWriter) set(ctx context.Context, p *directory.PermissionSet, managed bool) error {
	if p == nil {
		return nil
	}
	row, err := permissionSetRowOf(*p, d.generation)
	if err != nil {
		return err
	}
	columns := []string{
		"name", "description", "session_seconds", "managed_json", "customer_json", "inline_policy", "boundary", "tags_json",
		"read_at", "generation",
	}
	if managed {
		row.Placed = true
		columns = append(columns, "in_management", "placed")
	}
	return merge(ctx, d, "permission sets", []permissionSetRow{row}, merging[permissionSetRow]{
		key: func(r *permissionSetRow) string { return r.ARN },
		keep: func(r, before *permissionSetRow) {
			if !managed {
				r.InManagement, r.Placed = before.InManagement, before.Placed
			}
		},
		same: func(r, before permissionSetRow) bool {
			fresh := before.ReadAt != 0
			before.ReadAt, before.Generation = r.ReadAt, r.Generation
			return fresh && r == before
		},
		columns: columns, keyColumn: "arn",
	})
}

func permissionSetRowOf(p directory.PermissionSet, generation int64) (permissionSetRow, error) {
	slices.Sort(p.ManagedPolicies)
	slices.Sort(p.CustomerPolicies)
	managed, err1 := encode(p.ManagedPolicies)
	customer, err2 := encode(p.CustomerPolicies)
	tags, err3 := encode(p.Tags)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return permissionSetRow{}, fmt.Errorf("encode permission set %s: %w", p.ARN, err)
		}
	}
	return permissionSetRow{
		ARN: p.ARN, Name: p.Name, Description: p.Description, SessionSeconds: int64(p.SessionDuration / time.Second),
		Managed: managed, Customer: customer, Inline: p.InlinePolicy, Boundary: p.PermissionsBoundary, Tags: tags,
		InManagement: p.InManagementAccount, ReadAt: micros(p.ReadAt), Generation: generation,
	}, nil
}

func (d *directoryWriter) users(ctx context.Context, users []directory.User) error {
	rows := make([]userRow, len(users))
	for i, u := range users {
		rows[i] = userRowOf(u, d.generation)
	}
	return merge(ctx, d, "users", rows, merging[userRow]{
		key: func(r *userRow) string { return r.ID },
		keep: func(r, before *userRow) {
			if before.ReadAt > r.ReadAt {
				// A live read was written meanwhile; it knows better than the page.
				generation := r.Generation
				*r = *before
				r.Generation = generation
			}
		},
		same: func(r, before userRow) bool {
			before.ReadAt, before.Generation = r.ReadAt, r.Generation
			return r == before
		},
		columns: []string{"user_name", "display_name", "email", "status", "person_key", "external_id", "read_at", "generation"},
	})
}

func (d *directoryWriter) groups(ctx context.Context, groups []directory.Group) error {
	rows := make([]groupRow, len(groups))
	for i, g := range groups {
		rows[i] = groupRow{ID: g.ID, DisplayName: g.DisplayName, ReadAt: micros(g.ReadAt), Generation: d.generation}
	}
	return merge(ctx, d, "groups", rows, merging[groupRow]{
		key:  func(r *groupRow) string { return r.ID },
		keep: func(r, before *groupRow) { r.MembersReadAt = before.MembersReadAt },
		same: func(r, before groupRow) bool {
			before.ReadAt, before.Generation = r.ReadAt, r.Generation
			return r == before
		},
		columns: []string{"display_name", "read_at", "generation"},
	})
}

func (d *directoryWriter) members(ctx context.Context, m *directory.Members) error {
	if m == nil {
		return nil
	}
	rows := make([]memberRow, len(m.UserIDs))
	for i, u := range m.UserIDs {
		rows[i] = memberRow{GroupID: m.GroupID, UserID: u, Generation: d.generation}
	}
	if len(rows) > 0 {
		known, err := d.tx.NewSelect().Model((*memberRow)(nil)).Where("group_id = ?", m.GroupID).
			Where("user_id IN (?)", bun.List(m.UserIDs)).Count(ctx)
		if err != nil {
			return fmt.Errorf("count members: %w", err)
		}
		d.changed = d.changed || int(known) != len(rows)
		if err := d.exec(ctx, "write members", d.tx.NewInsert().Model(&rows).
			On("CONFLICT (group_id, user_id) DO UPDATE").Set("generation = EXCLUDED.generation")); err != nil {
			return err
		}
	}
	if !m.Complete {
		return nil
	}
	if err := d.change(ctx, "remove members", d.tx.NewRaw(
		"DELETE FROM directory_members WHERE group_id = ? AND generation <> ?", m.GroupID, d.generation)); err != nil {
		return err
	}
	return d.exec(ctx, "mark group", d.tx.NewRaw(
		"UPDATE directory_groups SET members_read_at = ? WHERE id = ?", micros(m.ReadAt), m.GroupID))
}

// sweep removes what a complete pass has not seen.
func (d *directoryWriter) sweep(ctx context.Context, part directory.Part) error {
	table := map[directory.Part]string{
		directory.PartUnits: "directory_units", directory.PartAccounts: "directory_accounts",
		directory.PartPermissionSets: "directory_permission_sets", directory.PartUsers: "directory_users",
		directory.PartGroups: "directory_groups",
	}[part]
	if table == "" {
		return fmt.Errorf("sweep %s: nothing to sweep", part)
	}
	err := d.change(ctx, "sweep "+table, d.tx.NewRaw("DELETE FROM ? WHERE generation <> ?", bun.Ident(table), d.generation))
	if err != nil || part != directory.PartGroups {
		return err
	}
	return d.change(ctx, "sweep members", d.tx.NewRaw(
		"DELETE FROM directory_members WHERE group_id NOT IN (SELECT id FROM directory_groups)"))
}
