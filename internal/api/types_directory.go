package api

import "time"

// Account is one AWS account of the organization.
type Account struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	State     string            `json:"state"`
	OUPath    []string          `json:"ouPath" nullable:"false" doc:"Names from the root down"`
	Tags      map[string]string `json:"tags,omitempty"`
	Protected bool              `json:"protected"`
	ReadAt    time.Time         `json:"readAt" doc:"When AWS was last asked"`
}

// AccountList is a page of accounts.
type AccountList struct {
	Items      []Account `json:"items" nullable:"false"`
	NextCursor string    `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// OU is an organizational unit, or the root.
type OU struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	ParentID string    `json:"parentId,omitempty"`
	Path     []string  `json:"path" nullable:"false" doc:"Names from the root down to this one"`
	ReadAt   time.Time `json:"readAt"`
	// Accounts and AccountsBelow count those that the caller may see.
	Accounts      int `json:"accounts" doc:"Accounts directly in it, of those you may see"`
	AccountsBelow int `json:"accountsBelow" doc:"Accounts in it and in all units below it, of those you may see"`
}

// OUList is a page of organizational units.
type OUList struct {
	Items      []OU   `json:"items" nullable:"false"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// User is a user of the identity store.
type User struct {
	Person
	Email   string    `json:"email,omitempty"`
	Enabled bool      `json:"enabled"`
	ReadAt  time.Time `json:"readAt"`
}

// UserList is a page of users.
type UserList struct {
	Items      []User `json:"items" nullable:"false"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// Group is a group of the identity store.
type Group struct {
	ID          string    `json:"id"`
	DisplayName string    `json:"displayName"`
	Members     int       `json:"members"`
	ReadAt      time.Time `json:"readAt"`
	MembersRead time.Time `json:"membersRead,omitzero"`
}

// GroupList is a page of groups.
type GroupList struct {
	Items      []Group `json:"items" nullable:"false"`
	NextCursor string  `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// PermissionSet is what a role in an account is made from.
type PermissionSet struct {
	ARN                    string    `json:"arn"`
	Name                   string    `json:"name"`
	Description            string    `json:"description,omitempty"`
	SessionDurationSeconds int64     `json:"sessionDurationSeconds"`
	ManagedPolicies        []string  `json:"managedPolicies,omitempty"`
	CustomerPolicies       []string  `json:"customerPolicies,omitempty"`
	InManagementAccount    bool      `json:"inManagementAccount" doc:"Provisioned in the management account, so that TEAM cannot assign it"`
	ReadAt                 time.Time `json:"readAt"`
}

// PermissionSetList is a page of permission sets.
type PermissionSetList struct {
	Items      []PermissionSet `json:"items" nullable:"false"`
	NextCursor string          `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// DirectoryStatus says how current the directory is, part by part.
type DirectoryStatus struct {
	Revision int64           `json:"revision"`
	Parts    []DirectoryPart `json:"parts" nullable:"false"`
}

// DirectorySyncAnswer says which parts are read because of the call, and where all of them stand. The others were being
// read already.
type DirectorySyncAnswer struct {
	Asked []string `json:"asked" nullable:"false" doc:"Parts that are read now because of this call; the others were being read already"`
	DirectoryStatus
}

// DirectoryPart is one part of the directory that is read by itself.
type DirectoryPart struct {
	Part     string    `json:"part"`
	Complete time.Time `json:"complete,omitzero" doc:"When it was last read completely"`
	Running  bool      `json:"running"`
	Seen     int       `json:"seen"`
	Entries  int       `json:"entries"`
	Failing  bool      `json:"failing"`
	Sentence string    `json:"sentence"`
	Notes    []string  `json:"notes,omitempty"`
}

// Requestable is what the caller may ask for, as blocks of accounts × permission sets on the same terms.
type Requestable struct {
	Items      []RequestableBlock `json:"items" nullable:"false"`
	NextCursor string             `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// RequestableBlock is every one of the accounts with every one of the permission sets.
type RequestableBlock struct {
	Accounts           []RequestableAccount `json:"accounts" nullable:"false"`
	PermissionSets     []RequestableSet     `json:"permissionSets" nullable:"false"`
	MaxDurationSeconds int64                `json:"maxDurationSeconds"`
	ApprovalRequired   bool                 `json:"approvalRequired"`
	Policies           []PolicyRef          `json:"policies" nullable:"false"`
}

// RequestableAccount is an account with what tells it from others of its name.
type RequestableAccount struct {
	Named

	OUPath []string `json:"ouPath,omitempty" doc:"Names from the root down"`
}

// RequestableSet is a permission set with what helps to choose it.
type RequestableSet struct {
	Named

	Description            string `json:"description,omitempty"`
	SessionDurationSeconds int64  `json:"sessionDurationSeconds,omitempty" doc:"How long credentials taken at the last moment outlive the end"`
}

// Named is an id with its name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}
