package policy

import "slices"

// The functions of this file compare what a policy names before and after. gained are things that are named, or no
// longer left out, each as the beginning of a sentence; lost says whether anything is no longer reached.

func listChanges(noun string, before, after []string) (gained []string, lost bool) {
	for _, v := range sortedUnion(after, nil) {
		if !slices.Contains(before, v) {
			gained = append(gained, noun+" "+v)
		}
	}
	return gained, slices.ContainsFunc(before, func(v string) bool { return !slices.Contains(after, v) })
}

// narrowing compares lists of which the empty one means everything.
func narrowing(noun string, before, after []string) (gained []string, lost bool) {
	switch {
	case len(before) == 0:
		return nil, len(after) > 0
	case len(after) == 0:
		return []string{"every " + noun}, false
	}
	return listChanges(noun, before, after)
}

func principalChanges(before, after Principals) (gained []string, lost bool) {
	users, lostUsers := listChanges("user", before.Users, after.Users)
	groups, lostGroups := listChanges("group", before.Groups, after.Groups)
	return append(users, groups...), lostUsers || lostGroups
}

// targetChanges compares targets. emptyIsAll: no target at all means every account (approver policies).
func targetChanges(before, after Targets, emptyIsAll bool) (gained []string, lost bool) {
	note := func(g []string, l bool) {
		gained, lost = append(gained, g...), lost || l
	}
	switch everywhere, nowEverywhere := emptyIsAll && before.nowhere(), emptyIsAll && after.nowhere(); {
	case everywhere && nowEverywhere:
	case nowEverywhere:
		note([]string{"every account"}, false)
	case everywhere:
		// Named accounts may be protected ones, which "every account" does not reach (P8), and what is reached at a
		// lower level than the root is not dropped where inheritance stops.
		note(placeChanges(Targets{}, after))
		lost = true
	default:
		note(placeChanges(before, after))
	}
	back, further := listChanges("account", after.ExcludeAccounts, before.ExcludeAccounts)
	note(notLeftOut(back), further)
	back, further = listChanges("unit", after.ExcludeOUs, before.ExcludeOUs)
	note(notLeftOut(back), further)
	return gained, lost
}

func notLeftOut(things []string) []string {
	out := make([]string, len(things))
	for i, thing := range things {
		out[i] = thing + ", no longer left out,"
	}
	return out
}

func placeChanges(before, after Targets) (gained []string, lost bool) {
	gained, lost = listChanges("account", before.Accounts, after.Accounts)
	for _, ou := range after.OUs {
		if !slices.ContainsFunc(before.OUs, func(was OUTarget) bool { return was.covers(ou) }) {
			gained = append(gained, "unit "+ou.ID)
		}
	}
	for _, was := range before.OUs {
		lost = lost || !slices.ContainsFunc(after.OUs, func(ou OUTarget) bool { return ou.covers(was) })
	}
	for _, tag := range after.Tags {
		if !slices.ContainsFunc(before.Tags, func(was TagTarget) bool { return was.covers(tag) }) {
			gained = append(gained, "tag "+tag.Key)
		}
	}
	for _, was := range before.Tags {
		lost = lost || !slices.ContainsFunc(after.Tags, func(tag TagTarget) bool { return tag.covers(was) })
	}
	return gained, lost
}

// covers says whether every account that o reaches is reached by t, on the same level.
func (t OUTarget) covers(o OUTarget) bool { return t.ID == o.ID && (!t.DirectOnly || o.DirectOnly) }

func (t TagTarget) covers(o TagTarget) bool {
	if t.Key != o.Key || len(t.Values) > 0 && len(o.Values) == 0 {
		return false
	}
	return len(t.Values) == 0 || !slices.ContainsFunc(o.Values, func(v string) bool { return !slices.Contains(t.Values, v) })
}
