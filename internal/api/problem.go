package api

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// Problem is an error as RFC 9457 has it, with a stable code.
type Problem struct {
	Type   string `json:"type" doc:"Names the kind of problem"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code" doc:"invalid, malformed, too_large, unauthenticated, forbidden, not_found, not_allowed, conflict, stale, held, unavailable, internal, …"`
	Detail string `json:"detail" doc:"A sentence for people"`
	// Errors say where the input is wrong; what was sent is never repeated.
	Errors []FieldError `json:"errors,omitempty"`
	// Reasons are the policies' reasons of a not_allowed.
	Reasons []Reason `json:"reasons,omitempty"`
	Sandbox bool     `json:"sandbox,omitempty"`
}

// FieldError says what is wrong with one part of the input.
type FieldError struct {
	Location string `json:"location,omitempty" doc:"body.targets[0].accountId, query.limit, …"`
	Message  string `json:"message"`
}

// Error is the code and the sentence.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }
