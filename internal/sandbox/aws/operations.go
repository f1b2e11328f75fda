package aws

// operations maps X-Amz-Target, or "Query." and the Action, to the APIs that are simulated.
func operations() map[string]operation {
	out := map[string]operation{}
	for prefix, list := range map[string][]operation{
		"SWBExternalService.":        ssoOperations(),
		"AWSIdentityStore.":          identityOperations(),
		"AWSOrganizationsV20161128.": organizationsOperations(),
		"Query.":                     stsOperations(),
	} {
		for _, o := range list {
			out[prefix+o.name] = o
		}
	}
	return out
}
