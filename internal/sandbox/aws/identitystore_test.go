package aws_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	identitydocument "github.com/aws/aws-sdk-go-v2/service/identitystore/document"
	"github.com/aws/aws-sdk-go-v2/service/identitystore/types"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

func (w *world) store() *string { return sdk.String(w.IdentityStoreID()) }

func (w *world) groupsOf(user string) (string, error) {
	out, err := w.ids.ListGroupMembershipsForMember(context.Background(), &identitystore.ListGroupMembershipsForMemberInput{
		IdentityStoreId: w.store(), MemberId: &types.MemberIdMemberUserId{Value: w.UserID(user)},
	})
	if err != nil {
		return "", err
	}
	var ids []string
	for _, m := range out.GroupMemberships {
		if m.MemberId.(*types.MemberIdMemberUserId).Value != w.UserID(user) || *m.MembershipId == "" {
			return "", fmt.Errorf("membership %+v", m)
		}
		ids = append(ids, *m.GroupId)
	}
	return strings.Join(ids, " "), nil
}

func TestUsersAreDescribedWithStatusAndExtensions(t *testing.T) {
	w := newWorld(t, func(org *simaws.Organization, _ *simaws.Options) {
		org.Users[1].DisplayName, org.Users[1].Email = "Bob Stone", "bob@corp.example"
		org.Users[1].Enterprise = map[string]string{"employeeNumber": "42"}
	})
	describe := func(extensions ...string) *identitystore.DescribeUserOutput {
		out, err := w.ids.DescribeUser(context.Background(), &identitystore.DescribeUserInput{IdentityStoreId: w.store(), UserId: sdk.String(w.UserID("bob")), Extensions: extensions})
		w.must(err)
		return out
	}
	u := describe()
	if *u.UserName != "bob" || *u.DisplayName != "Bob Stone" || u.UserStatus != types.UserStatusEnabled || *u.Emails[0].Value != "bob@corp.example" ||
		*u.ExternalIds[0].Id != "b-1" || *u.Name.FamilyName != "Stone" || len(u.Extensions) != 0 {
		t.Errorf("user: %+v", u)
	}
	var enterprise map[string]string
	document := describe("aws:identitystore:enterprise").Extensions["aws:identitystore:enterprise"]
	w.must(document.UnmarshalSmithyDocument(&enterprise))
	if enterprise["employeeNumber"] != "42" {
		t.Errorf("extension: %v", enterprise)
	}
	w.must(w.SetUserStatus("bob", "DISABLED"))
	if describe().UserStatus != types.UserStatusDisabled {
		t.Error("the user is not disabled")
	}
	bob := w.UserID("bob")
	w.must(w.DeleteUser("bob"))
	_, err := w.ids.DescribeUser(context.Background(), &identitystore.DescribeUserInput{IdentityStoreId: w.store(), UserId: &bob})
	if code(err) != "ResourceNotFoundException" {
		t.Errorf("deleted: %v", err)
	}
	_, err = w.ids.DescribeUser(context.Background(), &identitystore.DescribeUserInput{IdentityStoreId: sdk.String("d-0000000000"), UserId: sdk.String(w.UserID("ann"))})
	if code(err) != "ResourceNotFoundException" {
		t.Errorf("another store: %v", err)
	}
	_, err = w.ids.DescribeUser(context.Background(), &identitystore.DescribeUserInput{IdentityStoreId: w.store(), UserId: sdk.String("bob")})
	if code(err) != "ValidationException" {
		t.Errorf("no id: %v", err)
	}
}

func TestARNsAreTakenForIds(t *testing.T) {
	w := newWorld(t)
	out, err := w.ids.DescribeUser(context.Background(), &identitystore.DescribeUserInput{
		IdentityStoreId: sdk.String("arn:aws:identitystore::111111111111:identitystore/" + w.IdentityStoreID()),
		UserId:          sdk.String("arn:aws:identitystore:::user/" + w.UserID("ann")),
	})
	if err != nil || *out.UserName != "ann" {
		t.Errorf("%v %v", out, err)
	}
}

func TestMembershipsAreReadFromBothSides(t *testing.T) {
	w := newWorld(t)
	devs, empty := w.GroupID("devs"), w.GroupID("empty")
	if got, err := w.groupsOf("ann"); err != nil || got != devs {
		t.Errorf("groups of ann: %s %v", got, err)
	}
	w.must(w.SetMember("empty", "ann", true))
	w.must(w.SetMember("devs", "bob", false))
	out, err := w.ids.ListGroupMemberships(context.Background(), &identitystore.ListGroupMembershipsInput{IdentityStoreId: w.store(), GroupId: &devs})
	if err != nil || len(out.GroupMemberships) != 1 || out.GroupMemberships[0].MemberId.(*types.MemberIdMemberUserId).Value != w.UserID("ann") {
		t.Errorf("members of devs: %+v %v", out, err)
	}
	is, err := w.ids.IsMemberInGroups(context.Background(), &identitystore.IsMemberInGroupsInput{
		IdentityStoreId: w.store(), MemberId: &types.MemberIdMemberUserId{Value: w.UserID("bob")}, GroupIds: []string{devs, empty},
	})
	if err != nil || len(is.Results) != 2 || is.Results[0].MembershipExists || is.Results[1].MembershipExists {
		t.Errorf("bob: %+v %v", is, err)
	}
	w.must(w.DeleteGroup("empty"))
	if got, err := w.groupsOf("ann"); err != nil || got != devs {
		t.Errorf("after the group went: %s %v", got, err)
	}
	_, err = w.ids.ListGroupMemberships(context.Background(), &identitystore.ListGroupMembershipsInput{IdentityStoreId: w.store(), GroupId: &empty})
	if code(err) != "ResourceNotFoundException" {
		t.Errorf("members of a deleted group: %v", err)
	}
	w.must(w.DeleteUser("ann"))
	if _, err := w.groupsOf("ann"); code(err) != "ResourceNotFoundException" {
		t.Errorf("groups of a deleted user: %v", err)
	}
}

