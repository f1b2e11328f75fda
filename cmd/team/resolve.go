package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/team-idc/team/internal/api"
)

var accountID = regexp.MustCompile(`^\d{12}$`)

// mostNamed are how many search results are looked at for a name.
const mostNamed = "100"

func searching(text string) url.Values { return url.Values{"q": {text}, "limit": {mostNamed}} }

// account finds an account's id by id or name.
func (c *client) account(ctx context.Context, text string) (string, error) {
	if accountID.MatchString(text) {
		return text, nil
	}
	var found api.AccountList
	if err := c.get(ctx, "/directory/accounts", searching(text), &found); err != nil {
		return "", err
	}
	var named []api.Named
	for _, a := range found.Items {
		named = append(named, api.Named{ID: a.ID, Name: a.Name})
	}
	return pick("account", "directory search accounts", text, named)
}

// role finds a permission set's ARN by ARN or name.
func (c *client) role(ctx context.Context, text string) (string, error) {
	if strings.HasPrefix(text, "arn:") {
		return text, nil
	}
	var found api.PermissionSetList
	if err := c.get(ctx, "/directory/permission-sets", searching(text), &found); err != nil {
		return "", err
	}
	var named []api.Named
	for _, p := range found.Items {
		named = append(named, api.Named{ID: p.ARN, Name: p.Name})
	}
	return pick("role", "directory search permission-sets", text, named)
}

// user finds a user's id by user name or id.
func (c *client) user(ctx context.Context, text string) (string, error) {
	var found api.UserList
	if err := c.get(ctx, "/directory/users", searching(text), &found); err != nil {
		return "", err
	}
	var named []api.Named
	for _, u := range found.Items {
		named = append(named, api.Named{ID: u.ID, Name: u.UserName})
	}
	return pick("user", "directory search users", text, named)
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
			hint = "; there is " + strings.Join(near, ", ")
		}
		return "", codedError{fmt.Errorf("there is no %s named %q%s. Look with: team %s", what, text, hint, command), exitNotFound}
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
