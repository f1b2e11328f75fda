package policychange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Verb of a step of a plan.
type Verb string

// What a step does. A policy that is as written is kept, and has no step to take.
const (
	Create    Verb = "create"
	Edit      Verb = "change"
	Remove    Verb = "delete"
	Unchanged Verb = "keep"
)

// Step is what one document, or the absence of one, asks for.
type Step struct {
	Verb Verb
	Name string
	File string // "" for a deletion
	Line int
	// Draft to propose; in the order of the plan, each on its own.
	Draft      Draft
	Difference []string
	// Widening says what somebody gains, if all steps before were taken.
	Widening []policy.Reason
}

// Sentence says what the step does, for people.
func (s *Step) Sentence() string {
	text := fmt.Sprintf("%s %s policy %q", s.Verb, s.Draft.Kind, s.Name)
	if s.Draft.Kind == policy.KindSettings {
		text = fmt.Sprintf("%s settings", s.Verb)
	}
	if len(s.Widening) > 0 {
		text += ", which widens access"
	}
	return text
}

// Plan is what it takes to make the policies as documents have them.
type Plan struct {
	Steps []Step
	// Effect says who gains and who loses by all steps together, as the directory is now.
	Effect policy.Effect
}

// Plan says what it takes to make the policies as files of documents have them. With complete, policies that no
// document speaks of are to be deleted; settings never are. Nothing is stored: propose the drafts of the steps in
// their order. Whatever is wrong in the documents is refused together, each as a reason with file and line.
func (s *Service) Plan(ctx context.Context, by access.Actor, files []File, complete bool) (Plan, error) {
	if err := mayRead(by); err != nil {
		return Plan{}, err
	}
	documents, err := Parse(files)
	if err != nil {
		return Plan{}, refusal(err)
	}
	dir, err := s.things(ctx)
	if err != nil {
		return Plan{}, err
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
		return Plan{}, err
	}
	drafts, err := Resolve(documents, set.Settings, dir)
	if err != nil {
		return Plan{}, refusal(err)
	}
	steps, after, err := plan(documents, drafts, heads, set, dir, complete)
	if err != nil {
		return Plan{}, refusal(err)
	}
	return Plan{Steps: steps, Effect: policy.Affects(set, after, dir.Snapshot)}, nil
}

// refusal of documents with mistakes.
func refusal(err error) error {
	var mistakes DocumentErrors
	if !errors.As(err, &mistakes) {
		return err
	}
	e := &access.Error{Code: access.CodeInvalid, Field: "files", Message: mistakes[0].String()}
	if n := len(mistakes) - 1; n > 0 {
		e.Message += fmt.Sprintf(" (and %d more)", n)
	}
	for _, m := range mistakes {
		e.Reasons = append(e.Reasons, policy.Reason{Code: string(access.CodeInvalid), Text: m.String()})
	}
	return e
}

// plan compares documents with what is in force; after is the set once every step is taken.
func plan(
	documents []Document, drafts []Draft, heads []Version, set policy.Set, dir Things, complete bool,
) (steps []Step, after policy.Set, err error) {
	var mistakes DocumentErrors
	spoken := map[string]bool{}
	for i, d := range drafts {
		document := &documents[i]
		head, ok := document.meant(heads)
		if !ok {
			mistakes = append(mistakes, document.unknownID(d))
			continue
		}
		step := Step{Verb: Create, File: document.File, Line: document.Line, Draft: d}
		if head != nil {
			if spoken[head.key()] {
				mistakes = append(mistakes, Mistake{File: document.File, Line: document.Line, Text: "another document speaks of " + label(head)})
				continue
			}
			spoken[head.key()] = true
			step.Verb, step.Draft.ID, step.Draft.BaseVersion = Edit, head.ID, head.Version
		}
		j, err := judge(identifiedForPlan(step.Draft, i), set, head, dir)
		if err != nil {
			mistakes = append(mistakes, document.mistaken(err))
			continue
		}
		if j.unchanged {
			step.Verb = Unchanged
		}
		step.Name, step.Difference, step.Widening = j.next.Name, j.difference, j.widening
		set = with(set, j.next)
		steps = append(steps, step)
	}
	if len(mistakes) > 0 {
		return nil, set, mistakes
	}
	if !complete {
		return steps, set, nil
	}
	for i := range heads {
		head := &heads[i]
		if head.Deleted || head.Kind == policy.KindSettings || spoken[head.key()] {
			continue
		}
		d := Draft{Kind: head.Kind, ID: head.ID, BaseVersion: head.Version, Delete: true}
		j, err := judge(d, set, head, dir)
		if err != nil {
			return nil, set, err
		}
		steps = append(steps, Step{Verb: Remove, Name: head.Name, Draft: d, Difference: j.difference, Widening: j.widening})
		set = with(set, j.next)
	}
	return steps, set, nil
}

