package aws

import (
	"slices"
	"strings"
	"time"
)

// Origin says how an assignment came or went.
type Origin struct {
	// Kind is "initial", "api" or "out of band".
	Kind string `json:"kind"`
	// RequestID and AccessKeyID are those of the API call.
	RequestID   string `json:"request_id,omitempty"`
	AccessKeyID string `json:"access_key_id,omitempty"`
	// Reason says what else happened: "user disabled", "account SUSPENDED", "membership removed".
	Reason string `json:"reason,omitempty"`
}

// Interval is a time in which a user could assume the role of a permission set in an account.
type Interval struct {
	UserID           string    `json:"user_id"`
	AccountID        string    `json:"account_id"`
	PermissionSetARN string    `json:"permission_set_arn"`
	GroupID          string    `json:"group_id,omitempty"` // empty where the assignment is the user's own
	From             time.Time `json:"from"`
	To               time.Time `json:"to,omitzero"` // zero while it lasts
	Began            Origin    `json:"began"`
	Ended            Origin    `json:"ended,omitzero"`
}

// Holds says whether the interval contains an instant: From is inside, To is not.
func (i Interval) Holds(at time.Time) bool {
	return !at.Before(i.From) && (i.To.IsZero() || at.Before(i.To))
}

// Presence is a time in which an assignment existed, whether or not anybody could use it.
type Presence struct {
	Triple
	From  time.Time `json:"from"`
	To    time.Time `json:"to,omitzero"`
	Began Origin    `json:"began"`
	Ended Origin    `json:"ended,omitzero"`
}

// Call is one request that reached the simulated AWS.
type Call struct {
	// Number counts all requests from 1.
	Number      int       `json:"number"`
	At          time.Time `json:"at"`
	AccessKeyID string    `json:"access_key_id,omitempty"`
	Action      string    `json:"action"` // IAM's name: sso:CreateAccountAssignment
	Triple      Triple    `json:"triple,omitzero"`
	RequestID   string    `json:"request_id"`
	// OperationID is the id of the asynchronous operation the call began or asked about.
	OperationID string `json:"operation_id,omitempty"`
	// Outcome is "ok", AWS's error code, or "answer lost" after the work was done.
	Outcome string `json:"outcome"`
	// Worked says that the work was done, whatever was answered.
	Worked bool `json:"worked"`
}

// way is one road on which a user gets a role.
type way struct{ user, account, set, group string }

type record struct {
	open      map[way]int // index into intervals
	intervals []Interval
	byTarget  map[way][]int // group empty: all intervals of user, account and permission set
	present   map[Triple]int
	presences []Presence
	calls     []Call
	callCount int
}

func newRecord() *record {
	return &record{open: map[way]int{}, byTarget: map[way][]int{}, present: map[Triple]int{}}
}

// note opens or closes the interval of one way.
func (r *record) note(at time.Time, w way, can bool, why Origin) {
	i, isOpen := r.open[w]
	switch {
	case can && !isOpen:
		target := way{w.user, w.account, w.set, ""}
		r.open[w] = len(r.intervals)
		r.byTarget[target] = append(r.byTarget[target], len(r.intervals))
		r.intervals = append(r.intervals, Interval{
			UserID: w.user, AccountID: w.account, PermissionSetARN: w.set, GroupID: w.group, From: at, Began: why,
		})
	case !can && isOpen:
		r.intervals[i].To, r.intervals[i].Ended = at, why
		delete(r.open, w)
	}
}

func (r *record) notePresence(at time.Time, t Triple, is bool, why Origin) {
	i, isOpen := r.present[t]
	switch {
	case is && !isOpen:
		r.present[t] = len(r.presences)
		r.presences = append(r.presences, Presence{Triple: t, From: at, Began: why})
	case !is && isOpen:
		r.presences[i].To, r.presences[i].Ended = at, why
		delete(r.present, t)
	}
}

