package aws

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Status words of asynchronous operations.
const (
	inProgress = "IN_PROGRESS"
	succeeded  = "SUCCEEDED"
	failed     = "FAILED"
)

// job is one asynchronous CreateAccountAssignment or DeleteAccountAssignment.
type job struct {
	id string
	// key orders lists of operations, the newest first: it counts down, so that later operations do
	// not move the pages.
	key       string
	deletion  bool
	triple    Triple
	created   time.Time
	due       time.Time
	status    string
	reason    string
	accessKey string
	// lateFailure is an injected FailureReason; lateAfterWork does the work all the same.
	lateFailure   string
	lateAfterWork bool
}

type work struct {
	jobs    []*job // in the order of acceptance
	byID    map[string]*job
	byKey   map[string]*job
	pending []*job // by due, then id
}

const lastJobKey = 999_999_999_999

func newWork() *work { return &work{byID: map[string]*job{}, byKey: map[string]*job{}} }

func (w *work) pendingFor(t Triple) bool {
	return slices.ContainsFunc(w.pending, func(j *job) bool { return j.triple == t })
}

// accept begins an asynchronous operation on an assignment.
func (a *AWS) accept(c *call, t Triple, deletion bool) (*job, error) {
	w := a.work
	if w.pendingFor(t) {
		return nil, &apiError{
			Code: "ConflictException", Status: http.StatusConflict,
			Message: "Could not perform the operation: another operation on the same account assignment is in progress. Retry later.",
		}
	}
	if limit := a.options.Limits.OutstandingOperations; limit >= 0 && len(w.pending) >= limit {
		return nil, a.tooManyOperations(deletion)
	}
	begins := c.now
	if a.switches.OneOperationPerAccount {
		for _, other := range w.pending {
			if other.triple.AccountID == t.AccountID && other.due.After(begins) {
				begins = other.due
			}
		}
	}
	j := &job{
		id: a.newID(), key: fmt.Sprintf("%012d", lastJobKey-len(w.jobs)), deletion: deletion, triple: t, created: c.now,
		due: begins.Add(a.drawLatency()), status: inProgress, accessKey: c.credential.AccessKeyID,
	}
	if f := a.matchLateFault(c); f != nil {
		j.lateFailure, j.lateAfterWork = f.LateFailure, f.AfterWork
	}
	w.jobs = append(w.jobs, j)
	w.byID[j.id], w.byKey[j.key] = j, j
	i, _ := slices.BinarySearchFunc(w.pending, j, compareJobs)
	w.pending = slices.Insert(w.pending, i, j)
	c.operationID = j.id
	return j, nil
}

func compareJobs(x, y *job) int {
	if c := x.due.Compare(y.due); c != 0 {
		return c
	}
	return strings.Compare(x.id, y.id)
}

func (a *AWS) drawLatency() time.Duration {
	l := a.options.Latency
	d := l.Min
	if l.Max > l.Min {
		d += time.Duration(a.draw.Int64N(int64(l.Max - l.Min + 1)))
	}
	return time.Duration(float64(d) / l.Speed)
}

func (a *AWS) tooManyOperations(deletion bool) error {
	code := a.switches.TooManyOperations
	if code == "" || deletion && code == "ServiceQuotaExceededException" {
		code = "ThrottlingException"
	}
	return &apiError{Code: code, Status: usualStatus(code), Message: "Too many account assignment operations are outstanding."}
}

// settle completes everything that is due, in order of the instants of completion.
func (a *AWS) settle(now time.Time) {
	w := a.work
	for len(w.pending) > 0 && !w.pending[0].due.After(now) {
		j := w.pending[0]
		w.pending = w.pending[1:]
		if j.lateFailure != "" && !j.lateAfterWork {
			j.status, j.reason = failed, j.lateFailure
			continue
		}
		if j.deletion {
			a.completeDeletion(j)
		} else {
			a.completeCreation(j)
		}
		if j.lateFailure != "" {
			j.status, j.reason = failed, j.lateFailure
		}
	}
}

