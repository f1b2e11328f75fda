package store_test

import "testing"

// seed puts one plain row into every table the constraints are tried on.
func seed(t *testing.T, db testDB) {
	t.Helper()
	db.exec(t, plainRequest.insert("requests"))
	db.exec(t, plainTarget.insert("targets"))
	db.exec(t, plainVote.insert("votes"))
	db.exec(t, plainElevation.insert("elevations"))
	db.exec(t, plainAssignment.insert("assignments"))
	db.exec(t, plainEvent.insert("events"))
	db.exec(t, plainProposal.insert("policy_proposals"))
	db.exec(t, plainAlarm.insert("alarms"))
}

func TestConstraintsOfRequestsAndDecisions(t *testing.T) {
	other := columns{"id": "'other'"}
	for name, c := range map[string]struct{ words, statement string }{
		"a request of an unknown kind":          {"constraint", plainRequest.with(other).with(columns{"kind": "'gift'"}).insert("requests")},
		"a request for nobody":                  {"constraint", plainRequest.with(other).with(columns{"beneficiary_id": "''"}).insert("requests")},
		"a request by nobody":                   {"constraint", plainRequest.with(other).with(columns{"filed_by": "''"}).insert("requests")},
		"a request for no time":                 {"constraint", plainRequest.with(other).with(columns{"duration": "0"}).insert("requests")},
		"a request for less than no time":       {"constraint", plainRequest.with(other).with(columns{"duration": "-1"}).insert("requests")},
		"a row at version 0":                    {"constraint", plainRequest.with(other).with(columns{"version": "0"}).insert("requests")},
		"a target of no request":                {"FOREIGN KEY", plainTarget.with(other).with(columns{"request_id": "'none'"}).insert("targets")},
		"a pending target without a limit":      {"pending_has_limit", plainTarget.with(other).with(columns{"pending_until": "0"}).insert("targets")},
		"a pending target that was decided":     {"decided_has_time", plainTarget.with(other).with(columns{"decided_at": "1"}).insert("targets")},
		"a decision without its time":           {"decided_has_time", "UPDATE targets SET state = 'approved', pending_until = 0"},
		"a decision that still expires":         {"pending_has_limit", "UPDATE targets SET state = 'approved', decided_at = 1"},
		"a vote on no target":                   {"FOREIGN KEY", plainVote.with(other).with(columns{"target_id": "'none'", "voter_id": "'u-cy'"}).insert("votes")},
		"a vote on a stage before the first":    {"constraint", plainVote.with(other).with(columns{"voter_id": "'u-cy'", "stage": "-1"}).insert("votes")},
		"a second administrator who is not one": {"second_is_another", "UPDATE policy_proposals SET state = 'agreed', decided_by = author_id"},
		"a proposal in an unknown state":        {"constraint", "UPDATE policy_proposals SET state = 'forgotten'"},
		"a policy in force without its version": {"FOREIGN KEY", "INSERT INTO policies (kind, id, version) VALUES ('settings', 'settings', 9)"},
		"a policy of an unknown kind":           {"constraint", plainPolicyVersion.with(columns{"kind": "'wish'"}).insert("policy_versions")},
		"a second policy generation":            {"constraint", "INSERT INTO policy_generation (id, generation) VALUES (2, 1)"},
	} {
		t.Run(name, func(t *testing.T) {
			onEveryDatabase(t, func(t *testing.T, db testDB) { seed(t, db); db.refuses(t, c.words, c.statement) })
		})
	}
}

// TestP5NobodyVotesOnTheirOwnOrTwiceInTheDatabase: what the rules forbid, the database forbids too.
func TestP5NobodyVotesOnTheirOwnOrTwiceInTheDatabase(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		seed(t, db)
		again := columns{"id": "'again'"}
		db.refuses(t, "decider_is_not_requester", plainVote.with(again).with(columns{"voter_id": "'u-ann'"}).insert("votes"))
		db.refuses(t, "UNIQUE", plainVote.with(again).insert("votes"))
		db.refuses(t, "UNIQUE", plainVote.with(again).with(columns{"approve": "false", "stage": "1"}).insert("votes"))
		db.exec(t, plainVote.with(again).with(columns{"voter_id": "'u-cy'"}).insert("votes"))
		db.exec(t, "UPDATE votes SET void = true WHERE id = 'vote'")
		db.exec(t, plainVote.with(columns{"id": "'after-recovery'"}).insert("votes"))
		db.refuses(t, "UNIQUE", "UPDATE votes SET void = false WHERE id = 'vote'")
	})
}

