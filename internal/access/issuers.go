package access

import (
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// TrustedIssuer is an issuer of ID tokens that the settings trust, as far as these people are concerned: for whoever
// made or agreed to a change of the settings that is cooling, an issuer is trusted only if it was before as well, in the
// same way (P11).
func TrustedIssuer(set policy.Set, dir *directory.Snapshot, name string, people []string, at time.Time) (policy.TrustedIssuer, bool) {
	issuer, trusted := set.Settings.Issuer(name)
	for _, id := range people {
		if before, cooling := withoutOwnChanges(set.Settings, dir, id, at); cooling && trusted {
			was, known := before.Issuer(name)
			trusted = known && was == issuer
		}
	}
	if !trusted {
		return policy.TrustedIssuer{}, false
	}
	return issuer, true
}
