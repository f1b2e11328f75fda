package main

import (
	"cmp"
	"slices"

	"github.com/team-idc/team/internal/policy"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/sandbox/idp"
)

// personas of the README's tour, in the order in which the demo offers them.
var personas = []string{"requester", "approver", "second-approver", "admin", "second-admin", "auditor"}

// demoPeople are the people of the simulated organization, as the sandbox's provider offers them.
type demoPeople struct {
	aws *simaws.AWS
	// can are words of what members of a group can do in the demo, most powerful first.
	can []groupCan
}

type groupCan struct{ group, word string }

func newDemoPeople(aws *simaws.AWS, n demoNames) demoPeople {
	p := demoPeople{aws: aws, can: []groupCan{{aws.GroupID("team-admins"), "administrator"}, {aws.GroupID("team-auditors"), "auditor"}}}
	for _, a := range n.approver() {
		for _, stage := range a.Stages {
			p.add(stage.Approvers, "approver: "+a.Name)
		}
	}
	for _, e := range n.eligibility() {
		p.add(e.Principals, "requester")
	}
	return p
}

func (p *demoPeople) add(who policy.Principals, word string) {
	for _, group := range who.Groups {
		p.can = append(p.can, groupCan{group, word})
	}
}

// People lists everybody who exists now, the tour's first.
func (p demoPeople) People() []idp.Person {
	users := p.aws.Users()
	out := make([]idp.Person, 0, len(users))
	for _, u := range users {
		name := u.DisplayName
		if name == "" {
			name = u.UserName
		}
		out = append(out, idp.Person{
			Subject: subjectOf(u), UserID: u.ID, UserName: u.UserName, Name: name, Email: u.Email, Disabled: u.Status == "DISABLED",
			First: slices.Contains(personas, u.UserName),
		})
	}
	slices.SortStableFunc(out, func(a, b idp.Person) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// place is where a persona of the tour comes; everybody else comes after them.
func place(p idp.Person) int {
	if i := slices.Index(personas, p.UserName); i >= 0 {
		return i
	}
	return len(personas)
}

// subjectOf is what the provider calls a user: as providers do, by the id that it gave to the identity store when it
// provisioned the user, and which never changes.
func subjectOf(u simaws.User) string {
	if len(u.ExternalIDs) > 0 {
		return u.ExternalIDs[0].ID
	}
	return u.ID
}

// Can says what a person can do by the policies that the demo begins with.
func (p demoPeople) Can(who idp.Person) []string {
	groups := p.aws.GroupsOf(who.UserID)
	var words []string
	for _, c := range p.can {
		if slices.Contains(groups, c.group) && !slices.Contains(words, c.word) {
			words = append(words, c.word)
		}
	}
	return words
}
