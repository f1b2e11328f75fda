package api

import "time"

// Keyless is a way for a machine client to be known without a secret.
type Keyless struct {
	ID string `json:"id"`
	KeylessBody
	Trusted bool      `json:"trusted" doc:"Whether the settings in force trust an issuer of that name"`
	AddedBy Person    `json:"addedBy" doc:"Counts as who issued the tokens that come of it"`
	AddedAt time.Time `json:"addedAt"`
}

// KeylessBody is what administrators say of a keyless way.
type KeylessBody struct {
	Issuer string `json:"issuer" doc:"Name of an issuer among trustedIssuers of the settings"`
	// Claims are sub, or one that names a repository or project and something more.
	Claims map[string]string `json:"claims" nullable:"false" doc:"Claims that must be in the ID token, compared letter by letter"`
}

// KeylessList is the keyless ways of a machine client, the oldest first.
type KeylessList struct {
	Items []Keyless `json:"items" nullable:"false"`
}

// NewMachineToken shows an ID token to get a token for it.
type NewMachineToken struct {
	Machine string   `json:"machine" minLength:"1" maxLength:"64" doc:"Machine client, by name or id"`
	IDToken string   `json:"idToken" minLength:"1" maxLength:"16384" doc:"ID token of a trusted issuer; it can be used once"`
	Scopes  []string `json:"scopes,omitempty" maxItems:"20" doc:"What the token is to be used for; absent: all that the machine client has"`
}

// MachineToken is a short-lived token of a machine client.
type MachineToken struct {
	ID        string    `json:"id"`
	Machine   Named     `json:"machine"`
	Scopes    []string  `json:"scopes" nullable:"false"`
	ExpiresAt time.Time `json:"expiresAt" doc:"15 minutes ahead, or when the ID token expires if that is sooner"`
	Secret    string    `json:"secret" doc:"The token itself, shown this once and kept nowhere"`
}
