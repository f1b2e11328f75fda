package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/team-idc/team/internal/api"
)

// changes counts what a plan changes.
func changes(p api.PolicyPlan) (n int) {
	for _, change := range p.Changes {
		if change.Action != "keep" {
			n++
		}
	}
	return n
}

func (c *client) showPlan(p api.PolicyPlan) {
	w := c.console.out
	for _, change := range p.Changes {
		if change.Action == "keep" {
			continue
		}
		fmt.Fprintln(w, change.Sentence)
		for _, line := range change.Difference {
			fmt.Fprintf(w, "    %s\n", line)
		}
		for _, r := range change.Widening {
			fmt.Fprintf(w, "  widens: %s\n", r.Text)
		}
		if outcome := outcomeOf(change); outcome != "" {
			fmt.Fprintf(w, "  %s\n", outcome)
		}
	}
	c.showEffect(p.Effect)
	n := changes(p)
	fmt.Fprintf(w, "%d to change, %d as they are\n", n, len(p.Changes)-n)
}

// showOutcomes says what became of a plan that was shown before.
func (c *client) showOutcomes(p api.PolicyPlan) {
	for _, change := range p.Changes {
		if outcome := outcomeOf(change); outcome != "" {
			fmt.Fprintf(c.console.out, "%s %q: %s\n", change.Kind, change.Name, outcome)
		}
	}
}

// outcomeOf says what became of a change; "" where nothing did yet.
func outcomeOf(change api.PlannedChange) string {
	switch o := change.Outcome; {
	case change.Problem != nil:
		return "not applied: " + change.Problem.Detail
	case o == nil || o.Unchanged:
	case o.Applied && o.Policy != nil:
		return fmt.Sprintf("applied as version %d", o.Policy.Version)
	case o.Proposal != nil:
		return fmt.Sprintf("proposed: %s waits for a second administrator (team policy agree %[1]s)", o.Proposal.ID)
	}
	return ""
}

// mostShownPeople of those who gain or lose the same; -o json lists all.
const mostShownPeople = 20

// showEffect says who gains and who loses by all changes of a plan together.
func (c *client) showEffect(e api.PolicyEffect) {
	w := c.console.out
	if len(e.Requests)+len(e.Decisions)+e.Unexamined == 0 {
		return
	}
	fmt.Fprintln(w, "\nWho gains and who loses, once all of it is in force:")
	for _, d := range e.Decisions {
		verb := "- decides no longer"
		if d.Gains {
			verb = "+ decides"
		}
		fmt.Fprintf(w, "  %s %s by %q\n", person(d.User), verb, d.Policy.Name)
	}
	for _, same := range alike(e.Requests) {
		names := strings.Join(same.names[:min(len(same.names), mostShownPeople)], ", ")
		if rest := len(same.names) - mostShownPeople; rest > 0 {
			names += fmt.Sprintf(" and %d more people, all of them with -o json", rest)
		}
		fmt.Fprintf(w, "  %s\n%s", names, same.effect)
	}
	if e.Unexamined > 0 {
		fmt.Fprintf(w, "  up to %d more people were not looked at\n", e.Unexamined)
	}
	fmt.Fprintln(w)
}

// alikePeople gain and lose the same.
type alikePeople struct {
	names  []string
	effect string
}

// alike puts people together who gain and lose the same, in the order of their names.
func alike(requests []api.RequestEffect) []*alikePeople {
	var all []*alikePeople
	byEffect := map[string]*alikePeople{}
	for _, r := range requests {
		var text strings.Builder
		for _, b := range r.Gains {
			fmt.Fprintf(&text, "    + may ask for %s\n", blockWords(b))
		}
		for _, b := range r.Loses {
			fmt.Fprintf(&text, "    - no longer %s\n", blockWords(b))
		}
		same, ok := byEffect[text.String()]
		if !ok {
			same = &alikePeople{effect: text.String()}
			byEffect[same.effect] = same
			all = append(all, same)
		}
		same.names = append(same.names, person(r.User))
	}
	for _, same := range all {
		slices.Sort(same.names)
	}
	slices.SortFunc(all, func(a, b *alikePeople) int { return strings.Compare(a.names[0], b.names[0]) })
	return all
}

// blockWords says what a block gives: "DatabaseAdmin in shop-prod, pay-prod (at most 4h, with approval)".
func blockWords(b api.RequestableBlock) string {
	how := "without approval"
	if b.ApprovalRequired {
		how = "with approval"
	}
	return fmt.Sprintf("%s in %s (at most %s, %s)", namesOf(b.PermissionSets), namesOf(b.Accounts), seconds(b.MaxDurationSeconds), how)
}

// mostNames that a sentence lists.
const mostNames = 6

func namesOf(all []api.Named) string {
	names := make([]string, 0, mostNames)
	for _, n := range all[:min(len(all), mostNames)] {
		names = append(names, firstOf(n.Name, n.ID))
	}
	text := strings.Join(names, ", ")
	if rest := len(all) - mostNames; rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}
