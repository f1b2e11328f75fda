package aws

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

var (
	accountIDPattern       = regexp.MustCompile(`^\d{12}$`)
	organizationIDPattern  = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
	instanceIDPattern      = regexp.MustCompile(`^ssoins-[a-zA-Z0-9-.]{16}$`)
	identityStorePattern   = regexp.MustCompile(`^d-[0-9a-f]{10}$`)
	permissionSetIDPattern = regexp.MustCompile(`^ps-[a-zA-Z0-9-./]{16}$`)
	permissionSetName      = regexp.MustCompile(`^[\w+=,.@-]{1,32}$`)
	unitIDPattern          = regexp.MustCompile(`^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$`)
	guidPattern            = regexp.MustCompile(`^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$`)
	userNamePattern        = regexp.MustCompile(`^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$`)
)

// completed returns a copy of the organization with defaults and derived identifiers filled in,
// or what is wrong with it.
func (o Organization) completed() (Organization, error) {
	if o.Partition == "" {
		o.Partition = "aws"
	}
	if o.Partition != "aws" && o.Partition != "aws-cn" && o.Partition != "aws-us-gov" {
		return o, fmt.Errorf("partition %q is none of aws, aws-cn, aws-us-gov", o.Partition)
	}
	if o.Region == "" {
		o.Region = map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}[o.Partition]
	}
	setDefault(&o.ID, "o-"+digest("organization", "", 10))
	setDefault(&o.Instance.ID, "ssoins-"+digest("instance", o.ID, 16))
	setDefault(&o.Instance.IdentityStoreID, "d-"+digest("identity store", o.ID, 10))
	for _, check := range []struct {
		what, value string
		pattern     *regexp.Regexp
	}{
		{"organization id", o.ID, organizationIDPattern},
		{"instance id", o.Instance.ID, instanceIDPattern},
		{"identity store id", o.Instance.IdentityStoreID, identityStorePattern},
	} {
		if !check.pattern.MatchString(check.value) {
			return o, fmt.Errorf("%s %q does not have the form %s", check.what, check.value, check.pattern)
		}
	}
	for _, complete := range []func(*Organization) error{
		completeUnits, completeAccounts, completePermissionSets, completeUsers, completeGroups, completeAssignments,
	} {
		if err := complete(&o); err != nil {
			return o, err
		}
	}
	return o, nil
}

func completeUnits(o *Organization) error {
	units := append([]OrganizationalUnit(nil), o.OrganizationalUnits...)
	paths := unique{what: "organizational unit"}
	ids := unique{what: "organizational unit id"}
	for i := range units {
		u := &units[i]
		setDefault(&u.ID, "ou-"+rootSuffix(*o)+"-"+digest("ou", u.Path, 8))
		if !unitIDPattern.MatchString(u.ID) {
			return fmt.Errorf("organizational unit id %q does not have the form %s", u.ID, unitIDPattern)
		}
		if parent := parentPath(u.Path); parent != "" && !paths.has(parent) {
			return fmt.Errorf("organizational unit %q comes before its parent %q, or has none", u.Path, parent)
		}
		// AWS allows five levels of OUs below the root.
		if depth := strings.Count(u.Path, "/") + 1; depth > 5 || u.Path == "" {
			return fmt.Errorf("organizational unit %q has depth %d; 1 to 5 are possible", u.Path, depth)
		}
		if err := firstError(paths.add(u.Path), ids.add(u.ID)); err != nil {
			return err
		}
	}
	o.OrganizationalUnits = units
	return nil
}

func completeAccounts(o *Organization) error {
	accounts := append([]Account(nil), o.Accounts...)
	units := unique{}
	for _, u := range o.OrganizationalUnits {
		_ = units.add(u.Path)
	}
	ids, names := unique{what: "account id"}, unique{what: "account name"}
	for i := range accounts {
		a := &accounts[i]
		setDefault(&a.ID, digitsOf(digestBytes("account", a.Name), 12))
		setDefault(&a.Email, "aws+"+strings.ToLower(strings.ReplaceAll(a.Name, " ", "-"))+"@example.com")
		setDefault(&a.State, "ACTIVE")
		if !accountIDPattern.MatchString(a.ID) {
			return fmt.Errorf("account id %q is not 12 digits", a.ID)
		}
		switch a.State {
		case "ACTIVE", "PENDING_ACTIVATION", "SUSPENDED", "PENDING_CLOSURE", "CLOSED":
		default:
			return fmt.Errorf("account %q has the unknown state %q", a.Name, a.State)
		}
		if a.OU != "" && !units.has(a.OU) {
			return fmt.Errorf("account %q is in the unknown organizational unit %q", a.Name, a.OU)
		}
		if err := firstError(ids.add(a.ID), names.add(a.Name)); err != nil {
			return err
		}
	}
	o.Accounts = accounts
	for _, named := range []struct {
		what  string
		value *string
		need  bool
	}{{"management account", &o.ManagementAccount, true}, {"delegated administrator", &o.DelegatedAdministrator, false}} {
		if *named.value == "" && !named.need {
			continue
		}
		id, ok := accountByName(accounts, *named.value)
		if !ok {
			return fmt.Errorf("%s %q is not among the accounts", named.what, *named.value)
		}
		*named.value = id
	}
	return nil
}

