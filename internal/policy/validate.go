package policy

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Problem is what is wrong with one field of a policy or the settings.
type Problem struct {
	Field string `json:"field"` // as in JSON, with indexes: stages[1].required
	Code  string `json:"code"`
	Text  string `json:"text"`
}

// Codes of problems.
const (
	ProblemMissing   = "missing"
	ProblemTooMany   = "too_many"
	ProblemTooLong   = "too_long"
	ProblemBadText   = "bad_text"
	ProblemBadID     = "bad_id"
	ProblemDuplicate = "duplicate"
	ProblemRange     = "out_of_range"
	ProblemPattern   = "bad_pattern"
)

// Bounds of what is stored. The durations are those of the sample, to the minute instead of the hour.
const (
	MaxNameLength    = 200 // characters, any script
	MaxPatternLength = 500 // bytes
	MaxListLength    = 5000
	MaxTagValues     = 100
	MaxStages        = 5
	MaxRequired      = 20
	MaxMaxDuration   = 8000 * time.Hour
	MinMaxDuration   = time.Minute
	maxTagKey        = 128 // AWS Organizations: key 1 to 128, value up to 256 characters
	maxTagValue      = 256
	MinProofAge      = time.Minute // of a demand: less could not be met from a command line
	MaxProofAge      = 24 * time.Hour
	MaxACR           = 20
	maxACRLength     = 200 // characters
)

// The forms of AWS's ids, from the API models of identitystore, organizations and sso-admin. Owning a form does not
// make an id exist.
var (
	accountForm = regexp.MustCompile(`\A[0-9]{12}\z`)
	unitForm    = regexp.MustCompile(`\A(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})\z`)
	storeForm   = regexp.MustCompile(`\A([0-9a-f]{10}-)?[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}\z`)
	machineForm = regexp.MustCompile(`\Amch_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z`)
	setForm     = regexp.MustCompile(`\Aarn:aws[a-z-]*:sso:::permissionSet/(sso)?ins-[a-zA-Z0-9.-]{16}/ps-[a-zA-Z0-9./-]{16}\z`)
)

// Validate says what is wrong with the policy on its own; whether what it names exists is not looked at.
func (p *Eligibility) Validate() []Problem {
	var c checker
	c.name("name", p.Name)
	c.principals("owners", p.Owners, false)
	c.principals("principals", p.Principals, true)
	c.targets("targets", p.Targets, true)
	c.ids("permissionSets", p.PermissionSets, setForm, "the ARN of a permission set")
	c.atLeastOne("permissionSets", len(p.PermissionSets), "permission set")
	c.duration("maxDuration", p.MaxDuration, MinMaxDuration, MaxMaxDuration)
	c.pattern("ticketPattern", p.TicketPattern)
	c.ids("machines", p.Machines, machineForm, "the id of a machine client")
	return c.problems
}

// Validate says what is wrong with the policy on its own; whether what it names exists is not looked at.
func (p *Approver) Validate() []Problem {
	var c checker
	c.name("name", p.Name)
	c.principals("owners", p.Owners, false)
	c.targets("targets", p.Targets, false)
	c.ids("permissionSets", p.PermissionSets, setForm, "the ARN of a permission set")
	c.ids("requesterGroups", p.RequesterGroups, storeForm, "the id of a group")
	c.atLeastOne("stages", len(p.Stages), "stage")
	c.atMost("stages", len(p.Stages), MaxStages)
	for i, stage := range p.Stages {
		field := fmt.Sprintf("stages[%d]", i)
		c.principals(field+".approvers", stage.Approvers, true)
		c.number(field+".required", stage.Required, 1, MaxRequired)
		// Who is in a group is known only later; that users alone are too few is known now.
		if users := len(stage.Approvers.Users); len(stage.Approvers.Groups) == 0 && users > 0 && stage.Required > users {
			c.addf(field+".required", ProblemRange, "%d approvals are required, but only %s is named.",
				stage.Required, count(users, "person"))
		}
	}
	c.demand("stepUp", p.StepUp)
	return c.problems
}

