package main

import (
	"fmt"

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
	if e := p.Effect; len(e.Requests)+len(e.Decisions)+e.Unexamined > 0 {
		fmt.Fprintln(w, "\nWho gains and who loses, once all of it is in force:")
		showWhom(w, e)
	}
	c.showNewFindings(p.Findings)
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
