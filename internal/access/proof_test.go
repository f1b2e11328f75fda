package access_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

func freshly(kinds ...policy.ProofKind) policy.Demand {
	return policy.Demand{Kinds: kinds, MaxAge: 5 * time.Minute}
}

// shown is somebody in a sign-in who showed these.
func shown(id string, proofs ...access.Proof) access.Actor {
	by := person(id)
	by.SignInID, by.Proofs = "sin_1", proofs
	return by
}

func of(kind access.ProofKind, ago time.Duration) access.Proof {
	return access.Proof{Kind: kind, At: noon.Add(-ago), Provider: map[access.ProofKind]string{access.ProofProvider: "corp"}[kind]}
}

// TestDecidingDemandsFreshProof before anything is changed, and says what is missing.
func TestDecidingDemandsFreshProof(t *testing.T) {
	demanding := func(w *world) {
		w.set.Settings.StepUp.Decide = freshly(access.ProofPasskey, access.ProofProvider)
		w.set.Approver[0].StepUp = freshly(access.ProofPasskey)
	}
	for name, c := range map[string]struct {
		by    access.Actor
		code  access.Code
		words string
	}{
		"a fresh passkey": {shown(bob, of(access.ProofProvider, time.Hour), of(access.ProofPasskey, time.Minute)), "", ""},
		"a stale passkey": {shown(bob, of(access.ProofPasskey, 6*time.Minute)), access.CodeStepUp, "show first that it is you: use a passkey, at most 5 minutes before; deciding on this demands it"},
		"a fresh sign-in is too little": {
			shown(bob, of(access.ProofProvider, 0)), access.CodeStepUp, "use a passkey, at most 5 minutes before",
		},
		"a token": {person(bob), access.CodeStepUp, "which a token cannot give: sign in"},
		// Who may not decide is told so, and not asked to show anything.
		"no approver":   {shown(sam), access.CodeForbidden, "not an approver"},
		"the requester": {shown(ann), access.CodeForbidden, "their own request"},
	} {
		for _, approve := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				w := newWorld(demanding)
				change, err := access.Decide(w.newCase(access.Pending, false), access.Ballot{Approve: approve, Comment: "x"}, c.by, w.facts(c.by.UserID), w.ids)
				wantError(t, err, c.code, c.words)
				if err != nil && len(change.Votes)+len(change.Events)+len(change.Targets) > 0 {
					t.Errorf("refused, and changes %+v", change)
				}
				if refused := new(access.Error); c.code == access.CodeStepUp && (!errors.As(err, &refused) || refused.StepUp == nil ||
					refused.StepUp.Act != policy.ActDecide || refused.StepUp.Demand.String() != "passkey, at most 5 minutes ago" || refused.StepUp.SignInID != c.by.SignInID) {
					t.Errorf("what is missing: %+v", refused.StepUp)
				}
			})
		}
	}
}

// TestVoteRecordsWhatWasShown: kinds, times, provider and authentication context, in the row and in the event.
func TestVoteRecordsWhatWasShown(t *testing.T) {
	w := newWorld()
	strong := of(access.ProofProvider, time.Hour)
	strong.ACR, strong.AMR = "phr", []string{"hwk"}
	by := shown(bob, strong, access.Proof{Kind: access.ProofPasskey, At: noon, PasskeyID: "pky_1"})
	change, err := access.Decide(w.newCase(access.Pending, false), access.Ballot{Approve: true, Comment: "x"}, by, w.facts(bob), w.ids)
	must(t, err)
	if v := change.Votes[0]; len(v.Proofs) != 2 || v.Proofs[0].ACR != "phr" || v.Proofs[1].PasskeyID != "pky_1" {
		t.Errorf("vote %+v", v)
	}
	proofs, _ := change.Events[0].Data["proofs"].([]map[string]any)
	if len(proofs) != 2 || proofs[0]["kind"] != "provider" || proofs[0]["provider"] != "corp" || proofs[0]["acr"] != "phr" || proofs[0]["at"] != strong.At ||
		proofs[1]["kind"] != "passkey" || proofs[1]["passkey"] != "pky_1" {
		t.Errorf("event %+v", change.Events[0].Data)
	}
}

// TestFreshProofIsJudgedAtTheMomentOfTheTransaction: what was fresh when a call came and is not when it would be applied,
// after a pause, is refused.
func TestFreshProofIsJudgedAtTheMomentOfTheTransaction(t *testing.T) {
	w := newWorld(func(w *world) { w.set.Settings.StepUp.Decide = freshly(access.ProofPasskey) })
	s, a := newService(t, w)
	c, err := s.Create(t.Context(), person(ann), draft(prod))
	must(t, err)
	by := shown(bob, of(access.ProofPasskey, 5*time.Minute-time.Second))
	paused := false
	a.inForce = func() {
		if !paused {
			paused = true
			w.now = w.now.Add(2 * time.Second) // facts stay young
		}
	}
	_, err = s.Decide(t.Context(), by, c.Request.ID, access.Ballot{Approve: true, Comment: "x"})
	wantError(t, err, access.CodeStepUp, "use a passkey")
	got, err := s.Read(t.Context(), person(ann), c.Request.ID)
	must(t, err)
	if len(got.Votes) != 0 || got.Targets[0].Decision != access.Pending {
		t.Errorf("changed: %+v", got)
	}
}

// TestDemandsOfAnAct are the settings', and what they were while one's own change cools (P11).
func TestDemandsOfAnAct(t *testing.T) {
	w := newWorld()
	before := w.set.Settings
	before.StepUp.Tokens = freshly(access.ProofPasskey)
	w.set.Settings.Previous = &before
	w.set.Settings.Cooling = []policy.Cooling{{UserID: ann, Until: noon.Add(time.Hour)}}
	dir := w.facts(ann).Dir
	for who, demanded := range map[string]bool{ann: true, ann2: true, bob: false} {
		err := access.Shown(policy.ActTokens, access.DemandsOf(policy.ActTokens, w.set, dir, who, noon), shown(who), noon)
		if (access.CodeOf(err) == access.CodeStepUp) != demanded {
			t.Errorf("%s: %v", who, err)
		}
		if err := access.Shown(policy.ActTokens, access.DemandsOf(policy.ActTokens, w.set, dir, who, noon.Add(time.Hour)), shown(who), noon); err != nil {
			t.Errorf("%s, cooled down: %v", who, err)
		}
	}
	if !before.StepUp.Tokens.Met(shown(bob, of(access.ProofPasskey, time.Minute)).Proofs, noon) ||
		before.StepUp.Tokens.Met(access.Actor{Kind: audit.Machine, MachineID: "m-ci"}.Proofs, noon) {
		t.Error("Met does not look at what was shown")
	}
	for _, act := range append(policy.Acts(), policy.ActPasskeys) {
		err := access.Shown(act, []policy.Demand{freshly(access.ProofProvider)}, shown(bob), noon)
		if err == nil || strings.Contains(err.Error(), "; this demands it") {
			t.Errorf("%s has no words of its own: %v", act, err)
		}
	}
}