// Validate says what is wrong with the settings on their own.
func (s *Settings) Validate() []Problem {
	var c checker
	c.pattern("ticketPattern", s.TicketPattern)
	c.duration("maxDuration", s.MaxDuration, MinMaxDuration, MaxMaxDuration)
	c.duration("minDuration", s.MinDuration, time.Second, MaxMaxDuration)
	if s.MinDuration > s.MaxDuration {
		c.addf("minDuration", ProblemRange, "The shortest request, %s, must not be longer than the longest, %s.",
			Spell(s.MinDuration), Spell(s.MaxDuration))
	}
	c.duration("pendingExpiry", s.PendingExpiry, time.Minute, MaxMaxDuration)
	c.duration("startHorizon", s.StartHorizon, 0, 366*24*time.Hour)
	c.duration("activationDeadline", s.ActivationDeadline, time.Minute, 24*time.Hour)
	c.number("maxExtensions", s.MaxExtensions, 0, 100)
	c.number("maxTargets", s.MaxTargets, 1, 500)
	c.ids("protectedAccounts", s.ProtectedAccounts, accountForm, "an account id of twelve digits")
	c.optionalGroup("administratorGroup", s.AdministratorGroup)
	c.optionalGroup("auditorGroup", s.AuditorGroup)
	if s.SecondAdministrator != SecondAuto && s.SecondAdministrator != SecondAlways {
		c.addf("secondAdministrator", ProblemRange, "It must be %q or %q.", SecondAuto, SecondAlways)
	}
	for _, act := range Acts() {
		c.demand("stepUp."+string(act), s.StepUp.Of(act))
	}
	c.issuers("trustedIssuers", s.TrustedIssuers)
	return c.problems
}

// checker collects problems field by field.
type checker struct{ problems []Problem }

func (c *checker) addf(field, code, format string, args ...any) {
	c.problems = append(c.problems, Problem{Field: field, Code: code, Text: fmt.Sprintf(format, args...)})
}

func (c *checker) name(field, name string) {
	if strings.TrimSpace(name) == "" {
		c.addf(field, ProblemMissing, "A policy must have a name.")
	}
	if n := utf8.RuneCountInString(name); n > MaxNameLength {
		c.addf(field, ProblemTooLong, "A name has at most %d characters; this one has %d.", MaxNameLength, n)
	}
	if !plainText(name) {
		c.addf(field, ProblemBadText, "A name must not contain control characters or broken characters.")
	}
}

// plainText: any script, but no control characters, which could forge lines, and no invisible ones that reorder
// text (bidirectional overrides), which could make one name look like another.
func plainText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
	})
}

func (c *checker) principals(field string, p Principals, needed bool) {
	if needed {
		c.atLeastOne(field, len(p.Users)+len(p.Groups), "user or group")
	}
	c.ids(field+".users", p.Users, storeForm, "the id of a user")
	c.ids(field+".groups", p.Groups, storeForm, "the id of a group")
}

func (c *checker) targets(field string, t Targets, needed bool) {
	if needed {
		c.atLeastOne(field, len(t.Accounts)+len(t.OUs)+len(t.Tags), "account, organizational unit or tag")
	}
	c.ids(field+".accounts", t.Accounts, accountForm, "an account id of twelve digits")
	units := make([]string, len(t.OUs))
	for i, ou := range t.OUs {
		units[i] = ou.ID
	}
	c.ids(field+".ous", units, unitForm, "the id of an organizational unit or root")
	c.tags(field+".tags", t.Tags)
	c.ids(field+".excludeAccounts", t.ExcludeAccounts, accountForm, "an account id of twelve digits")
	c.ids(field+".excludeOUs", t.ExcludeOUs, unitForm, "the id of an organizational unit or root")
}

func (c *checker) tags(field string, tags []TagTarget) {
	c.atMost(field, len(tags), MaxListLength)
	seen := map[string]bool{}
	for i, tag := range tags {
		at := fmt.Sprintf("%s[%d]", field, i)
		if n := utf8.RuneCountInString(tag.Key); n == 0 || n > maxTagKey || !plainText(tag.Key) {
			c.addf(at+".key", ProblemBadText, "A tag key has 1 to %d characters, none of them a control character.", maxTagKey)
		}
		if seen[tag.Key] {
			c.addf(at+".key", ProblemDuplicate, "The tag %s is named twice.", tag.Key)
		}
		seen[tag.Key] = true
		c.atMost(at+".values", len(tag.Values), MaxTagValues)
		values := map[string]bool{}
		for j, value := range tag.Values {
			if utf8.RuneCountInString(value) > maxTagValue || !plainText(value) {
				c.addf(fmt.Sprintf("%s.values[%d]", at, j), ProblemBadText,
					"A tag value has at most %d characters, none of them a control character.", maxTagValue)
			}
			if values[value] {
				c.addf(fmt.Sprintf("%s.values[%d]", at, j), ProblemDuplicate, "The value %s is named twice.", value)
			}
			values[value] = true
		}
	}
}

