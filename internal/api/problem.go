package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/team-idc/team/internal/access"
)

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// Problem is an error as RFC 9457 has it, with a stable code: those of problemKinds.
type Problem struct { //nolint:errname // RFC 9457 calls it a problem
	Type   string `json:"type" doc:"Names the kind of problem"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code" doc:"Stable name of what went wrong"`
	Detail string `json:"detail" doc:"A sentence for people"`
	// Errors say where the input is wrong; what was sent is never repeated.
	Errors []FieldError `json:"errors,omitempty" doc:"Where the input is wrong"`
	// Reasons are the policies' reasons of a not_allowed.
	Reasons []Reason `json:"reasons,omitempty" doc:"The policies' reasons"`
	// StepUp is what is missing of a step_up_required.
	StepUp *NeededProof `json:"stepUp,omitempty" doc:"What fresh proof is missing"`
	// Reference is of what was refused before the API saw it, by the firewall or the edge.
	Reference string `json:"reference,omitempty" doc:"Of what was refused before the API saw it, such as a blocked: its name in TEAM's log"`
	Sandbox   bool   `json:"sandbox,omitempty" doc:"The AWS behind this deployment is simulated"`
}

// FieldError says what is wrong with one part of the input.
type FieldError struct {
	Location string `json:"location,omitempty" doc:"body.targets[0].accountId, query.limit, …"`
	Message  string `json:"message"`
}

// Error is the code and the sentence.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType of a problem's JSON.
func (p *Problem) ContentType(string) string { return ProblemType }

// statuses is the one place where codes become HTTP statuses.
var statuses = map[access.Code]int{
	access.CodeInvalid:     http.StatusUnprocessableEntity,
	access.CodeNotFound:    http.StatusNotFound,
	access.CodeForbidden:   http.StatusForbidden,
	access.CodeNotAllowed:  http.StatusForbidden,
	access.CodeStepUp:      http.StatusForbidden,
	access.CodeConflict:    http.StatusConflict,
	access.CodeStale:       http.StatusPreconditionFailed,
	access.CodeUnavailable: http.StatusServiceUnavailable,
	access.CodeHeld:        http.StatusServiceUnavailable,
}

// codes names what goes wrong before a use case is reached.
var codes = map[int]string{
	http.StatusBadRequest:            "malformed",
	http.StatusUnauthorized:          "unauthenticated",
	http.StatusForbidden:             "forbidden",
	http.StatusNotFound:              "not_found",
	http.StatusMethodNotAllowed:      "method_not_allowed",
	http.StatusNotAcceptable:         "not_acceptable",
	http.StatusRequestTimeout:        "timeout",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType:  "unsupported_media_type",
	http.StatusUnprocessableEntity:   "invalid",
	http.StatusServiceUnavailable:    "unavailable",
}

func newProblem(status int, code, detail string) *Problem {
	return &Problem{Type: "urn:team-idc:problem:" + code, Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// problem turns an error of an operation into an answer. What is no refusal with a sentence is logged, and the caller
// told no more than that it happened (P10).
func (s *server) problem(ctx context.Context, operation string, err error) *Problem {
	if ready, ok := errors.AsType[*Problem](err); ok {
		return ready
	}
	if errors.Is(err, context.Canceled) {
		return newProblem(http.StatusServiceUnavailable, "unavailable", "the call was given up before it was answered")
	}
	refusal, ok := errors.AsType[*access.Error](s.Unreachable(err))
	if !ok {
		s.Log.ErrorContext(ctx, "operation failed", slog.String("operation", operation), slog.Any("error", err))
		return newProblem(http.StatusInternalServerError, "internal", "something went wrong inside TEAM; the log says what")
	}
	if by := callerFrom(ctx); (refusal.Code == access.CodeNotFound || refusal.Code == access.CodeForbidden) && s.hidden(ctx, by) {
		refusal = errUnconfirmed
	}
	if refusal.Err != nil {
		s.Log.WarnContext(ctx, "operation refused", slog.String("operation", operation), slog.Any("error", err))
	}
	p := newProblem(statuses[refusal.Code], string(refusal.Code), refusal.Message)
	if refusal.Field != "" {
		p.Errors = []FieldError{{Location: location(refusal.Field), Message: refusal.Message}}
	}
	for _, also := range refusal.Also {
		p.Errors = append(p.Errors, FieldError{Location: location(also.Field), Message: also.Message})
	}
	p.Reasons = reasonsOf(refusal.Reasons)
	p.StepUp = neededProof(refusal.StepUp)
	return p
}

// members are the fields of the use cases that have another name here.
var members = map[string]string{
	"beneficiary": "beneficiaryId", "owner": "ownerId", "lifetime": "lifetimeSeconds",
	"duration": "durationSeconds", "maxDuration": "maxDurationSeconds", "minDuration": "minDurationSeconds",
	"pendingExpiry": "pendingExpirySeconds", "startHorizon": "startHorizonSeconds", "activationDeadline": "activationDeadlineSeconds",
}

func memberOf(field string) string {
	if member, ok := members[field]; ok {
		return member
	}
	if strings.HasPrefix(field, "stepUp.") && strings.HasSuffix(field, ".maxAge") { // of each act, or of a policy
		return field + "Seconds"
	}
	return field
}

// location of a field: in the body, unless it says itself where it is.
func location(field string) string {
	if strings.HasPrefix(field, "query.") {
		return field
	}
	return "body." + memberOf(field)
}

// toProblem gives huma's own errors the form of all others, without the values that were sent.
func (s *server) toProblem(_ huma.Context, _ string, v any) (any, error) {
	var p *Problem
	switch v := v.(type) {
	case *huma.ErrorModel:
		code, ok := codes[v.Status]
		if !ok {
			code = "internal"
		}
		p = newProblem(v.Status, code, detailOf(v))
		for _, e := range v.Errors {
			p.Errors = append(p.Errors, FieldError{Location: e.Location, Message: withoutValues(e.Message)})
		}
	case *Problem:
		p = v
	default:
		return v, nil
	}
	p.Sandbox = s.Sandbox
	return p, nil
}

func detailOf(v *huma.ErrorModel) string {
	if v.Status == http.StatusUnprocessableEntity {
		return "the input is not valid; errors say where"
	}
	if v.Status == http.StatusRequestEntityTooLarge {
		return fmt.Sprintf("the request is larger than %d KiB", maxBody>>10)
	}
	return v.Detail
}

// withoutValues keeps the JSON decoder from quoting what was sent.
func withoutValues(message string) string {
	switch {
	case strings.Contains(message, "cannot unmarshal"), strings.Contains(message, "parsing time"):
		return "a value is of another type than expected, or out of its range"
	case strings.Contains(message, "invalid character"), strings.Contains(message, "unexpected end"):
		return "this is not JSON"
	case idPattern.MatchString(message):
		return idPattern.ReplaceAllString(message, "expected an id, which begins with $1")
	default:
		return message
	}
}

// idPattern is what huma says of text that is no id of ours; people know no regular expressions.
var idPattern = regexp.MustCompile(`^expected string to match pattern \^([a-z]+_)\[0-9a-f-\]\{36\}\$$`)

func (s *server) writeProblem(w http.ResponseWriter, status int, code, detail string) {
	p := newProblem(status, code, detail)
	p.Sandbox = s.Sandbox
	w.Header().Set("Content-Type", ProblemType)
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		s.Log.Debug("answer not written", slog.Any("error", err))
	}
}

func (s *server) problemSchema() *huma.Schema {
	return s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
}
