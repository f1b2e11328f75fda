package aws

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// identityInput holds the members that the inputs of identitystore have between them.
type identityInput struct {
	IdentityStoreId     string
	UserId              string
	GroupId             string
	GroupIds            []string
	MemberId            struct{ UserId string }
	Extensions          []string
	MaxResults          *int
	NextToken           string
	Filters             []struct{ AttributePath, AttributeValue string }
	AlternateIdentifier struct {
		ExternalId      *struct{ Issuer, Id string }
		UniqueAttribute *struct {
			AttributePath  string
			AttributeValue any
		}
	}
}

// identityOperations are the APIs of identitystore. The letters name the resources that must be
// allowed, after AWS's service authorization reference: s identity store, u user, g group,
// U all users, G all groups, M all memberships, m the member's user, x each group asked about.
// Looking up an id counts as reading all users or groups, since whom it finds is not known before.
func identityOperations() []operation {
	api := func(name, resources string, work func(*call, *identityInput) (any, error)) operation {
		return jsonOperation("identitystore", "identitystore", name, func(c *call, in *identityInput) error {
			return c.describeIdentity(resources, in)
		}, work)
	}
	return []operation{
		api("ListUsers", "sU", (*call).listUsers),
		api("ListGroups", "sG", (*call).listGroups),
		api("DescribeUser", "su", (*call).describeUser),
		api("DescribeGroup", "sg", (*call).describeGroup),
		api("ListGroupMemberships", "sgM", (*call).listGroupMemberships),
		api("ListGroupMembershipsForMember", "smM", (*call).listGroupMembershipsForMember),
		api("IsMemberInGroups", "smxM", (*call).isMemberInGroups),
		api("GetUserId", "sU", (*call).getUserID),
		api("GetGroupId", "sG", (*call).getGroupID),
	}
}

func (c *call) describeIdentity(resources string, in *identityInput) error {
	s := c.aws.state
	// Since 2026-09-29 ARNs are taken for ids.
	for _, id := range []*string{&in.IdentityStoreId, &in.UserId, &in.GroupId, &in.MemberId.UserId} {
		*id = idOfARN(*id)
	}
	c.triple = Triple{PrincipalID: in.UserId + in.MemberId.UserId, PrincipalType: "USER"}
	if in.GroupId != "" {
		c.triple = Triple{PrincipalID: in.GroupId, PrincipalType: "GROUP"}
	}
	if c.triple.PrincipalID == "" {
		c.triple = Triple{}
	}
	for _, kind := range resources {
		switch kind {
		case 's':
			if !identityStorePattern.MatchString(in.IdentityStoreId) {
				return malformed("identityStoreId", in.IdentityStoreId)
			}
			c.resources = append(c.resources, s.identityStoreARN())
		case 'u', 'm', 'g':
			member, id := "userId", in.UserId
			arn := s.userARN(id)
			if kind == 'm' {
				member, id = "memberId", in.MemberId.UserId
				arn = s.userARN(id)
			}
			if kind == 'g' {
				member, id = "groupId", in.GroupId
				arn = s.groupARN(id)
			}
			if !guidPattern.MatchString(id) {
				return malformed(member, id)
			}
			c.resources = append(c.resources, arn)
		case 'x':
			if len(in.GroupIds) < 1 || len(in.GroupIds) > 100 {
				return malformed("groupIds", fmt.Sprint(in.GroupIds))
			}
			for _, id := range in.GroupIds {
				c.resources = append(c.resources, s.groupARN(id))
			}
		case 'U':
			c.resources = append(c.resources, s.userARN("*"))
		case 'G':
			c.resources = append(c.resources, s.groupARN("*"))
		case 'M':
			c.resources = append(c.resources, s.membershipARN("*"))
		}
	}
	return nil
}

// useIdentityStore checks that it is the one there is. Member accounts may read it too.
func (c *call) useIdentityStore(in *identityInput) error {
	if id := c.aws.state.instance.IdentityStoreID; in.IdentityStoreId != id {
		return missing("IDENTITY_STORE", in.IdentityStoreId)
	}
	return nil
}

func missing(kind, id string) *apiError {
	return &apiError{
		Code: "ResourceNotFoundException", Status: http.StatusNotFound,
		Message: kind + " not found.", ResourceType: kind, ResourceID: id,
	}
}

func (c *call) describeUser(in *identityInput) (any, error) {
	if err := c.useIdentityStore(in); err != nil {
		return nil, err
	}
	u := c.aws.state.users[in.UserId].at(c.view)
	if u == nil {
		return nil, missing("USER", in.UserId)
	}
	return c.userFields(u, in.Extensions), nil
}

