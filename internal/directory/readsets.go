package directory

import (
	"context"
	"fmt"
	"slices"

	"github.com/team-idc/team/internal/awsfault"
)

const (
	phaseProvisioned = "provisioned" // which sets are in the management account
	phaseDetails     = "details"     // set by set, aspect by aspect
)

// The aspects of a permission set, each one call (or several pages) of its own.
const (
	aspectDescription = ""
	aspectManaged     = "managed"
	aspectCustomer    = "customer"
	aspectInline      = "inline"
	aspectBoundary    = "boundary"
	aspectTags        = "tags"
	aspectAccounts    = "accounts" // only where phaseProvisioned was refused
)

// readPermissionSets lists the sets, asks which of them are in the management account, and then reads each set. A set
// becomes visible when everything of it is known.
func (s *Sync) readPermissionSets(ctx context.Context, p *Pass) (outcome, error) {
	instance, err := s.cfg.Store.StoredInstance(ctx)
	if err != nil {
		return outcome{}, fmt.Errorf("read stored instance: %w", err)
	}
	if !instance.PermissionSetsEnabled {
		// Listing would be an error. What was known stays until the instance can be asked again.
		return outcome{finished: true}, nil
	}
	switch p.Cursor.Phase {
	case phaseList:
		return s.listPermissionSets(ctx, p)
	case phaseProvisioned:
		return s.readProvisioned(ctx, p, instance.ManagementAccountID)
	}
	return s.readDetails(ctx, p, instance.ManagementAccountID)
}

func (s *Sync) listPermissionSets(ctx context.Context, p *Pass) (outcome, error) {
	page, err := turnPage(p, func(token string) (Page[string], error) { return s.cfg.Source.PermissionSets(ctx, token) })
	if err != nil {
		return outcome{}, err
	}
	if page.Next == "" {
		p.Cursor = Cursor{Phase: phaseProvisioned}
	}
	return outcome{write: Write{SetsSeen: page.Items}}, nil
}

// readProvisioned collects what is provisioned in the management account. Whether a delegated administrator may ask
// is not documented; where it may not, the sets are asked one by one.
func (s *Sync) readProvisioned(ctx context.Context, p *Pass, management string) (outcome, error) {
	page, err := turnPage(p, func(token string) (Page[string], error) {
		return s.cfg.Source.ProvisionedIn(ctx, management, token)
	})
	switch {
	case awsfault.Is(err, awsfault.Denied), awsfault.Is(err, awsfault.NotOffered):
		p.Cursor = Cursor{Phase: phaseDetails, Longer: true}
		return outcome{}, nil
	case err != nil:
		return outcome{}, err
	}
	list := slices.Concat(p.Cursor.List, page.Items)
	if page.Next != "" {
		p.Cursor.List = list
		return outcome{}, nil
	}
	p.Cursor = Cursor{Phase: phaseDetails}
	return outcome{write: Write{InManagement: &list}}, nil
}

func (s *Sync) readDetails(ctx context.Context, p *Pass, management string) (outcome, error) {
	if !p.Cursor.Open {
		arn, err := s.cfg.Store.PermissionSetAfter(ctx, p.Cursor.Key, p.Generation)
		if err != nil {
			return outcome{}, fmt.Errorf("find next permission set: %w", err)
		}
		if arn == "" {
			return outcome{write: Write{Sweep: true}, finished: true}, nil
		}
		p.Cursor = Cursor{Phase: phaseDetails, Key: arn, Open: true, Longer: p.Cursor.Longer}
	}
	set := PermissionSet{}
	if p.Cursor.Set != nil {
		set = *p.Cursor.Set
	}
	next, found, err := s.readAspect(ctx, p, &set, management)
	if awsfault.Is(err, awsfault.NotFound) {
		// Deleted meanwhile: the next pass does not list it any more.
		p.Cursor = Cursor{Phase: phaseDetails, Key: p.Cursor.Key, Longer: p.Cursor.Longer}
		return outcome{}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	if !found {
		p.Cursor.Set, p.Cursor.Aspect = &set, next
		return outcome{}, nil
	}
	w := Write{Set: &set, SetManaged: p.Cursor.Longer}
	p.Cursor = Cursor{Phase: phaseDetails, Key: p.Cursor.Key, Longer: p.Cursor.Longer}
	return outcome{write: w, seen: 1}, nil
}

// readAspect makes one call and names the aspect that comes next; complete when there is none.
func (s *Sync) readAspect(ctx context.Context, p *Pass, set *PermissionSet, management string) (next string, complete bool, err error) {
	arn, src := p.Cursor.Key, s.cfg.Source
	// stay on an aspect while it has pages
	after := func(aspect string) string {
		if p.Cursor.Token != "" {
			return p.Cursor.Aspect
		}
		return aspect
	}
	switch p.Cursor.Aspect {
	case aspectDescription:
		*set, err = src.PermissionSet(ctx, arn)
		return aspectManaged, false, err
	case aspectManaged:
		page, err := turnPage(p, func(token string) (Page[string], error) { return src.ManagedPolicies(ctx, arn, token) })
		set.ManagedPolicies = slices.Concat(set.ManagedPolicies, page.Items)
		return after(aspectCustomer), false, err
	case aspectCustomer:
		page, err := turnPage(p, func(token string) (Page[string], error) { return src.CustomerPolicies(ctx, arn, token) })
		set.CustomerPolicies = slices.Concat(set.CustomerPolicies, page.Items)
		return after(aspectInline), false, err
	case aspectInline:
		set.InlinePolicy, err = src.InlinePolicy(ctx, arn)
		return aspectBoundary, false, err
	case aspectBoundary:
		set.PermissionsBoundary, err = src.PermissionsBoundary(ctx, arn)
		return aspectTags, false, s.unlessNotOffered(p, err, "permissions boundaries")
	case aspectTags:
		page, err := turnPage(p, func(token string) (Page[Tag], error) { return src.PermissionSetTags(ctx, arn, token) })
		set.Tags = withTags(set.Tags, page.Items)
		if p.Cursor.Token == "" && !p.Cursor.Longer {
			return "", true, s.unlessNotOffered(p, err, "tags of permission sets")
		}
		return after(aspectAccounts), false, s.unlessNotOffered(p, err, "tags of permission sets")
	case aspectAccounts:
		page, err := turnPage(p, func(token string) (Page[string], error) { return src.AccountsWith(ctx, arn, token) })
		set.InManagementAccount = set.InManagementAccount || slices.Contains(page.Items, management)
		return aspectAccounts, p.Cursor.Token == "" || set.InManagementAccount, err
	}
	return "", false, fmt.Errorf("read permission set: no aspect %q", p.Cursor.Aspect)
}

// unlessNotOffered lets a pass go on without an aspect that grants do not depend on, and notes that it is missing.
func (s *Sync) unlessNotOffered(p *Pass, err error, what string) error {
	if !awsfault.Is(err, awsfault.NotOffered) {
		return err
	}
	note := "The AWS endpoint does not offer " + what + "; they are shown as if there were none."
	if !slices.Contains(p.Notes, note) {
		p.Notes = append(slices.Clone(p.Notes), note)
	}
	return nil
}

// gone says that what was asked about does not exist any more.
func gone(err error) bool { return awsfault.Is(err, awsfault.NotFound) }
