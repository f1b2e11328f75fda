package idp

import (
	"slices"
	"strings"
)

// Person is somebody who may sign in.
type Person struct {
	// Subject is what tokens call the person, for ever.
	Subject string
	// UserID is what the identity store calls the person; tokens do not tell it.
	UserID string
	// UserName, Name and Email are what people know the person by.
	UserName, Name, Email string
	// Disabled people are shown and cannot sign in.
	Disabled bool
	// First people are offered before the others.
	First bool
}

// People are those of the simulated organization, as they are at the moment of the call.
type People interface {
	// People lists everybody in the order of the page.
	People() []Person
	// Can says in a word or two each what a person can do in the demo: requester, approver.
	Can(who Person) []string
}

// find gives the person of a subject.
func find(people People, subject string) (Person, bool) {
	all := people.People()
	i := slices.IndexFunc(all, func(p Person) bool { return p.Subject == subject })
	if i < 0 {
		return Person{}, false
	}
	return all[i], true
}

// mostShown is how many people one page shows.
const mostShown = 60

// search finds people in whom every word of the query occurs, in one of their names, and says how many there are
// beside those it gives.
func search(people People, query string) (found []Person, left int) {
	words := strings.Fields(strings.ToLower(query))
	for _, p := range people.People() {
		text := strings.ToLower(p.Name + "\n" + p.UserName + "\n" + p.Email)
		if slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			continue
		}
		if len(found) < mostShown {
			found = append(found, p)
		} else {
			left++
		}
	}
	return found, left
}