func (c *call) userFields(u *User, extensions []string) map[string]any {
	s := c.aws.state
	given, family, _ := strings.Cut(u.DisplayName, " ")
	out := map[string]any{
		"IdentityStoreId": s.instance.IdentityStoreID, "UserId": u.ID, "UserArn": s.userARN(u.ID), "UserName": u.UserName,
		"DisplayName": u.DisplayName, "UserStatus": u.Status, "Name": map[string]any{"GivenName": given, "FamilyName": family},
		"CreatedAt": epoch(c.aws.options.Started), "UpdatedAt": epoch(c.aws.options.Started),
	}
	if u.Email != "" {
		out["Emails"] = []any{map[string]any{"Value": u.Email, "Type": "work", "Primary": true}}
	}
	setExternalIDs(out, u.ExternalIDs)
	// Extensions come only where they are asked for.
	if len(u.Enterprise) > 0 && slices.Contains(extensions, enterpriseExtension) {
		out["Extensions"] = map[string]any{enterpriseExtension: u.Enterprise}
	}
	return out
}

const enterpriseExtension = "aws:identitystore:enterprise"

func setExternalIDs(out map[string]any, ids []ExternalID) {
	if len(ids) == 0 {
		return
	}
	list := []any{}
	for _, id := range ids {
		list = append(list, map[string]any{"Issuer": id.Issuer, "Id": id.ID})
	}
	out["ExternalIds"] = list
}

func (c *call) listUsers(in *identityInput) (any, error) {
	if err := c.useIdentityStore(in); err != nil {
		return nil, err
	}
	s := c.aws.state
	want, err := in.filter("UserName")
	if err != nil {
		return nil, err
	}
	page, next, err := c.pageOf(s.userIDs, func(id string) bool {
		u := s.users[id].at(c.view)
		return u != nil && (want == "" || strings.EqualFold(u.UserName, want))
	}, in.MaxResults, in.NextToken, 100)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range page {
		out = append(out, c.userFields(s.users[id].at(c.view), in.Extensions))
	}
	return map[string]any{"Users": out, "NextToken": next}, nil
}

// filter reads the deprecated Filters: one exact attribute.
func (in *identityInput) filter(attribute string) (string, error) {
	switch {
	case len(in.Filters) == 0:
		return "", nil
	case len(in.Filters) > 1 || in.Filters[0].AttributePath != attribute || in.Filters[0].AttributeValue == "":
		return "", malformed("filters", fmt.Sprint(in.Filters))
	}
	return in.Filters[0].AttributeValue, nil
}

func (c *call) describeGroup(in *identityInput) (any, error) {
	if err := c.useIdentityStore(in); err != nil {
		return nil, err
	}
	g := c.aws.state.groups[in.GroupId].at(c.view)
	if g == nil {
		return nil, missing("GROUP", in.GroupId)
	}
	return c.groupFields(g), nil
}

func (c *call) groupFields(g *Group) map[string]any {
	s := c.aws.state
	out := map[string]any{
		"IdentityStoreId": s.instance.IdentityStoreID, "GroupId": g.ID, "GroupArn": s.groupARN(g.ID), "DisplayName": g.DisplayName,
		"CreatedAt": epoch(c.aws.options.Started), "UpdatedAt": epoch(c.aws.options.Started),
	}
	setText(out, "Description", g.Description)
	setExternalIDs(out, g.ExternalIDs)
	return out
}

func (c *call) listGroups(in *identityInput) (any, error) {
	if err := c.useIdentityStore(in); err != nil {
		return nil, err
	}
	s := c.aws.state
	want, err := in.filter("DisplayName")
	if err != nil {
		return nil, err
	}
	page, next, err := c.pageOf(s.groupIDs, func(id string) bool {
		g := s.groups[id].at(c.view)
		return g != nil && (want == "" || strings.EqualFold(g.DisplayName, want))
	}, in.MaxResults, in.NextToken, 100)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range page {
		out = append(out, c.groupFields(s.groups[id].at(c.view)))
	}
	return map[string]any{"Groups": out, "NextToken": next}, nil
}

func (c *call) listGroupMemberships(in *identityInput) (any, error) {
	if err := c.useIdentityStore(in); err != nil {
		return nil, err
	}
	s := c.aws.state
	if s.groups[in.GroupId].at(c.view) == nil {
		return nil, missing("GROUP", in.GroupId)
	}
	page, next, err := c.pageOf(sortedKeys(s.members[in.GroupId]), func(user string) bool {
		return c.seesMembership(in.GroupId, user)
	}, in.MaxResults, in.NextToken, 100)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, user := range page {
		out = append(out, c.membershipFields(in.GroupId, user))
	}
	return map[string]any{"GroupMemberships": out, "NextToken": next}, nil
}

