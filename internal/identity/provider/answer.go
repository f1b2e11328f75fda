package provider

import (
	"time"

	"github.com/team-idc/team/internal/identity"
)

// Answer is what a provider's answer proves, after everything about it was verified.
type Answer struct {
	External identity.External
	// Once are the names of what may be used once only, beside the attempt's state: the ids of SAML assertions.
	Once []string
	// Until is when what counts once is refused anyway, so that nobody need remember it; zero: after Patience.
	Until time.Time
}
