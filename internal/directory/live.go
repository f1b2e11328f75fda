package directory

import "context"

// Live reads single facts from AWS at the moment they matter: when somebody decides, and when access is activated
// (P5, P9). Errors are *awsfault.Error; kind NotFound from User means that the user is gone.
type Live interface {
	// User reads one user as it is now.
	User(ctx context.Context, userID string) (User, error)
	// GroupsOfUser returns the ids of all groups the user is in, sorted.
	GroupsOfUser(ctx context.Context, userID string) ([]string, error)
	// IsMember says for each of the groups whether the user is in it. It asks for at most 100 groups a call.
	IsMember(ctx context.Context, userID string, groupIDs []string) (map[string]bool, error)
}
