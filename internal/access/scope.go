package access

import "slices"

// Scope is one kind of thing that the holder of a token may do with it. Scopes give no rights: they take away from
// what the holder may do anyway.
type Scope string

// The scopes.
const (
	ScopeRead     Scope = "read"     // read what the holder may see
	ScopeRequest  Scope = "request"  // ask for access, take it back, extend and release it
	ScopeRevoke   Scope = "revoke"   // end the access of others
	ScopeDecide   Scope = "decide"   // approve and reject
	ScopePolicies Scope = "policies" // change policies, or propose to
	ScopeSettings Scope = "settings" // change settings, or propose to
	ScopeOperate  Scope = "operate"  // operate the deployment: release recovery mode, read the directory anew
	ScopeTokens   Scope = "tokens"   // issue and revoke tokens, manage machine clients, end sign-ins
)

// AllScopes there are, in the order in which they are shown.
func AllScopes() []Scope {
	return []Scope{ScopeRead, ScopeRequest, ScopeRevoke, ScopeDecide, ScopePolicies, ScopeSettings, ScopeOperate, ScopeTokens}
}

// MachineScopes are those that a machine client may have: machines never decide, and manage neither TEAM nor tokens.
func MachineScopes() []Scope { return []Scope{ScopeRead, ScopeRequest, ScopePolicies, ScopeSettings} }

// PersonalScopes are those that a person's token may have. A token can be copied without anybody noticing, so that what
// gives somebody more (deciding, changing policies, settings, machine clients and tokens) needs a person who is signed in.
// Ending access is no such thing: a stolen token can do no more harm with it than be a nuisance, and a script that takes
// access away when something looks wrong should need nobody. Having the directory read anew changes nothing.
func PersonalScopes() []Scope { return []Scope{ScopeRead, ScopeRequest, ScopeRevoke, ScopeOperate} }

// CommonScopes are the scopes in both lists, in the order of AllScopes.
func CommonScopes(a, b []Scope) []Scope {
	var common []Scope
	for _, s := range AllScopes() {
		if slices.Contains(a, s) && slices.Contains(b, s) {
			common = append(common, s)
		}
	}
	return common
}

// MissingScopes are those of wanted that are not in have.
func MissingScopes(wanted, have []Scope) []Scope {
	var missing []Scope
	for _, s := range wanted {
		if !slices.Contains(have, s) {
			missing = append(missing, s)
		}
	}
	return missing
}

// May says whether the actor's token has a scope.
func (a Actor) May(s Scope) bool { return slices.Contains(a.Scopes, s) }
