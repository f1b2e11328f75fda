package directory

import (
	"context"
	"fmt"
	"time"
)

const (
	phaseRoots = "" // the roots of the organization
	phaseTree  = "tree"

	phaseList = ""     // all accounts, or all permission sets
	phaseWalk = "walk" // unit by unit, where AWS does not report Account.Paths
)

// readUnits reads the roots and then, unit by unit, what is below each, until no unit of this generation is left
// whose children were not read.
func (s *Sync) readUnits(ctx context.Context, p *Pass) (outcome, error) {
	if p.Cursor.Phase == phaseRoots {
		page, err := turnPage(p, func(token string) (Page[OU], error) { return s.cfg.Source.Roots(ctx, token) })
		if err != nil {
			return outcome{}, err
		}
		o := outcome{write: Write{Units: page.Items}, seen: len(page.Items), spacing: spacing(rateListRoots, s.cfg.Share)}
		if page.Next == "" {
			p.Cursor = Cursor{Phase: phaseTree}
			o.spacing = 0 // the next call is another API's
		}
		return o, nil
	}
	parent := p.Cursor.Key
	if !p.Cursor.Open {
		var err error
		if parent, err = s.cfg.Store.UnwalkedUnit(ctx, p.Generation); err != nil {
			return outcome{}, fmt.Errorf("find next unit: %w", err)
		}
		if parent == "" {
			o := outcome{write: Write{Sweep: true}, finished: true}
			return o, p.notEmptied(o)
		}
	}
	page, err := turnPage(p, func(token string) (Page[OU], error) { return s.cfg.Source.UnitsUnder(ctx, parent, token) })
	if gone(err) {
		// Deleted meanwhile: this generation holds a unit that is no more, so that it cannot be completed.
		return outcome{restart: true, spacing: spacing(rateListUnitsForParent, s.cfg.Share)}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	w := Write{Units: page.Items}
	if page.Next == "" {
		w.UnitWalked = parent
	}
	p.Cursor = Cursor{Phase: phaseTree, Key: parent, Open: page.Next != "", Token: page.Next}
	return outcome{write: w, seen: len(page.Items), spacing: spacing(rateListUnitsForParent, s.cfg.Share)}, nil
}

// readAccounts lists all accounts. Where AWS does not say in which unit an account is, the units are walked too.
func (s *Sync) readAccounts(ctx context.Context, p *Pass) (outcome, error) {
	if p.Cursor.Phase == phaseWalk {
		return s.walkAccounts(ctx, p)
	}
	page, err := turnPage(p, func(token string) (Page[Account], error) { return s.cfg.Source.Accounts(ctx, token) })
	if err != nil {
		return outcome{}, err
	}
	for _, a := range page.Items {
		if len(a.OUPath) == 0 {
			p.Cursor.Longer = true
		}
	}
	o := outcome{write: Write{Accounts: page.Items}, seen: len(page.Items), spacing: spacing(rateListAccounts, s.cfg.Share)}
	switch {
	case page.Next != "":
	case p.Cursor.Longer:
		p.Cursor = Cursor{Phase: phaseWalk}
		o.spacing = 0
	default:
		o.write.Sweep, o.finished = true, true
	}
	return o, p.notEmptied(o)
}

func (s *Sync) walkAccounts(ctx context.Context, p *Pass) (outcome, error) {
	unit := p.Cursor.Key
	if !p.Cursor.Open {
		if known, err := s.unitsKnown(ctx); err != nil || !known {
			return outcome{spacing: patience}, err
		}
		var err error
		if unit, err = s.cfg.Store.UnitAfter(ctx, p.Cursor.Key); err != nil {
			return outcome{}, fmt.Errorf("find next unit: %w", err)
		}
		if unit == "" {
			o := outcome{write: Write{Sweep: true}, finished: true}
			return o, p.notEmptied(o)
		}
	}
	path, err := s.cfg.Store.UnitPath(ctx, unit)
	if err != nil {
		return outcome{}, fmt.Errorf("find path of unit: %w", err)
	}
	page, err := turnPage(p, func(token string) (Page[string], error) { return s.cfg.Source.AccountsUnder(ctx, unit, token) })
	if gone(err) {
		p.Cursor = Cursor{Phase: phaseWalk, Key: unit}
		return outcome{spacing: spacing(rateAccountsForParent, s.cfg.Share)}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	w := Write{Placed: page.Items, Path: path}
	if path == nil {
		// The tree changed while it was read; these accounts keep their place until the next pass.
		w = Write{}
	}
	p.Cursor = Cursor{Phase: phaseWalk, Key: unit, Open: page.Next != "", Token: page.Next}
	return outcome{write: w, spacing: spacing(rateAccountsForParent, s.cfg.Share)}, nil
}

// patience is how long the walk waits before it looks again whether the units were read.
const patience = time.Second

// unitsKnown: walking a tree of which only a part was read would leave accounts out.
func (s *Sync) unitsKnown(ctx context.Context) (bool, error) {
	passes, err := s.cfg.Store.Passes(ctx)
	if err != nil {
		return false, fmt.Errorf("read sync state: %w", err)
	}
	for _, p := range passes {
		if p.Part == PartUnits {
			return !p.Finished.IsZero(), nil
		}
	}
	return false, nil
}
