package aws

import (
	"net/http"
	"slices"
	"strings"
)

// organizationsInput holds the members that the inputs of organizations have between them.
type organizationsInput struct {
	AccountId            string
	OrganizationalUnitId string
	ParentId             string
	ChildId              string
	ChildType            string
	ResourceId           string
	ServicePrincipal     string
	MaxResults           *int
	NextToken            string
}

// organizationsOperations are the APIs of organizations. Each says which id names the resource
// that must be allowed, after AWS's service authorization reference; none means "*".
func organizationsOperations() []operation {
	api := func(name string, resource func(*organizationsInput) string, work func(*call, *organizationsInput) (any, error)) operation {
		return jsonOperation("organizations", "organizations", name, func(c *call, in *organizationsInput) error {
			return c.describeOrganizations(resource, in)
		}, work)
	}
	parent := func(in *organizationsInput) string { return in.ParentId }
	return []operation{
		api("DescribeOrganization", nil, (*call).describeOrganization),
		api("ListAccounts", nil, (*call).listAccounts),
		api("DescribeAccount", func(in *organizationsInput) string { return in.AccountId }, (*call).describeAccount),
		api("ListRoots", nil, (*call).listRoots),
		api("ListOrganizationalUnitsForParent", parent, (*call).listUnitsForParent),
		api("DescribeOrganizationalUnit", func(in *organizationsInput) string { return in.OrganizationalUnitId }, (*call).describeUnit),
		api("ListAccountsForParent", parent, (*call).listAccountsForParent),
		api("ListParents", func(in *organizationsInput) string { return in.ChildId }, (*call).listParents),
		api("ListChildren", parent, (*call).listChildren),
		api("ListTagsForResource", func(in *organizationsInput) string { return in.ResourceId }, (*call).listResourceTags),
		api("ListDelegatedAdministrators", nil, (*call).listDelegatedAdministrators),
	}
}

func (c *call) describeOrganizations(resource func(*organizationsInput) string, in *organizationsInput) error {
	c.servicePrincipal = in.ServicePrincipal
	c.triple.AccountID = in.AccountId
	if resource == nil {
		return nil
	}
	id, s := resource(in), c.aws.state
	switch {
	case accountIDPattern.MatchString(id):
		c.triple.AccountID = id
		c.resources = []string{s.accountARN(id)}
	case strings.HasPrefix(id, "ou-"):
		c.resources = []string{s.unitARN(id)}
	case strings.HasPrefix(id, "r-"):
		c.resources = []string{s.rootARN()}
	default:
		return c.badInput("INVALID_PATTERN_TARGET_ID", "You specified an invalid value.")
	}
	return nil
}

// mayReadOrganization: the management account and delegated administrators may, no one else.
func (c *call) mayReadOrganization() error {
	if c.isManager() || c.credential.account == c.aws.state.delegated {
		return nil
	}
	return &apiError{Code: "AccessDeniedException", Status: http.StatusForbidden, Message: "You don't have permissions to access this resource."}
}

func organizationsMissing(code, message string) *apiError {
	return &apiError{Code: code, Status: http.StatusNotFound, Message: message}
}

// describeOrganization answers every account of the organization.
func (c *call) describeOrganization(*organizationsInput) (any, error) {
	s := c.aws.state
	return map[string]any{"Organization": map[string]any{
		"Id": s.orgID, "Arn": s.organizationARN(), "FeatureSet": "ALL", "MasterAccountId": s.manager,
		"MasterAccountArn": s.accountARN(s.manager), "MasterAccountEmail": s.accounts[s.manager].now().Email,
	}}, nil
}

func (c *call) seeAccount(id string) *Account { return c.aws.state.accounts[id].at(c.view) }

