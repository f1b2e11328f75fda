package policychange

import (
	"context"
	"errors"
	"slices"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

func (f facts) machine() bool { return f.by.Kind == audit.Machine }

// administrator refuses whoever is not an enabled administrator in IAM Identity Center at this moment. What a machine
// does its owner answers for, so the owner must be one, and the machine must have the scope.
func (s *Service) administrator(ctx context.Context, set policy.Set, f facts) error {
	if f.person == "" || (f.by.Kind != audit.Person && f.by.Kind != audit.Machine) {
		return forbidden("only administrators change policies and settings")
	}
	if f.machine() && !f.by.Proposer {
		return forbidden("this machine client may not propose changes: " +
			"it needs the scope policies or settings, an administrator as its owner, and a token that its owner issued")
	}
	groups := access.AdministratorGroups(set, f.dir.Snapshot, f.person, f.now)
	if len(groups) == 0 {
		return forbidden("nobody is an administrator: the settings name no administrator group")
	}
	user, err := s.Live.User(ctx, f.person)
	var fault *awsfault.Error
	switch {
	case errors.As(err, &fault) && fault.Kind == awsfault.NotFound:
		return forbidden("your user is no longer in IAM Identity Center")
	case err != nil:
		return unavailable("your user in IAM Identity Center", err)
	case user.Status != directory.UserEnabled:
		return forbidden("your user is not enabled in IAM Identity Center")
	}
	member, err := s.Live.IsMember(ctx, f.person, groups)
	if err != nil {
		return unavailable("your memberships", err)
	}
	if slices.ContainsFunc(groups, func(g string) bool { return !member[g] }) {
		return forbidden("only administrators change policies and settings, and you are not in the administrator group now")
	}
	return nil
}

// secondNeeded says whether a change that widens access needs a second administrator (P11): always where the settings
// say so, otherwise as soon as there are two people who could be one. Both the snapshot and AWS are asked, and one of
// them is enough: an administrator added a minute ago counts, and so does one that AWS no longer reports.
func (s *Service) secondNeeded(ctx context.Context, set policy.Set, dir *directory.Snapshot) (bool, error) {
	var groups []string
	// While a change of the settings is cooling, those before it count too.
	for version := &set.Settings; version != nil; version = version.Previous {
		if version.SecondAdministrator != policy.SecondAuto {
			return true, nil
		}
		if g := version.AdministratorGroup; g != "" && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	persons := map[string]bool{}
	for _, id := range groups {
		group, _ := dir.Group(id)
		for _, member := range group.Members {
			if u, ok := dir.User(member); ok && u.Status == directory.UserEnabled {
				persons[dir.PersonOf(member)] = true
			}
		}
	}
	for _, id := range groups {
		if len(persons) >= 2 {
			return true, nil
		}
		if err := s.countLive(ctx, id, dir, persons); err != nil {
			return false, err
		}
	}
	return len(persons) >= 2, nil
}

// countLive adds the people whom AWS reports as enabled members of a group, until there are two.
func (s *Service) countLive(ctx context.Context, groupID string, dir *directory.Snapshot, persons map[string]bool) error {
	for token := ""; len(persons) < 2; {
		page, err := s.Live.Members(ctx, groupID, token)
		if err != nil {
			return unavailable("the members of the administrator group", err)
		}
		for _, member := range page.Items {
			if u, ok := dir.User(member); ok && u.Status == directory.UserEnabled {
				persons[dir.PersonOf(member)] = true
				continue
			}
			user, err := s.Live.User(ctx, member)
			if err != nil {
				var fault *awsfault.Error
				if errors.As(err, &fault) && fault.Kind == awsfault.NotFound {
					continue
				}
				return unavailable("a member of the administrator group", err)
			}
			if user.Status == directory.UserEnabled {
				persons[personOf(user, dir)] = true
			}
			if len(persons) >= 2 {
				return nil
			}
		}
		if token = page.Next; token == "" {
			return nil
		}
	}
	return nil
}

// personOf is the person behind a user that the snapshot may not know yet.
func personOf(u directory.User, dir *directory.Snapshot) string {
	if u.PersonKey == "" {
		return dir.PersonOf(u.ID)
	}
	return directory.NewSnapshot(directory.Content{Users: []directory.User{u}}).PersonOf(u.ID)
}
