package aws

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"time"
)

// Fault is something that goes wrong with the calls it matches, until its count is used up or it
// is cleared.
type Fault struct {
	// ID is given by AddFault.
	ID string `json:"id,omitempty"`
	// Action is IAM's name of the API, with wildcards: "sso:CreateAccountAssignment", "sso:*".
	Action string `json:"action"`
	// User, Account and PermissionSet (user id, account id, ARN) narrow it to calls about them.
	User          string `json:"user,omitempty"`
	Account       string `json:"account,omitempty"`
	PermissionSet string `json:"permission_set,omitempty"`
	// Count is how many calls it hits; 0 means all until it is cleared.
	Count int `json:"count,omitempty"`
	// Probability is the chance of each matching call to be hit; 0 means always.
	Probability float64 `json:"probability,omitempty"`
	// Delay is waited before the work, or with AfterWork after it.
	Delay time.Duration `json:"-"`
	// Code, Status, Message and Reason are the error answered: "ThrottlingException". Without Status
	// it is the one AWS sends with the code.
	Code    string `json:"code,omitempty"`
	Status  int    `json:"status,omitempty"`
	Message string `json:"message,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Lost breaks the connection in place of an answer.
	Lost bool `json:"lost,omitempty"`
	// AfterWork lets the work be done first; only its answer is delayed, replaced or lost.
	AfterWork bool `json:"after_work,omitempty"`
	// LateFailure is the FailureReason with which an accepted assignment operation ends as FAILED;
	// with AfterWork the assignment changes all the same.
	LateFailure string `json:"late_failure,omitempty"`
}

func (f *Fault) failure() *apiError {
	status := f.Status
	if status == 0 {
		status = usualStatus(f.Code)
	}
	message := f.Message
	if message == "" {
		message = "injected fault"
	}
	return &apiError{Code: f.Code, Status: status, Message: message, Reason: f.Reason}
}

// usualStatus is the HTTP status with which AWS sends an error code.
func usualStatus(code string) int {
	switch code {
	case "ThrottlingException", "TooManyRequestsException":
		return http.StatusTooManyRequests
	case "AccessDeniedException":
		return http.StatusForbidden
	case "ResourceNotFoundException":
		return http.StatusNotFound
	case "ConflictException":
		return http.StatusConflict
	case "ServiceQuotaExceededException":
		return http.StatusPaymentRequired
	case "InternalServerException", "ServiceException":
		return http.StatusInternalServerError
	case "ServiceUnavailable":
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

func (f *Fault) matches(c *call) bool {
	hit, err := path.Match(f.Action, c.action)
	return err == nil && hit &&
		(f.User == "" || f.User == c.triple.PrincipalID) &&
		(f.Account == "" || f.Account == c.triple.AccountID) &&
		(f.PermissionSet == "" || f.PermissionSet == c.triple.PermissionSetARN)
}

// matchFault takes the first fault that hits a call as it is made.
func (a *AWS) matchFault(c *call) *Fault {
	return a.takeFault(c, func(f *Fault) bool { return f.LateFailure == "" })
}

// matchLateFault takes the first fault that hits an accepted operation's end.
func (a *AWS) matchLateFault(c *call) *Fault {
	return a.takeFault(c, func(f *Fault) bool { return f.LateFailure != "" })
}

func (a *AWS) takeFault(c *call, kind func(*Fault) bool) *Fault {
	for i, f := range a.faults {
		if !kind(f) || !f.matches(c) || f.Probability > 0 && a.draw.Float64() >= f.Probability {
			continue
		}
		hit := *f
		if f.Count > 0 {
			if f.Count--; f.Count == 0 {
				a.faults = slices.Delete(a.faults, i, i+1)
			}
		}
		return &hit
	}
	return nil
}

// AddFault injects a fault and returns its id. It fails where the fault would do nothing.
func (a *AWS) AddFault(f Fault) (string, error) {
	if err := f.check(); err != nil {
		return "", fmt.Errorf("add fault: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faultSeq++
	f.ID = "fault-" + strconv.Itoa(a.faultSeq)
	a.faults = append(a.faults, &f)
	return f.ID, nil
}

func (f *Fault) check() error {
	if _, err := path.Match(f.Action, ""); err != nil || f.Action == "" {
		return fmt.Errorf("action %q is no pattern of an IAM action", f.Action)
	}
	if f.Count < 0 || f.Delay < 0 || f.Probability < 0 || f.Probability > 1 {
		return errors.New("count, delay and probability must not be negative, nor probability above 1")
	}
	immediate := f.Lost || f.Code != "" || f.Delay > 0
	if immediate == (f.LateFailure != "") {
		return errors.New("a fault is either a delay, an error code or a lost answer, or else a late failure")
	}
	return nil
}

// ClearFaults ends one fault, or all where the id is empty, and returns how many it ended.
func (a *AWS) ClearFaults(id string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := len(a.faults)
	a.faults = slices.DeleteFunc(a.faults, func(f *Fault) bool { return id == "" || f.ID == id })
	return before - len(a.faults)
}

// Faults lists the faults that can still hit.
func (a *AWS) Faults() []Fault {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]Fault, 0, len(a.faults))
	for _, f := range a.faults {
		out = append(out, *f)
	}
	return out
}

// faultJSON is a fault with its delay in words ("2s").
type faultJSON struct {
	plainFault
	Delay string `json:"delay,omitempty"`
}

type plainFault Fault

// MarshalJSON writes the delay in words.
func (f Fault) MarshalJSON() ([]byte, error) {
	return marshal(faultJSON{plainFault(f), durationText(f.Delay)})
}

// UnmarshalJSON reads the delay in words and refuses members that it does not know.
func (f *Fault) UnmarshalJSON(raw []byte) error {
	var in faultJSON
	if err := decodeStrictly(raw, &in); err != nil {
		return err
	}
	delay, err := parseDuration(in.Delay)
	if err != nil {
		return err
	}
	*f = Fault(in.plainFault)
	f.Delay = delay
	return nil
}
