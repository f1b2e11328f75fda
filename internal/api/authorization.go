package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/identity"
)

// relation is what somebody is to TEAM, or to the request that an operation is about.
type relation uint16

const (
	public        relation = 1 << iota // everybody, signed in or not
	anyone                             // everybody who is signed in
	requester                          // who benefits from the request, or filed it
	decider                            // who may decide on a target of the request, or has
	administrator                      // in the settings' administrator group
	auditor                            // in the settings' auditor group
	owner                              // whose the token, sign-in, passkey or machine client is that the operation is about
	people                             // every person who is signed in; no machine client
	proposer                           // a machine client that may propose changes: an administrator owns it and issued its token
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
	{owner, "whose token, sign-in, passkey or machine client it is"},
	{people, "every person who is signed in"},
	{proposer, "machine clients that may propose changes"},
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
	// needs is the scope that the caller's token must have, whoever they are.
	needs access.Scope
	// person asks people to be signed in: a token of theirs, which can be copied without anybody noticing, is not enough.
	// Machine clients have tokens only, and relations of their own.
	person bool
	// atOnce has AWS asked now what the caller is, where up to a minute ago is too old. Use cases that decide, extend,
	// activate or change policies ask besides, inside their own rules.
	atOnce bool
	// watches goes on by itself while a page is open: it does not count as use of a sign-in that is over when left alone.
	watches bool
	// ends only takes away: it goes on while AWS cannot be asked what the caller is (P7).
	ends bool
	// refusal is the sentence for those who may not because of what they are. Operations on one request refuse with
	// the sentence of their use case, and to those who may not even see the request it does not exist.
	refusal string
}

const (
	seeing   = requester | decider | administrator | auditor
	watching = administrator | auditor
	reading  = watching | proposer
	changing = administrator | proposer
)

// anyScope is for what every token may be used for.
const anyScope access.Scope = "any"

const (
	readPolicies     = "only administrators and auditors read policies and settings"
	changePolicies   = "only administrators change policies and settings"
	decideIdentities = "only administrators decide who somebody is"
	ofPeople         = "only people have preferences, machine clients have none"
)

