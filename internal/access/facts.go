package access

import (
	"slices"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Actor is who calls a use case, as the API authenticated them.
type Actor struct {
	Kind          audit.ActorKind
	UserID        string // a person's identity store user id; "" for machines
	MachineID     string
	OwnerID       string // user id of who owns the machine
	IssuerID      string // user id of who issued the machine's token, "" for an operator: they may hold a copy of it
	Name          string // user name, for the log
	Administrator bool
	Auditor       bool
	// Proposer is a machine client that may propose changes of policies or settings: an administrator owns it, and issued
	// its token unless an operator did.
	Proposer bool
	Strength string // how strongly they were authenticated
	// SignInID is the sign-in that they act in; "" for whoever holds a token.
	SignInID string
	// Unconfirmed: AWS could not be asked what they are at this moment. They have no role, and what they call changes nothing
	// but to end access (P7, P9).
	Unconfirmed bool
	// Proofs are what showed that it is them, the newest of each kind. None for tokens.
	Proofs []Proof
	// Scopes are what the token may be used for, checked before a use case is called; none without a token.
	Scopes []Scope
	// Until is when the token expires; zero where nothing bounds the caller.
	Until time.Time
}

// Answering are the people who answer for what the actor files: who owns a machine, and who issued its token.
func (a Actor) Answering() []string {
	if a.Kind != audit.Machine {
		return nil
	}
	var people []string
	for _, id := range []string{a.OwnerID, a.IssuerID} {
		if id != "" && !slices.Contains(people, id) {
			people = append(people, id)
		}
	}
	return people
}

// Audit names the actor in an event: a person by user id, a machine by client id, TEAM itself by the part.
func (a Actor) Audit() audit.Actor {
	id := a.UserID
	switch a.Kind {
	case audit.Person:
	case audit.Machine:
		id = a.MachineID
	case audit.System:
		id = a.Name
	}
	return audit.Actor{Kind: a.Kind, ID: id, Name: a.Name}
}

// System is TEAM itself acting.
func System(part string) Actor { return Actor{Kind: audit.System, Name: part} }

// Facts are what a rule needs to know beside the rows, gathered before the transaction.
type Facts struct {
	Engine *policy.Engine
	Dir    *directory.Snapshot
	// Generation of the policies Engine was compiled from: the transaction refuses to apply if it moved on.
	Generation int64
	// Requester is the beneficiary with their groups; RequesterUser their user. Live when RequesterLive.
	Requester     policy.Person
	RequesterUser directory.User
	RequesterLive bool
	// Decider is the caller with live groups, when they decide.
	Decider policy.Person
	// Voters are those who voted before and are enabled users, with groups no older than the bound.
	Voters map[string]policy.Person
	// ReadAt is when gathering began. What is decided on them must be decided soon: see FactsMaxAge.
	ReadAt time.Time
	Now    time.Time
}

// FactsMaxAge is how long after gathering began facts may still be decided on. A process that was paused in between
// gathers them again: nobody decides who is not an approver at that moment (P5), nothing starts on stale reads (P9).
const FactsMaxAge = 10 * time.Second

// At returns the facts for a decision at now, false when they have become too old for it.
func (f Facts) At(now time.Time) (Facts, bool) {
	f.Now = now
	return f, now.Sub(f.ReadAt) <= FactsMaxAge
}

func (f Facts) votes(votes []Vote) []policy.Vote {
	out := make([]policy.Vote, 0, len(votes))
	for _, v := range votes {
		// Unknown is no (P9): a voter who was not read, or is no enabled user any more, is nobody's approver, also where
		// a policy names them by their user and the directory has not heard of it.
		if p, ok := f.Voters[v.VoterID]; ok {
			out = append(out, policy.Vote{Voter: p, Stage: v.Stage, Approve: v.Approve, At: v.At, Proofs: v.Proofs})
		}
	}
	return out
}

func event(kind string, by audit.Actor, now time.Time, s audit.Subject, data map[string]any) audit.Event {
	return audit.Event{Kind: kind, At: now, Actor: by, Subject: s, Data: data}
}

// endEvent says that an elevation is ending, or has ended without access.
func (e Elevation) endEvent(by audit.Actor, now time.Time) audit.Event {
	return event("elevation."+string(e.State), by, now, e.subject(), map[string]any{"reason": string(e.Reason), "detail": e.Detail})
}

func (c *Case) subject(t Target) audit.Subject {
	return audit.Subject{Request: c.Request.ID, Target: t.ID, User: c.Request.BeneficiaryID, Account: t.AccountID}
}

func (e Elevation) subject() audit.Subject {
	return audit.Subject{Request: e.RequestID, Target: e.TargetID, Elevation: e.ID, Assignment: e.AssignmentID, User: e.UserID, Account: e.AccountID}
}
