package store

import (
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/directory"
)

type instanceRow struct {
	bun.BaseModel         `bun:"table:directory_instance"`
	ID                    int64  `bun:"id,pk"`
	ARN                   string `bun:"arn"`
	IdentityStoreID       string `bun:"identity_store_id"`
	Region                string `bun:"region"`
	Partition             string `bun:"partition_name"`
	OrganizationID        string `bun:"organization_id"`
	ManagementAccountID   string `bun:"management_account_id"`
	CallerAccountID       string `bun:"caller_account_id"`
	PermissionSetsEnabled bool   `bun:"permission_sets_enabled"`
	ReadAt                int64  `bun:"read_at"`
}

func instanceRowOf(i directory.Instance) instanceRow {
	return instanceRow{
		ID: 1, ARN: i.ARN, IdentityStoreID: i.IdentityStoreID, Region: i.Region, Partition: i.Partition,
		OrganizationID: i.OrganizationID, ManagementAccountID: i.ManagementAccountID, CallerAccountID: i.CallerAccountID,
		PermissionSetsEnabled: i.PermissionSetsEnabled, ReadAt: micros(i.ReadAt),
	}
}

func (r instanceRow) instance() directory.Instance {
	return directory.Instance{
		ARN: r.ARN, IdentityStoreID: r.IdentityStoreID, Region: r.Region, Partition: r.Partition,
		OrganizationID: r.OrganizationID, ManagementAccountID: r.ManagementAccountID, CallerAccountID: r.CallerAccountID,
		PermissionSetsEnabled: r.PermissionSetsEnabled, ReadAt: instant(r.ReadAt),
	}
}

type passRow struct {
	bun.BaseModel `bun:"table:directory_passes"`
	Part          string `bun:"part,pk"`
	Generation    int64  `bun:"generation"`
	Cursor        string `bun:"cursor_json"`
	StartedAt     int64  `bun:"started_at"`
	FinishedAt    int64  `bun:"finished_at"`
	Running       bool   `bun:"running"`
	DueAt         int64  `bun:"due_at"`
	Seen          int    `bun:"seen"`
	Entries       int    `bun:"entries"`
	Failures      int    `bun:"failures"`
	Fault         string `bun:"fault"`
	FaultAt       int64  `bun:"fault_at"`
	Notes         string `bun:"notes_json"`
	LeasedBy      string `bun:"leased_by"`
	LeasedUntil   int64  `bun:"leased_until"`
	Version       int64  `bun:"version"`
}

func passRowOf(p directory.Pass) (passRow, error) {
	cursor, err := encode(p.Cursor)
	if err != nil {
		return passRow{}, fmt.Errorf("encode cursor: %w", err)
	}
	notes, err := encode(p.Notes)
	if err != nil {
		return passRow{}, fmt.Errorf("encode notes: %w", err)
	}
	return passRow{
		Part: string(p.Part), Generation: p.Generation, Cursor: cursor, StartedAt: micros(p.Started),
		FinishedAt: micros(p.Finished), Running: p.Running, DueAt: micros(p.Due), Seen: p.Seen, Entries: p.Entries,
		Failures: p.Failures, Fault: p.Fault, FaultAt: micros(p.FaultAt), Notes: notes, LeasedBy: p.LeasedBy,
		LeasedUntil: micros(p.LeasedUntil), Version: p.Version,
	}, nil
}

func (r passRow) pass() (directory.Pass, error) {
	p := directory.Pass{
		Part: directory.Part(r.Part), Generation: r.Generation, Started: instant(r.StartedAt),
		Finished: instant(r.FinishedAt), Running: r.Running, Due: instant(r.DueAt), Seen: r.Seen, Entries: r.Entries,
		Failures: r.Failures, Fault: r.Fault, FaultAt: instant(r.FaultAt), LeasedBy: r.LeasedBy,
		LeasedUntil: instant(r.LeasedUntil), Version: r.Version,
	}
	if err := json.Unmarshal([]byte(r.Cursor), &p.Cursor); err != nil { //nolint:musttag // PermissionSet, the draft, is kept under its own names
		return directory.Pass{}, fmt.Errorf("decode cursor: %w", err)
	}
	if err := json.Unmarshal([]byte(r.Notes), &p.Notes); err != nil {
		return directory.Pass{}, fmt.Errorf("decode notes: %w", err)
	}
	return p, nil
}

type unitRow struct {
	bun.BaseModel `bun:"table:directory_units"`
	ID            string `bun:"id,pk"`
	Name          string `bun:"name"`
	ParentID      string `bun:"parent_id"`
	ReadAt        int64  `bun:"read_at"`
	Generation    int64  `bun:"generation"`
	Walked        int64  `bun:"walked"`
}

type accountRow struct {
	bun.BaseModel `bun:"table:directory_accounts"`
	ID            string `bun:"id,pk"`
	Name          string `bun:"name"`
	Email         string `bun:"email"`
	State         string `bun:"state"`
	Path          string `bun:"path_json"`
	Tags          string `bun:"tags_json"`
	ReadAt        int64  `bun:"read_at"`
	Generation    int64  `bun:"generation"`
}

type userRow struct {
	bun.BaseModel `bun:"table:directory_users"`
	ID            string `bun:"id,pk"`
	UserName      string `bun:"user_name"`
	DisplayName   string `bun:"display_name"`
	Email         string `bun:"email"`
	Status        string `bun:"status"`
	PersonKey     string `bun:"person_key"`
	ExternalID    string `bun:"external_id"`
	ReadAt        int64  `bun:"read_at"`
	Generation    int64  `bun:"generation"`
}

func userRowOf(u directory.User, generation int64) userRow {
	return userRow{
		ID: u.ID, UserName: u.UserName, DisplayName: u.DisplayName, Email: u.Email, Status: string(u.Status),
		PersonKey: u.PersonKey, ExternalID: u.ExternalID, ReadAt: micros(u.ReadAt), Generation: generation,
	}
}

type groupRow struct {
	bun.BaseModel `bun:"table:directory_groups"`
	ID            string `bun:"id,pk"`
	DisplayName   string `bun:"display_name"`
	ReadAt        int64  `bun:"read_at"`
	MembersReadAt int64  `bun:"members_read_at"`
	Generation    int64  `bun:"generation"`
}

type memberRow struct {
	bun.BaseModel `bun:"table:directory_members"`
	GroupID       string `bun:"group_id,pk"`
	UserID        string `bun:"user_id,pk"`
	Generation    int64  `bun:"generation"`
}

type permissionSetRow struct {
	bun.BaseModel  `bun:"table:directory_permission_sets"`
	ARN            string `bun:"arn,pk"`
	Name           string `bun:"name"`
	Description    string `bun:"description"`
	SessionSeconds int64  `bun:"session_seconds"`
	Managed        string `bun:"managed_json"`
	Customer       string `bun:"customer_json"`
	Inline         string `bun:"inline_policy"`
	Boundary       string `bun:"boundary"`
	Tags           string `bun:"tags_json"`
	InManagement   bool   `bun:"in_management"`
	Placed         bool   `bun:"placed"`
	ReadAt         int64  `bun:"read_at"`
	Generation     int64  `bun:"generation"`
}