// rules is the one table of who may do what. Relations to TEAM itself are checked here, before the operation runs;
// relations to a request are facts that the use case checks inside its transaction, for a decision live (P5), and the
// table says what comes out. Changes of policies ask AWS besides whether the caller is an administrator at that moment.
// A test calls every operation as everybody and compares.
var rules = map[string]rule{
	"health":    {may: public},
	"readiness": {may: public},
	"read-me":   {may: anyone, needs: anyScope},

	// How pages look to somebody is nothing but theirs; whoever may read as them may also change that.
	"read-preferences": {may: people, needs: access.ScopeRead, refusal: ofPeople},
	"set-preference":   {may: people, needs: access.ScopeRead, refusal: ofPeople},

	"create-request":  {may: anyone, needs: access.ScopeRequest},
	"preview-request": {may: anyone, needs: access.ScopeRequest},
	"list-requests":   {may: anyone, needs: access.ScopeRead}, // its own or what it may decide; scope=all: see scopeAll
	"read-request":    {may: seeing, needs: access.ScopeRead},
	"cancel-request":  {may: requester, needs: access.ScopeRequest, ends: true},
	"approve-request": {may: decider, needs: access.ScopeDecide, person: true},
	"reject-request":  {may: decider, needs: access.ScopeDecide, person: true},

	"list-elevations":   {may: anyone, needs: access.ScopeRead}, // as list-requests
	"read-elevation":    {may: seeing, needs: access.ScopeRead},
	"release-elevation": {may: requester, needs: access.ScopeRequest, ends: true},
	"revoke-elevation":  {may: decider | administrator, needs: access.ScopeRevoke, ends: true},
	"extend-elevation":  {may: requester, needs: access.ScopeRequest},
	"retry-elevation":   {may: requester | administrator, needs: access.ScopeRequest},

	"list-requestable": {may: anyone, needs: access.ScopeRead},

	"list-policies":              {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"read-eligibility-policy":    {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"read-approver-policy":       {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"list-policy-versions":       {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"read-settings":              {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"explain-policies":           {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"plan-documents":             {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"preview-policy":             {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"preview-proposal":           {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"lint-policies":              {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"lint-documents":             {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"read-documents":             {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"list-proposals":             {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"read-proposal":              {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"create-eligibility-policy":  {may: changing, needs: access.ScopePolicies, person: true, refusal: changePolicies},
	"replace-eligibility-policy": {may: changing, needs: access.ScopePolicies, person: true, refusal: changePolicies},
	"delete-eligibility-policy":  {may: changing, needs: access.ScopePolicies, person: true, refusal: changePolicies},
	"create-approver-policy":     {may: changing, needs: access.ScopePolicies, person: true, refusal: changePolicies},
	"replace-approver-policy":    {may: changing, needs: access.ScopePolicies, person: true, refusal: changePolicies},
	"delete-approver-policy":     {may: changing, needs: access.ScopePolicies, person: true, refusal: changePolicies},
	"replace-settings":           {may: changing, needs: access.ScopeSettings, person: true, refusal: changePolicies},
	"list-protected-accounts":    {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"replace-protected-accounts": {may: changing, needs: access.ScopeSettings, person: true, refusal: changePolicies},
	"add-protected-account":      {may: changing, needs: access.ScopeSettings, person: true, refusal: changePolicies},
	"remove-protected-account":   {may: changing, needs: access.ScopeSettings, person: true, refusal: changePolicies},
	"apply-documents":            {may: changing, needs: access.ScopePolicies, person: true, refusal: changePolicies},
	"agree-proposal":             {may: administrator, needs: access.ScopePolicies, person: true, refusal: changePolicies}, // another one than its author
	"refuse-proposal":            {may: administrator, needs: access.ScopePolicies, person: true, refusal: changePolicies}, // as above
	"withdraw-proposal":          {may: changing, needs: access.ScopePolicies, person: true, refusal: changePolicies},      // its author

	"search-accounts":        {may: anyone, needs: access.ScopeRead},
	"search-ous":             {may: anyone, needs: access.ScopeRead},
	"search-permission-sets": {may: anyone, needs: access.ScopeRead},
	"search-users":           {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors can search users"},
	"search-groups":          {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors can search groups"},
	"read-directory-status":  {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors see how the directory is read"},
	"sync-directory":         {may: administrator, needs: access.ScopeOperate, refusal: "only administrators can have the directory read"},

	"list-assignments": {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors see assignments"},
	"list-alarms":      {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors see alarms"},
	"list-events":      {may: anyone, needs: access.ScopeRead},                // of its own requests, or of a request it may see; all: watching
	"stream-events":    {may: anyone, needs: access.ScopeRead, watches: true}, // as list-events

	"list-tokens":     {may: anyone, needs: access.ScopeTokens},                             // its own; scope=all: see scopeAll
	"create-token":    {may: anyone, needs: access.ScopeTokens, person: true, atOnce: true}, // its own; of machine clients: administrators
	"revoke-token":    {may: owner | administrator, needs: access.ScopeTokens, person: true, ends: true},
	"list-machines":   {may: anyone, needs: access.ScopeRead}, // as list-tokens
	"read-machine":    {may: owner | watching, needs: access.ScopeRead},
	"create-machine":  {may: administrator, needs: access.ScopeTokens, person: true, atOnce: true, refusal: "only administrators make machine clients"},
	"replace-machine": {may: administrator, needs: access.ScopeTokens, person: true, atOnce: true, refusal: "only administrators change machine clients"},
	"disable-machine": {may: owner | administrator, needs: access.ScopeTokens, person: true, ends: true},
	"enable-machine":  {may: administrator, needs: access.ScopeTokens, person: true, atOnce: true, refusal: "only administrators enable machine clients"},

	"list-sign-ins": {may: anyone, needs: access.ScopeRead}, // its own; scope=all: see scopeAll
	"end-sign-in":   {may: owner | administrator, needs: access.ScopeTokens, person: true, ends: true},
	"end-sign-ins":  {may: anyone, needs: access.ScopeTokens, person: true, ends: true}, // its own; of others: administrators

	"list-identities":  {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors see whom identities stand for"},
	"confirm-identity": {may: administrator, needs: access.ScopeTokens, person: true, atOnce: true, refusal: decideIdentities}, // another one than it is about
	"refuse-identity":  {may: administrator, needs: access.ScopeTokens, person: true, atOnce: true, refusal: decideIdentities}, // as above

	"list-passkeys":        {may: anyone, needs: access.ScopeRead}, // as list-tokens
	"begin-passkey":        {may: anyone, needs: access.ScopeTokens, person: true},
	"finish-passkey":       {may: anyone, needs: access.ScopeTokens, person: true},
	"begin-passkey-proof":  {may: anyone, needs: access.ScopeTokens, person: true},
	"finish-passkey-proof": {may: anyone, needs: access.ScopeTokens, person: true},
	"consent-passkey":      {may: administrator, needs: access.ScopeTokens, person: true, atOnce: true, refusal: "only administrators consent to passkeys"},
	"remove-passkey":       {may: owner | administrator, needs: access.ScopeTokens, person: true, ends: true},
	"list-machine-keyless": {may: owner | watching, needs: access.ScopeRead},
	"add-machine-keyless": {
		may: administrator, needs: access.ScopeTokens, person: true, atOnce: true,
		refusal: "only administrators say by which claims machine clients are known",
	},
	"remove-machine-keyless": {may: owner | administrator, needs: access.ScopeTokens, person: true, ends: true},
	"create-machine-token":   {may: public}, // who has an ID token of a trusted issuer, which is verified

	// Exports give what their lists give, to the same people; a test compares the rows.
	"export-requests":        {may: anyone, needs: access.ScopeRead},
	"export-elevations":      {may: anyone, needs: access.ScopeRead},
	"export-assignments":     {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors see assignments"},
	"export-alarms":          {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors see alarms"},
	"export-events":          {may: anyone, needs: access.ScopeRead},
	"export-policies":        {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"export-proposals":       {may: reading, needs: access.ScopeRead, refusal: readPolicies},
	"export-accounts":        {may: anyone, needs: access.ScopeRead},
	"export-ous":             {may: anyone, needs: access.ScopeRead},
	"export-permission-sets": {may: anyone, needs: access.ScopeRead},
	"export-users":           {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors can search users"},
	"export-groups":          {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors can search groups"},
	"export-tokens":          {may: anyone, needs: access.ScopeTokens},
	"export-machines":        {may: anyone, needs: access.ScopeRead},
	"export-sign-ins":        {may: anyone, needs: access.ScopeRead},
	"export-identities":      {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors see whom identities stand for"},
	"export-passkeys":        {may: anyone, needs: access.ScopeRead},

	"read-statistics": {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors see statistics of everybody"},

	"read-deployment":  {may: watching, needs: access.ScopeRead, refusal: "only administrators and auditors see how the deployment stands"},
	"release-recovery": {may: administrator, needs: access.ScopeOperate, person: true, atOnce: true, refusal: "only administrators can release recovery mode"},
}

// scopeAll is the rule for lists of everybody's, beside that of the list itself.
var scopeAll = rule{may: watching, needs: anyScope, refusal: "only administrators and auditors see everybody's; ask for scope=mine"}

// ofRequest are the relations that only a use case can know.
const ofRequest = requester | decider | owner

// check refuses who may not because of how they authenticated, of what their token is for, or of what they are to TEAM
// itself.
func (r rule) check(who access.Actor) error {
	if r.person && who.Kind == audit.Person && !who.SignedIn() {
		return &access.Error{Code: access.CodeForbidden, Message: "this needs somebody who is signed in, and is not for tokens: " +
			"sign in with the browser or with team login"}
	}
	if r.needs != anyScope {
		if err := needs(who, r.needs); err != nil {
			return err
		}
	}
	if r.may&(public|anyone|ofRequest) != 0 || r.has(who) {
		return nil
	}
	if who.Unconfirmed {
		return errUnconfirmed
	}
	refusal := r.refusal
	if r.may&proposer != 0 && who.Kind == audit.Machine {
		refusal += ", and machine clients that an administrator owns, with a token that the same person issued"
	}
	return &access.Error{Code: access.CodeForbidden, Message: refusal}
}

// confirmed refuses changes while AWS cannot be asked what the caller is (P9), but for those that only take away (P7).
func (r rule) confirmed(who access.Actor, method string) error {
	if who.Unconfirmed && method != http.MethodGet && !r.ends {
		return errUnconfirmed
	}
	return nil
}

var errUnconfirmed = &access.Error{
	Code: access.CodeUnavailable, Message: "AWS does not say just now what you are, so nothing was done; try again shortly",
}

// hidden says whether the caller would perhaps see more if AWS said what they are: they have a role by the directory, and none
// for now. To them part of a list is no list, and what they are not shown is not what does not exist (P9).
func (s *server) hidden(ctx context.Context, by access.Actor) bool {
	return by.Unconfirmed && !by.Administrator && s.Access.RolesByDirectory(ctx, by) != access.Roles{}
}

// has says whether the caller has one of the rule's relations to TEAM itself.
func (r rule) has(who access.Actor) bool {
	return r.may&administrator != 0 && who.Administrator || r.may&auditor != 0 && who.Auditor || r.may&proposer != 0 && who.Proposer ||
		r.may&people != 0 && who.Kind == audit.Person
}

// needs refuses a token without a scope. What an operation changes can need one more than the table says: a settings
// document among those of policies.
func needs(who access.Actor, scope access.Scope) error {
	if who.May(scope) {
		return nil
	}
	has := "it has none"
	if len(who.Scopes) > 0 {
		has = "it has " + listed(wordsOf(who.Scopes))
	}
	return &access.Error{Code: access.CodeForbidden, Message: "this needs a token with the scope " + string(scope) + "; " + has}
}

func wordsOf(scopes []access.Scope) []string {
	words := make([]string, 0, len(scopes))
	for _, s := range scopes {
		words = append(words, string(s))
	}
	return words
}

type callerKey struct{}

func callerFrom(ctx context.Context) access.Actor {
	who, _ := ctx.Value(callerKey{}).(access.Actor)
	return who
}

// authorize runs before every operation: it finds out who calls, and applies the operation's rule.
func (s *server) authorize(ctx huma.Context, next func(huma.Context)) {
	id := ctx.Operation().OperationID
	named(ctx.Context(), id)
	about(ctx.Context(), ctx.Param("id"))
	r, ok := rules[id]
	switch {
	case !ok:
		s.refuse(ctx, newProblem(http.StatusForbidden, "forbidden", "nobody may do this"))
		return
	case r.may == public:
		next(ctx)
		return
	}
	// Within one call AWS is not asked the same twice.
	ctx = huma.WithContext(ctx, directory.InCall(ctx.Context()))
	sent := credentialsOf(ctx)
	asking := ctx.Context()
	if r.atOnce {
		asking = identity.AtOnce(asking)
	}
	if r.watches {
		asking = identity.Watching(asking)
	}
	who, problem := s.authenticate(asking, sent)
	if problem != nil {
		s.refuse(ctx, problem)
		return
	}
	if wait := edge.From(ctx.Context()).Caller(who.UserID, who.MachineID, who.SignInID); wait > 0 {
		ctx.SetHeader("Retry-After", edge.RetryAfter(wait))
		s.refuse(ctx, newProblem(http.StatusTooManyRequests, "too_many", edge.TooMany(wait)))
		return
	}
	if r.ends && who.Unconfirmed && who.Kind == audit.Person {
		who.Administrator = s.Access.RolesByDirectory(ctx.Context(), who).Administrator // P7
	}
	err := r.check(who)
	if err == nil {
		err = r.confirmed(who, ctx.Method())
	}
	if err != nil {
		s.refuse(ctx, s.problem(ctx.Context(), id, err))
		return
	}
	again := func(c context.Context) (access.Actor, error) {
		who, problem := s.authenticate(identity.Watching(directory.InCall(c)), sent)
		if problem != nil {
			return who, problem
		}
		return who, r.check(who)
	}
	next(huma.WithValue(huma.WithValue(ctx, callerKey{}, who), againKey{}, again))
}

// againKey is where an operation that lasts finds how to ask once more who calls, and whether they still may.
type againKey struct{}

func whoAgain(ctx context.Context) func(context.Context) (access.Actor, error) {
	again, _ := ctx.Value(againKey{}).(func(context.Context) (access.Actor, error))
	return again
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
