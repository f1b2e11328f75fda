package directory

import (
	"fmt"
	"time"
)

// PartStatus is what people are told of the reading of one part.
type PartStatus struct {
	Part     Part
	Complete time.Time // when it was last read completely; zero: never
	Running  bool
	Seen     int // entries read so far in the running pass
	Entries  int // entries of the last complete pass
	Failing  bool
	Sentence string
	Notes    []string
}

// Status says in sentences how the directory stands, in the order of Parts.
func Status(passes []Pass, now time.Time) []PartStatus {
	byPart := map[Part]Pass{}
	for _, p := range passes {
		byPart[p.Part] = p
	}
	var all []PartStatus
	for _, part := range Parts() {
		p, ok := byPart[part]
		if !ok {
			continue
		}
		all = append(all, PartStatus{
			Part: part, Complete: p.Finished, Running: p.Running, Seen: p.Seen, Entries: p.Entries,
			Failing: p.Failures > 0, Sentence: p.sentence(byPart, now), Notes: p.Notes,
		})
	}
	return all
}

func (p Pass) sentence(all map[Part]Pass, now time.Time) string {
	subject := p.Part.words()
	last := "It was never read completely."
	if !p.Finished.IsZero() {
		last = fmt.Sprintf("What was read %s ago stays in use.", age(now, p.Finished))
	}
	before, needed := p.Part.needs()
	switch {
	case p.Failures > 0:
		return fmt.Sprintf("Reading %s fails: %s %s", subject, p.Fault, last)
	case p.Running && p.Finished.IsZero():
		return fmt.Sprintf("Reading %s for the first time: %d so far, begun %s ago.", subject, p.Seen, age(now, p.Started))
	case p.Running:
		return fmt.Sprintf("Reading %s: %d of about %d, begun %s ago. %s", subject, p.Seen, p.Entries, age(now, p.Started), last)
	case needed && all[before].Finished.IsZero():
		return fmt.Sprintf("Reading %s waits for %s.", subject, before.words())
	case p.Finished.IsZero():
		return fmt.Sprintf("Reading %s has not begun.", subject)
	}
	return fmt.Sprintf("All of %s read %s ago: %d.", subject, age(now, p.Finished), p.Entries)
}

func (p Part) words() string {
	switch p {
	case PartInstance:
		return "the IAM Identity Center instance"
	case PartUnits:
		return "the organizational units"
	case PartAccounts:
		return "the accounts"
	case PartPermissionSets:
		return "the permission sets"
	case PartUsers:
		return "the users"
	case PartGroups:
		return "the groups"
	case PartMemberships:
		return "the group memberships"
	case PartAccountTags:
		return "the account tags"
	}
	return string(p)
}

func age(now, then time.Time) string {
	d := max(now.Sub(then), 0).Round(time.Second)
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h", int(d.Hours()))
}
