package awsclient

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore/types"

	"github.com/team-idc/team/internal/directory"
)

const (
	personByEmail      = "email"
	personByExternalID = "external_id"
	enterprisePrefix   = "enterprise."
	// enterpriseExtension has the attributes of the SCIM enterprise schema (employeeNumber, department, …).
	enterpriseExtension = "aws:identitystore:enterprise"
)

func validPersonAttribute(name string) error {
	switch {
	case name == "", name == personByEmail, name == personByExternalID:
		return nil
	case strings.HasPrefix(name, enterprisePrefix) && len(name) > len(enterprisePrefix):
		return nil
	}
	return fmt.Errorf("person attribute %q is none of email, external_id, enterprise.<attribute>", name)
}

// extensions that have to be asked for by name.
func (c *Client) extensions() []string {
	if strings.HasPrefix(c.person, enterprisePrefix) {
		return []string{enterpriseExtension}
	}
	return nil
}

func (c *Client) userOf(operation string, u types.User) (directory.User, error) {
	if u.UserId == nil {
		return directory.User{}, malformed(operation, "UserId")
	}
	key, err := c.personKey(operation, u)
	if err != nil {
		return directory.User{}, err
	}
	status := directory.UserStatus(u.UserStatus)
	if status == "" {
		status = c.noStatus
	}
	return directory.User{
		ID:          *u.UserId,
		UserName:    aws.ToString(u.UserName),
		DisplayName: displayName(u),
		Email:       primaryEmail(u.Emails),
		ExternalID:  externalID(u),
		Status:      status,
		PersonKey:   key,
		ReadAt:      c.now().UTC(),
	}, nil
}

func displayName(u types.User) string {
	if s := aws.ToString(u.DisplayName); s != "" {
		return s
	}
	if u.Name != nil {
		return strings.TrimSpace(aws.ToString(u.Name.GivenName) + " " + aws.ToString(u.Name.FamilyName))
	}
	return ""
}

// externalID is what the one identity provider that provisions a user calls them. Where two do, which comes first must not
// decide who signs in as whom.
func externalID(u types.User) string {
	if len(u.ExternalIds) != 1 {
		return ""
	}
	return aws.ToString(u.ExternalIds[0].Id)
}

func primaryEmail(emails []types.Email) string {
	for _, e := range emails {
		if e.Primary {
			return aws.ToString(e.Value)
		}
	}
	if len(emails) > 0 {
		return aws.ToString(emails[0].Value)
	}
	return ""
}

// personKey reads the configured attribute. Two users with one key are one person, so that an unreadable attribute
// must not become "no key": that would let one person be two.
func (c *Client) personKey(operation string, u types.User) (string, error) {
	switch {
	case c.person == personByEmail:
		return strings.ToLower(primaryEmail(u.Emails)), nil
	case c.person == personByExternalID:
		keys := make([]string, 0, len(u.ExternalIds))
		for _, id := range u.ExternalIds {
			keys = append(keys, aws.ToString(id.Issuer)+"|"+aws.ToString(id.Id))
		}
		if len(keys) == 0 {
			return "", nil
		}
		return slices.Min(keys), nil // of several the same, in whatever order AWS names them
	case strings.HasPrefix(c.person, enterprisePrefix):
		doc, ok := u.Extensions[enterpriseExtension]
		if !ok || doc == nil {
			return "", nil
		}
		var attributes map[string]any
		if err := doc.UnmarshalSmithyDocument(&attributes); err != nil {
			return "", malformed(operation, "readable enterprise extension: "+err.Error())
		}
		switch v := attributes[strings.TrimPrefix(c.person, enterprisePrefix)].(type) {
		case nil:
			return "", nil
		case string:
			return v, nil
		default:
			return fmt.Sprint(v), nil
		}
	}
	return "", nil
}
