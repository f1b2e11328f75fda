package api

import "time"

// Token is what TEAM tells of a bearer token. The token itself is shown once, when it is issued.
type Token struct {
	ID string `json:"id"`
	// One of these: whom the token stands for.
	User       *Person   `json:"user,omitempty" doc:"The person it stands for; absent of a machine client's"`
	Machine    *Named    `json:"machine,omitempty" doc:"The machine client it stands for"`
	Label      string    `json:"label,omitempty"`
	Keyless    bool      `json:"keyless,omitempty" doc:"It came by an ID token; whoever added that way stands as its issuer"`
	Scopes     []string  `json:"scopes" nullable:"false" doc:"What it may be used for"`
	IssuedBy   *Person   `json:"issuedBy,omitempty" doc:"Absent: an operator at the machine that holds the database"`
	IssuedAt   time.Time `json:"issuedAt"`
	ExpiresAt  time.Time `json:"expiresAt"`
	RevokedAt  time.Time `json:"revokedAt,omitzero"`
	LastUsedAt time.Time `json:"lastUsedAt,omitzero" doc:"To the minute or two; absent: not used, or not known yet"`
}

// TokenList is a page of tokens, the newest first.
type TokenList struct {
	Items      []Token `json:"items" nullable:"false"`
	NextCursor string  `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// NewToken asks for a token.
type NewToken struct {
	MachineID string `json:"machineId,omitempty" pattern:"^mch_[0-9a-f-]{36}$" doc:"Machine client it is to stand for; absent: yourself"`
	Label     string `json:"label,omitempty" doc:"What it is for; at most 100 bytes"`
	// LifetimeSeconds absent: 30 days.
	LifetimeSeconds int64 `json:"lifetimeSeconds,omitempty" minimum:"1" doc:"At most 90 days; absent: 30 days"`
	// Scopes are of access.PersonalScopes, or of what the machine client has.
	Scopes []string `json:"scopes,omitempty" maxItems:"20" doc:"Of read, request, revoke and operate; a machine client's: of what it has, absent: all of that"`
}

// IssuedToken is a token with its secret.
type IssuedToken struct {
	Token
	// Secret is the token itself. It is kept nowhere.
	Secret string `json:"secret,omitempty" doc:"The token itself, shown this once and kept nowhere; not there when an Idempotency-Key repeats the call"`
}

// Machine is a machine client: a program that asks for people, or proposes changes.
type Machine struct {
	ID string `json:"id"`
	MachineBody
	Owner      Person    `json:"owner"`
	Enabled    bool      `json:"enabled"`
	DisabledAt time.Time `json:"disabledAt,omitzero"`
	CreatedBy  Person    `json:"createdBy"`
	CreatedAt  time.Time `json:"createdAt"`
	Version    int64     `json:"version"`
}

// MachineBody is what administrators say of a machine client.
type MachineBody struct {
	Name        string   `json:"name" doc:"Letters, digits, dots, dashes and underscores; policies name it by this"`
	Description string   `json:"description,omitempty"`
	OwnerID     string   `json:"ownerId" doc:"User id of who answers for it; while that user is not enabled the machine is nobody"`
	Scopes      []string `json:"scopes" nullable:"false" maxItems:"20" doc:"Of read, request, policies and settings"`
}

// MachineList is a page of machine clients by name.
type MachineList struct {
	Items      []Machine `json:"items" nullable:"false"`
	NextCursor string    `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}
