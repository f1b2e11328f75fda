package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// problemKind is one kind of problem. What a code means never changes; new ones may come.
type problemKind struct {
	code   string
	status int
	means  string
	remedy string // what a client does about it
}

// problemKinds is the one table of what can go wrong, in the order of the documentation. The reference is made from
// it, and a test holds every code in the source against it.
var problemKinds = []problemKind{
	{"malformed", http.StatusBadRequest, "The body is no JSON, the address cannot be read, or the call says twice who makes it.", "Mend the client."},
	{"unauthenticated", http.StatusUnauthorized, "There is no token or sign-in, or it is not valid any more.", "Sign in, or get a new token."},
	{"forbidden", http.StatusForbidden, "It is not the caller's to do; the sentence says whose it is.", "Ask whom the sentence names."},
	{"not_allowed", http.StatusForbidden, "Policy says no; `reasons` hold each no with what would be a yes.", "Ask for something else, or for a policy."},
	{
		"step_up_required", http.StatusForbidden,
		"Whoever does this must have shown lately that it is really them; `stepUp` says how, and where. Nothing was changed.",
		"Show it in a browser, and repeat the call.",
	},
	{
		"blocked", http.StatusForbidden, "The firewall takes the request for an attack. `reference` is the decision's name in TEAM's log.",
		"Tell an administrator the reference.",
	},
	{"not_found", http.StatusNotFound, "There is no such thing, or the caller may not know of it.", "Check the id."},
	{"method_not_allowed", http.StatusMethodNotAllowed, "The path is right and the method is not; `Allow` lists those that are.", "Mend the client."},
	{"not_acceptable", http.StatusNotAcceptable, "The media type asked for is not offered.", "Accept application/json."},
	{"timeout", http.StatusRequestTimeout, "The body did not arrive in time.", "Send it again."},
	{"conflict", http.StatusConflict, "The state of the thing does not permit it.", "Read it again; there may be nothing left to do."},
	{
		"stale", http.StatusPreconditionFailed, "It is not at the version any more that `If-Match` names, or changed at this very moment.",
		"Read it again, look at what changed, and repeat what you still want with the new ETag.",
	},
	{"too_large", http.StatusRequestEntityTooLarge, "The body is larger than 1 MiB.", "Send less at once."},
	{"unsupported_media_type", http.StatusUnsupportedMediaType, "The body is not of a type that is understood.", "Send application/json."},
	{"invalid", http.StatusUnprocessableEntity, "The input is not valid; `errors` say where.", "Mend the input."},
	{
		"idempotency_mismatch", http.StatusUnprocessableEntity, "The `Idempotency-Key` was used for a call with another path or body.",
		"Use a new key for each thing you want.",
	},
	{
		"precondition_required", http.StatusPreconditionRequired, "The change could undo what somebody else did, and names no version.",
		"Read the thing and repeat its ETag as `If-Match`.",
	},
	{
		"misdirected", http.StatusMisdirectedRequest, "The request asks for TEAM under a name that it is not served under.",
		"Use the address of `public_url`.",
	},
	{"insecure", http.StatusForbidden, "The request came over a connection that is not encrypted.", "Use HTTPS."},
	{"cross_origin", http.StatusForbidden, "A page of another site sent the request.", "Call TEAM from its own pages, or without a browser."},
	{
		"too_many", http.StatusTooManyRequests, "The address, or the caller, asked for more within five minutes than is allowed.",
		"Wait as long as `Retry-After` says.",
	},
	{
		"too_many_streams", http.StatusTooManyRequests, "The caller, or everybody together, follows events as often as one may.",
		"Close one of the streams, or wait.",
	},
	{
		"too_many_exports", http.StatusTooManyRequests, "The caller has as many exports running as one may, or the replica has.",
		"Wait until one has ended, and try again.",
	},
	{"internal", http.StatusInternalServerError, "Something went wrong inside TEAM; its log says what.", "Tell who runs TEAM."},
	{
		"unavailable", http.StatusServiceUnavailable,
		"Something that the answer needs (AWS, the database) could not be read, so nothing was done.", "Try again shortly.",
	},
	{
		"held", http.StatusServiceUnavailable,
		"Grants and decisions wait: recovery mode, or a clock that is off. Access goes on being ended.", "Wait; administrators see why.",
	},
}