func (a *AWS) completeCreation(j *job) {
	s, t := a.state, j.triple
	exists := s.assignments[t].now() != nil
	switch reason := a.creationObstacle(t); {
	case reason != "":
		j.status, j.reason = failed, reason
	case exists && a.switches.DuplicateCreate == failed:
		j.status, j.reason = failed, "The account assignment already exists."
	default:
		j.status = succeeded
	}
	if j.status == failed || exists {
		return
	}
	origin := Origin{Kind: "api", RequestID: j.id, AccessKeyID: j.accessKey}
	s.provision(j.due, place{t.AccountID, t.PermissionSetARN})
	s.setAssignment(j.due, t, &standing{j.due, origin})
	a.refreshTriple(j.due, t, origin)
}

// creationObstacle says in AWS's words why a creation fails after it was accepted.
func (a *AWS) creationObstacle(t Triple) string {
	s := a.state
	if !s.principalExists(t) {
		return s.assigneeMissing(t)
	}
	account, set := s.accounts[t.AccountID].now(), s.sets[t.PermissionSetARN].now()
	switch {
	case set == nil:
		return "Received a 404 status error: the permission set was not found."
	case account == nil || account.State != "ACTIVE":
		return fmt.Sprintf("Received a 403 status error: the account %s is not active.", t.AccountID)
	}
	if s.roles[place{t.AccountID, t.PermissionSetARN}].now() != nil {
		return ""
	}
	for _, p := range set.CustomerManagedPolicies {
		if !slices.Contains(account.CustomerManagedPolicies, p.Path+p.Name) {
			return fmt.Sprintf("Received a 404 status error: Not supported policy arn:%s:iam::%s:policy%s%s.", s.partition, t.AccountID, p.Path, p.Name)
		}
	}
	if quota := a.options.Limits.RolesPerAccount; quota >= 0 && account.IAMRoles+s.rolesIn(t.AccountID) >= quota {
		return fmt.Sprintf("Received a 409 status error: Cannot exceed quota for RolesPerAccount: %d.", quota)
	}
	return ""
}

func (s *state) assigneeMissing(t Triple) string {
	return fmt.Sprintf("Received a 404 status error: Not supported by the resource: the %s assignee with id %s was not found in directory %s.",
		t.PrincipalType, t.PrincipalID, s.instance.IdentityStoreID)
}

func (s *state) principalExists(t Triple) bool {
	if t.PrincipalType == "GROUP" {
		return s.groups[t.PrincipalID].now() != nil
	}
	return s.users[t.PrincipalID].now() != nil
}

func (s *state) rolesIn(account string) int {
	n := 0
	for set := range s.byAccount[account] {
		if s.roles[place{account, set}].now() != nil {
			n++
		}
	}
	return n
}

func (a *AWS) completeDeletion(j *job) {
	s, t := a.state, j.triple
	account := s.accounts[t.AccountID].now()
	exists := s.assignments[t].now() != nil
	switch {
	case !exists && a.switches.DeleteMissing == failed:
		j.status, j.reason = failed, "Received a 404 status error: the account assignment was not found."
	case !s.principalExists(t) && a.switches.DeleteForDeletedUser == failed:
		j.status, j.reason = failed, s.assigneeMissing(t)
	case (account == nil || account.State != "ACTIVE") && a.switches.DeleteInInactiveAccount != succeeded:
		j.status, j.reason = failed, fmt.Sprintf("Received a 403 status error: the account %s is not active.", t.AccountID)
	default:
		j.status = succeeded
	}
	if j.status == succeeded && exists {
		a.removeAssignment(j.due, t, Origin{Kind: "api", RequestID: j.id, AccessKeyID: j.accessKey})
	}
}

func (a *AWS) removeAssignment(at time.Time, t Triple, why Origin) {
	a.state.setAssignment(at, t, nil)
	a.state.unprovision(at, place{t.AccountID, t.PermissionSetARN})
	a.refreshTriple(at, t, why)
}

// Outstanding counts the asynchronous operations that are not complete.
func (a *AWS) Outstanding() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.now())
	return len(a.work.pending)
}

// NextCompletion is the instant at which the next asynchronous operation completes; false when
// none is outstanding. A simulation advances its clock to it.
func (a *AWS) NextCompletion() (time.Time, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.now())
	if len(a.work.pending) == 0 {
		return time.Time{}, false
	}
	return a.work.pending[0].due, true
}