func (c *checker) ids(field string, ids []string, form *regexp.Regexp, what string) {
	c.atMost(field, len(ids), MaxListLength)
	seen := make(map[string]bool, len(ids))
	for i, id := range ids {
		if !form.MatchString(id) {
			c.addf(fmt.Sprintf("%s[%d]", field, i), ProblemBadID, "%q is not %s.", id, what)
		}
		if seen[id] {
			c.addf(fmt.Sprintf("%s[%d]", field, i), ProblemDuplicate, "%s is named twice.", id)
		}
		seen[id] = true
	}
}

func (c *checker) optionalGroup(field, id string) {
	if id != "" && !storeForm.MatchString(id) {
		c.addf(field, ProblemBadID, "%q is not the id of a group.", id)
	}
}

func (c *checker) atLeastOne(field string, n int, noun string) {
	if n == 0 {
		c.addf(field, ProblemMissing, "At least one %s is needed.", noun)
	}
}

func (c *checker) atMost(field string, n, most int) {
	if n > most {
		c.addf(field, ProblemTooMany, "At most %d are possible; these are %d.", most, n)
	}
}

func (c *checker) number(field string, n, least, most int) {
	if n < least || n > most {
		c.addf(field, ProblemRange, "It must be between %d and %d, not %d.", least, most, n)
	}
}

func (c *checker) duration(field string, d, least, most time.Duration) {
	if d < least || d > most {
		c.addf(field, ProblemRange, "It must be between %s and %s, not %s.", Spell(least), Spell(most), Spell(d))
	}
}

func (c *checker) demand(field string, d Demand) {
	for i, kind := range d.Kinds {
		at := fmt.Sprintf("%s.kinds[%d]", field, i)
		if kind != ProofPasskey && kind != ProofProvider {
			c.addf(at, ProblemRange, "It must be %q or %q.", ProofPasskey, ProofProvider)
		}
		if slices.Contains(d.Kinds[:i], kind) {
			c.addf(at, ProblemDuplicate, "%s is named twice.", kind)
		}
	}
	if d.None() {
		if d.MaxAge != 0 || len(d.ACR) > 0 {
			c.addf(field+".kinds", ProblemMissing, "Say which kinds of proof count: %q, %q or both.", ProofPasskey, ProofProvider)
		}
		return
	}
	c.duration(field+".maxAge", d.MaxAge, MinProofAge, MaxProofAge)
	if len(d.ACR) > 0 && !slices.Contains(d.Kinds, ProofProvider) {
		c.addf(field+".acr", ProblemRange, "Authentication contexts are a provider's: the kinds must hold %q.", ProofProvider)
	}
	c.atMost(field+".acr", len(d.ACR), MaxACR)
	for i, acr := range d.ACR {
		at := fmt.Sprintf("%s.acr[%d]", field, i)
		if n := utf8.RuneCountInString(acr); n == 0 || n > maxACRLength || !plainText(acr) || strings.Contains(acr, " ") {
			// OpenID Connect lists them with blanks between: one that has a blank could never be asked for.
			c.addf(at, ProblemBadText, "An authentication context has 1 to %d characters, none of them a blank or a control character.", maxACRLength)
		}
		if slices.Contains(d.ACR[:i], acr) {
			c.addf(at, ProblemDuplicate, "%s is named twice.", acr)
		}
	}
}

func (c *checker) pattern(field, source string) {
	if len(source) > MaxPatternLength {
		c.addf(field, ProblemTooLong, "A ticket pattern has at most %d bytes; this one has %d.", MaxPatternLength, len(source))
		return
	}
	if source == "" {
		return
	}
	if _, err := anchored(source); err != nil {
		c.addf(field, ProblemPattern, "The ticket pattern cannot be read: %s.", patternFault(err))
	}
}

// patternFault is what the parser of regular expressions says, without the words around it.
func patternFault(err error) string {
	if fault := (*syntax.Error)(nil); errors.As(err, &fault) {
		return fault.Code.String() + ": `" + fault.Expr + "`"
	}
	return err.Error()
}
