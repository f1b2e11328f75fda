package aws

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Options says how the simulated organization behaves. The zero value is AWS as documented, with
// the real clock and no credentials, so that every call is refused until one is given.
type Options struct {
	// Now is the organization's clock; time.Now by default.
	Now func() time.Time
	// Sleep waits for an injected delay; by default it waits in real time and ends with the context.
	Sleep func(ctx context.Context, d time.Duration) error
	// Seed feeds the generator of latencies, identifiers and probabilities.
	Seed uint64
	// Latency is how long assignment operations take.
	Latency Latency
	// Switches choose between answers that AWS does not document.
	Switches Switches
	// Limits are AWS's rates and quotas.
	Limits Limits
	// Credentials are the access keys that exist.
	Credentials []Credential
	// Started is the instant at which the organization's standing assignments began; Now by default.
	Started time.Time
}

// Latency bounds the time from the acceptance of CreateAccountAssignment or
// DeleteAccountAssignment to its completion; each operation draws one between Min and Max.
type Latency struct {
	// Min and Max are 2 s and 15 s by default, when both are zero.
	Min, Max time.Duration
	// Speed divides both; 1 by default.
	Speed float64
}

// Credential is an access key, who it belongs to and what it may do.
type Credential struct {
	AccessKeyID     string
	SecretAccessKey string
	// SessionToken must be presented too where it is not empty.
	SessionToken string
	// Account is the id or name of the account the key belongs to.
	Account string
	// Principal is the ARN that GetCallerIdentity answers; a role of the account by default.
	Principal string
	// Policies are the IAM policy documents (JSON) that apply to the key; all are joined.
	Policies []string
}

// Limits are AWS's rates and quotas. A zero value takes AWS's; a negative one lifts the limit.
type Limits struct {
	// SSOAdminRate is requests a second for all sso-admin APIs together: 20.
	SSOAdminRate float64
	// IdentityStoreRate is requests a second for each identitystore API: 20.
	IdentityStoreRate float64
	// OrganizationsRate multiplies AWS's rates of each organizations API: 1.
	OrganizationsRate float64
	// OutstandingOperations is the number of asynchronous assignment operations in flight: 15.
	OutstandingOperations int
	// RolesPerAccount is IAM's quota of roles in an account: 1,000.
	RolesPerAccount int
}

// Switches choose the answers AWS does not document, or that depend on the deployment. The zero
// value of each is the answer that seems likeliest.
type Switches struct {
	// DuplicateCreate is the final status of creating an assignment that exists: SUCCEEDED (default)
	// or FAILED.
	DuplicateCreate string `json:"duplicate_create,omitempty"`
	// DeleteMissing is the answer to deleting an assignment that does not exist:
	// ResourceNotFoundException (default), SUCCEEDED or FAILED.
	DeleteMissing string `json:"delete_missing,omitempty"`
	// DeleteForDeletedUser is the final status of deleting the assignment of a user who is gone:
	// SUCCEEDED (default) or FAILED.
	DeleteForDeletedUser string `json:"delete_for_deleted_user,omitempty"`
	// DeleteInInactiveAccount is the final status of deleting an assignment in an account that is not
	// ACTIVE: SUCCEEDED or FAILED (default).
	DeleteInInactiveAccount string `json:"delete_in_inactive_account,omitempty"`
	// TooManyOperations is the error of the operation above Limits.OutstandingOperations:
	// ThrottlingException (default), ConflictException or ServiceQuotaExceededException. Deletion
	// knows no ServiceQuotaExceededException and answers ThrottlingException instead.
	TooManyOperations string `json:"too_many_operations,omitempty"`
	// OneOperationPerAccount makes operations on one account wait for each other, as IAM Identity
	// Center updates one IAM role of an account at a time; by default they run side by side.
	OneOperationPerAccount bool `json:"one_operation_per_account,omitempty"`
	// PrincipalListingFromManagementOnly refuses ListAccountAssignmentsForPrincipal to the delegated
	// administrator, as the API's text says; by default it is answered.
	PrincipalListingFromManagementOnly bool `json:"principal_listing_from_management_only,omitempty"`
	// HideAssignmentsOfDeletedUsers leaves assignments of users who are gone out of lists; by default
	// they stay listed.
	HideAssignmentsOfDeletedUsers bool `json:"hide_assignments_of_deleted_users,omitempty"`
	// ShortPages makes lists answer short and even empty pages that still carry a NextToken.
	ShortPages bool `json:"short_pages,omitempty"`
	// ReadLag is how far lists and descriptions lag behind a change.
	ReadLag time.Duration `json:"-"`
	// StatusRetention is how long after its end an operation can still be described or listed; 0 means
	// for ever.
	StatusRetention time.Duration `json:"-"`
	// AccountsWithoutPaths leaves Account.Paths out, as before 2026-03-31.
	AccountsWithoutPaths bool `json:"accounts_without_paths,omitempty"`
	// AccountState is what accounts carry: "state" (default), "status" as before 2026-09-09, or "both".
	AccountState string `json:"account_state,omitempty"`
	// KMS makes sso-admin and identitystore refuse for the instance's customer-managed key:
	// "access denied", "disabled", "invalid state", "not found", "throttled".
	KMS string `json:"kms,omitempty"`
	// NetworkRefused makes identitystore answer 403 because of its network access rules.
	NetworkRefused bool `json:"network_refused,omitempty"`
}

