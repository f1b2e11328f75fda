package risk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Codes of what is risky beside the groups of actions.
const (
	CodeEverythingAllowed      = "everything_allowed"
	CodeNotActionAllowed       = "not_action_allowed"
	CodeRiskyManagedPolicy     = "risky_managed_policy"
	CodeCustomerPolicyUnread   = "customer_policy_unread"
	CodeInlinePolicyUnreadable = "inline_policy_unreadable"
	CodeLongSession            = "long_session"
)

// LongSession is the longest session duration that is no risk of its own: credentials taken at the last moment work
// that much longer than the elevation.
const LongSession = time.Hour

// Risk is one thing that makes a permission set dangerous.
type Risk struct {
	Code string
	// Slight: somebody should know, but nobody need act.
	Slight bool
	// Text says what it is, beginning with the permission set's name.
	Text string
	// Where it comes from: "inline policy, statement 2 (Sid)", "managed policy AdministratorAccess", ….
	Where string
}

// Of says what is risky about a permission set, in a fixed order.
func Of(set directory.PermissionSet) []Risk {
	e := examine(set)
	risks := e.managedRisks()
	if e.inlineErr != nil {
		risks = append(risks, Risk{
			Code: CodeInlinePolicyUnreadable, Where: "inline policy",
			Text: fmt.Sprintf("%s has an inline policy that cannot be read (%v): what it allows is not known.", e.name, e.inlineErr),
		})
	}
	risks = append(risks, e.inlineRisks()...)
	for _, policy := range set.CustomerPolicies {
		risks = append(risks, Risk{
			Code: CodeCustomerPolicyUnread, Slight: true, Where: "customer-managed policy " + policy,
			Text: fmt.Sprintf("%s refers to the customer-managed policy %s. It is another in every account, and TEAM does not read it.", e.name, policy),
		})
	}
	if set.SessionDuration > LongSession {
		risks = append(risks, Risk{
			Code: CodeLongSession, Where: "session duration",
			Text: fmt.Sprintf("%s has a session duration of %s: credentials taken at the last moment work that much longer than the elevation.",
				e.name, policy.Spell(set.SessionDuration)),
		})
	}
	return risks
}

// examination is a permission set with its policies read.
type examination struct {
	set       directory.PermissionSet
	name      string
	inline    Document
	inlineErr error
	managed   map[string]managedPolicy
	// denies are the statements that take back without condition on every resource.
	denies []Statement
	// boundary of known content; nil where there is none or it is not known.
	boundary []Statement
}

func examine(set directory.PermissionSet) *examination {
	e := &examination{set: set, name: set.Name, managed: managedPolicies()}
	if e.name == "" {
		e.name = set.ARN
	}
	if strings.TrimSpace(set.InlinePolicy) != "" {
		e.inline, e.inlineErr = Parse(set.InlinePolicy)
	}
	statements := e.inline.Statements
	for _, arn := range set.ManagedPolicies {
		if name, ok := managedName(arn); ok {
			statements = slices.Concat(statements, e.managed[name].statements)
		}
	}
	for _, s := range statements {
		if s.Deny && !s.Conditional && everyResource(&s) {
			e.denies = append(e.denies, s)
		}
	}
	if name, ok := managedName(set.PermissionsBoundary); ok {
		e.boundary = e.managed[name].statements
	}
	return e
}

func everything(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return p != "" && strings.Trim(p, "*") == "" })
}

// everyResource says whether a statement is about every resource.
func everyResource(s *Statement) bool { return everything(s.Resources) }

// grant is what a statement gives of a group of actions.
type grant struct {
	actions []string // that are given
	bounded []string // that are not, by the boundary
}

func (g grant) any() bool { return len(g.actions)+len(g.bounded) > 0 }

func (e *examination) grantOf(s *Statement, g *group) grant {
	var out grant
	if s.Deny || (g.everywhere != nil && !slices.ContainsFunc(g.everywhere, s.matchesResource)) {
		return out
	}
	for _, action := range g.actions {
		switch {
		case !s.matchesAction(action), matchesAny(e.denies, action):
		case e.boundary != nil && !allows(e.boundary, action):
			out.bounded = append(out.bounded, action)
		default:
			out.actions = append(out.actions, action)
		}
	}
	return out
}

func matchesAny(statements []Statement, action string) bool {
	return slices.ContainsFunc(statements, func(s Statement) bool { return s.matchesAction(action) })
}

func allows(statements []Statement, action string) bool {
	allowed := false
	for i := range statements {
		s := &statements[i]
		if s.matchesAction(action) {
			if s.Deny {
				return false
			}
			allowed = true
		}
	}
	return allowed
}

// sweep is what a broad statement gives over all groups.
func (e *examination) sweep(statements []Statement) (given, bounded, denied []string) {
	for i := range groups {
		g := &groups[i]
		var sum grant
		matched := false
		for j := range statements {
			s := &statements[j]
			one := e.grantOf(s, g)
			sum.actions, sum.bounded = append(sum.actions, one.actions...), append(sum.bounded, one.bounded...)
			matched = matched || !s.Deny && slices.ContainsFunc(g.actions, s.matchesAction)
		}
		switch {
		case len(sum.actions) > 0:
			given = append(given, g.noun)
		case len(sum.bounded) > 0:
			bounded = append(bounded, g.noun)
		case matched:
			denied = append(denied, g.noun)
		}
	}
	return given, bounded, denied
}

