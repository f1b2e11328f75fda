package lint

import "fmt"

// stepUp finds demands of fresh proof that add nothing to those of the settings.
func (l *linter) stepUp() {
	everywhere := l.set.Settings.StepUp.Decide
	for i := range l.set.Approver {
		p := &l.set.Approver[i]
		if p.StepUp.None() || !everywhere.NoLessThan(p.StepUp) {
			continue
		}
		text := fmt.Sprintf("%s demands of who decides: %s; the settings demand as much of everybody already: %s.", title(p.Ref()), p.StepUp, everywhere)
		l.add(CodeStepUpIdle, p.ID, text, at(p.Ref(), "stepUp"), at(l.set.Settings.Ref(), "stepUp.decide"))
	}
}

func proofCodes() []Code {
	return []Code{{
		CodeStepUpIdle, Note,
		"An approver policy demands no more fresh proof of who decides than the settings do.",
		"Take the demand out of the policy, or make it stricter.",
	}}
}
