package directory

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Kind of directory entry that can be searched.
type Kind string

// The kinds.
const (
	KindAccount       Kind = "account"
	KindUser          Kind = "user"
	KindGroup         Kind = "group"
	KindPermissionSet Kind = "permission_set"
)

// Query of a search.
type Query struct {
	Kind Kind
	// Text holds words; an entry matches when it contains all of them, letter case aside. Words that begin a word of
	// the entry rank before words inside one. "" matches everything.
	Text string
	// Limit of hits; 50 where zero or negative, at most 500.
	Limit int
	// Cursor is Result.Next of the page before; "" begins.
	Cursor string
	// Keep, where set, leaves out the entries it is false for.
	Keep func(id string) bool
}

// Result of a search: ids (ARNs of permission sets), best first, in an order that does not change while the directory
// does not.
type Result struct {
	IDs  []string
	Next string // "" at the end
}

const (
	defaultHits = 50
	maxHits     = 500
)

// entry of the index: everything in lower case, words separated by single spaces.
type entry struct {
	id, order string
	text      string // begins with a space, so that " word" finds a word's beginning
}

type searchIndex map[Kind][]entry

// Search finds entries. It fails only for a kind or cursor that does not exist.
func (s *Snapshot) Search(q Query) (Result, error) {
	entries, ok := s.index()[q.Kind]
	if !ok {
		return Result{}, fmt.Errorf("search directory: no kind %q", q.Kind)
	}
	from, err := parseCursor(q.Cursor)
	if err != nil {
		return Result{}, fmt.Errorf("search directory: %w", err)
	}
	limit := q.Limit
	if limit <= 0 {
		limit = defaultHits
	}
	limit = min(limit, maxHits)
	words := strings.Fields(searchable(q.Text))
	var hits [2][]entry
	for _, e := range entries {
		rank, ok := e.match(words)
		if !ok || !from.before(rank, e) || q.Keep != nil && !q.Keep(e.id) {
			continue
		}
		// One more than asked for tells whether there is a next page; entries are in order already.
		if len(hits[rank]) <= limit {
			hits[rank] = append(hits[rank], e)
		}
		if len(hits[0]) > limit {
			break
		}
	}
	return page(hits, limit), nil
}

func page(hits [2][]entry, limit int) Result {
	var r Result
	last := place{}
	for rank, some := range hits {
		for _, e := range some {
			if len(r.IDs) == limit {
				r.Next = last.cursor()
				return r
			}
			r.IDs = append(r.IDs, e.id)
			last = place{rank: rank, order: e.order, id: e.id, set: true}
		}
	}
	return r
}

// match: rank 0 when every word begins a word of the entry, 1 when every word is somewhere in it.
func (e entry) match(words []string) (rank int, ok bool) {
	for _, w := range words {
		i := strings.Index(e.text, w)
		if i < 0 {
			return 0, false
		}
		if rank == 0 && e.text[i-1] != ' ' && !strings.Contains(e.text[i:], " "+w) {
			rank = 1
		}
	}
	return rank, true
}

// place of the last hit of a page.
type place struct {
	rank      int
	order, id string
	set       bool
}

func (p place) before(rank int, e entry) bool {
	if !p.set {
		return true
	}
	return cmp.Or(cmp.Compare(p.rank, rank), cmp.Compare(p.order, e.order), cmp.Compare(p.id, e.id)) < 0
}

func (p place) cursor() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d\x00%s\x00%s", p.rank, p.order, p.id))
}

func parseCursor(s string) (place, error) {
	if s == "" {
		return place{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	parts := strings.Split(string(raw), "\x00")
	if err != nil || len(parts) != 3 || parts[0] != "0" && parts[0] != "1" {
		return place{}, fmt.Errorf("cursor %q is not one of this search", s)
	}
	return place{rank: int(parts[0][0] - '0'), order: parts[1], id: parts[2], set: true}, nil
}

func buildIndex(s *Snapshot) searchIndex {
	index := searchIndex{KindAccount: {}, KindUser: {}, KindGroup: {}, KindPermissionSet: {}}
	for _, a := range s.Accounts() {
		fields := append([]string{a.Name, a.ID, a.Email}, s.OUNames(a.OUPath)...)
		for k, v := range a.Tags {
			fields = append(fields, k+" "+v, k+"="+v)
		}
		// Tags come from a map; what does not depend on its order is what is searched, but the text should not either.
		slices.Sort(fields[3+len(a.OUPath):])
		index.add(KindAccount, a.ID, a.Name, fields...)
	}
	for _, u := range s.Users() {
		index.add(KindUser, u.ID, u.UserName, u.UserName, u.DisplayName, u.Email, u.ID)
	}
	for _, g := range s.Groups() {
		index.add(KindGroup, g.ID, g.DisplayName, g.DisplayName, g.ID)
	}
	for _, p := range s.PermissionSets() {
		index.add(KindPermissionSet, p.ARN, p.Name, p.Name, p.Description, p.ARN)
	}
	for _, entries := range index {
		slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.id, b.id)) })
	}
	return index
}

func (x searchIndex) add(kind Kind, id, name string, fields ...string) {
	var text strings.Builder
	for _, f := range fields {
		if f = searchable(f); f != "" {
			text.WriteByte(' ')
			text.WriteString(f)
		}
	}
	x[kind] = append(x[kind], entry{id: id, order: searchable(name), text: " " + withParts(text.String())})
}

// searchable is lower case with single spaces and without control characters.
func searchable(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

// withParts appends the parts of compound words ("team-prod@example.com" is found by "prod"), so that one look for
// " prod" finds them as beginnings.
func withParts(text string) string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if strings.Join(parts, " ") == strings.TrimSpace(text) {
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(text) + " " + strings.Join(parts, " ")
}
