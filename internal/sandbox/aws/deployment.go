package aws

import "net/http"

// refuseForDeployment is what the customer's own settings make AWS refuse: the instance's
// customer-managed KMS key, and identitystore's network access rules (2026-09-29).
func (a *AWS) refuseForDeployment(c *call) error {
	identity := c.operation.service == "identitystore"
	if !identity && c.operation.service != "sso" {
		return nil
	}
	if identity && a.switches.NetworkRefused {
		return &apiError{
			Code: "AccessDeniedException", Status: http.StatusForbidden,
			Message: "Access denied: the request does not come from a network that this identity store trusts.",
		}
	}
	if c.operation.name == "ListInstances" {
		return nil
	}
	if a.switches.KMS != "" {
		return keyTrouble(a.switches.KMS, identity)
	}
	// AWS's authorization reference names kms:Decrypt for all but reading about the instance itself.
	if c.operation.name == "DescribeInstance" {
		return nil
	}
	if key := a.state.instance.KMSKeyARN; key != "" && !c.mayDecrypt(key) {
		return keyTrouble("access denied", identity)
	}
	return nil
}

// mayDecrypt: callers need kms:Decrypt on the instance's customer-managed key, through the service.
func (c *call) mayDecrypt(key string) bool {
	keys := c.conditionKeys()
	keys["kms:ViaService"] = c.operation.service + "." + c.aws.state.region + ".amazonaws.com"
	return c.credential.policy.decide("kms:Decrypt", key, keys) == allowed
}

// keyTrouble is an error about the instance's key. The two services name the same reasons
// differently.
func keyTrouble(kind string, identity bool) error {
	trouble, known := map[string]struct {
		code        string
		status      int
		message     string
		sso, stores string
	}{
		"access denied": {
			"AccessDeniedException", http.StatusForbidden, "The caller is not allowed kms:Decrypt on the instance's key.",
			"KMS_AccessDeniedException", "KMS_ACCESS_DENIED",
		},
		"disabled": {"ValidationException", http.StatusBadRequest, "The instance's KMS key is disabled.", "KMS_DisabledException", "KMS_DISABLED"},
		"invalid state": {
			"ValidationException", http.StatusBadRequest, "The instance's KMS key is in an invalid state.",
			"KMS_InvalidStateException", "KMS_INVALID_STATE",
		},
		"not found": {
			"ResourceNotFoundException", http.StatusNotFound, "The instance's KMS key was not found.",
			"KMS_NotFoundException", "KMS_KEY_NOT_FOUND",
		},
		"throttled": {"ThrottlingException", http.StatusTooManyRequests, "KMS throttled the request.", "KMS_ThrottlingException", "KMS_THROTTLING"},
	}[kind]
	if !known {
		return nil
	}
	reason := trouble.sso
	if identity {
		reason = trouble.stores
	}
	return &apiError{Code: trouble.code, Status: trouble.status, Message: trouble.message, Reason: reason}
}