// refreshTriple brings the record up to the truth for everybody an assignment gives access to.
func (a *AWS) refreshTriple(at time.Time, t Triple, why Origin) {
	s := a.state
	standing := s.assignments[t].now()
	a.record.notePresence(at, t, standing != nil, why)
	if t.PrincipalType == "USER" {
		a.record.note(at, way{t.PrincipalID, t.AccountID, t.PermissionSetARN, ""},
			standing != nil && a.usable(t.PrincipalID, t), why)
		return
	}
	for _, user := range sortedKeys(s.members[t.PrincipalID]) {
		member := s.members[t.PrincipalID][user].now() != nil && s.groups[t.PrincipalID].now() != nil
		a.record.note(at, way{user, t.AccountID, t.PermissionSetARN, t.PrincipalID},
			standing != nil && member && a.usable(user, t), why)
	}
}

// usable says whether the user can sign in and the role is there to be assumed.
func (a *AWS) usable(userID string, t Triple) bool {
	user, account := a.state.users[userID].now(), a.state.accounts[t.AccountID].now()
	return user != nil && user.Status == "ENABLED" && account != nil && account.State == "ACTIVE" &&
		a.state.sets[t.PermissionSetARN].now() != nil
}

// refreshUser brings the record up to the truth for one user.
func (a *AWS) refreshUser(at time.Time, userID string, why Origin) {
	for _, t := range triples(a.state.byPrincipal[userID]) {
		a.refreshTriple(at, t, why)
	}
	for _, group := range sortedKeys(a.state.memberships[userID]) {
		for _, t := range triples(a.state.byPrincipal[group]) {
			a.refreshTriple(at, t, why)
		}
	}
}

// CouldAssume says whether a user could assume a permission set's role in an account at an
// instant, by any way. Ids are those of AWS: user id, account id, permission set ARN.
func (a *AWS) CouldAssume(userID, accountID, permissionSetARN string, at time.Time) bool {
	for _, i := range a.IntervalsOf(userID, accountID, permissionSetARN) {
		if i.Holds(at) {
			return true
		}
	}
	return false
}

// IntervalsOf returns the times in which a user could assume a permission set's role in an
// account, in the order in which they began.
func (a *AWS) IntervalsOf(userID, accountID, permissionSetARN string) []Interval {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.now())
	var out []Interval
	for _, i := range a.record.byTarget[way{userID, accountID, permissionSetARN, ""}] {
		out = append(out, a.record.intervals[i])
	}
	return out
}

// Intervals returns every time in which somebody could assume something, in the order in which
// they began.
func (a *AWS) Intervals() []Interval {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.now())
	out := slices.Clone(a.record.intervals)
	slices.SortStableFunc(out, func(x, y Interval) int { return x.From.Compare(y.From) })
	return out
}

// Presences returns every time in which an assignment existed, in the order in which they began.
func (a *AWS) Presences() []Presence {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.now())
	out := slices.Clone(a.record.presences)
	slices.SortStableFunc(out, func(x, y Presence) int { return x.From.Compare(y.From) })
	return out
}

// Assignments returns the assignments that exist now, sorted.
func (a *AWS) Assignments() []Triple {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.now())
	out := make([]Triple, 0, len(a.record.present))
	for t := range a.record.present {
		out = append(out, t)
	}
	slices.SortFunc(out, compareTriples)
	return out
}

// HasAssignment says whether an assignment exists in truth, however far reads lag.
func (a *AWS) HasAssignment(t Triple) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.now())
	return a.state.assignments[t].now() != nil
}

// Calls returns the requests so far, in order; the oldest are forgotten after 200,000.
func (a *AWS) Calls() []Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.record.calls)
}

// CallsAfter returns the requests with a higher number, in order. Its cost is that of what it
// returns, so that it can be asked after every step.
func (a *AWS) CallsAfter(number int) []Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	calls := a.record.calls
	fresh := min(len(calls), max(0, a.record.callCount-number))
	return slices.Clone(calls[len(calls)-fresh:])
}

// CallsOf returns the requests of one action ("sso:DeleteAccountAssignment"), in order.
func (a *AWS) CallsOf(action string) []Call {
	return slices.DeleteFunc(a.Calls(), func(c Call) bool { return !strings.EqualFold(c.Action, action) })
}
