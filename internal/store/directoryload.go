package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/directory"
)

func readContent(ctx context.Context, tx bun.Tx) (directory.Content, error) {
	var c directory.Content
	var err error
	if c.Revision, err = revision(ctx, tx); err != nil {
		return c, err
	}
	if c.Instance, err = storedInstance(ctx, tx); err != nil {
		return c, err
	}
	for _, read := range []func(context.Context, bun.Tx, *directory.Content) error{
		readUnits, readAccounts, readUsers, readGroups, readPermissionSets,
	} {
		if err := read(ctx, tx, &c); err != nil {
			return directory.Content{}, err
		}
	}
	return c, nil
}

// scanRows reads rows by hand: bun's reflection costs a second more on a large organization.
func scanRows(ctx context.Context, tx bun.Tx, what, query string, scan func(func(...any) error) error) error {
	rows, err := tx.Tx.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what went wrong
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

func readUnits(ctx context.Context, tx bun.Tx, c *directory.Content) error {
	return scanRows(ctx, tx, "units", "SELECT id, name, parent_id, read_at FROM directory_units ORDER BY id",
		func(scan func(...any) error) error {
			var u directory.OU
			var at int64
			if err := scan(&u.ID, &u.Name, &u.ParentID, &at); err != nil {
				return err
			}
			u.ReadAt = instant(at)
			c.OUs = append(c.OUs, u)
			return nil
		})
}

func readAccounts(ctx context.Context, tx bun.Tx, c *directory.Content) error {
	// Many accounts share a unit: one slice for each path.
	paths := map[string][]string{}
	return scanRows(ctx, tx, "accounts",
		"SELECT id, name, email, state, path_json, tags_json, read_at FROM directory_accounts WHERE path_json <> '' ORDER BY id",
		func(scan func(...any) error) error {
			var a directory.Account
			var path, tags string
			var at int64
			if err := scan(&a.ID, &a.Name, &a.Email, &a.State, &path, &tags, &at); err != nil {
				return err
			}
			units, ok := paths[path]
			if !ok {
				if err := json.Unmarshal([]byte(path), &units); err != nil {
					return fmt.Errorf("decode path of account %s: %w", a.ID, err)
				}
				paths[path] = units
			}
			a.OUPath = units
			if tags != "" {
				if err := json.Unmarshal([]byte(tags), &a.Tags); err != nil {
					return fmt.Errorf("decode tags of account %s: %w", a.ID, err)
				}
			}
			a.ReadAt = instant(at)
			c.Accounts = append(c.Accounts, a)
			return nil
		})
}

func readUsers(ctx context.Context, tx bun.Tx, c *directory.Content) error {
	return scanRows(ctx, tx, "users",
		"SELECT id, user_name, display_name, email, status, person_key, external_id, read_at FROM directory_users ORDER BY id",
		func(scan func(...any) error) error {
			var u directory.User
			var at int64
			if err := scan(&u.ID, &u.UserName, &u.DisplayName, &u.Email, &u.Status, &u.PersonKey, &u.ExternalID, &at); err != nil {
				return err
			}
			u.ReadAt = instant(at)
			c.Users = append(c.Users, u)
			return nil
		})
}

func readGroups(ctx context.Context, tx bun.Tx, c *directory.Content) error {
	err := scanRows(ctx, tx, "groups", "SELECT id, display_name, read_at, members_read_at FROM directory_groups ORDER BY id",
		func(scan func(...any) error) error {
			var g directory.Group
			var at, members int64
			if err := scan(&g.ID, &g.DisplayName, &at, &members); err != nil {
				return err
			}
			g.ReadAt, g.MembersRead = instant(at), instant(members)
			c.Groups = append(c.Groups, g)
			return nil
		})
	if err != nil {
		return err
	}
	// Users' ids are read a hundred thousand times and are few: keep one string each.
	ids := make(map[string]string, len(c.Users))
	for _, u := range c.Users {
		ids[u.ID] = u.ID
	}
	at := 0
	var group, user []byte
	return scanRows(ctx, tx, "members", "SELECT group_id, user_id FROM directory_members ORDER BY group_id, user_id",
		func(scan func(...any) error) error {
			if err := scan(&group, &user); err != nil {
				return err
			}
			for at < len(c.Groups) && c.Groups[at].ID < string(group) {
				at++
			}
			if at == len(c.Groups) || c.Groups[at].ID != string(group) {
				return nil
			}
			id, ok := ids[string(user)]
			if !ok {
				id = string(user)
			}
			c.Groups[at].Members = append(c.Groups[at].Members, id)
			return nil
		})
}

func readPermissionSets(ctx context.Context, tx bun.Tx, c *directory.Content) error {
	return scanRows(ctx, tx, "permission sets",
		`SELECT arn, name, description, session_seconds, managed_json, customer_json, inline_policy, boundary, tags_json,
			in_management, read_at FROM directory_permission_sets WHERE read_at > 0 AND placed ORDER BY arn`,
		func(scan func(...any) error) error {
			var p directory.PermissionSet
			var seconds, at int64
			var managed, customer, tags string
			if err := scan(&p.ARN, &p.Name, &p.Description, &seconds, &managed, &customer, &p.InlinePolicy,
				&p.PermissionsBoundary, &tags, &p.InManagementAccount, &at); err != nil {
				return err
			}
			for _, f := range []struct {
				text string
				into any
			}{{managed, &p.ManagedPolicies}, {customer, &p.CustomerPolicies}, {tags, &p.Tags}} {
				if err := json.Unmarshal([]byte(f.text), f.into); err != nil {
					return fmt.Errorf("decode permission set %s: %w", p.ARN, err)
				}
			}
			p.SessionDuration, p.ReadAt = time.Duration(seconds)*time.Second, instant(at)
			c.PermissionSets = append(c.PermissionSets, p)
			return nil
		})
}