func (v *Version) key() string { return string(v.Kind) + "/" + v.ID }

// standIn begins the ids of policies that have none yet; no id that is given has a space.
const standIn = "new "

// identifiedForPlan stands an id in for the one that a new policy gets when it is proposed.
func identifiedForPlan(d Draft, number int) Draft {
	if d.ID == "" {
		d.ID = standIn + strconv.Itoa(number+1)
	}
	return d
}

// meant is the policy that a document speaks of: by id, or by name; nil is a new one.
func (d *Document) meant(heads []Version) (head *Version, ok bool) {
	for i := range heads {
		v := &heads[i]
		if v.Kind != d.Kind || v.Deleted {
			continue
		}
		if v.ID == d.ID || (d.ID == "" && v.Name == d.name()) {
			return v, true
		}
	}
	return nil, d.ID == "" || d.Kind == policy.KindSettings
}

// unknownID: a document speaks of a policy by an id that none has.
func (d *Document) unknownID(draft Draft) Mistake {
	return Mistake{
		File: d.File, Line: d.lineOf("id"), Field: "id",
		Text: fmt.Sprintf("there is no %s policy %s; leave the id of a new one out", draft.Kind, draft.ID),
	}
}

// mistaken is a refusal as a mistake in the document.
func (d *Document) mistaken(err error) Mistake {
	m := Mistake{File: d.File, Line: d.Line, Text: err.Error()}
	if e, ok := errors.AsType[*access.Error](err); ok {
		m.Line, m.Field, m.Text = d.lineOf(e.Field), e.Field, e.Message
	}
	return m
}

// ReadFiles reads all files of documents in a directory and below, by name: those that end in .yaml or .yml.
func ReadFiles(fsys fs.FS) ([]File, error) {
	var files []File
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || (path.Ext(name) != ".yaml" && path.Ext(name) != ".yml") {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		files = append(files, File{Name: name, Text: string(text)})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read files of policies: %w", err)
	}
	return files, nil
}

// SeedFrom makes the seed of an empty database from files of documents. Settings are laid over base.
func SeedFrom(files []File, base policy.Settings, dir *directory.Snapshot) (Seed, error) {
	documents, err := Parse(files)
	if err != nil {
		return Seed{}, err
	}
	drafts, err := Resolve(documents, base, Things{Snapshot: dir}) // a new database has no machine clients
	if err != nil {
		return Seed{}, err
	}
	seed := Seed{Settings: base}
	for _, d := range drafts {
		switch p := d.Body.(type) {
		case policy.Eligibility:
			seed.Eligibility = append(seed.Eligibility, p)
		case policy.Approver:
			seed.Approver = append(seed.Approver, p)
		case policy.Settings:
			seed.Settings = p
		}
	}
	return seed, nil
}

// Document prints a policy, or the settings, in the form that Plan reads.
func (s *Service) Document(ctx context.Context, by access.Actor, kind policy.Kind, id string) (string, error) {
	v, err := s.Get(ctx, by, kind, id)
	if err != nil {
		return "", err
	}
	return s.print(ctx, []Version{v})
}

// Documents prints all policies and the settings.
func (s *Service) Documents(ctx context.Context, by access.Actor) (string, error) {
	versions, err := s.List(ctx, by)
	if err != nil {
		return "", err
	}
	return s.print(ctx, versions)
}

func (s *Service) print(ctx context.Context, versions []Version) (string, error) {
	dir, err := s.things(ctx)
	if err != nil {
		return "", err
	}
	return Print(versions, dir)
}
