// Package iam holds the IAM policy that TEAM's role needs, as it is shipped: the demo gives the simulated AWS exactly
// this policy, and a test shows that every action in it is needed and no other is.
package iam

import _ "embed"

// TeamPolicy is team-policy.json, for the role that TEAM runs with in the delegated administrator account.
//
//go:embed team-policy.json
var TeamPolicy string

// AccessLogPolicy is access-log-policy.json, for a role whose access log goes to a bucket.
//
//go:embed access-log-policy.json
var AccessLogPolicy string
