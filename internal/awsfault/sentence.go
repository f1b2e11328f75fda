package awsfault

import "fmt"

// Sentence says in plain words what the failure means and what to do about it. It holds no secrets and may be shown
// to everybody who may see the operation.
func (e *Error) Sentence() string {
	if s, ok := byCode[e.Code]; ok {
		return s
	}
	switch e.Kind {
	case Throttled:
		return "AWS is limiting the rate of calls; nothing was changed. TEAM tries again by itself."
	case Conflict:
		return "Another change to the same assignment is still in progress in AWS. TEAM tries again by itself."
	case NotFound:
		return fmt.Sprintf("AWS does not know what %s refers to: it was deleted, or never existed.", e.Operation)
	case Denied:
		return fmt.Sprintf("AWS refused %s: %s. Check the IAM policy of TEAM's role, service control policies, and that "+
			"TEAM's account is the delegated administrator of IAM Identity Center.", e.Operation, trimDot(e.Message))
	case Invalid:
		return fmt.Sprintf("AWS does not accept %s: %s. Trying again will not help.", e.Operation, trimDot(e.Message))
	case NotOffered:
		return fmt.Sprintf("The AWS endpoint does not offer %s. Check the configured endpoint and Region.", e.Operation)
	case QuotaExceeded:
		return fmt.Sprintf("An AWS quota is used up: %s. Raise the quota, or remove what is no longer needed.",
			trimDot(e.Message))
	case Unavailable:
		return "AWS reports an internal error. It is not known whether the call was carried out; TEAM reads the state and tries again."
	case Unreachable:
		return fmt.Sprintf("AWS cannot be reached (%s). Check the network, DNS and proxy of this machine. TEAM tries again by itself.",
			trimDot(e.Message))
	case Unknown:
		return "AWS did not answer in time. It is not known whether the call was carried out; TEAM reads the state and tries again."
	case KMS:
		return e.kmsSentence()
	case NetworkRule:
		return "The network access controls of the identity store refuse this machine's network. Add TEAM's network to the " +
			"trusted networks of IAM Identity Center, or let TEAM call through a trusted VPC endpoint."
	case SkewedClock:
		return "AWS refused the signature because this machine's clock is more than five minutes off. Set the clock (NTP)."
	case Credentials:
		return fmt.Sprintf("There are no valid AWS credentials: %s. Check the role, profile or web identity TEAM runs with.",
			trimDot(e.Message))
	}
	return fmt.Sprintf("AWS answered %s to %s: %s", e.Code, e.Operation, e.Message)
}

// byCode holds the codes whose meaning is narrower than their kind's.
var byCode = map[string]string{
	"AWSOrganizationsNotInUseException": "This AWS account is not a member of an organization. TEAM needs an organization " +
		"instance of IAM Identity Center.",
}

func (e *Error) kmsSentence() string {
	const what = "IAM Identity Center is encrypted with a customer-managed KMS key that "
	switch e.Reason {
	case "KMS_AccessDeniedException", "KMS_ACCESS_DENIED":
		return what + "TEAM's role may not use. Allow kms:Decrypt for it in the key policy, through sso and identitystore (kms:ViaService)."
	case "KMS_DisabledException", "KMS_DISABLED":
		return what + "is disabled. Enable the key."
	case "KMS_NotFoundException", "KMS_KEY_NOT_FOUND":
		return what + "does not exist any more. Restore the key."
	case "KMS_InvalidStateException", "KMS_INVALID_STATE":
		return what + "is not in a usable state (pending deletion or import). Restore the key."
	}
	return what + "cannot be used (" + e.Reason + "). Check the key and its policy."
}

func trimDot(s string) string {
	for len(s) > 0 && (s[len(s)-1] == '.' || s[len(s)-1] == ' ') {
		s = s[:len(s)-1]
	}
	if s == "" {
		return "no reason given"
	}
	return s
}
