package aws

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// size is how much there is of everything.
type size struct {
	units, accounts, users, groups, sets, assignments int
	// depth of organizational units below the root.
	depth int
}

// Generate makes a built-in organization: small (12 accounts, the README's tour), medium (200
// accounts, 1,000 users) or large (5,000 accounts, 20,000 users, 5,000 groups, 500 permission
// sets, 2,000 OUs). The larger ones contain the small one, so that the same people are in all of
// them. The result is the same every time.
func Generate(name string) (Organization, error) {
	small, err := ParseOrganization(smallFile)
	if err != nil {
		return Organization{}, fmt.Errorf("generate organization: %w", err)
	}
	var s size
	switch name {
	case "small":
		return small, nil
	case "medium":
		s = size{units: 40, accounts: 200, users: 1000, groups: 150, sets: 40, assignments: 300, depth: 3}
	case "large":
		s = size{units: 2000, accounts: 5000, users: 20000, groups: 5000, sets: 500, assignments: 3000, depth: 5}
	default:
		return Organization{}, fmt.Errorf("generate organization: size %q is none of small, medium, large", name)
	}
	org, err := grow(small, s, rand.New(rand.NewPCG(uint64(s.accounts), 0x0a95))).completed()
	if err != nil {
		return Organization{}, fmt.Errorf("generate organization: %w", err)
	}
	return org, nil
}

func grow(o Organization, s size, draw *rand.Rand) Organization {
	growUnits(&o, s)
	leaves := o.OrganizationalUnits[len(o.OrganizationalUnits)/3:]
	for i := len(o.Accounts); i < s.accounts; i++ {
		stage := pick(draw, "prod", "dev", "test")
		o.Accounts = append(o.Accounts, Account{
			ID: fmt.Sprintf("2%011d", i), Name: fmt.Sprintf("%s-%s-%04d", pick(draw, products...), stage, i),
			OU: leaves[draw.IntN(len(leaves))].Path, Tags: map[string]string{"stage": stage, "owner": pick(draw, products...)},
		})
	}
	for i := len(o.PermissionSets); i < s.sets; i++ {
		service := pick(draw, services...)
		o.PermissionSets = append(o.PermissionSets, PermissionSet{
			Name:        fmt.Sprintf("%s%s-%03d", service, pick(draw, "Operator", "Reader", "Admin"), i),
			Description: service + " for one team", SessionDuration: pick(draw, "PT1H", "PT2H", "PT4H", "PT8H", "PT12H"),
			ManagedPolicies: []string{"arn:aws:iam::aws:policy/Amazon" + service + "FullAccess"},
			Tags:            map[string]string{"risk": pick(draw, "low", "medium", "high")},
		})
	}
	for i := len(o.Users); i < s.users; i++ {
		given, family := pick(draw, givenNames...), pick(draw, familyNames...)
		name := fmt.Sprintf("%s.%s.%d", strings.ToLower(given), strings.ToLower(family), i)
		o.Users = append(o.Users, User{UserName: name, DisplayName: given + " " + family, Email: name + "@example.com"})
	}
	growGroups(&o, s, draw)
	for i := len(o.Assignments); i < s.assignments; i++ {
		// Neither the management account nor the few accounts of the tour.
		account := o.Accounts[12+draw.IntN(len(o.Accounts)-12)]
		a := Assignment{Account: account.ID, PermissionSet: o.PermissionSets[5+draw.IntN(len(o.PermissionSets)-5)].Name}
		if draw.IntN(4) == 0 {
			a.User = o.Users[46+draw.IntN(len(o.Users)-46)].UserName
		} else {
			a.Group = o.Groups[12+draw.IntN(len(o.Groups)-12)].DisplayName
		}
		o.Assignments = append(o.Assignments, a)
	}
	return o
}

// growUnits adds OUs level by level, so that a parent always comes before its children.
func growUnits(o *Organization, s size) {
	parents := []string{""}
	for _, u := range o.OrganizationalUnits {
		if strings.Count(u.Path, "/") < s.depth-1 {
			parents = append(parents, u.Path)
		}
	}
	// Each parent gets up to six children before the next one does.
	for i := 0; len(o.OrganizationalUnits) < s.units; i++ {
		parent := parents[i/6]
		path := strings.TrimPrefix(fmt.Sprintf("%s/Unit-%04d", parent, i), "/")
		o.OrganizationalUnits = append(o.OrganizationalUnits, OrganizationalUnit{Path: path})
		if strings.Count(path, "/") < s.depth-1 {
			parents = append(parents, path)
		}
	}
}

func growGroups(o *Organization, s size, draw *rand.Rand) {
	for i := len(o.Groups); i < s.groups; i++ {
		g := Group{DisplayName: fmt.Sprintf("%s-%s-%04d", pick(draw, products...), pick(draw, "developers", "operators", "approvers"), i)}
		seen := map[string]bool{}
		for range 1 + draw.IntN(15) {
			name := o.Users[draw.IntN(len(o.Users))].UserName
			if !seen[name] {
				seen[name] = true
				g.Members = append(g.Members, name)
			}
		}
		o.Groups = append(o.Groups, g)
	}
}

func pick(draw *rand.Rand, from ...string) string { return from[draw.IntN(len(from))] }

var (
	products = []string{"atlas", "beacon", "cobalt", "drift", "ember", "fjord", "glacier", "harbor", "island", "juniper", "kestrel", "lagoon"}
	services = []string{"EC2", "S3", "RDS", "DynamoDB", "SQS", "SNS", "ECS", "EKS", "Lambda", "Glue", "Athena", "Route53"}

	givenNames = []string{
		"Aisha", "Bruno", "Clara", "David", "Esther", "Farid", "Greta", "Hugo", "Irina", "Jamal", "Kamila", "Leon",
		"Mina", "Nikola", "Ophelia", "Pablo", "Rania", "Simon", "Thandi", "Ulrich", "Vera", "Wen", "Yara", "Zoltan",
	}
	familyNames = []string{
		"Abebe", "Bauer", "Castro", "Dubois", "Eriksen", "Fontaine", "Garcia", "Hansen", "Iyer", "Jovanovic", "Khan", "Larsen",
		"Mbeki", "Nguyen", "Oliveira", "Popescu", "Ramos", "Schmidt", "Toth", "Usman", "Vargas", "Wolff", "Yamada", "Zhang",
	}
)