func TestMembershipReadsLag(t *testing.T) {
	w := newWorld(t, withSwitches(func(s *simaws.Switches) { s.ReadLag = 3 * time.Second }))
	w.must(w.SetMember("devs", "ann", false))
	if got, err := w.groupsOf("ann"); err != nil || got == "" {
		t.Errorf("at once: %q %v", got, err)
	}
	w.clock.advance(3 * time.Second)
	if got, err := w.groupsOf("ann"); err != nil || got != "" {
		t.Errorf("after the lag: %q %v", got, err)
	}
}

func TestUsersAndGroupsAreFoundByAlternateIdentifiers(t *testing.T) {
	w := newWorld(t)
	user := func(id types.AlternateIdentifier) (string, error) {
		out, err := w.ids.GetUserId(context.Background(), &identitystore.GetUserIdInput{IdentityStoreId: w.store(), AlternateIdentifier: id})
		if err != nil {
			return "", err
		}
		return *out.UserId, nil
	}
	attribute := func(path, value string) types.AlternateIdentifier {
		return &types.AlternateIdentifierMemberUniqueAttribute{Value: types.UniqueAttribute{AttributePath: &path, AttributeValue: identitydocument.NewLazyDocument(value)}}
	}
	external := &types.AlternateIdentifierMemberExternalId{Value: types.ExternalId{Issuer: sdk.String("https://idp.example.com"), Id: sdk.String("b-1")}}
	for name, id := range map[string]types.AlternateIdentifier{"userName": attribute("userName", "BOB"), "email": attribute("emails.value", "bob@example.com"), "external id": external} {
		if got, err := user(id); err != nil || got != w.UserID("bob") {
			t.Errorf("%s: %s %v", name, got, err)
		}
	}
	if _, err := user(attribute("userName", "nobody")); code(err) != "ResourceNotFoundException" {
		t.Errorf("nobody: %v", err)
	}
	if _, err := user(attribute("shoeSize", "44")); code(err) != "ValidationException" {
		t.Errorf("unknown attribute: %v", err)
	}
	out, err := w.ids.GetGroupId(context.Background(), &identitystore.GetGroupIdInput{IdentityStoreId: w.store(), AlternateIdentifier: attribute("displayName", "Devs")})
	if err != nil || *out.GroupId != w.GroupID("devs") {
		t.Errorf("group: %v %v", out, err)
	}
	_, err = w.ids.GetGroupId(context.Background(), &identitystore.GetGroupIdInput{IdentityStoreId: w.store(), AlternateIdentifier: attribute("displayName", "none")})
	if code(err) != "ResourceNotFoundException" {
		t.Errorf("no group: %v", err)
	}
}

func TestUsersAndGroupsAreListedAndFiltered(t *testing.T) {
	w := newWorld(t)
	id, err := w.AddUser(simaws.User{UserName: "dora"})
	w.must(err)
	users, err := w.ids.ListUsers(context.Background(), &identitystore.ListUsersInput{IdentityStoreId: w.store()})
	if err != nil || len(users.Users) != 4 {
		t.Errorf("users: %+v %v", users, err)
	}
	users, err = w.ids.ListUsers(context.Background(), &identitystore.ListUsersInput{
		IdentityStoreId: w.store(),
		//nolint:staticcheck // deprecated, and still what older tools send
		Filters: []types.Filter{{AttributePath: sdk.String("UserName"), AttributeValue: sdk.String("dora")}},
	})
	if err != nil || len(users.Users) != 1 || *users.Users[0].UserId != id {
		t.Errorf("dora: %+v %v", users, err)
	}
	groups, err := w.ids.ListGroups(context.Background(), &identitystore.ListGroupsInput{IdentityStoreId: w.store()})
	if err != nil || len(groups.Groups) != 2 {
		t.Errorf("groups: %+v %v", groups, err)
	}
	group, err := w.ids.DescribeGroup(context.Background(), &identitystore.DescribeGroupInput{IdentityStoreId: w.store(), GroupId: sdk.String(w.GroupID("devs"))})
	if err != nil || *group.DisplayName != "devs" {
		t.Errorf("devs: %+v %v", group, err)
	}
}
