package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

// relation is what somebody is to TEAM, or to the request that an operation is about.
type relation uint8

const (
	public        relation = 1 << iota // everybody, signed in or not
	anyone                             // everybody who is signed in
	requester                          // who benefits from the request, or filed it
	decider                            // who may decide on a target of the request, or has
	administrator                      // in the settings' administrator group
	auditor                            // in the settings' auditor group
)

var relationNames = []struct {
	relation relation
	name     string
}{
	{public, "everybody"},
	{anyone, "everybody who is signed in"},
	{requester, "the requester"},
	{decider, "who may decide on it"},
	{administrator, "administrators"},
	{auditor, "auditors"},
}

// String lists the relations.
func (r relation) String() string {
	var names []string
	for _, n := range relationNames {
		if r&n.relation != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ", ")
}

// rule says who may call an operation.
type rule struct {
	may relation
	// refusal is the sentence for those who may not because of what they are. Operations on one request refuse with
	// the sentence of their use case, and to those who may not even see the request it does not exist.
	refusal string
}

const (
	seeing   = requester | decider | administrator | auditor
	watching = administrator | auditor
)

const (
	readPolicies   = "only administrators and auditors read policies and settings"
	changePolicies = "only administrators change policies and settings"
)

// rules is the one table of who may do what. Relations to TEAM itself are checked here, before the operation runs;
// relations to a request are facts that the use case checks inside its transaction, for a decision live (P5), and the
// table says what comes out. Changes of policies ask AWS besides whether the caller is an administrator at that moment.
// A test calls every operation as everybody and compares.
var rules = map[string]rule{
	"health":    {may: public},
	"readiness": {may: public},
	"read-me":   {may: anyone},

	"create-request":  {may: anyone},
	"preview-request": {may: anyone},
	"list-requests":   {may: anyone}, // its own or what it may decide; scope=all: see scopeAll
	"read-request":    {may: seeing},
	"cancel-request":  {may: requester},
	"approve-request": {may: decider},
	"reject-request":  {may: decider},

	"list-elevations":   {may: anyone}, // as list-requests
	"read-elevation":    {may: seeing},
	"release-elevation": {may: requester},
	"revoke-elevation":  {may: decider | administrator},
	"extend-elevation":  {may: requester},
	"retry-elevation":   {may: requester | administrator},

	"list-requestable": {may: anyone},

	"list-policies":              {may: watching, refusal: readPolicies},
	"read-eligibility-policy":    {may: watching, refusal: readPolicies},
	"read-approver-policy":       {may: watching, refusal: readPolicies},
	"list-policy-versions":       {may: watching, refusal: readPolicies},
	"read-settings":              {may: watching, refusal: readPolicies},
	"explain-policies":           {may: watching, refusal: readPolicies},
	"plan-documents":             {may: watching, refusal: readPolicies},
	"lint-policies":              {may: watching, refusal: readPolicies},
	"lint-documents":             {may: watching, refusal: readPolicies},
	"read-documents":             {may: watching, refusal: readPolicies},
	"list-proposals":             {may: watching, refusal: readPolicies},
	"read-proposal":              {may: watching, refusal: readPolicies},
	"create-eligibility-policy":  {may: administrator, refusal: changePolicies},
	"replace-eligibility-policy": {may: administrator, refusal: changePolicies},
	"delete-eligibility-policy":  {may: administrator, refusal: changePolicies},
	"create-approver-policy":     {may: administrator, refusal: changePolicies},
	"replace-approver-policy":    {may: administrator, refusal: changePolicies},
	"delete-approver-policy":     {may: administrator, refusal: changePolicies},
	"replace-settings":           {may: administrator, refusal: changePolicies},
	"apply-documents":            {may: administrator, refusal: changePolicies},
	"agree-proposal":             {may: administrator, refusal: changePolicies}, // another one than its author
	"refuse-proposal":            {may: administrator, refusal: changePolicies}, // as above
	"withdraw-proposal":          {may: administrator, refusal: changePolicies}, // its author

	"search-accounts":        {may: anyone},
	"search-ous":             {may: anyone},
	"search-permission-sets": {may: anyone},
	"search-users":           {may: watching, refusal: "only administrators and auditors can search users"},
	"search-groups":          {may: watching, refusal: "only administrators and auditors can search groups"},
	"read-directory-status":  {may: watching, refusal: "only administrators and auditors see how the directory is read"},

	"list-assignments": {may: watching, refusal: "only administrators and auditors see assignments"},
	"list-alarms":      {may: watching, refusal: "only administrators and auditors see alarms"},
	"list-events":      {may: anyone}, // of its own requests, or of a request it may see; all: watching

	"read-deployment":  {may: watching, refusal: "only administrators and auditors see how the deployment stands"},
	"release-recovery": {may: administrator, refusal: "only administrators can release recovery mode"},
}