func (c *call) listGroupMembershipsForMember(in *identityInput) (any, error) {
	if err := c.useIdentityStore(in); err != nil {
		return nil, err
	}
	s, user := c.aws.state, in.MemberId.UserId
	if s.users[user].at(c.view) == nil {
		return nil, missing("USER", user)
	}
	page, next, err := c.pageOf(sortedKeys(s.memberships[user]), func(group string) bool {
		return c.seesMembership(group, user)
	}, in.MaxResults, in.NextToken, 100)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, group := range page {
		out = append(out, c.membershipFields(group, user))
	}
	return map[string]any{"GroupMemberships": out, "NextToken": next}, nil
}

// seesMembership says whether an eventually consistent read shows a membership; it goes with
// either of its ends.
func (c *call) seesMembership(group, user string) bool {
	s := c.aws.state
	return s.members[group][user].at(c.view) != nil && s.groups[group].at(c.view) != nil && s.users[user].at(c.view) != nil
}

func (c *call) membershipFields(group, user string) map[string]any {
	s := c.aws.state
	m := s.members[group][user].at(c.view)
	return map[string]any{
		"IdentityStoreId": s.instance.IdentityStoreID, "MembershipId": m.id, "MembershipArn": s.membershipARN(m.id),
		"GroupId": group, "MemberId": map[string]any{"UserId": user},
	}
}

func (c *call) isMemberInGroups(in *identityInput) (any, error) {
	if err := c.useIdentityStore(in); err != nil {
		return nil, err
	}
	user := in.MemberId.UserId
	if c.aws.state.users[user].at(c.view) == nil {
		return nil, missing("USER", user)
	}
	out := []any{}
	for _, id := range in.GroupIds {
		group := idOfARN(id)
		if c.aws.state.groups[group].at(c.view) == nil {
			return nil, missing("GROUP", group)
		}
		out = append(out, map[string]any{
			"GroupId": group, "MemberId": map[string]any{"UserId": user}, "MembershipExists": c.seesMembership(group, user),
		})
	}
	return map[string]any{"Results": out}, nil
}

func (c *call) getUserID(in *identityInput) (any, error) {
	if err := c.useIdentityStore(in); err != nil {
		return nil, err
	}
	matches, err := in.alternate(map[string]func(string) func(string) bool{
		"userName": func(want string) func(string) bool {
			return func(id string) bool { return strings.EqualFold(c.aws.state.users[id].at(c.view).UserName, want) }
		},
		"emails.value": func(want string) func(string) bool {
			return func(id string) bool { return strings.EqualFold(c.aws.state.users[id].at(c.view).Email, want) }
		},
	}, func(id string) []ExternalID { return c.aws.state.users[id].at(c.view).ExternalIDs })
	if err != nil {
		return nil, err
	}
	s := c.aws.state
	for _, id := range s.userIDs {
		if s.users[id].at(c.view) != nil && matches(id) {
			return map[string]any{"IdentityStoreId": s.instance.IdentityStoreID, "UserId": id, "UserArn": s.userARN(id)}, nil
		}
	}
	return nil, missing("USER", "")
}

func (c *call) getGroupID(in *identityInput) (any, error) {
	if err := c.useIdentityStore(in); err != nil {
		return nil, err
	}
	matches, err := in.alternate(map[string]func(string) func(string) bool{
		"displayName": func(want string) func(string) bool {
			return func(id string) bool { return strings.EqualFold(c.aws.state.groups[id].at(c.view).DisplayName, want) }
		},
	}, func(id string) []ExternalID { return c.aws.state.groups[id].at(c.view).ExternalIDs })
	if err != nil {
		return nil, err
	}
	s := c.aws.state
	for _, id := range s.groupIDs {
		if s.groups[id].at(c.view) != nil && matches(id) {
			return map[string]any{"IdentityStoreId": s.instance.IdentityStoreID, "GroupId": id, "GroupArn": s.groupARN(id)}, nil
		}
	}
	return nil, missing("GROUP", "")
}

// alternate reads an AlternateIdentifier: one unique attribute or one external id.
func (in *identityInput) alternate(attributes map[string]func(string) func(string) bool, externalIDs func(string) []ExternalID) (func(string) bool, error) {
	unique, external := in.AlternateIdentifier.UniqueAttribute, in.AlternateIdentifier.ExternalId
	if (unique == nil) == (external == nil) {
		return nil, malformed("alternateIdentifier", "")
	}
	if external != nil {
		want := ExternalID{Issuer: external.Issuer, ID: external.Id}
		return func(id string) bool { return slices.Contains(externalIDs(id), want) }, nil
	}
	value, isText := unique.AttributeValue.(string)
	match := attributes[unique.AttributePath]
	if match == nil || !isText || value == "" {
		return nil, malformed("alternateIdentifier.uniqueAttribute", unique.AttributePath)
	}
	return match(value), nil
}
