package simulation

import (
	"slices"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// truth is what really was, when: the driver changes the world through it, and the promises are judged by it. It
// evaluates policies in a way of its own, simple and slow, so that a mistake in the product's is not repeated here.
type truth struct {
	w        *World
	members  map[[2]string]*past[bool] // group, person
	statuses map[string]*past[directory.UserStatus]
	states   map[string]*past[string] // account
	policies map[[2]string]*past[any] // kind, id; nil value: none
	changes  []time.Time              // every instant at which anything changed
	authors  map[[2]string]*past[string]
	// machineOn says whether the machine client is enabled.
	machineOn *past[bool]
}

// past is a value's history.
type past[T any] struct {
	at     []time.Time
	values []T
}

func (p *past[T]) set(at time.Time, v T) {
	p.at, p.values = append(p.at, at), append(p.values, v)
}

func (p *past[T]) now() T { return p.values[len(p.values)-1] }

// was gives the value at an instant; before the first it is the zero value.
func (p *past[T]) was(at time.Time) T {
	for i, since := range slices.Backward(p.at) {
		if !since.After(at) {
			return p.values[i]
		}
	}
	var zero T
	return zero
}

func newTruth(w *World) *truth {
	tr := &truth{
		w: w, members: map[[2]string]*past[bool]{}, statuses: map[string]*past[directory.UserStatus]{}, states: map[string]*past[string]{},
		policies: map[[2]string]*past[any]{}, authors: map[[2]string]*past[string]{},
		machineOn: &past[bool]{},
	}
	now := time.Now()
	tr.machineOn.set(now, true)
	groups := map[string][]string{
		"requesters": {"rita", "ravi", "anton"}, "prod-approvers": {"anton", "anna", "ravi"}, "dev-approvers": {"selma", "anna"},
		"admins": {"ada", "samuel"}, "standing": {"ravi"},
	}
	for g, people := range groups {
		for _, p := range w.people {
			tr.members[[2]string{g, p}] = &past[bool]{}
			tr.members[[2]string{g, p}].set(now, slices.Contains(people, p))
		}
	}
	for _, p := range w.people {
		tr.statuses[p] = &past[directory.UserStatus]{}
		tr.statuses[p].set(now, directory.UserEnabled)
	}
	for a := range w.account {
		tr.states[a] = &past[string]{}
		tr.states[a].set(now, "ACTIVE")
	}
	return tr
}

func (tr *truth) changed() time.Time {
	now := time.Now()
	tr.changes = append(tr.changes, now)
	return now
}

func (tr *truth) member(group, person string) bool           { return tr.members[[2]string{group, person}].now() }
func (tr *truth) status(person string) directory.UserStatus  { return tr.statuses[person].now() }
func (tr *truth) exists(person string) bool                  { return tr.statuses[person].now() != "" }
func (tr *truth) state(account string) string                { return tr.states[account].now() }
func (tr *truth) setStatus(p string, s directory.UserStatus) { tr.statuses[p].set(tr.changed(), s) }
func (tr *truth) setMember(group, person string, member bool) {
	tr.members[[2]string{group, person}].set(tr.changed(), member)
}
func (tr *truth) setState(account, state string) { tr.states[account].set(tr.changed(), state) }

func (tr *truth) policyPut(kind, id string, body any, author string, deleted bool) {
	key := [2]string{kind, id}
	if tr.policies[key] == nil {
		tr.policies[key], tr.authors[key] = &past[any]{}, &past[string]{}
	}
	if deleted {
		body = nil
	}
	at := tr.changed()
	tr.policies[key].set(at, body)
	tr.authors[key].set(at, author)
}

// instants between from and to at which something changed, and both ends: between two of them nothing did.
func (tr *truth) instants(from, to time.Time) []time.Time {
	out := []time.Time{from, to}
	for _, c := range tr.changes {
		if !c.Before(from) && !c.After(to) {
			out = append(out, c)
		}
	}
	return out
}

func (tr *truth) includes(p policy.Principals, person string, at time.Time) bool {
	if slices.Contains(p.Users, tr.w.userID[person]) {
		return true
	}
	for name, id := range tr.w.groupID {
		if slices.Contains(p.Groups, id) && tr.members[[2]string{name, person}].was(at) {
			return true
		}
	}
	return false
}

// place are the units above each account.
var place = map[string][]string{
	"prod": {"r-root", "ou-root-prod0000"}, "identity": {"r-root", "ou-root-prod0000"}, "dev": {"r-root", "ou-root-dev00000"},
	"rooted": {"r-root"}, "management": {"r-root"},
}

// covers says whether targets reach an account; protected accounts only by name (P8).
func (tr *truth) covers(t policy.Targets, account string) bool {
	if slices.Contains(t.Accounts, tr.w.account[account]) {
		return true
	}
	if account == "identity" {
		return false
	}
	for _, ou := range t.OUs {
		path := place[account]
		if slices.Contains(path, ou.ID) && (!ou.DirectOnly || path[len(path)-1] == ou.ID) {
			return true
		}
	}
	return false
}

// inForce is a policy at an instant, as it counts for somebody who may not gain by their own changes (P11): those
// they made in the last 24 hours are taken back. without is "" for everybody else.
func (tr *truth) inForce(key [2]string, at time.Time, without string) any {
	p, authors := tr.policies[key], tr.authors[key]
	for i, since := range slices.Backward(p.at) {
		if since.After(at) {
			continue
		}
		if without != "" && authors.values[i] == without && at.Sub(since) < policy.CoolingPeriod {
			continue
		}
		return p.values[i]
	}
	return nil
}

// judged is what the policies of an instant say of a target.
type judged struct {
	eligible bool
	longest  time.Duration
	approval bool
	approver []policy.Principals
	required int
}

// judge says what holds for a person; through a machine, "" if they ask themselves, only by policies that name it, while
// what the others demand still counts.
func (tr *truth) judge(person, machine, account, set string, at time.Time, without string) judged {
	var j judged
	settings, _ := tr.inForce([2]string{"settings", "settings"}, at, without).(policy.Settings)
	anyApproval := false
	for key := range tr.policies {
		e, ok := tr.inForce(key, at, without).(policy.Eligibility)
		if !ok || !slices.Contains(e.PermissionSets, tr.w.set[set]) || !tr.covers(e.Targets, account) || !tr.includes(e.Principals, person, at) {
			continue
		}
		anyApproval = anyApproval || e.ApprovalRequired
		if machine != "" && (account == "identity" || !slices.Contains(e.Machines, machine)) {
			continue
		}
		j.eligible = true
		j.longest = max(j.longest, min(e.MaxDuration, settings.MaxDuration))
	}
	j.approval = account == "identity" || (anyApproval && settings.ApprovalRequired)
	for key := range tr.policies {
		if a, ok := tr.inForce(key, at, without).(policy.Approver); ok && tr.covers(a.Targets, account) {
			j.approver = append(j.approver, a.Stages[0].Approvers)
			j.required = max(j.required, a.Stages[0].Required)
		}
	}
	if account == "identity" {
		j.required = max(j.required, 2)
	}
	return j
}

func (tr *truth) isApprover(j judged, person string, at time.Time) bool {
	for _, p := range j.approver {
		if tr.includes(p, person, at) {
			return true
		}
	}
	return false
}