// ownProblems are what operations answer beside what all do that are called with the same kind of input.
var ownProblems = map[string][]string{
	"set-preference":    {"conflict"},
	"create-request":    {"not_allowed", "forbidden", "held", "conflict", "stale"},
	"preview-request":   {"forbidden"},
	"preview-policy":    {"forbidden", "not_found", "stale"},
	"preview-proposal":  {"forbidden", "conflict", "stale"},
	"approve-request":   {"forbidden", "conflict", "held", "stale", "not_allowed", "step_up_required"},
	"reject-request":    {"forbidden", "conflict", "held", "stale", "step_up_required"},
	"cancel-request":    {"forbidden", "conflict", "stale"},
	"release-elevation": {"forbidden", "conflict", "stale"},
	"revoke-elevation":  {"forbidden", "conflict", "stale"},
	"extend-elevation":  {"forbidden", "not_allowed", "conflict", "held", "stale"},
	"retry-elevation":   {"forbidden", "not_allowed", "conflict", "held", "stale"},
	"list-requests":     {"forbidden"}, // of everybody
	"list-elevations":   {"forbidden"},
	"list-events":       {"not_found"}, // of a request
	"stream-events":     {"not_found", "conflict", "too_many_streams"},
	"export-events":     {"not_found"}, // as the list
	"export-tokens":     {"not_found"}, // as the list

	"create-eligibility-policy":  {"held", "conflict", "stale", "step_up_required"},
	"create-approver-policy":     {"held", "conflict", "stale", "step_up_required"},
	"replace-eligibility-policy": {"held", "conflict", "stale", "precondition_required", "step_up_required"},
	"replace-approver-policy":    {"held", "conflict", "stale", "precondition_required", "step_up_required"},
	"replace-settings":           {"held", "conflict", "stale", "precondition_required", "step_up_required"},
	"delete-eligibility-policy":  {"held", "conflict", "stale", "precondition_required", "step_up_required"},
	"delete-approver-policy":     {"held", "conflict", "stale", "precondition_required", "step_up_required"},
	"replace-protected-accounts": {"held", "conflict", "stale", "precondition_required", "step_up_required"},
	"add-protected-account":      {"held", "conflict", "stale", "step_up_required"},
	"remove-protected-account":   {"held", "conflict", "stale", "step_up_required"},
	"apply-documents":            {"held", "conflict", "stale", "step_up_required"},
	"agree-proposal":             {"held", "conflict", "stale", "precondition_required", "not_found", "invalid", "step_up_required"},
	"refuse-proposal":            {"conflict", "stale"},
	"withdraw-proposal":          {"conflict", "stale"},
	"create-token":               {"forbidden", "not_found", "conflict", "step_up_required"},
	"revoke-token":               {"forbidden", "conflict"},
	"list-tokens":                {"forbidden", "not_found"},
	"list-machines":              {"forbidden"}, // of everybody
	"create-machine":             {"conflict"},
	"replace-machine":            {"conflict", "stale", "precondition_required", "step_up_required"},
	"disable-machine":            {"conflict", "stale"},
	"enable-machine":             {"conflict", "stale", "step_up_required"},
	"add-machine-keyless":        {"conflict", "stale", "step_up_required"},
	"remove-machine-keyless":     {"conflict", "stale"},
	"create-machine-token":       {"unauthenticated", "unavailable", "conflict", "stale"},

	"list-passkeys":        {"forbidden"}, // of everybody
	"begin-passkey":        {"forbidden", "conflict", "step_up_required"},
	"finish-passkey":       {"forbidden", "conflict"},
	"begin-passkey-proof":  {"forbidden", "conflict"},
	"finish-passkey-proof": {"forbidden", "conflict", "not_found"},
	"consent-passkey":      {"conflict", "stale", "step_up_required"},
	"remove-passkey":       {"stale", "step_up_required"},
	"end-sign-in":          {"forbidden"},
	"end-sign-ins":         {"forbidden", "conflict"},
	"list-sign-ins":        {"forbidden"}, // of everybody
	"confirm-identity":     {"conflict", "stale", "step_up_required"},
	"refuse-identity":      {"conflict", "stale"},

	"release-recovery": {"conflict"},
}

// problemsOf lists the codes that an operation may answer, in the order of the table.
func (s *server) problemsOf(op *huma.Operation, r rule) []string {
	may := append([]string{"malformed", "invalid", "internal"}, ownProblems[op.OperationID]...)
	may = append(may, edgeProblems(op)...)
	if r.may != public {
		may = append(may, "unauthenticated", "unavailable", "blocked") // the last by the firewall, which leaves the others alone
	}
	if r.may&(public|anyone|ofRequest) == 0 || (r.may != public && r.needs != anyScope) {
		may = append(may, "forbidden")
	}
	if strings.HasSuffix(op.Path, "/export") {
		may = append(may, "too_many_exports")
	}
	if strings.Contains(op.Path, "{") {
		may = append(may, "not_found")
	}
	if op.Method == http.MethodPost || op.Method == http.MethodPut {
		may = append(may, "too_large", "timeout", "unsupported_media_type")
	}
	if s.once[op.OperationID] {
		may = append(may, "idempotency_mismatch")
	}
	var codes []string
	for _, k := range problemKinds {
		if slices.Contains(may, k.code) {
			codes = append(codes, k.code)
		}
	}
	return codes
}

// edgeProblems are what may be answered before an operation is reached (package edge). That TEAM was asked for by another
// name, or in clear, is no answer of the operation that somebody meant.
func edgeProblems(op *huma.Operation) []string {
	var may []string
	if op.Path != "/healthz" && op.Path != "/readyz" {
		may = append(may, "too_many")
	}
	if op.Method != http.MethodGet {
		may = append(may, "cross_origin")
	}
	return may
}

// documentProblems adds an answer for each status that an operation's problems have.
func (s *server) documentProblems(op *huma.Operation, r rule) {
	codes := s.problemsOf(op, r)
	op.Extensions = map[string]any{"x-problem-codes": codes}
	for _, k := range problemKinds {
		if !slices.Contains(codes, k.code) {
			continue
		}
		status := strconv.Itoa(k.status)
		line := "`" + k.code + "`: " + k.means
		if known, ok := op.Responses[status]; ok {
			known.Description += "\n" + line
			continue
		}
		op.Responses[status] = &huma.Response{Description: line, Content: map[string]*huma.MediaType{ProblemType: {Schema: s.problemSchema()}}}
	}
}
