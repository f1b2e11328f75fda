package policychange

import (
	"context"
	"strings"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policy/lint"
)

// Finding of the linter.
type Finding struct {
	Code     string
	Severity lint.Severity
	Text     string
	Subject  string // what it is about, so that findings of one code can be told apart
	Places   []FindingPlace
	// New: one of its places is.
	New bool
}

// FindingPlace is where a finding is caused.
type FindingPlace struct {
	lint.Place // of a new policy, without id and version

	File         string // of the document that says it; "" where it is in force and no document speaks of it
	Line, Column int
	// New: what is in force has no such finding in this policy.
	New bool
}

// Lint is what the linter found.
type Lint struct {
	Findings []Finding
	// NotRead are the parts of the directory that were never read completely: rules that need them waited.
	NotRead []directory.Part
	// Unexamined is how many policies were not searched for requests that nobody could decide (lint.DefaultEffort).
	Unexamined int
	Generation int64 // of the policies in force
}

// Lint looks for what is probably not meant in the policies in force. passes say what of the directory was read; they
// must have been read before.
func (s *Service) Lint(ctx context.Context, by access.Actor, passes []directory.Pass) (Lint, error) {
	if err := mayRead(by); err != nil {
		return Lint{}, err
	}
	dir, err := s.things(ctx)
	if err != nil {
		return Lint{}, err
	}
	set, err := s.inForce(ctx, s.Now())
	if err != nil {
		return Lint{}, err
	}
	return located(lint.Run(lintInput(set, dir, passes)), set, nil), nil
}

func lintInput(set policy.Set, dir Things, passes []directory.Pass) lint.Input {
	return lint.Input{Set: set, Directory: dir.Snapshot, Machines: dir.machineIDs(), Read: lint.ReadFrom(passes)}
}

// LintDocuments looks for it in the policies as files of documents would make them, and says what is new: what the
// policies in force do not have. Ids that the directory does not know are findings here and no mistakes, unlike in Plan.
func (s *Service) LintDocuments(ctx context.Context, by access.Actor, files []File, complete bool, passes []directory.Pass) (Lint, error) {
	if err := mayRead(by); err != nil {
		return Lint{}, err
	}
	documents, err := Parse(files)
	if err != nil {
		return Lint{}, refusal(err)
	}
	dir, err := s.things(ctx)
	if err != nil {
		return Lint{}, err
	}
	var heads []Version
	var set policy.Set
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		if set, err = tx.PoliciesInForce(ctx, s.Now()); err != nil {
			return err
		}
		heads, err = tx.PolicyHeads(ctx)
		return err
	})
	if err != nil {
		return Lint{}, err
	}
	drafts, err := resolve(documents, set.Settings, dir, true)
	if err != nil {
		return Lint{}, refusal(err)
	}
	after, speaks, err := foreseen(documents, drafts, heads, set, complete)
	if err != nil {
		return Lint{}, refusal(err)
	}
	is := located(lint.Run(lintInput(after, dir, passes)), set, speaks)
	is.mark(lint.Run(lintInput(set, dir, passes)))
	is.anonymize()
	return is, nil
}

// anonymize takes from new policies the ids that stood in.
func (l *Lint) anonymize() {
	for i := range l.Findings {
		for j := range l.Findings[i].Places {
			if p := &l.Findings[i].Places[j].Policy; strings.HasPrefix(p.ID, standIn) {
				p.ID, p.Version = "", 0
			}
		}
	}
}

// foreseen is the set of policies as documents would make it, and which document speaks of which policy. Unlike a plan
// it does not judge: what is wrong with a policy is for the linter to find.
func foreseen(documents []Document, drafts []Draft, heads []Version, set policy.Set, complete bool) (policy.Set, map[string]*Document, error) {
	var mistakes DocumentErrors
	speaks := map[string]*Document{}
	var next []Version
	for i, d := range drafts {
		document := &documents[i]
		head, ok := document.meant(heads)
		if !ok {
			mistakes = append(mistakes, document.unknownID(d))
			continue
		}
		d = identifiedForPlan(d, i)
		if head != nil {
			d.ID, d.BaseVersion = head.ID, head.Version
		}
		v := Version{Kind: d.Kind, ID: d.ID, Version: d.BaseVersion + 1, Body: d.Body}
		if speaks[v.key()] != nil {
			mistakes = append(mistakes, Mistake{File: document.File, Line: document.Line, Text: "another document speaks of " + label(head)})
			continue
		}
		speaks[v.key()] = document
		next = append(next, v)
	}
	if len(mistakes) > 0 {
		return set, nil, mistakes
	}
	// Policies that no document speaks of stay, unless the documents are all there is.
	after := policy.Set{Settings: set.Settings, Generation: set.Generation}
	for _, p := range set.Eligibility {
		if speaks[string(policy.KindEligibility)+"/"+p.ID] == nil && !complete {
			after.Eligibility = append(after.Eligibility, p)
		}
	}
	for _, p := range set.Approver {
		if speaks[string(policy.KindApprover)+"/"+p.ID] == nil && !complete {
			after.Approver = append(after.Approver, p)
		}
	}
	for _, v := range next {
		revision := policy.Revision{Version: v.Version}
		switch b := v.Body.(type) {
		case policy.Eligibility:
			b.ID, b.Revision = v.ID, revision
			after.Eligibility = append(after.Eligibility, b)
		case policy.Approver:
			b.ID, b.Revision = v.ID, revision
			after.Approver = append(after.Approver, b)
		case policy.Settings:
			b.Revision = revision
			after.Settings = b
		}
	}
	return after, speaks, nil
}

// located puts findings where documents have them.
func located(r lint.Report, set policy.Set, speaks map[string]*Document) Lint {
	out := Lint{NotRead: r.NotRead, Unexamined: r.Unexamined, Generation: set.Generation}
	for _, f := range r.Findings {
		finding := Finding{Code: f.Code, Severity: f.Severity, Text: f.Text, Subject: f.Subject}
		for _, p := range f.Places {
			place := FindingPlace{Place: p}
			if d := speaks[string(p.Policy.Kind)+"/"+p.Policy.ID]; d != nil {
				at := d.positionOf(p.Field)
				place.File, place.Line, place.Column = d.File, at.line, at.column
			}
			finding.Places = append(finding.Places, place)
		}
		out.Findings = append(out.Findings, finding)
	}
	return out
}

// mark what was not there before: the same code about the same subject in the same policy.
func (l *Lint) mark(before lint.Report) {
	type key struct{ code, subject, kind, id string }
	had := map[key]bool{}
	for _, f := range before.Findings {
		for _, p := range f.Places {
			had[key{f.Code, f.Subject, string(p.Policy.Kind), p.Policy.ID}] = true
		}
	}
	for i := range l.Findings {
		f := &l.Findings[i]
		for j := range f.Places {
			p := &f.Places[j]
			p.New = !had[key{f.Code, f.Subject, string(p.Policy.Kind), p.Policy.ID}]
			f.New = f.New || p.New
		}
	}
}
