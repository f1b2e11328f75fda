package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
)

// cases reads several requests with all that belongs to them, in the order of ids, with one query a table.
func (t *tx) cases(ctx context.Context, ids []string) ([]access.Case, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var requests []requestRow
	if err := t.NewSelect().Model(&requests).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	cases := make([]access.Case, len(ids))
	at := make(map[string]*access.Case, len(ids))
	for i, id := range ids {
		at[id] = &cases[i]
	}
	for _, r := range requests {
		v, err := r.request()
		if err != nil {
			return nil, err
		}
		at[r.ID].Request = v
	}
	if err := t.addTargets(ctx, ids, at); err != nil {
		return nil, err
	}
	return cases, t.addMachines(ctx, cases)
}

// addTargets adds targets, votes and elevations; for an extension also the elevation it extends.
func (t *tx) addTargets(ctx context.Context, ids []string, at map[string]*access.Case) error {
	var targets []targetRow
	if err := t.NewSelect().Model(&targets).Where("request_id IN (?)", bun.List(ids)).Order("id").Scan(ctx); err != nil {
		return fmt.Errorf("read targets: %w", err)
	}
	of := make(map[string]*access.Case, len(targets))
	extending := map[string][]*access.Case{}
	var targetIDs, extended []string
	for _, r := range targets {
		v, err := r.target()
		if err != nil {
			return err
		}
		c := at[r.RequestID]
		c.Targets = append(c.Targets, v)
		of[v.ID] = c
		targetIDs = append(targetIDs, v.ID)
		if v.Extends != "" {
			extended = append(extended, v.Extends)
			extending[v.Extends] = append(extending[v.Extends], c)
		}
	}
	if len(targetIDs) == 0 {
		return nil
	}
	if err := t.addVotes(ctx, targetIDs, of); err != nil {
		return err
	}
	es, err := t.elevations(ctx, "request_id IN (?)", bun.List(ids))
	if err != nil {
		return err
	}
	for _, e := range es {
		at[e.RequestID].Elevations = append(at[e.RequestID].Elevations, e)
	}
	if len(extended) == 0 {
		return nil
	}
	es, err = t.elevations(ctx, "id IN (?)", bun.List(extended))
	if err != nil {
		return err
	}
	for _, e := range es {
		for _, c := range slices.Compact(extending[e.ID]) {
			c.Elevations = append(c.Elevations, e)
		}
	}
	return nil
}

func (t *tx) addVotes(ctx context.Context, targetIDs []string, of map[string]*access.Case) error {
	var votes []voteRow
	if err := t.NewSelect().Model(&votes).Where("target_id IN (?)", bun.List(targetIDs)).Order("at", "id").Scan(ctx); err != nil {
		return fmt.Errorf("read votes: %w", err)
	}
	for _, r := range votes {
		v, err := r.vote()
		if err != nil {
			return err
		}
		of[r.TargetID].Votes = append(of[r.TargetID].Votes, v)
	}
	return nil
}
