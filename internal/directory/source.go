package directory

import "context"

// Page is one page of a list. An empty page with a Next goes on; "" ends the list.
type Page[T any] struct {
	Items []T
	Next  string
}

// Tag of an account or permission set.
type Tag struct{ Key, Value string }

// Source reads the organization from AWS, one HTTP call a method (Instance makes several), so that a sync can stop
// after any call and go on from there. Errors are *awsfault.Error; a page is complete or an error. ReadAt is set.
type Source interface {
	// Instance finds the IAM Identity Center instance and the organization around it.
	Instance(ctx context.Context) (Instance, error)
	// Administrators are the accounts registered as delegated administrators of IAM Identity Center.
	Administrators(ctx context.Context, token string) (Page[string], error)

	// Roots and UnitsUnder give the tree of organizational units, level by level.
	Roots(ctx context.Context, token string) (Page[OU], error)
	UnitsUnder(ctx context.Context, parentID, token string) (Page[OU], error)
	// Accounts have an OUPath where AWS reports Account.Paths (since 2026-03-31), else none, and no tags.
	Accounts(ctx context.Context, token string) (Page[Account], error)
	// AccountsUnder gives the ids of the accounts directly under a root or unit.
	AccountsUnder(ctx context.Context, parentID, token string) (Page[string], error)
	AccountTags(ctx context.Context, accountID, token string) (Page[Tag], error)

	// PermissionSets gives ARNs; what is in one takes a call for each aspect.
	PermissionSets(ctx context.Context, token string) (Page[string], error)
	// PermissionSet gives name, description and session duration.
	PermissionSet(ctx context.Context, arn string) (PermissionSet, error)
	ManagedPolicies(ctx context.Context, arn, token string) (Page[string], error)
	// CustomerPolicies gives path/name.
	CustomerPolicies(ctx context.Context, arn, token string) (Page[string], error)
	// InlinePolicy is "" where there is none.
	InlinePolicy(ctx context.Context, arn string) (string, error)
	// PermissionsBoundary is an ARN or path/name, "" where there is none.
	PermissionsBoundary(ctx context.Context, arn string) (string, error)
	PermissionSetTags(ctx context.Context, arn, token string) (Page[Tag], error)
	// ProvisionedIn gives the ARNs of the permission sets provisioned in an account; AccountsWith the other way round.
	ProvisionedIn(ctx context.Context, accountID, token string) (Page[string], error)
	AccountsWith(ctx context.Context, arn, token string) (Page[string], error)

	Users(ctx context.Context, token string) (Page[User], error)
	// Groups come without members.
	Groups(ctx context.Context, token string) (Page[Group], error)
	// Members gives user ids.
	Members(ctx context.Context, groupID, token string) (Page[string], error)
}