func (c *call) accountFields(a *Account) map[string]any {
	s, switches := c.aws.state, c.aws.switches
	out := map[string]any{
		"Id": a.ID, "Arn": s.accountARN(a.ID), "Name": a.Name, "Email": a.Email,
		"JoinedMethod": "CREATED", "JoinedTimestamp": epoch(c.aws.options.Started),
	}
	if switches.AccountState != "status" {
		out["State"] = a.State
	}
	if switches.AccountState == "status" || switches.AccountState == "both" {
		out["Status"] = statusOfState(a.State)
	}
	if !switches.AccountsWithoutPaths {
		out["Paths"] = []string{s.pathOf(a.OU) + a.ID + "/"}
	}
	return out
}

// statusOfState translates to the word AWS used before it retired Status on 2026-09-09.
func statusOfState(state string) string {
	switch state {
	case "ACTIVE", "SUSPENDED", "PENDING_CLOSURE":
		return state
	}
	return "SUSPENDED"
}

// pathOf is the path of an OU as AWS writes it: o-…/r-…/ou-…/ou-…/.
func (s *state) pathOf(unitPath string) string {
	var ids []string
	for path := unitPath; path != ""; path = parentPath(path) {
		ids = append(ids, s.unitByPath[path])
	}
	slices.Reverse(ids)
	return strings.Join(append([]string{s.orgID, s.rootID}, ids...), "/") + "/"
}

func (c *call) listAccounts(in *organizationsInput) (any, error) {
	if err := c.mayReadOrganization(); err != nil {
		return nil, err
	}
	return c.accountPage(in, func(*Account) bool { return true })
}

func (c *call) accountPage(in *organizationsInput, wanted func(*Account) bool) (any, error) {
	page, next, err := c.pageOf(c.aws.state.accountIDs, func(id string) bool {
		a := c.seeAccount(id)
		return a != nil && wanted(a)
	}, in.MaxResults, in.NextToken, 20)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range page {
		out = append(out, c.accountFields(c.seeAccount(id)))
	}
	return map[string]any{"Accounts": out, "NextToken": next}, nil
}

func (c *call) describeAccount(in *organizationsInput) (any, error) {
	if err := c.mayReadOrganization(); err != nil {
		return nil, err
	}
	a := c.seeAccount(in.AccountId)
	if a == nil {
		return nil, organizationsMissing("AccountNotFoundException", "You specified an account that doesn't exist.")
	}
	return map[string]any{"Account": c.accountFields(a)}, nil
}

func (c *call) listRoots(in *organizationsInput) (any, error) {
	if err := c.mayReadOrganization(); err != nil {
		return nil, err
	}
	s := c.aws.state
	page, next, err := c.page([]string{s.rootID}, in.MaxResults, in.NextToken, 20)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for range page {
		out = append(out, map[string]any{
			"Id": s.rootID, "Arn": s.rootARN(), "Name": "Root",
			"PolicyTypes": []any{map[string]any{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}},
		})
	}
	return map[string]any{"Roots": out, "NextToken": next}, nil
}

// parentUnit finds the OU path of a parent id; the root's is empty.
func (c *call) parentUnit(id string) (string, error) {
	if err := c.mayReadOrganization(); err != nil {
		return "", err
	}
	s := c.aws.state
	if id == s.rootID {
		return "", nil
	}
	if u := s.units[id]; u != nil {
		return u.Path, nil
	}
	return "", organizationsMissing("ParentNotFoundException", "You specified parent that doesn't exist.")
}

func (c *call) unitFields(u *unit) map[string]any {
	s := c.aws.state
	out := map[string]any{"Id": u.ID, "Arn": s.unitARN(u.ID), "Name": u.Path[strings.LastIndexByte(u.Path, '/')+1:]}
	if !c.aws.switches.AccountsWithoutPaths {
		out["Path"] = s.pathOf(u.Path)
	}
	return out
}

func (c *call) listUnitsForParent(in *organizationsInput) (any, error) {
	if _, err := c.parentUnit(in.ParentId); err != nil {
		return nil, err
	}
	s := c.aws.state
	page, next, err := c.page(s.unitsBelow[in.ParentId], in.MaxResults, in.NextToken, 20)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range page {
		out = append(out, c.unitFields(s.units[id]))
	}
	return map[string]any{"OrganizationalUnits": out, "NextToken": next}, nil
}

