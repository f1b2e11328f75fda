package directory

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/team-idc/team/internal/awsfault"
)

// read makes the next call of a pass and moves its cursor. On an error p is not used any more.
func (s *Sync) read(ctx context.Context, p *Pass) (outcome, error) {
	switch p.Part {
	case PartInstance:
		return s.readInstance(ctx, p)
	case PartUnits:
		return s.readUnits(ctx, p)
	case PartAccounts:
		return s.readAccounts(ctx, p)
	case PartAccountTags:
		return s.readAccountTags(ctx, p)
	case PartPermissionSets:
		return s.readPermissionSets(ctx, p)
	case PartUsers:
		page, err := turnPage(p, func(token string) (Page[User], error) { return s.cfg.Source.Users(ctx, token) })
		if err != nil {
			return outcome{}, err
		}
		o := s.listed(rateIdentityStore, Write{Users: page.Items}, page.Next == "", len(page.Items))
		return o, p.notEmptied(o)
	case PartGroups:
		page, err := turnPage(p, func(token string) (Page[Group], error) { return s.cfg.Source.Groups(ctx, token) })
		if err != nil {
			return outcome{}, err
		}
		return s.listed(rateIdentityStore, Write{Groups: page.Items}, page.Next == "", len(page.Items)), nil
	case PartMemberships:
		return s.readMemberships(ctx, p)
	}
	return outcome{}, fmt.Errorf("read %s: no such part", p.Part)
}

// listed is the outcome of one page of a part that is one list: the last page sweeps.
func (s *Sync) listed(rate float64, w Write, last bool, seen int) outcome {
	w.Sweep = last
	return outcome{write: w, seen: seen, finished: last, spacing: spacing(rate, s.cfg.Share)}
}

// notEmptied refuses the end of a pass that saw nothing of a part that cannot be empty: an organization has a root and
// an account, and an identity store that had users is not believed to have none. What is stored stays, and ages.
func (p *Pass) notEmptied(o outcome) error {
	if !o.finished || p.Seen+o.seen > 0 {
		return nil
	}
	return &refusal{"AWS answered that there are none, which is not believed; nothing was removed."}
}

// turnPage reads the page the cursor points at and moves the cursor. The same token again would never end.
func turnPage[T any](p *Pass, read func(token string) (Page[T], error)) (Page[T], error) {
	page, err := read(p.Cursor.Token)
	if err != nil {
		return Page[T]{}, err
	}
	if page.Next != "" && page.Next == p.Cursor.Token {
		return Page[T]{}, &awsfault.Error{
			Kind: awsfault.Unavailable, Operation: string(p.Part),
			Message: "the same page token came twice, so that the list cannot be read to its end",
		}
	}
	p.Cursor.Token = page.Next
	return page, nil
}

// readInstance confirms that the stored directory is that of the instance the credentials lead to.
func (s *Sync) readInstance(ctx context.Context, p *Pass) (outcome, error) {
	found, err := s.cfg.Source.Instance(ctx)
	if err != nil {
		return outcome{}, err
	}
	known, err := s.cfg.Store.StoredInstance(ctx)
	if err != nil {
		return outcome{}, fmt.Errorf("read stored instance: %w", err)
	}
	if known.ARN != "" && (known.ARN != found.ARN || known.IdentityStoreID != found.IdentityStoreID ||
		known.OrganizationID != found.OrganizationID) {
		return outcome{}, &refusal{fmt.Sprintf("AWS answers for another IAM Identity Center instance than before (%s, "+
			"identity store %s, instead of %s, identity store %s). The directory is not read until the credentials "+
			"and the Region are those of the known instance again.",
			found.ARN, found.IdentityStoreID, known.ARN, known.IdentityStoreID)}
	}
	p.Notes, err = s.instanceNotes(ctx, found)
	if err != nil {
		return outcome{}, err
	}
	s.confirmed = true
	return outcome{write: Write{Instance: &found}, seen: 1, finished: true}, nil
}

