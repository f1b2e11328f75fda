package directory

import (
	"context"
	"maps"
	"sync"
	"time"
)

// recentAge is how old what one call read may be when the same call needs it again.
const recentAge = time.Second

// Recent is Live that does not ask AWS the same twice within one call: it is asked when a caller is recognized, and would be
// a moment later again for what they decide. Nothing is kept from one call to the next.
type Recent struct {
	Live

	Now func() time.Time
}

type callKey struct{}

// call is what was read in one call.
type call struct {
	mu      sync.Mutex
	users   map[string]readUser
	members map[string]readMembers // by user
}

type readUser struct {
	user User
	at   time.Time
}

type readMembers struct {
	in map[string]bool
	at time.Time
}

// InCall begins a call: what is read within ctx is remembered in it.
func InCall(ctx context.Context) context.Context {
	return context.WithValue(ctx, callKey{}, &call{users: map[string]readUser{}, members: map[string]readMembers{}})
}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

func (r Recent) young(at time.Time) bool {
	age := r.Now().Sub(at)
	return age >= 0 && age < recentAge
}

// User reads one user, or gives what the same call read.
func (r Recent) User(ctx context.Context, userID string) (User, error) {
	c := callOf(ctx)
	if c == nil {
		return r.Live.User(ctx, userID)
	}
	c.mu.Lock()
	known, found := c.users[userID]
	c.mu.Unlock()
	if found && r.young(known.at) {
		return known.user, nil
	}
	at := r.Now()
	user, err := r.Live.User(ctx, userID)
	if err != nil {
		return user, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.users[userID] = readUser{user, at}
	return user, nil
}

// IsMember reads memberships, or gives what the same call read.
func (r Recent) IsMember(ctx context.Context, userID string, groupIDs []string) (map[string]bool, error) {
	c := callOf(ctx)
	if c == nil {
		return r.Live.IsMember(ctx, userID, groupIDs)
	}
	c.mu.Lock()
	known, found := c.members[userID]
	c.mu.Unlock()
	if found && r.young(known.at) && covers(known.in, groupIDs) {
		return maps.Clone(known.in), nil
	}
	at := r.Now()
	in, err := r.Live.IsMember(ctx, userID, groupIDs)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.members[userID] = readMembers{maps.Clone(in), at}
	return in, nil
}

func covers(in map[string]bool, groupIDs []string) bool {
	for _, g := range groupIDs {
		if _, asked := in[g]; !asked {
			return false
		}
	}
	return true
}