// after says what deny statements and the boundary leave of it, as sentences that follow.
func (e *examination) after(bounded, denied []string) string {
	text := ""
	if len(denied) > 0 {
		text += fmt.Sprintf(" A deny statement takes back %s.", list(denied, len(denied)))
	}
	switch boundary := e.set.PermissionsBoundary; {
	case boundary == "":
	case e.boundary == nil:
		text += fmt.Sprintf(" What its permissions boundary %s takes back is not known.", boundaryName(boundary))
	case len(bounded) > 0:
		text += fmt.Sprintf(" Its permissions boundary %s takes back %s.", boundaryName(boundary), list(bounded, len(bounded)))
	}
	return text
}

func boundaryName(boundary string) string {
	if name, ok := managedName(boundary); ok {
		return name
	}
	return boundary
}

func (e *examination) managedRisks() []Risk {
	var risks []Risk
	for _, arn := range e.set.ManagedPolicies {
		name, ok := managedName(arn)
		known := e.managed[name]
		if !ok || known.reason == "" {
			continue
		}
		given, bounded, denied := e.sweep(known.statements)
		risks = append(risks, Risk{
			Code: CodeRiskyManagedPolicy, Slight: len(given) == 0, Where: "managed policy " + name,
			Text: fmt.Sprintf("%s has the AWS managed policy %s: %s.", e.name, name, known.reason) + e.after(bounded, denied),
		})
	}
	return risks
}

func (e *examination) inlineRisks() []Risk {
	var risks []Risk
	var chosen []numbered // statements that name their actions
	for i := range e.inline.Statements {
		s := numbered{&e.inline.Statements[i], i}
		switch {
		case s.Deny:
		case everything(s.Actions):
			risks = append(risks, e.broad(s, CodeEverythingAllowed, "allows every action"))
		case s.NotActions != nil:
			risks = append(risks, e.broad(s, CodeNotActionAllowed, "allows every action but "+list(s.NotActions, 3)))
		default:
			chosen = append(chosen, s)
		}
	}
	for i := range groups {
		if r, ok := e.groupRisk(&groups[i], chosen); ok {
			risks = append(risks, r)
		}
	}
	return risks
}

// numbered is a statement and where it stands.
type numbered struct {
	*Statement

	index int
}

func (n numbered) where() string {
	where := fmt.Sprintf("inline policy, statement %d", n.index+1)
	if n.Sid != "" {
		where += " (" + n.Sid + ")"
	}
	return where
}

// limits are what narrows a statement, as the end of a sentence.
func (n numbered) limits() string {
	limits := ""
	switch {
	case n.NotResources != nil:
		limits = ", on every resource but " + list(n.NotResources, 2)
	case !everything(n.Resources):
		limits = ", on " + list(n.Resources, 2)
	}
	if n.Conditional {
		limits += ", under a condition that is not looked at here"
	}
	return limits
}

func (e *examination) broad(s numbered, code, says string) Risk {
	given, bounded, denied := e.sweep([]Statement{*s.Statement})
	text := fmt.Sprintf("%s: statement %d of its inline policy %s%s.", e.name, s.index+1, says, s.limits())
	if len(given) > 0 {
		text += fmt.Sprintf(" Among it: %s.", list(given, len(given)))
	}
	return Risk{Code: code, Slight: len(given) == 0, Where: s.where(), Text: text + e.after(bounded, denied)}
}

// groupRisk tells of a group once, by the first statement that gives it.
func (e *examination) groupRisk(g *group, statements []numbered) (Risk, bool) {
	var by []numbered
	var sum grant
	for _, s := range statements {
		if one := e.grantOf(s.Statement, g); one.any() {
			by = append(by, s)
			sum.actions, sum.bounded = append(sum.actions, one.actions...), append(sum.bounded, one.bounded...)
		}
	}
	if len(by) == 0 {
		return Risk{}, false
	}
	first := by[0]
	text := fmt.Sprintf("%s can %s: statement %d of its inline policy allows %s%s.",
		e.name, g.power, first.index+1, list(first.spelled(slices.Concat(sum.actions, sum.bounded)), 3), first.limits())
	if more := len(by) - 1; more > 0 {
		text += fmt.Sprintf(" So do %d more of its statements.", more)
	}
	var bounded []string
	if len(sum.bounded) > 0 {
		bounded = []string{"part of it"}
		if len(sum.actions) == 0 {
			bounded = []string{"all of it"}
		}
	}
	return Risk{Code: g.code, Slight: len(sum.actions) == 0, Where: first.where(), Text: text + e.after(bounded, nil)}, true
}

// spelled are the patterns of a statement, as written, that are about one of the actions.
func (n numbered) spelled(actions []string) []string {
	var patterns []string
	for _, pattern := range n.Actions {
		low := strings.ToLower(pattern)
		if slices.ContainsFunc(actions, func(a string) bool { return wildcard(low, strings.ToLower(a)) }) {
			patterns = append(patterns, pattern)
		}
	}
	return patterns
}

// list joins the words, up to most of them: "a, b and 3 more".
func list(words []string, most int) string {
	words = slices.Compact(slices.Clone(words))
	switch n := len(words); {
	case n == 0:
		return "nothing"
	case n == 1:
		return words[0]
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), n-most)
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}
