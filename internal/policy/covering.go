package policy

// Covering lists the policies in force that reach an account: eligibility policies that offer something in it, then
// approver policies that count for it. A protected account is reached by its own id only (P8). Nil for an account that
// the directory does not know.
func (e *Engine) Covering(accountID string) []Ref {
	n, ok := e.atlas.numberOf[accountID]
	if !ok {
		return nil
	}
	protected := e.inForce.settings.protected.has(n)
	var refs []Ref
	for _, r := range e.rules.heads {
		if r != nil && r.reach.covers(n, protected) {
			refs = append(refs, r.Ref())
		}
	}
	for _, d := range e.deciders.heads {
		if d != nil && d.reach.covers(n, protected) {
			refs = append(refs, d.Ref())
		}
	}
	return refs
}
