package aws

import (
	"slices"
	"strings"
)

// seePermissionSet finds a permission set as reads show it.
func (c *call) seePermissionSet(in *ssoInput) (*PermissionSet, error) {
	if err := c.usePermissionSets(in); err != nil {
		return nil, err
	}
	p := c.aws.state.sets[in.PermissionSetArn].at(c.view)
	if p == nil {
		return nil, notFound("Permission set with id " + in.PermissionSetArn + " does not exist.")
	}
	return p, nil
}

func (c *call) listPermissionSets(in *ssoInput) (any, error) {
	if err := c.usePermissionSets(in); err != nil {
		return nil, err
	}
	s := c.aws.state
	page, next, err := c.pageOf(s.setARNs, func(arn string) bool { return s.sets[arn].at(c.view) != nil }, in.MaxResults, in.NextToken, 100)
	return map[string]any{"PermissionSets": page, "NextToken": next}, err
}

func (c *call) describePermissionSet(in *ssoInput) (any, error) {
	p, err := c.seePermissionSet(in)
	if err != nil {
		return nil, err
	}
	out := map[string]any{
		"Name": p.Name, "PermissionSetArn": in.PermissionSetArn, "SessionDuration": p.SessionDuration,
		"CreatedDate": epoch(c.aws.options.Started),
	}
	setText(out, "Description", p.Description)
	setText(out, "RelayState", p.RelayState)
	return map[string]any{"PermissionSet": out}, nil
}

func (c *call) listManagedPolicies(in *ssoInput) (any, error) {
	p, err := c.seePermissionSet(in)
	if err != nil {
		return nil, err
	}
	arns := slices.Sorted(slices.Values(p.ManagedPolicies))
	page, next, err := c.page(arns, in.MaxResults, in.NextToken, 100)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, arn := range page {
		out = append(out, map[string]any{"Arn": arn, "Name": arn[strings.LastIndexByte(arn, '/')+1:]})
	}
	return map[string]any{"AttachedManagedPolicies": out, "NextToken": next}, nil
}

func (c *call) listCustomerManagedPolicies(in *ssoInput) (any, error) {
	p, err := c.seePermissionSet(in)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, policy := range p.CustomerManagedPolicies {
		keys = append(keys, policy.Path+policy.Name)
	}
	slices.Sort(keys)
	page, next, err := c.page(keys, in.MaxResults, in.NextToken, 100)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, key := range page {
		cut := strings.LastIndexByte(key, '/') + 1
		out = append(out, map[string]any{"Path": key[:cut], "Name": key[cut:]})
	}
	return map[string]any{"CustomerManagedPolicyReferences": out, "NextToken": next}, nil
}

func (c *call) getInlinePolicy(in *ssoInput) (any, error) {
	p, err := c.seePermissionSet(in)
	if err != nil {
		return nil, err
	}
	// A permission set without an inline policy answers an empty text, not an error.
	return map[string]any{"InlinePolicy": p.InlinePolicy}, nil
}

func (c *call) getPermissionsBoundary(in *ssoInput) (any, error) {
	p, err := c.seePermissionSet(in)
	if err != nil {
		return nil, err
	}
	b := p.PermissionsBoundary
	if b == nil {
		return nil, notFound("Permissions boundary was not found for permission set " + in.PermissionSetArn + ".")
	}
	out := map[string]any{}
	setText(out, "ManagedPolicyArn", b.ManagedPolicyARN)
	if b.CustomerPolicy != nil {
		path := b.CustomerPolicy.Path
		setDefault(&path, "/")
		out["CustomerManagedPolicyReference"] = map[string]any{"Name": b.CustomerPolicy.Name, "Path": path}
	}
	return map[string]any{"PermissionsBoundary": out}, nil
}

func (c *call) listAccountsForPermissionSet(in *ssoInput) (any, error) {
	if _, err := c.seePermissionSet(in); err != nil {
		return nil, err
	}
	s := c.aws.state
	page, next, err := c.pageOf(s.accountIDs, func(id string) bool {
		return s.roles[place{id, in.PermissionSetArn}].at(c.view) != nil
	}, in.MaxResults, in.NextToken, 100)
	return map[string]any{"AccountIds": page, "NextToken": next}, err
}

func (c *call) listPermissionSetsOfAccount(in *ssoInput) (any, error) {
	if err := c.usePermissionSets(in); err != nil {
		return nil, err
	}
	s := c.aws.state
	if s.accounts[in.AccountId].now() == nil {
		return nil, notFound("Account " + in.AccountId + " was not found in the organization.")
	}
	page, next, err := c.pageOf(sortedKeys(s.byAccount[in.AccountId]), func(arn string) bool {
		return s.roles[place{in.AccountId, arn}].at(c.view) != nil
	}, in.MaxResults, in.NextToken, 100)
	return map[string]any{"PermissionSets": page, "NextToken": next}, err
}

func (c *call) listPermissionSetTags(in *ssoInput) (any, error) {
	p, err := c.seePermissionSet(in)
	if err != nil {
		return nil, err
	}
	page, next, err := c.page(sortedKeys(p.Tags), nil, in.NextToken, 75)
	return map[string]any{"Tags": tagList(p.Tags, page), "NextToken": next}, err
}

func tagList(tags map[string]string, keys []string) []any {
	out := []any{}
	for _, k := range keys {
		out = append(out, map[string]any{"Key": k, "Value": tags[k]})
	}
	return out
}

func setText(out map[string]any, member, value string) {
	if value != "" {
		out[member] = value
	}
}
