package aws

import "strings"

func (s *state) instanceARN() string {
	return "arn:" + s.partition + ":sso:::instance/" + s.instance.ID
}

func (s *state) permissionSetARN(id string) string {
	return "arn:" + s.partition + ":sso:::permissionSet/" + s.instance.ID + "/" + id
}

// ssoAccountARN names an account as a target of sso-admin's authorization.
func (s *state) ssoAccountARN(id string) string { return "arn:" + s.partition + ":sso:::account/" + id }

func (s *state) identityStoreARN() string {
	return "arn:" + s.partition + ":identitystore::" + s.manager + ":identitystore/" + s.instance.IdentityStoreID
}

func (s *state) userARN(id string) string {
	return "arn:" + s.partition + ":identitystore:::user/" + id
}

func (s *state) groupARN(id string) string {
	return "arn:" + s.partition + ":identitystore:::group/" + id
}

func (s *state) membershipARN(id string) string {
	return "arn:" + s.partition + ":identitystore:::membership/" + id
}

func (s *state) organizationARN() string {
	return "arn:" + s.partition + ":organizations::" + s.manager + ":organization/" + s.orgID
}

func (s *state) accountARN(id string) string {
	return "arn:" + s.partition + ":organizations::" + s.manager + ":account/" + s.orgID + "/" + id
}

func (s *state) unitARN(id string) string {
	return "arn:" + s.partition + ":organizations::" + s.manager + ":ou/" + s.orgID + "/" + id
}

func (s *state) rootARN() string {
	return "arn:" + s.partition + ":organizations::" + s.manager + ":root/" + s.orgID + "/" + s.rootID
}

// idOfARN returns what follows the last slash: identitystore takes ARNs for ids since 2026-09-29.
func idOfARN(idOrARN string) string {
	if strings.HasPrefix(idOrARN, "arn:") {
		return idOrARN[strings.LastIndexByte(idOrARN, '/')+1:]
	}
	return idOrARN
}
