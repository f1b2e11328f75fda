package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/directory"
)

// NoteUser implements directory.Store. A row read later stays as it is.
func (s directoryStore) NoteUser(ctx context.Context, u directory.User) error {
	return s.note(ctx, "user "+u.ID, directory.PartUsers, func(ctx context.Context, d *directoryWriter) error {
		return d.users(ctx, []directory.User{u})
	})
}

// NoteUserGone implements directory.Store.
func (s directoryStore) NoteUserGone(ctx context.Context, userID string) error {
	return s.note(ctx, "gone user "+userID, directory.PartUsers, func(ctx context.Context, d *directoryWriter) error {
		if err := d.change(ctx, "remove user", d.tx.NewRaw("DELETE FROM directory_users WHERE id = ?", userID)); err != nil {
			return err
		}
		return d.change(ctx, "remove memberships", d.tx.NewRaw("DELETE FROM directory_members WHERE user_id = ?", userID))
	})
}

// NoteGroups implements directory.Store. Groups the directory does not know are left to the next pass.
func (s directoryStore) NoteGroups(ctx context.Context, userID string, groupIDs []string) error {
	return s.note(ctx, "groups of user "+userID, directory.PartMemberships, func(ctx context.Context, d *directoryWriter) error {
		remove := d.tx.NewDelete().Model((*memberRow)(nil)).Where("user_id = ?", userID)
		if len(groupIDs) > 0 {
			remove = remove.Where("group_id NOT IN (?)", bun.List(groupIDs))
		}
		if err := d.change(ctx, "remove memberships", remove); err != nil {
			return err
		}
		for _, g := range groupIDs {
			if err := d.change(ctx, "write membership", d.tx.NewRaw(
				`INSERT INTO directory_members (group_id, user_id, generation) SELECT id, ?, ? FROM directory_groups WHERE id = ?
				ON CONFLICT (group_id, user_id) DO NOTHING`, userID, d.generation, g)); err != nil {
				return err
			}
		}
		return nil
	})
}

// note writes within the generation of the part's present pass, so that its end does not sweep what was noted.
func (s directoryStore) note(ctx context.Context, what string, part directory.Part, f func(context.Context, *directoryWriter) error) error {
	err := s.update(ctx, func(ctx context.Context, tx *tx) error {
		d := directoryWriter{tx: tx}
		if err := tx.NewRaw("SELECT generation FROM directory_passes WHERE part = ?", string(part)).Scan(ctx, &d.generation); err != nil {
			return fmt.Errorf("read generation: %w", err)
		}
		if err := f(ctx, &d); err != nil || !d.changed {
			return err
		}
		return bumpRevision(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("note %s: %w", what, err)
	}
	return nil
}
