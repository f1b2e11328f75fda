package api

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

type requestableQuery struct {
	User          string `query:"user" maxLength:"200" doc:"Machines: for whom, by user id or name; administrators and auditors: whom they look at"`
	Q             string `query:"q" maxLength:"200" doc:"Words; each is found in the account's id, name, units or tags, or in the permission set's name"`
	Account       string `query:"account" pattern:"^[0-9]{12}$" doc:"Only what may be asked for in this account"`
	PermissionSet string `query:"permissionSet" maxLength:"200" doc:"ARN: only where this permission set may be asked for"`
	Limit         int    `query:"limit" minimum:"1" maximum:"5000" default:"1000" doc:"At most so many accounts, over all blocks"`
	Cursor        string `query:"cursor" maxLength:"1000" doc:"nextCursor of the page before; begin anew where policies changed meanwhile"`
}

// listRequestable narrows the rectangles to what is searched for and cuts them into pages by accounts, since those are
// what an organization has thousands of.
func (s *server) listRequestable(ctx context.Context, by access.Actor, in *requestableQuery) (Requestable, error) {
	v := s.view(ctx, by)
	if v.factsErr != nil {
		return Requestable{}, v.factsErr
	}
	after, err := placeOf(in.Cursor, "requestable", "", 2)
	if err != nil {
		return Requestable{}, err
	}
	var from place
	if after != nil {
		if from.block, err = strconv.Atoi(after[0]); err != nil || from.block < 0 {
			return Requestable{}, badCursor()
		}
		from.account = after[1]
	}
	id, err := s.asksFor(ctx, by, in.User)
	if err != nil {
		return Requestable{}, err
	}
	q := policy.Question{
		Requester: policy.Person{UserID: id, Groups: v.dir.GroupsOf(id)}, Machine: by.MachineID, Answering: by.Answering(), At: v.now,
	}
	if by.OwnerID != "" {
		q.Others = []string{by.OwnerID}
	}
	found := v.narrowed(v.facts.Engine.RequestableBy(q), in)
	page, next := cut(found, from, in.Limit)
	out := Requestable{Items: v.blocks(page)}
	if next != nil {
		out.NextCursor = cursorAt("requestable", "", strconv.Itoa(next.block), next.account)
	}
	return out, nil
}

// asksFor is the user whose possibilities a caller may know: people their own, machines those of whom they name, and who
// watches over TEAM everybody's, as in an explanation of the policies.
func (s *server) asksFor(ctx context.Context, by access.Actor, named string) (userID string, err error) {
	switch {
	case by.Kind == audit.Machine && named == "":
		return "", &access.Error{Code: access.CodeInvalid, Field: "user", Message: "a machine names the person it would ask for"}
	case by.Kind == audit.Machine:
		return s.userID(ctx, named)
	case named != "" && (by.Administrator || by.Auditor):
		return s.userID(ctx, named)
	case named != "":
		return "", &access.Error{Code: access.CodeForbidden, Message: "you can ask for yourself only; leave user out"}
	}
	return by.UserID, nil
}

// place is where a page ended: the block, and the last account of it that was shown.
type place struct {
	block   int
	account string
}

// cut takes limit accounts out of rectangles, after a place. Accounts of a rectangle are sorted.
func cut(all []policy.Rectangle, from place, limit int) (page []policy.Rectangle, next *place) {
	for i := from.block; i < len(all); i++ {
		r := all[i]
		if i == from.block {
			r.Accounts = r.Accounts[afterText(r.Accounts, from.account):]
		}
		left := len(r.Accounts)
		if left == 0 {
			continue
		}
		if limit == 0 {
			return page, next
		}
		shown := min(limit, left)
		limit -= shown
		r.Accounts = r.Accounts[:shown]
		page = append(page, r)
		next = &place{block: i, account: r.Accounts[shown-1]}
		if shown < left {
			return page, next
		}
	}
	return page, nil
}

// afterText is the number of the first text after another one.
func afterText(sorted []string, text string) int {
	n, found := slices.BinarySearch(sorted, text)
	if found {
		n++
	}
	return n
}

// narrowed leaves of rectangles the targets that are searched for. A word may be found in the account or in the permission
// set, so that a rectangle comes apart into one for each set of words that its accounts hold.
func (v view) narrowed(all []policy.Rectangle, q *requestableQuery) []policy.Rectangle {
	words := strings.Fields(strings.ToLower(q.Q))
	if len(words) == 0 && q.Account == "" && q.PermissionSet == "" {
		return all
	}
	var out []policy.Rectangle
	for _, r := range all {
		accounts := only(r.Accounts, q.Account)
		sets := only(r.PermissionSets, q.PermissionSet)
		missing := map[string][]string{} // accounts by the words they lack
		var order []string
		for _, id := range accounts {
			lack := lacking(v.accountText(id), words)
			if _, known := missing[lack]; !known {
				order = append(order, lack)
			}
			missing[lack] = append(missing[lack], id)
		}
		for _, lack := range order {
			part := r
			part.Accounts, part.PermissionSets = missing[lack], nil
			for _, arn := range sets {
				if lacking(v.permissionSet(arn), strings.Fields(lack)) == "" {
					part.PermissionSets = append(part.PermissionSets, arn)
				}
			}
			if len(part.PermissionSets) > 0 {
				out = append(out, part)
			}
		}
	}
	return out
}

// accountText is what an account is found by: what people know of it, and no address of e-mail.
func (v view) accountText(id string) string {
	a, _ := v.dir.Account(id)
	var text strings.Builder
	text.WriteString(id + " " + v.account(id))
	for _, unit := range v.dir.OUNames(a.OUPath) {
		text.WriteString(" " + unit)
	}
	for key, value := range a.Tags {
		text.WriteString(" " + key + "=" + value) // in no order: a word has no space in it, and is never found across two
	}
	return text.String()
}

func only(all []string, one string) []string {
	switch {
	case one == "":
		return all
	case slices.Contains(all, one):
		return []string{one}
	}
	return nil
}

// lacking are the words that a text does not hold.
func lacking(text string, words []string) string {
	text = strings.ToLower(text)
	return strings.Join(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.Contains(text, w) }), " ")
}
