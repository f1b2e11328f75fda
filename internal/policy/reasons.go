package policy

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Ref of this version of the policy.
func (p *Eligibility) Ref() Ref {
	return Ref{Kind: KindEligibility, ID: p.ID, Name: p.Name, Version: p.Version}
}

// Ref of this version of the policy.
func (p *Approver) Ref() Ref {
	return Ref{Kind: KindApprover, ID: p.ID, Name: p.Name, Version: p.Version}
}

// SettingsID is the id of the settings in references: there is only one.
const SettingsID = "settings"

// Ref of this version of the settings.
func (s *Settings) Ref() Ref {
	return Ref{Kind: KindSettings, ID: SettingsID, Name: "Settings", Version: s.Version}
}

func compareRefs(a, b Ref) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
}

// Codes of reasons that speak against a request.
const (
	CodeUserUnknown            = "user_unknown"
	CodeUserDisabled           = "user_disabled"
	CodeAccountUnknown         = "account_unknown"
	CodeAccountNotActive       = "account_not_active"
	CodeAccountPlaceUnknown    = "account_place_unknown"
	CodeAccountTagsUnknown     = "account_tags_unknown"
	CodeInstanceUnknown        = "instance_unknown"
	CodeManagementAccount      = "management_account"
	CodePermissionSetUnknown   = "permission_set_unknown"
	CodeSetInManagementAccount = "permission_set_in_management_account"
	CodeProtectedFromMachines  = "protected_from_machines"
	CodeMachineNotAllowed      = "machine_not_allowed"
	CodeNotEligible            = "not_eligible"
	CodeExcluded               = "excluded"
	CodeProtectedNotNamed      = "protected_not_named"
	CodeDurationTooLong        = "duration_too_long"
	CodeDurationTooShort       = "duration_too_short"
	CodeNoDurationPossible     = "no_duration_possible"
	CodeTicketRequired         = "ticket_required"
	CodeTicketPattern          = "ticket_pattern"
	CodeNoApprovers            = "no_approvers"
	CodeTooFewApprovers        = "too_few_approvers"
)

// Codes of reasons that explain a yes.
const (
	CodeEligible            = "eligible"
	CodeApprovalRequired    = "approval_required"
	CodeApprovalNotRequired = "approval_not_required"
	CodeApprovers           = "approvers"
)

// Codes of reasons why somebody may or may not decide.
const (
	CodeMayDecide       = "may_decide"
	CodeOwnRequest      = "own_request"
	CodeNotApprover     = "not_approver"
	CodeNoSuchStage     = "no_such_stage"
	CodeCoolingApprover = "cooling_approver"
	CodeAlreadyDecided  = "already_decided"
	CodeUnproven        = "unproven"
)

func reason(code, format string, args ...any) Reason {
	return Reason{Code: code, Text: fmt.Sprintf(format, args...)}
}

func about(ref Ref, code, format string, args ...any) Reason {
	return Reason{Code: code, Text: fmt.Sprintf(format, args...), Policy: &ref}
}

func approvalWord(required bool) string {
	if required {
		return ", with approval"
	}
	return ", without approval"
}

// Spell writes a duration as people say it: "1 hour 30 minutes".
func Spell(d time.Duration) string {
	if d < 0 {
		return "-" + Spell(-d)
	}
	if d < time.Second {
		return "0 seconds"
	}
	var parts []string
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}} {
		if n := int(d / unit.size); n > 0 {
			parts = append(parts, count(n, unit.name))
		}
		d %= unit.size
	}
	return strings.Join(parts, " ")
}

func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case noun == "person":
		return strconv.Itoa(n) + " people"
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
