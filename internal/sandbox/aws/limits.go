package aws

import (
	"net/http"
	"time"
)

// bucket is a token bucket, as AWS limits its APIs.
type bucket struct {
	tokens float64
	last   time.Time
}

func (b *bucket) take(now time.Time, rate, burst float64) bool {
	if now.After(b.last) {
		b.tokens = min(burst, b.tokens+rate*now.Sub(b.last).Seconds())
		b.last = now
	}
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// organizationsRates are requests a second and burst of one calling account for each API.
// Source: "Quotas for AWS Organizations", API rates.
func organizationsRates() map[string][2]float64 {
	return map[string][2]float64{
		"ListAccounts": {8, 12}, "ListChildren": {6, 10}, "ListParents": {5, 8}, "ListAccountsForParent": {5, 8},
		"ListOrganizationalUnitsForParent": {5, 8}, "ListRoots": {1, 2}, "DescribeAccount": {20, 30},
		"DescribeOrganization": {1, 2}, "DescribeOrganizationalUnit": {2, 3}, "ListTagsForResource": {10, 15},
		"ListDelegatedAdministrators": {5, 8},
	}
}

// throttle takes a token for the call, or refuses it as the service does.
func (a *AWS) throttle(c *call) error {
	limits := a.options.Limits
	switch c.operation.service {
	case "sso":
		// All sso-admin APIs share one rate.
		if !a.take(c, "sso", limits.SSOAdminRate, limits.SSOAdminRate) {
			return &apiError{Code: "ThrottlingException", Status: http.StatusTooManyRequests, Message: "Rate exceeded"}
		}
	case "identitystore":
		if !a.take(c, c.action, limits.IdentityStoreRate, limits.IdentityStoreRate) {
			return &apiError{Code: "ThrottlingException", Status: http.StatusTooManyRequests, Message: "Rate exceeded", RetryAfterSeconds: 1}
		}
	case "organizations":
		rate := a.organizationsRate(c.operation.name)
		if !a.take(c, c.action+"/"+c.credential.account, rate[0]*limits.OrganizationsRate, rate[1]*limits.OrganizationsRate) {
			return &apiError{
				Code: "TooManyRequestsException", Status: http.StatusTooManyRequests,
				Message: "AWS Organizations can't complete your request because another request is already in progress. Try again later.",
				Type:    "ACCOUNT",
			}
		}
	}
	return nil
}

func (a *AWS) organizationsRate(api string) [2]float64 {
	if rate, ok := a.organizationsRates[api]; ok {
		return rate
	}
	return [2]float64{1, 1}
}

func (a *AWS) take(c *call, key string, rate, burst float64) bool {
	if rate < 0 {
		return true
	}
	b := a.buckets[key]
	if b == nil {
		b = &bucket{tokens: burst, last: c.now}
		a.buckets[key] = b
	}
	return b.take(c.now, rate, max(1, burst))
}
