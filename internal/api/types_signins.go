package api

import "time"

// SignIn is somebody's being signed in to TEAM. The secret behind it is never shown.
type SignIn struct {
	ID         string    `json:"id"`
	User       Person    `json:"user"`
	Kind       string    `json:"kind" doc:"browser, cli, or operator: begun at the database or by the demo"`
	Provider   string    `json:"provider" doc:"By which they signed in"`
	Current    bool      `json:"current,omitempty" doc:"The one this call is made in"`
	Proofs     []Proof   `json:"proofs" nullable:"false" doc:"What showed that it is them, the newest of each kind"`
	StartedAt  time.Time `json:"startedAt"`
	LastSeenAt time.Time `json:"lastSeenAt" doc:"To the minute or two"`
	ExpiresAt  time.Time `json:"expiresAt" doc:"It ends then, however much it is used"`
	// IdleAfterSeconds is after how long without use it ends.
	IdleAfterSeconds int64     `json:"idleAfterSeconds,omitempty" doc:"It ends when it was not used for so long; absent: nothing of the kind"`
	EndedAt          time.Time `json:"endedAt,omitzero"`
	EndReason        string    `json:"endReason,omitempty" doc:"Why it is over; a sentence for people"`
	Address          string    `json:"address,omitempty" doc:"From where it was begun"`
	UserAgent        string    `json:"userAgent,omitempty" doc:"What the browser or program said it is"`
}

// Proof is one showing that it is really somebody who acts.
type Proof struct {
	Kind     string    `json:"kind" doc:"provider: they signed in at a sign-in provider; passkey: they used a passkey registered in TEAM"`
	At       time.Time `json:"at"`
	Provider string    `json:"provider,omitempty"`
	ACR      string    `json:"acr,omitempty" doc:"Authentication context class, as the provider said"`
	AMR      []string  `json:"amr,omitempty" doc:"Methods of authentication, as the provider said"`
	Passkey  string    `json:"passkey,omitempty" doc:"Id of the passkey"`
}

// SignInList is a page of sign-ins, the newest first.
type SignInList struct {
	Items      []SignIn `json:"items" nullable:"false"`
	NextCursor string   `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// SignInsOf names whose sign-ins are to end.
type SignInsOf struct {
	UserID string `json:"userId,omitempty" maxLength:"100" doc:"Absent: your own, the one you call with among them"`
}

// EndedSignIns says how many ended.
type EndedSignIns struct {
	Ended int `json:"ended"`
}

// Identity is somebody at a sign-in provider, and the user of IAM Identity Center they stand for.
type Identity struct {
	ID       string `json:"id"`
	Provider string `json:"provider"`
	Subject  string `json:"subject" doc:"What the provider calls them, for ever"`
	User     Person `json:"user" doc:"Whom they stand for, or would if an administrator agreed"`
	// UserName, Email and ExternalID are as the provider said them then.
	UserName   string    `json:"userName,omitempty" doc:"As the provider said it then"`
	Email      string    `json:"email,omitempty" doc:"As the provider said it then"`
	ExternalID string    `json:"externalId,omitempty" doc:"As the provider said it then"`
	State      string    `json:"state" doc:"linked, waiting, refused or replaced"`
	Why        string    `json:"why,omitempty" doc:"Why it waits; a sentence for the administrator who decides"`
	CreatedAt  time.Time `json:"createdAt"`
	DecidedBy  *Person   `json:"decidedBy,omitempty"`
	DecidedAt  time.Time `json:"decidedAt,omitzero"`
}

// IdentityList is a page of identities, the newest first.
type IdentityList struct {
	Items      []Identity `json:"items" nullable:"false"`
	NextCursor string     `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}