// scopeAll is the rule for lists of everybody's.
var scopeAll = rule{may: watching, refusal: "only administrators and auditors see everybody's; ask for scope=mine"}

// ofRequest are the relations that only a use case can know.
const ofRequest = requester | decider

// check refuses who may not because of what they are to TEAM itself.
func (r rule) check(who access.Actor) error {
	if r.may&(public|anyone|ofRequest) != 0 || r.has(who) {
		return nil
	}
	return &access.Error{Code: access.CodeForbidden, Message: r.refusal}
}

// has says whether the caller has one of the rule's relations to TEAM itself.
func (r rule) has(who access.Actor) bool {
	return r.may&administrator != 0 && who.Administrator || r.may&auditor != 0 && who.Auditor
}

type callerKey struct{}

func callerFrom(ctx context.Context) access.Actor {
	who, _ := ctx.Value(callerKey{}).(access.Actor)
	return who
}

// authorize runs before every operation: it finds out who calls, and applies the operation's rule.
func (s *server) authorize(ctx huma.Context, next func(huma.Context)) {
	id := ctx.Operation().OperationID
	r, ok := rules[id]
	switch {
	case !ok:
		s.refuse(ctx, newProblem(http.StatusForbidden, "forbidden", "nobody may do this"))
		return
	case r.may == public:
		next(ctx)
		return
	}
	who, problem := s.authenticate(ctx)
	if problem != nil {
		s.refuse(ctx, problem)
		return
	}
	if err := r.check(who); err != nil {
		s.refuse(ctx, s.problem(ctx.Context(), id, err))
		return
	}
	next(huma.WithValue(ctx, callerKey{}, who))
}

func (s *server) authenticate(ctx huma.Context) (access.Actor, *Problem) {
	scheme, token, _ := strings.Cut(ctx.Header("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return access.Actor{}, newProblem(http.StatusUnauthorized, "unauthenticated", "sign in first: send a token as Authorization: Bearer")
	}
	who, err := s.Authenticator.Authenticate(ctx.Context(), token)
	switch {
	case err == nil:
		return who, nil
	case errors.Is(err, identity.ErrNobody):
		return access.Actor{}, newProblem(http.StatusUnauthorized, "unauthenticated", "the token is not valid, or not any more")
	default:
		s.Log.ErrorContext(ctx.Context(), "authentication failed", slog.Any("error", err))
		return access.Actor{}, newProblem(http.StatusServiceUnavailable, "unavailable", "who you are could not be established; try again shortly")
	}
}

func (s *server) refuse(ctx huma.Context, p *Problem) {
	if p.Status == http.StatusUnauthorized {
		ctx.SetHeader("WWW-Authenticate", "Bearer")
	}
	ctx.SetHeader("Content-Type", ProblemType)
	ctx.SetStatus(p.Status)
	p.Sandbox = s.Sandbox
	if err := s.huma.Marshal(ctx.BodyWriter(), "application/json", p); err != nil {
		s.Log.DebugContext(ctx.Context(), "answer not written", slog.Any("error", err))
	}
}

// hide makes a request that the caller may not see not exist for them: a refusal about it would tell that it does.
func (s *server) hide(ctx context.Context, by access.Actor, what, id string, err error) error {
	if access.CodeOf(err) != access.CodeForbidden {
		return err
	}
	var seeErr error
	if what == "request" {
		_, seeErr = s.Access.Read(ctx, by, id)
	} else {
		_, _, _, seeErr = s.Access.ReadElevation(ctx, by, id)
	}
	if seeErr != nil {
		return seeErr
	}
	return err
}
