package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/nearest"
)

var accountID = regexp.MustCompile(`^\d{12}$`)

// mostNamed are how many search results are looked at for a name.
const mostNamed = "100"

func searching(text string) url.Values { return url.Values{"q": {text}, "limit": {mostNamed}} }

// find searches for a text.
type find func(ctx context.Context, text string) ([]api.Named, error)

// named finds the one thing that is named so, and otherwise says which it could be.
func named(ctx context.Context, what, command, text string, search find) (string, error) {
	found, err := search(ctx, text)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		found, err = similar(ctx, text, search)
		if err != nil {
			return "", err
		}
	}
	return pick(what, command, text, found)
}

// similar finds what could have been meant by a mistyped name: a search by its first letters, then by its last.
func similar(ctx context.Context, text string, search find) ([]api.Named, error) {
	letters := []rune(text)
	if len(letters) < 3 {
		return nil, nil
	}
	var near []api.Named
	for _, part := range []string{string(letters[:3]), string(letters[len(letters)-3:])} {
		found, err := search(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			if nearest.Near(text, f.Name) && !slices.Contains(near, f) {
				near = append(near, f)
			}
		}
	}
	slices.SortStableFunc(near, func(a, b api.Named) int { return nearest.Distance(text, a.Name) - nearest.Distance(text, b.Name) })
	return near, nil
}

// account finds an account's id by id or name.
func (c *client) account(ctx context.Context, text string) (string, error) {
	if accountID.MatchString(text) {
		return text, nil
	}
	return named(ctx, "account", "directory search accounts", text, func(ctx context.Context, text string) (all []api.Named, err error) {
		var found api.AccountList
		err = c.get(ctx, "/directory/accounts", searching(text), &found)
		for _, a := range found.Items {
			all = append(all, api.Named{ID: a.ID, Name: a.Name})
		}
		return all, err
	})
}

// role finds a permission set's ARN by ARN or name.
func (c *client) role(ctx context.Context, text string) (string, error) {
	if strings.HasPrefix(text, "arn:") {
		return text, nil
	}
	return named(ctx, "role", "directory search permission-sets", text, func(ctx context.Context, text string) (all []api.Named, err error) {
		var found api.PermissionSetList
		err = c.get(ctx, "/directory/permission-sets", searching(text), &found)
		for _, p := range found.Items {
			all = append(all, api.Named{ID: p.ARN, Name: p.Name})
		}
		return all, err
	})
}

// user finds a user's id by user name or id.
func (c *client) user(ctx context.Context, text string) (string, error) {
	return named(ctx, "user", "directory search users", text, func(ctx context.Context, text string) (all []api.Named, err error) {
		var found api.UserList
		err = c.get(ctx, "/directory/users", searching(text), &found)
		for _, u := range found.Items {
			all = append(all, api.Named{ID: u.ID, Name: u.UserName})
		}
		return all, err
	})
}

// whose has a list hold everybody's or, by name or id, one user's, instead of the caller's own.
func (c *client) whose(ctx context.Context, query url.Values, all bool, user string) error {
	if all || user != "" {
		query.Set("scope", "all")
	}
	if user == "" {
		return nil
	}
	id, err := c.user(ctx, user)
	query.Set("user", id)
	return err
}

// pick takes the one thing that is named so. Names of accounts are not unique in AWS.
func pick(what, command, text string, found []api.Named) (string, error) {
	var exact []api.Named
	for _, f := range found {
		if f.ID == text || strings.EqualFold(f.Name, text) {
			exact = append(exact, f)
		}
	}
	switch len(exact) {
	case 1:
		return exact[0].ID, nil
	case 0:
		hint := ""
		if len(found) > 0 {
			var near []string
			for _, f := range found[:min(len(found), 5)] {
				near = append(near, f.Name)
			}
			hint = "; did you mean " + strings.Join(near, " or ") + "?"
		}
		err := fmt.Errorf("there is no %s named %q that you may see%s Look with: team %s", what, text, firstOf(hint, "."), command)
		return "", codedError{err, exitNotFound}
	}
	var ids []string
	for _, e := range exact {
		ids = append(ids, e.ID)
	}
	return "", usagef("%d of them are named %q: name one by its id: %s", len(exact), text, strings.Join(ids, ", "))
}

// target reads ACCOUNT:ROLE. The account's part holds no colon, an ARN does.
func (c *client) target(ctx context.Context, text string) (api.Role, error) {
	account, role, ok := strings.Cut(text, ":")
	if !ok || account == "" || role == "" {
		return api.Role{}, usagef("the target %q is not ACCOUNT:ROLE", text)
	}
	return c.pair(ctx, account, role)
}

func (c *client) pair(ctx context.Context, account, role string) (r api.Role, err error) {
	if r.AccountID, err = c.account(ctx, account); err != nil {
		return r, err
	}
	r.PermissionSetARN, err = c.role(ctx, role)
	return r, err
}

// elevationOf takes an elevation's id, or a request's that leads to just one elevation in one of the states.
func (c *client) elevationOf(ctx context.Context, id string, states ...string) (string, error) {
	if !strings.HasPrefix(id, "req_") {
		return id, nil
	}
	var r api.Request
	if err := c.get(ctx, "/requests/"+url.PathEscape(id), nil, &r); err != nil {
		return "", err
	}
	var fit, list []string
	for _, t := range r.Targets {
		if t.Elevation == nil {
			continue
		}
		for _, s := range states {
			if t.Elevation.State == s {
				fit = append(fit, t.Elevation.ID)
				list = append(list, fmt.Sprintf("\n  %s  %s %s (%s)", t.Elevation.ID, firstOf(t.AccountName, t.AccountID),
					roleOf(t.PermissionSetName, t.PermissionSetARN), t.Elevation.State))
			}
		}
	}
	switch len(fit) {
	case 1:
		return fit[0], nil
	case 0:
		return "", codedError{fmt.Errorf("request %s is %s: none of its elevations is %s", id, r.Status, strings.Join(states, " or ")), exitConflict}
	}
	return "", usagef("request %s has several elevations; name one:%s", id, strings.Join(list, ""))
}