func TestConstraintsOfElevations(t *testing.T) {
	const activate = "UPDATE elevations SET state = 'scheduled'; UPDATE elevations SET state = 'activating'; "
	for name, c := range map[string]struct{ before, words, statement string }{
		"ended without a reason":             {"", "end_has_reason", "UPDATE elevations SET state = 'ended', ended_at = 1"},
		"ended without its time":             {"", "ended_has_time", "UPDATE elevations SET state = 'ended', reason = 'rejected'"},
		"a reason without an end":            {"", "end_has_reason", "UPDATE elevations SET reason = 'revoked'"},
		"an end time without an end":         {"", "ended_has_time", "UPDATE elevations SET ended_at = 1"},
		"active without an end":              {activate, "active_has_end", "UPDATE elevations SET state = 'active', activated_at = 1"},
		"active without a start":             {activate, "active_has_end", "UPDATE elevations SET state = 'active', ends_at = 1"},
		"active for no time":                 {activate, "active_has_end", "UPDATE elevations SET state = 'active', activated_at = 2, ends_at = 2"},
		"active that ends before its start":  {activate, "active_has_end", "UPDATE elevations SET state = 'active', activated_at = 2, ends_at = 1"},
		"ending without a reason":            {activate, "end_has_reason", "UPDATE elevations SET state = 'ending'"},
		"a second first attempt on a target": {"", "", plainElevation.with(columns{"id": "'other'"}).insert("elevations")},
		"an attempt before the first":        {"", "constraint", plainElevation.with(columns{"id": "'other'", "attempt": "0"}).insert("elevations")},
		"a duration of nothing":              {"", "constraint", plainElevation.with(columns{"id": "'other'", "attempt": "2", "duration": "0"}).insert("elevations")},
		"an elevation of no target":          {"", "FOREIGN KEY", plainElevation.with(columns{"id": "'other'", "attempt": "2", "target_id": "'none'"}).insert("elevations")},
		"another reason than the first":      {activate + "UPDATE elevations SET state = 'ending', reason = 'revoked'", "elevation_reason_change", "UPDATE elevations SET reason = 'elapsed'"},
		"a reason taken back":                {activate + "UPDATE elevations SET state = 'ending', reason = 'revoked'", "elevation_reason_change", "UPDATE elevations SET reason = ''"},
	} {
		t.Run(name, func(t *testing.T) {
			onEveryDatabase(t, func(t *testing.T, db testDB) {
				seed(t, db)
				if c.before != "" {
					db.exec(t, c.before)
				}
				db.refuses(t, c.words, c.statement)
			})
		})
	}
	t.Run("any reason may become unusable", func(t *testing.T) {
		onEveryDatabase(t, func(t *testing.T, db testDB) {
			seed(t, db)
			db.exec(t, activate+"UPDATE elevations SET state = 'ending', reason = 'revoked'")
			db.exec(t, "UPDATE elevations SET state = 'ended', ended_at = 1, reason = 'unusable'")
			db.refuses(t, "elevation_reason_change", "UPDATE elevations SET reason = 'elapsed'")
		})
	})
}

// TestP2WhatTEAMOwnsIsAlwaysDue: a row that TEAM owns cannot be left without an instant at which it is looked at.
func TestP2WhatTEAMOwnsIsAlwaysDue(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		seed(t, db)
		for _, phase := range []string{"claimed", "creating", "verifying", "held", "removing", "deleting", "clearing"} {
			db.refuses(t, "owned_is_due", columns{"phase": quote(phase)}.update("assignments", "asg"))
			db.exec(t, columns{"phase": quote(phase), "due_at": "1"}.update("assignments", "asg"))
			db.refuses(t, "owned_is_due", columns{"due_at": "0"}.update("assignments", "asg"))
			db.exec(t, columns{"phase": "'idle'", "due_at": "0"}.update("assignments", "asg"))
		}
		db.refuses(t, "constraint", columns{"phase": "'lost'", "due_at": "1"}.update("assignments", "asg"))
		db.refuses(t, "UNIQUE", plainAssignment.with(columns{"id": "'twin'"}).insert("assignments"))
		db.exec(t, plainAssignment.with(columns{"id": "'neighbour'", "account_id": "'2'"}).insert("assignments"))
	})
}

func TestOneOpenAlarmForAKindAndSubject(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		seed(t, db)
		db.refuses(t, "UNIQUE", plainAlarm.with(columns{"id": "'again'"}).insert("alarms"))
		db.exec(t, columns{"closed_at": "5"}.update("alarms", "alm"))
		db.exec(t, plainAlarm.with(columns{"id": "'again'"}).insert("alarms"))
	})
}

// TestP6EventsStayAsTheyWereWritten: nobody changes, deletes or replaces an event.
func TestP6EventsStayAsTheyWereWritten(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		seed(t, db)
		db.refuses(t, "event_update", "UPDATE events SET kind = 'other'")
		db.refuses(t, "event_update", "UPDATE events SET sequence = 7")
		db.refuses(t, "event_delete", "DELETE FROM events")
		if got := db.one(t, "SELECT kind FROM events"); got != "k" {
			t.Errorf("kind = %s", got)
		}
	})
}

// TestP6SQLiteReplaceIsNoWayAround: REPLACE removes the old row without asking the triggers against deleting.
func TestP6SQLiteReplaceIsNoWayAround(t *testing.T) {
	db := openSQLite(t)
	seed(t, db)
	db.exec(t, "UPDATE targets SET state = 'rejected', decided_at = 1, pending_until = 0")
	db.exec(t, "UPDATE elevations SET state = 'ended', reason = 'rejected', ended_at = 1")
	replace := func(c columns, table string) string { return "REPLACE" + c.insert(table)[len("INSERT"):] }
	db.refuses(t, "event_update", replace(plainEvent.with(columns{"kind": "'forged'"}), "events"))
	db.refuses(t, "decision_illegal_move", replace(plainTarget, "targets"))
	db.refuses(t, "elevation_illegal_move", replace(plainElevation, "elevations"))
	db.refuses(t, "elevation_illegal_move", replace(plainElevation.with(columns{"id": "'other'"}), "elevations"))
	if got := db.one(t, "SELECT kind FROM events"); got != "k" {
		t.Errorf("the event is %s now", got)
	}
}
