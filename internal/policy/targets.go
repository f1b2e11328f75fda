package policy

import (
	"slices"
	"strings"

	"github.com/team-idc/team/internal/directory"
)

// atlas is the organization as numbers: which accounts lie where.
type atlas struct {
	dir      *directory.Snapshot
	ids      []string // account ids, sorted; an account's number is its position here
	numberOf map[string]int
	accounts []directory.Account
	below    map[string]bitset // OU or root → the accounts anywhere below it
	direct   map[string]bitset // OU or root → the accounts directly in it
	tagged   map[string]map[string]bitset
	// placed are the accounts of which everything is known that decides which policies hold for them: their place, and
	// where approver policies go by tags, their tags.
	placed bitset
	// management is the number of the management account, -1 where it is not in the snapshot.
	management int
}

func drawAtlas(dir *directory.Snapshot, tagsDecide bool) *atlas {
	accounts := dir.Accounts()
	a := &atlas{
		dir:        dir,
		numberOf:   make(map[string]int, len(accounts)),
		below:      map[string]bitset{},
		direct:     map[string]bitset{},
		tagged:     map[string]map[string]bitset{},
		management: -1,
	}
	for i := range accounts {
		a.ids = append(a.ids, accounts[i].ID)
	}
	slices.Sort(a.ids)
	a.ids = slices.Compact(a.ids)
	a.accounts = make([]directory.Account, len(a.ids))
	a.placed = newBitset(len(a.ids))
	for i, id := range a.ids {
		a.numberOf[id] = i
		a.accounts[i], _ = dir.Account(id)
		a.place(i, tagsDecide)
	}
	if n, ok := a.numberOf[dir.Instance().ManagementAccountID]; ok {
		a.management = n
	}
	return a
}

func (a *atlas) place(i int, tagsDecide bool) {
	account := a.accounts[i]
	for depth, ou := range account.OUPath {
		a.mark(a.below, ou, i)
		if depth == len(account.OUPath)-1 {
			a.mark(a.direct, ou, i)
			if account.Tags != nil || !tagsDecide {
				a.placed.add(i)
			}
		}
	}
	for key, value := range account.Tags {
		if a.tagged[key] == nil {
			a.tagged[key] = map[string]bitset{}
		}
		a.mark(a.tagged[key], value, i)
	}
}

func (a *atlas) mark(sets map[string]bitset, key string, i int) {
	if sets[key] == nil {
		sets[key] = newBitset(len(a.ids))
	}
	sets[key].add(i)
}

// reach is what a policy's targets come to: the accounts it names by id, and those it reaches by unit, by tag or
// by naming none at all. Only the first hold for protected accounts (P8). Exclusions are already taken away.
type reach struct {
	named, broad bitset
}

// reachOf resolves t. all: no target at all means every account (approver policies).
func (a *atlas) reachOf(t Targets, all bool) reach {
	r := reach{named: newBitset(len(a.ids)), broad: newBitset(len(a.ids))}
	for _, id := range t.Accounts {
		if n, ok := a.numberOf[id]; ok {
			r.named.add(n)
		}
	}
	for _, ou := range t.OUs {
		if ou.DirectOnly {
			r.broad.addAll(a.direct[ou.ID])
		} else {
			r.broad.addAll(a.below[ou.ID])
		}
	}
	for _, tag := range t.Tags {
		// The order in which the values are added does not reach the union.
		for value, accounts := range a.tagged[tag.Key] {
			if len(tag.Values) == 0 || slices.Contains(tag.Values, value) {
				r.broad.addAll(accounts)
			}
		}
	}
	if all && t.nowhere() {
		for i := range a.ids {
			r.broad.add(i)
		}
	}
	excluded := newBitset(len(a.ids))
	for _, id := range t.ExcludeAccounts {
		if n, ok := a.numberOf[id]; ok {
			excluded.add(n)
		}
	}
	for _, ou := range t.ExcludeOUs {
		excluded.addAll(a.below[ou])
	}
	r.named.removeAll(excluded)
	r.broad.removeAll(excluded)
	return r
}

// covers says whether the account is reached; a protected account only by its own id (P8).
func (r reach) covers(account int, protected bool) bool {
	return r.named.has(account) || !protected && r.broad.has(account)
}

// nowhere: no account, OU or tag is targeted.
func (t Targets) nowhere() bool { return len(t.Accounts)+len(t.OUs)+len(t.Tags) == 0 }

// excludes says by which exclusion the account is left out, as an end of a sentence.
func (a *atlas) excludes(t Targets, account int) (string, bool) {
	if slices.Contains(t.ExcludeAccounts, a.ids[account]) {
		return "excludes the account by its id", true
	}
	path := a.accounts[account].OUPath
	for i, ou := range slices.Backward(path) {
		if slices.Contains(t.ExcludeOUs, ou) {
			return "excludes everything below " + a.spellPath(path[:i+1]), true
		}
	}
	return "", false
}

// route says how targets reach an account: the level, counted from the account (0) over its direct parent (1) up to
// the root, and the end of a sentence that names the way. Tags, and approver policies without any target, count at
// the level of the root. The most specific way is told.
func (a *atlas) route(t Targets, account int) (level int, via string) {
	here := a.accounts[account]
	if slices.Contains(t.Accounts, here.ID) {
		return 0, "which names the account by its id"
	}
	for i, unit := range slices.Backward(here.OUPath) {
		distance := len(here.OUPath) - i
		for _, ou := range t.OUs {
			if ou.ID == unit && (!ou.DirectOnly || distance == 1) {
				return distance, "through " + a.spellPath(here.OUPath[:i+1])
			}
		}
	}
	root := max(1, len(here.OUPath))
	for _, tag := range t.Tags {
		if value, ok := here.Tags[tag.Key]; ok && (len(tag.Values) == 0 || slices.Contains(tag.Values, value)) {
			return root, "through the tag " + tag.Key + "=" + value
		}
	}
	return root, "which covers every account that is not protected"
}

func (a *atlas) spellPath(path []string) string { return strings.Join(a.dir.OUNames(path), " / ") }

func (a *atlas) label(account int) string { return accountLabel(a.accounts[account]) }

func accountLabel(account directory.Account) string {
	if account.Name == "" {
		return account.ID
	}
	return account.Name + " (" + account.ID + ")"
}