// instanceNotes are the situations in which everything can be read and yet nothing, or not all, be granted.
func (s *Sync) instanceNotes(ctx context.Context, i Instance) ([]string, error) {
	var notes []string
	if !i.PermissionSetsEnabled {
		notes = append(notes, "This IAM Identity Center instance was made without multi-account permissions, so that it has "+
			"no permission sets to give. Enable them (this cannot be undone) or use another instance.")
	}
	switch i.Partition {
	case "aws":
	case "aws-cn":
		notes = append(notes, "This is the China partition (aws-cn): newer features of AWS are not offered there.")
	case "aws-us-gov":
		notes = append(notes, "This is the GovCloud partition (aws-us-gov): newer features of AWS are not offered there.")
	default:
		notes = append(notes, fmt.Sprintf("The partition %q is not one TEAM was made for.", i.Partition))
	}
	if i.InManagementAccount() {
		return append(notes, "TEAM runs in the organization's management account. A delegated administrator account is safer: "+
			"it cannot touch access to the management account."), nil
	}
	administrators, err := s.administrators(ctx)
	switch {
	case err != nil && !isRefusal(err):
		return nil, err
	case err != nil:
		f, _ := awsfault.Of(err)
		notes = append(notes, "Whether TEAM's account is the delegated administrator of IAM Identity Center cannot be seen. "+
			f.Sentence())
	case !slices.Contains(administrators, i.CallerAccountID):
		notes = append(notes, fmt.Sprintf("TEAM's account %s is not the delegated administrator of IAM Identity Center, so that "+
			"AWS will refuse every grant. Register it in the management account.", i.CallerAccountID))
	}
	return notes, nil
}

func (s *Sync) administrators(ctx context.Context) ([]string, error) {
	var all []string
	for token := ""; ; {
		page, err := s.cfg.Source.Administrators(ctx, token)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			return all, nil
		}
		if page.Next == token {
			return nil, &awsfault.Error{
				Kind: awsfault.Unavailable, Operation: "organizations:ListDelegatedAdministrators",
				Message: "the same page token came twice",
			}
		}
		token = page.Next
	}
}

// isRefusal: AWS will say the same again, so that waiting for another answer is pointless.
func isRefusal(err error) bool {
	f, ok := awsfault.Of(err)
	return ok && (f.Kind == awsfault.Denied || f.Kind == awsfault.Invalid || f.Kind == awsfault.NotOffered)
}

// readMemberships reads the groups in the order of their ids, each to its last page.
func (s *Sync) readMemberships(ctx context.Context, p *Pass) (outcome, error) {
	group := p.Cursor.Key
	if !p.Cursor.Open {
		var err error
		if group, err = s.cfg.Store.GroupAfter(ctx, p.Cursor.Key); err != nil {
			return outcome{}, fmt.Errorf("find next group: %w", err)
		}
		if group == "" {
			return outcome{finished: true}, nil
		}
	}
	pace := spacing(rateIdentityStore, s.cfg.Share)
	page, err := turnPage(p, func(token string) (Page[string], error) { return s.cfg.Source.Members(ctx, group, token) })
	if awsfault.Is(err, awsfault.NotFound) {
		// Deleted meanwhile: the next pass over the groups removes it, with its members.
		p.Cursor = Cursor{Key: group}
		return outcome{spacing: pace}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	m := &Members{GroupID: group, UserIDs: page.Items, Complete: page.Next == "", ReadAt: s.cfg.Now().UTC()}
	p.Cursor.Key, p.Cursor.Open = group, !m.Complete
	return outcome{write: Write{Members: m}, seen: len(page.Items), spacing: pace}, nil
}

// readAccountTags reads the accounts in the order of their ids, each to its last page.
func (s *Sync) readAccountTags(ctx context.Context, p *Pass) (outcome, error) {
	account := p.Cursor.Key
	if !p.Cursor.Open {
		var err error
		if account, err = s.cfg.Store.AccountAfter(ctx, p.Cursor.Key); err != nil {
			return outcome{}, fmt.Errorf("find next account: %w", err)
		}
		if account == "" {
			return outcome{finished: true}, nil
		}
	}
	pace := spacing(rateOrganizationTags, s.cfg.Share)
	page, err := turnPage(p, func(token string) (Page[Tag], error) { return s.cfg.Source.AccountTags(ctx, account, token) })
	if awsfault.Is(err, awsfault.NotFound) {
		p.Cursor = Cursor{Key: account}
		return outcome{spacing: pace}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	tags := withTags(p.Cursor.Tags, page.Items)
	if page.Next != "" {
		p.Cursor = Cursor{Key: account, Open: true, Token: page.Next, Tags: tags}
		return outcome{spacing: pace}, nil
	}
	p.Cursor = Cursor{Key: account}
	return outcome{write: Write{Tagged: account, Tags: tags}, seen: 1, spacing: pace}, nil
}

// withTags makes a new map: the cursor's own must stay as it was in case the step is not written.
func withTags(before map[string]string, page []Tag) map[string]string {
	tags := make(map[string]string, len(before)+len(page))
	maps.Copy(tags, before)
	for _, t := range page {
		tags[t.Key] = t.Value
	}
	return tags
}