func (s Switches) check() error {
	for _, choice := range []struct {
		name, value string
		of          []string
	}{
		{"duplicate_create", s.DuplicateCreate, []string{succeeded, failed}},
		{"delete_missing", s.DeleteMissing, []string{"ResourceNotFoundException", succeeded, failed}},
		{"delete_for_deleted_user", s.DeleteForDeletedUser, []string{succeeded, failed}},
		{"delete_in_inactive_account", s.DeleteInInactiveAccount, []string{succeeded, failed}},
		{"too_many_operations", s.TooManyOperations, []string{"ThrottlingException", "ConflictException", "ServiceQuotaExceededException"}},
		{"account_state", s.AccountState, []string{"state", "status", "both"}},
		{"kms", s.KMS, []string{"access denied", "disabled", "invalid state", "not found", "throttled"}},
	} {
		if choice.value != "" && !slices.Contains(choice.of, choice.value) {
			return fmt.Errorf("switch %s is %q; it can be one of %q", choice.name, choice.value, choice.of)
		}
	}
	if s.ReadLag < 0 || s.StatusRetention < 0 {
		return fmt.Errorf("switches read_lag (%v) and status_retention (%v) must not be negative", s.ReadLag, s.StatusRetention)
	}
	return nil
}

type (
	plainSwitches Switches
	// switchesJSON has durations in words ("2s").
	switchesJSON struct {
		plainSwitches
		ReadLag         string `json:"read_lag,omitempty"`
		StatusRetention string `json:"status_retention,omitempty"`
	}
)

// MarshalJSON writes durations in words.
func (s Switches) MarshalJSON() ([]byte, error) {
	return marshal(switchesJSON{plainSwitches(s), durationText(s.ReadLag), durationText(s.StatusRetention)})
}

// UnmarshalJSON reads durations in words and refuses members that it does not know.
func (s *Switches) UnmarshalJSON(raw []byte) error {
	var in switchesJSON
	if err := decodeStrictly(raw, &in); err != nil {
		return err
	}
	lag, err := parseDuration(in.ReadLag)
	if err != nil {
		return err
	}
	retention, err := parseDuration(in.StatusRetention)
	if err != nil {
		return err
	}
	*s = Switches(in.plainSwitches)
	s.ReadLag, s.StatusRetention = lag, retention
	return nil
}

func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func parseDuration(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("read duration: %w", err)
	}
	return d, nil
}

func (o Options) completed() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Latency.Min == 0 && o.Latency.Max == 0 {
		o.Latency.Min, o.Latency.Max = 2*time.Second, 15*time.Second
	}
	o.Latency.Max = max(o.Latency.Min, o.Latency.Max)
	if o.Latency.Speed <= 0 {
		o.Latency.Speed = 1
	}
	if o.Started.IsZero() {
		o.Started = o.Now()
	}
	o.Started = o.Started.UTC()
	o.Limits = o.Limits.completed()
	return o
}

func (l Limits) completed() Limits {
	for _, limit := range []struct {
		value *float64
		aws   float64
	}{{&l.SSOAdminRate, 20}, {&l.IdentityStoreRate, 20}, {&l.OrganizationsRate, 1}} {
		if *limit.value == 0 {
			*limit.value = limit.aws
		}
	}
	if l.OutstandingOperations == 0 {
		l.OutstandingOperations = 15
	}
	if l.RolesPerAccount == 0 {
		l.RolesPerAccount = 1000
	}
	return l
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