func (c *call) describeUnit(in *organizationsInput) (any, error) {
	if err := c.mayReadOrganization(); err != nil {
		return nil, err
	}
	u := c.aws.state.units[in.OrganizationalUnitId]
	if u == nil {
		return nil, organizationsMissing("OrganizationalUnitNotFoundException", "You specified an organizational unit that doesn't exist.")
	}
	return map[string]any{"OrganizationalUnit": c.unitFields(u)}, nil
}

func (c *call) listAccountsForParent(in *organizationsInput) (any, error) {
	path, err := c.parentUnit(in.ParentId)
	if err != nil {
		return nil, err
	}
	return c.accountPage(in, func(a *Account) bool { return a.OU == path })
}

func (c *call) listParents(in *organizationsInput) (any, error) {
	if err := c.mayReadOrganization(); err != nil {
		return nil, err
	}
	s := c.aws.state
	var parent string
	if a := c.seeAccount(in.ChildId); a != nil {
		parent = s.unitByPath[a.OU]
	} else if u := s.units[in.ChildId]; u != nil {
		parent = u.parentID
	} else {
		return nil, organizationsMissing("ChildNotFoundException", "You specified an account or OU that doesn't exist.")
	}
	page, next, err := c.page([]string{parent}, in.MaxResults, in.NextToken, 20)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range page {
		kind := "ORGANIZATIONAL_UNIT"
		if id == s.rootID {
			kind = "ROOT"
		}
		out = append(out, map[string]any{"Id": id, "Type": kind})
	}
	return map[string]any{"Parents": out, "NextToken": next}, nil
}

func (c *call) listChildren(in *organizationsInput) (any, error) {
	path, err := c.parentUnit(in.ParentId)
	if err != nil {
		return nil, err
	}
	s := c.aws.state
	var page []string
	var next *string
	switch in.ChildType {
	case "ACCOUNT":
		page, next, err = c.pageOf(s.accountIDs, func(id string) bool {
			a := c.seeAccount(id)
			return a != nil && a.OU == path
		}, in.MaxResults, in.NextToken, 20)
	case "ORGANIZATIONAL_UNIT":
		page, next, err = c.page(s.unitsBelow[in.ParentId], in.MaxResults, in.NextToken, 20)
	default:
		return nil, c.badInput("INVALID_ENUM", "You specified an invalid value for ChildType.")
	}
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range page {
		out = append(out, map[string]any{"Id": id, "Type": in.ChildType})
	}
	return map[string]any{"Children": out, "NextToken": next}, nil
}

func (c *call) listResourceTags(in *organizationsInput) (any, error) {
	if err := c.mayReadOrganization(); err != nil {
		return nil, err
	}
	var tags map[string]string
	if a := c.seeAccount(in.ResourceId); a != nil {
		tags = a.Tags
	} else if u := c.aws.state.units[in.ResourceId]; u != nil {
		tags = u.Tags
	} else if in.ResourceId != c.aws.state.rootID {
		return nil, organizationsMissing("TargetNotFoundException", "You specified a target that doesn't exist.")
	}
	page, next, err := c.page(sortedKeys(tags), nil, in.NextToken, 50)
	return map[string]any{"Tags": tagList(tags, page), "NextToken": next}, err
}

func (c *call) listDelegatedAdministrators(in *organizationsInput) (any, error) {
	if err := c.mayReadOrganization(); err != nil {
		return nil, err
	}
	var ids []string
	if s := c.aws.state; s.delegated != "" && (in.ServicePrincipal == "" || in.ServicePrincipal == "sso.amazonaws.com") {
		ids = []string{s.delegated}
	}
	page, next, err := c.page(ids, in.MaxResults, in.NextToken, 20)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range page {
		fields := c.accountFields(c.aws.state.accounts[id].now())
		delete(fields, "Paths") // a delegated administrator carries none
		fields["DelegationEnabledDate"] = epoch(c.aws.options.Started)
		out = append(out, fields)
	}
	return map[string]any{"DelegatedAdministrators": out, "NextToken": next}, nil
}
