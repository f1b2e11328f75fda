// Package lint finds what is probably not meant in policies: what can never match, ids that nobody knows, people who
// would find nobody to decide, and permission sets that are dangerous. It is pure: it looks at policies and a snapshot
// of the directory, and changes nothing. A finding is advice; what is allowed, package policy alone decides.
package lint

import (
	"cmp"
	"slices"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Severity of a finding.
type Severity string

// The severities. An error is surely not meant, a warning probably not, a note is worth knowing.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Severities, the gravest first.
func Severities() []Severity { return []Severity{Error, Warning, Note} }

// AtLeast says whether s is as grave as other, or graver.
func (s Severity) AtLeast(other Severity) bool {
	all := Severities()
	return slices.Index(all, s) <= slices.Index(all, other)
}

// Place is where in a policy a finding is caused.
type Place struct {
	Policy policy.Ref
	Field  string // as in JSON, with indexes: targets.ous[1]; "" for the whole policy
}

// Finding is one thing that is probably not meant.
type Finding struct {
	Code     string
	Severity Severity
	Text     string
	// Subject tells findings of one code apart: what it is about. Together with a place's policy it says whether a
	// finding was there before a change.
	Subject string
	// Places, at least one, in the order of policies: the same cause in several policies is one finding.
	Places []Place
}

// Read says which parts of the directory were read completely. What was not read is no reason for a finding (P9).
type Read map[directory.Part]bool

// ReadFrom takes the parts whose reading was completed at least once.
func ReadFrom(passes []directory.Pass) Read {
	read := Read{}
	for _, p := range passes {
		read[p.Part] = !p.Finished.IsZero()
	}
	return read
}

// DefaultEffort bounds the search for requests that nobody could decide to some seconds; see policy.Engine.Undecidable.
// Ten thousand policies over five thousand accounts take a twentieth of it.
const DefaultEffort = 20_000_000

// Input of Run.
type Input struct {
	Set       policy.Set
	Directory *directory.Snapshot
	Read      Read
	Machines  []string // ids of the machine clients there are
	Effort    int      // DefaultEffort where zero
}

// Report is everything that was found.
type Report struct {
	// Findings, the gravest first, then by code and policy.
	Findings []Finding
	// NotRead are the parts of the directory that are not read yet: what needs them was not looked at.
	NotRead []directory.Part
	// Unexamined is how many eligibility policies were not searched for requests that nobody could decide, because the
	// effort was spent.
	Unexamined int
}

// Run looks at all policies as they will be when nothing cools any more.
func Run(in Input) Report {
	if in.Effort == 0 {
		in.Effort = DefaultEffort
	}
	set := policy.Settled(in.Set)
	slices.SortFunc(set.Eligibility, func(a, b policy.Eligibility) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(set.Approver, func(a, b policy.Approver) int { return cmp.Compare(a.ID, b.ID) })
	l := &linter{
		set: set, dir: in.Directory, read: in.Read, machines: in.Machines, effort: in.Effort, engine: policy.Compile(set, in.Directory),
		severities: severities(), at: map[[2]string]int{}, enabledIn: map[string]int{}, holds: map[string]int{},
	}
	for _, rule := range []func(*linter){
		(*linter).settings, (*linter).unknown, (*linter).accounts, (*linter).people, (*linter).limits, (*linter).protected,
		(*linter).duplicates, (*linter).deciders, (*linter).peers, (*linter).risky, (*linter).stepUp,
	} {
		rule(l)
	}
	return l.report()
}

// linter is one run.
type linter struct {
	set        policy.Set
	dir        *directory.Snapshot
	read       Read
	machines   []string
	engine     *policy.Engine
	effort     int
	unexamined int

	severities map[string]Severity
	findings   []Finding
	at         map[[2]string]int // code and subject → index into findings
	enabledIn  map[string]int    // group → enabled members
	holds      map[string]int    // unit → accounts
}

// knows says whether all of these parts were read.
func (l *linter) knows(parts ...directory.Part) bool {
	return !slices.ContainsFunc(parts, func(p directory.Part) bool { return !l.read[p] })
}

// add a finding with the severity of its code. What was found already gets another place.
func (l *linter) add(code, subject, text string, places ...Place) {
	l.addAs(l.severities[code], code, subject, text, places...)
}

func (l *linter) addAs(severity Severity, code, subject, text string, places ...Place) {
	key := [2]string{code, subject}
	if i, known := l.at[key]; known {
		l.findings[i].Places = append(l.findings[i].Places, places...)
		return
	}
	l.at[key] = len(l.findings)
	l.findings = append(l.findings, Finding{Code: code, Severity: severity, Text: text, Subject: subject, Places: places})
}

func (l *linter) report() Report {
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		all := Severities()
		x, y := a.Places[0], b.Places[0]
		return cmp.Or(
			cmp.Compare(slices.Index(all, a.Severity), slices.Index(all, b.Severity)), cmp.Compare(a.Code, b.Code),
			cmp.Compare(x.Policy.Kind, y.Policy.Kind), cmp.Compare(x.Policy.ID, y.Policy.ID), cmp.Compare(a.Subject, b.Subject),
		)
	})
	r := Report{Findings: l.findings, Unexamined: l.unexamined}
	for _, part := range directory.Parts() {
		if !l.read[part] {
			r.NotRead = append(r.NotRead, part)
		}
	}
	return r
}

func at(ref policy.Ref, field string) Place { return Place{Policy: ref, Field: field} }
