package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// SearchWords is part of the query of every search. It is exported as RequestPath is.
type SearchWords struct {
	Q string `query:"q" maxLength:"200" doc:"Words; what contains all of them matches, best matches first"`
	// IDs name what a policy or an event holds by id.
	IDs []string `query:"id" maxItems:"100" doc:"Only these, by id (permission sets by ARN), separated by commas"`
}

// SearchPage is another part of it.
type SearchPage struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"At most so many"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"nextCursor of the page before"`
}

func (q SearchWords) among(id string) bool { return len(q.IDs) == 0 || slices.Contains(q.IDs, id) }

// AccountSelection is which accounts somebody wants.
type AccountSelection struct {
	SearchWords
	OU         string `query:"ou" maxLength:"70" doc:"Only accounts in this unit or below it, by id"`
	DirectOnly bool   `query:"directOnly" doc:"With ou: not those of units below it"`
	State      string `query:"state" pattern:"^[A-Z_]{1,40}$" doc:"As AWS Organizations says: ACTIVE, SUSPENDED, …"`
	Tag        string `query:"tag" maxLength:"400" doc:"Only accounts with this tag: a key, or key=value"`
	Protected  string `query:"protected" enum:"true,false"`
}

type accountsQuery struct {
	AccountSelection
	SearchPage
}

func (q *AccountSelection) keep(dir *directory.Snapshot, protected func(string) bool) func(string) bool {
	key, value, valued := strings.Cut(q.Tag, "=")
	return func(id string) bool {
		a, _ := dir.Account(id)
		has, tagged := a.Tags[key]
		return q.in(a) && (q.State == "" || q.State == string(a.State)) &&
			(q.Tag == "" || tagged && (!valued || has == value)) && (q.Protected == "" || q.Protected == strconv.FormatBool(protected(id)))
	}
}

// in says whether an account is in the unit that is asked for.
func (q *AccountSelection) in(a directory.Account) bool {
	switch {
	case q.OU == "":
		return true
	case q.DirectOnly:
		return len(a.OUPath) > 0 && a.OUPath[len(a.OUPath)-1] == q.OU
	}
	return slices.Contains(a.OUPath, q.OU)
}

// UserSelection is which users somebody wants.
type UserSelection struct {
	SearchWords
	Enabled string `query:"enabled" enum:"true,false"`
	Group   string `query:"group" maxLength:"100" doc:"Only members of this group, by id"`
}

type usersQuery struct {
	UserSelection
	SearchPage
}

func (q *UserSelection) keep(dir *directory.Snapshot) func(string) bool {
	return func(id string) bool {
		u, _ := dir.User(id)
		return (q.Enabled == "" || q.Enabled == strconv.FormatBool(u.Status == directory.UserEnabled)) &&
			(q.Group == "" || slices.Contains(dir.GroupsOf(id), q.Group))
	}
}

// GroupSelection is which groups somebody wants.
type GroupSelection struct {
	SearchWords
	Member string `query:"member" maxLength:"100" doc:"Only groups of this user, by id"`
}

type groupsQuery struct {
	GroupSelection
	SearchPage
}

func (q *GroupSelection) keep(dir *directory.Snapshot) func(string) bool {
	return func(id string) bool { return q.Member == "" || slices.Contains(dir.GroupsOf(q.Member), id) }
}

// PermissionSetSelection is which permission sets somebody wants.
type PermissionSetSelection struct {
	SearchWords
	InManagementAccount string `query:"inManagementAccount" enum:"true,false" doc:"Whether it is provisioned in the management account"`
}

type permissionSetsQuery struct {
	PermissionSetSelection
	SearchPage
}

func (q *PermissionSetSelection) keep(dir *directory.Snapshot) func(string) bool {
	return func(arn string) bool {
		p, _ := dir.PermissionSet(arn)
		return q.InManagementAccount == "" || q.InManagementAccount == strconv.FormatBool(p.InManagementAccount)
	}
}

// OUSelection is which organizational units somebody wants.
type OUSelection struct {
	SearchWords
	Parent string `query:"parent" maxLength:"70" doc:"Only units directly in this one, by id"`
}

type ousQuery struct {
	OUSelection
	SearchPage
}

func (s *server) registerDirectory() {
	register(s, http.MethodGet, "/api/v1/directory/accounts", "search-accounts",
		"Search accounts: administrators and auditors all, others what they may ask for or decide on", s.searchAccounts)
	register(s, http.MethodGet, "/api/v1/directory/ous", "search-ous", "Search organizational units, as accounts", s.searchOUs)
	register(s, http.MethodGet, "/api/v1/directory/permission-sets", "search-permission-sets", "Search permission sets, as accounts", s.searchPermissionSets)
	register(s, http.MethodGet, "/api/v1/directory/users", "search-users", "Search users", s.searchUsers)
	register(s, http.MethodGet, "/api/v1/directory/groups", "search-groups", "Search groups", s.searchGroups)
	register(s, http.MethodGet, "/api/v1/directory/status", "read-directory-status", "Say how current the directory is", s.readDirectoryStatus)
	register(s, http.MethodPost, "/api/v1/directory/sync", "sync-directory", "Have the directory read now", s.syncDirectory)
}

// search finds the ids of entries of a kind, of those that keep keeps.
func (s *server) search(
	ctx context.Context, kind directory.Kind, q SearchWords, page SearchPage, keep func(*directory.Snapshot) func(string) bool,
) (*directory.Snapshot, directory.Result, error) {
	dir, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, directory.Result{}, directoryUnavailable(err)
	}
	also := keep(dir)
	found, err := dir.Search(directory.Query{
		Kind: kind, Text: q.Q, Limit: page.Limit, Cursor: page.Cursor, Keep: func(id string) bool { return q.among(id) && also(id) },
	})
	if err != nil { // the kind is one of ours, so it is the cursor
		return nil, directory.Result{}, badCursor()
	}
	return dir, found, nil
}

// sight is what of the directory a caller is shown.
type sight struct {
	facts                        access.Facts
	account, permissionSet, unit func(id string) bool
}

// sightOf a caller: administrators, auditors, and machine clients that propose policies see all of the directory; everybody
// else the part that policies let them ask for or decide on: an organization's accounts and roles are nothing that whoever
// can sign in should have a list of.
func (s *server) sightOf(ctx context.Context, by access.Actor) (sight, error) {
	if s.hidden(ctx, by) {
		return sight{}, errUnconfirmed
	}
	facts, err := s.Access.Facts(ctx)
	if err != nil {
		return sight{}, err
	}
	if by.Administrator || by.Auditor || by.Proposer {
		all := func(string) bool { return true }
		return sight{facts, all, all, all}, nil
	}
	part := facts.Engine.Sight(policy.Person{UserID: by.UserID, Groups: facts.Dir.GroupsOf(by.UserID)}, by.MachineID)
	return sight{facts, part.Account, part.PermissionSet, part.Unit}, nil
}

func directoryUnavailable(err error) error {
	return &access.Error{Code: access.CodeUnavailable, Message: "the directory could not be read; try again shortly", Err: err}
}

func (s *server) searchAccounts(ctx context.Context, by access.Actor, q *accountsQuery) (AccountList, error) {
	sees, err := s.sightOf(ctx, by)
	if err != nil {
		return AccountList{}, err
	}
	dir, found, err := s.search(ctx, directory.KindAccount, q.SearchWords, q.SearchPage, func(dir *directory.Snapshot) func(string) bool {
		keep := q.keep(dir, sees.facts.Engine.Protected)
		return func(id string) bool { return sees.account(id) && keep(id) }
	})
	if err != nil {
		return AccountList{}, err
	}
	out := AccountList{Items: make([]Account, 0, len(found.IDs)), NextCursor: found.Next}
	for _, id := range found.IDs {
		a, _ := dir.Account(id)
		out.Items = append(out.Items, Account{
			ID: a.ID, Name: a.Name, State: string(a.State), OUPath: dir.OUNames(a.OUPath), Tags: a.Tags,
			Protected: sees.facts.Engine.Protected(a.ID), ReadAt: a.ReadAt,
		})
	}
	return out, nil
}

func (s *server) searchUsers(ctx context.Context, _ access.Actor, q *usersQuery) (UserList, error) {
	dir, found, err := s.search(ctx, directory.KindUser, q.SearchWords, q.SearchPage, q.keep)
	if err != nil {
		return UserList{}, err
	}
	out := UserList{Items: make([]User, 0, len(found.IDs)), NextCursor: found.Next}
	for _, id := range found.IDs {
		u, _ := dir.User(id)
		out.Items = append(out.Items, User{
			Person: names{dir}.person(id), Email: u.Email, Enabled: u.Status == directory.UserEnabled, ReadAt: u.ReadAt,
		})
	}
	return out, nil
}

func (s *server) searchGroups(ctx context.Context, _ access.Actor, q *groupsQuery) (GroupList, error) {
	dir, found, err := s.search(ctx, directory.KindGroup, q.SearchWords, q.SearchPage, q.keep)
	if err != nil {
		return GroupList{}, err
	}
	out := GroupList{Items: make([]Group, 0, len(found.IDs)), NextCursor: found.Next}
	for _, id := range found.IDs {
		g, _ := dir.Group(id)
		out.Items = append(out.Items, Group{ID: g.ID, DisplayName: g.DisplayName, Members: len(g.Members), ReadAt: g.ReadAt, MembersRead: g.MembersRead})
	}
	return out, nil
}

func (s *server) searchPermissionSets(ctx context.Context, by access.Actor, q *permissionSetsQuery) (PermissionSetList, error) {
	sees, err := s.sightOf(ctx, by)
	if err != nil {
		return PermissionSetList{}, err
	}
	dir, found, err := s.search(ctx, directory.KindPermissionSet, q.SearchWords, q.SearchPage, func(dir *directory.Snapshot) func(string) bool {
		keep := q.keep(dir)
		return func(arn string) bool { return sees.permissionSet(arn) && keep(arn) }
	})
	if err != nil {
		return PermissionSetList{}, err
	}
	out := PermissionSetList{Items: make([]PermissionSet, 0, len(found.IDs)), NextCursor: found.Next}
	for _, arn := range found.IDs {
		p, _ := dir.PermissionSet(arn)
		out.Items = append(out.Items, PermissionSet{
			ARN: p.ARN, Name: p.Name, Description: p.Description, SessionDurationSeconds: seconds(p.SessionDuration),
			ManagedPolicies: p.ManagedPolicies, CustomerPolicies: p.CustomerPolicies, InManagementAccount: p.InManagementAccount, ReadAt: p.ReadAt,
		})
	}
	return out, nil
}

// searchOUs goes through all units: an organization has at most 2,000 of them (AWS's quota). The order is that of the
// path, so that a tree can be drawn from it; the cursor is the last unit's id.
func (s *server) searchOUs(ctx context.Context, by access.Actor, q *ousQuery) (OUList, error) {
	sees, err := s.sightOf(ctx, by)
	if err != nil {
		return OUList{}, err
	}
	dir := sees.facts.Dir
	var all []OU
	counts := accountsOf(dir, sees.account)
	words := strings.Fields(strings.ToLower(q.Q))
	for _, ou := range dir.OUs() {
		if !sees.unit(ou.ID) || !q.among(ou.ID) {
			continue
		}
		path := dir.OUNames(dir.UnitPath(ou.ID))
		text := strings.ToLower(strings.Join(path, "/") + " " + ou.ID)
		if (q.Parent == "" || q.Parent == ou.ParentID) && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			all = append(all, OU{
				ID: ou.ID, Name: ou.Name, ParentID: ou.ParentID, Path: path, ReadAt: ou.ReadAt,
				Accounts: counts[ou.ID].direct, AccountsBelow: counts[ou.ID].below,
			})
		}
	}
	slices.SortFunc(all, func(a, b OU) int {
		if c := slices.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	if q.Cursor != "" {
		at := slices.IndexFunc(all, func(o OU) bool { return o.ID == q.Cursor })
		if at < 0 {
			return OUList{}, badCursor()
		}
		all = all[at+1:]
	}
	out := OUList{Items: append([]OU{}, all[:min(len(all), q.Limit)]...)}
	if len(all) > q.Limit {
		out.NextCursor = out.Items[q.Limit-1].ID
	}
	return out, nil
}

// accountCounts are how many accounts are in a unit.
type accountCounts struct{ direct, below int }

// accountsOf counts accounts by unit, of those that are kept. It goes through all of them, which takes less time than one
// page of the answer takes to write.
func accountsOf(dir *directory.Snapshot, keep func(id string) bool) map[string]accountCounts {
	counts := map[string]accountCounts{}
	for _, a := range dir.Accounts() {
		if !keep(a.ID) {
			continue
		}
		for i, unit := range a.OUPath {
			c := counts[unit]
			c.below++
			if i == len(a.OUPath)-1 {
				c.direct++
			}
			counts[unit] = c
		}
	}
	return counts
}

// syncDirectory has the parts read that are not being read already. It may be repeated: it asks for nothing twice.
func (s *server) syncDirectory(ctx context.Context, by access.Actor, _ *struct{}) (DirectorySyncAnswer, error) {
	asked, err := s.Sync.AskForDirectory(ctx, by.Audit(), s.Now())
	if err != nil {
		return DirectorySyncAnswer{}, err
	}
	out := DirectorySyncAnswer{Asked: make([]string, 0, len(asked))}
	for _, part := range asked {
		out.Asked = append(out.Asked, string(part))
	}
	out.DirectoryStatus, err = s.readDirectoryStatus(ctx, by, nil)
	return out, err
}

func (s *server) readDirectoryStatus(ctx context.Context, _ access.Actor, _ *struct{}) (DirectoryStatus, error) {
	dir, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return DirectoryStatus{}, directoryUnavailable(err)
	}
	passes, err := s.Passes.Passes(ctx)
	if err != nil {
		return DirectoryStatus{}, err
	}
	out := DirectoryStatus{Revision: dir.Revision(), Parts: []DirectoryPart{}}
	for _, p := range directory.Status(passes, s.Now()) {
		out.Parts = append(out.Parts, DirectoryPart{
			Part: string(p.Part), Complete: p.Complete, Running: p.Running, Seen: p.Seen, Entries: p.Entries, Failing: p.Failing,
			Sentence: p.Sentence, Notes: p.Notes,
		})
	}
	return out, nil
}