func completePermissionSets(o *Organization) error {
	sets := append([]PermissionSet(nil), o.PermissionSets...)
	names, ids := unique{what: "permission set"}, unique{what: "permission set id"}
	for i := range sets {
		p := &sets[i]
		setDefault(&p.ID, "ps-"+digest("permission set", p.Name, 16))
		setDefault(&p.SessionDuration, "PT1H")
		if !permissionSetName.MatchString(p.Name) {
			return fmt.Errorf("permission set name %q is not 1 to 32 of letters, digits and +=,.@-_", p.Name)
		}
		if !permissionSetIDPattern.MatchString(p.ID) {
			return fmt.Errorf("permission set id %q does not have the form %s", p.ID, permissionSetIDPattern)
		}
		if d, err := parseSessionDuration(p.SessionDuration); err != nil || d < time.Hour || d > 12*time.Hour {
			return fmt.Errorf("permission set %q has the session duration %q; PT1H to PT12H are possible", p.Name, p.SessionDuration)
		}
		references := append([]CustomerPolicy(nil), p.CustomerManagedPolicies...)
		for j := range references {
			setDefault(&references[j].Path, "/")
		}
		p.CustomerManagedPolicies = references
		if err := firstError(names.add(p.Name), ids.add(p.ID)); err != nil {
			return err
		}
	}
	o.PermissionSets = sets
	return nil
}

func completeUsers(o *Organization) error {
	users := append([]User(nil), o.Users...)
	names, ids := unique{what: "user"}, unique{what: "user id"}
	for i := range users {
		u := &users[i]
		setDefault(&u.ID, guidOf(digestBytes("user", u.UserName)))
		setDefault(&u.DisplayName, u.UserName)
		setDefault(&u.Email, u.UserName+"@example.com")
		setDefault(&u.Status, "ENABLED")
		if u.Status != "ENABLED" && u.Status != "DISABLED" {
			return fmt.Errorf("user %q has the unknown status %q", u.UserName, u.Status)
		}
		if !userNamePattern.MatchString(u.UserName) || !guidPattern.MatchString(u.ID) {
			return fmt.Errorf("user %q (id %q) has a name or id that AWS refuses", u.UserName, u.ID)
		}
		if err := firstError(names.add(strings.ToLower(u.UserName)), ids.add(u.ID)); err != nil {
			return err
		}
	}
	o.Users = users
	return nil
}

func completeGroups(o *Organization) error {
	groups := append([]Group(nil), o.Groups...)
	known := unique{}
	for _, u := range o.Users {
		_ = known.add(u.UserName)
	}
	names, ids := unique{what: "group"}, unique{what: "group id"}
	for i := range groups {
		g := &groups[i]
		setDefault(&g.ID, guidOf(digestBytes("group", g.DisplayName)))
		if g.DisplayName == "" || !guidPattern.MatchString(g.ID) {
			return fmt.Errorf("group %q (id %q) has a name or id that AWS refuses", g.DisplayName, g.ID)
		}
		members := unique{what: "member of " + g.DisplayName}
		for _, m := range g.Members {
			if !known.has(m) {
				return fmt.Errorf("group %q has the unknown member %q", g.DisplayName, m)
			}
			if err := members.add(m); err != nil {
				return err
			}
		}
		if err := firstError(names.add(strings.ToLower(g.DisplayName)), ids.add(g.ID)); err != nil {
			return err
		}
	}
	o.Groups = groups
	return nil
}

func completeAssignments(o *Organization) error {
	assignments := append([]Assignment(nil), o.Assignments...)
	users, groups, sets := unique{}, unique{}, unique{}
	for _, u := range o.Users {
		_ = users.add(u.UserName)
	}
	for _, g := range o.Groups {
		_ = groups.add(g.DisplayName)
	}
	for _, p := range o.PermissionSets {
		_ = sets.add(p.Name)
	}
	accounts := map[string]string{}
	for _, a := range o.Accounts {
		accounts[a.ID], accounts[a.Name] = a.ID, a.ID
	}
	for i := range assignments {
		a := &assignments[i]
		id, ok := accounts[a.Account]
		switch {
		case !ok:
			return fmt.Errorf("assignment %d names the unknown account %q", i+1, a.Account)
		case (a.User == "") == (a.Group == ""):
			return fmt.Errorf("assignment %d must name either a user or a group", i+1)
		case a.User != "" && !users.has(a.User):
			return fmt.Errorf("assignment %d names the unknown user %q", i+1, a.User)
		case a.Group != "" && !groups.has(a.Group):
			return fmt.Errorf("assignment %d names the unknown group %q", i+1, a.Group)
		case !sets.has(a.PermissionSet):
			return fmt.Errorf("assignment %d names the unknown permission set %q", i+1, a.PermissionSet)
		}
		a.Account = id
	}
	o.Assignments = assignments
	return nil
}

func accountByName(accounts []Account, idOrName string) (string, bool) {
	for _, a := range accounts {
		if a.ID == idOrName || a.Name == idOrName {
			return a.ID, true
		}
	}
	return "", false
}

// parseSessionDuration reads the ISO 8601 durations that permission sets carry: PT1H, PT90M, PT1H30M.
func parseSessionDuration(s string) (time.Duration, error) {
	rest, ok := strings.CutPrefix(s, "PT")
	if !ok || rest == "" {
		return 0, fmt.Errorf("session duration %q does not begin with PT", s)
	}
	d, err := time.ParseDuration(strings.ToLower(rest))
	if err != nil {
		return 0, fmt.Errorf("parse session duration %q: %w", s, err)
	}
	return d, nil
}

// unique notices a name that comes twice.
type unique struct {
	what string
	seen map[string]bool
}

func (u *unique) has(name string) bool { return u.seen[name] }

func (u *unique) add(name string) error {
	if u.seen[name] {
		return fmt.Errorf("%s %q comes twice", u.what, name)
	}
	if u.seen == nil {
		u.seen = map[string]bool{}
	}
	u.seen[name] = true
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
