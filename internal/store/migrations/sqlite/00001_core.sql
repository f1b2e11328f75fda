-- +goose Up
-- Instants are microseconds since 1970, UTC; 0 stands for none. JSON is kept as text.

CREATE TABLE requests (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('access', 'extension')),
  beneficiary_id text NOT NULL CHECK (beneficiary_id <> ''),
  filed_by text NOT NULL CHECK (filed_by <> ''),
  machine boolean NOT NULL,
  others text NOT NULL,
  justification text NOT NULL,
  ticket text NOT NULL,
  start_at bigint NOT NULL,
  duration bigint NOT NULL CHECK (duration > 0),
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  version bigint NOT NULL CHECK (version > 0)
);
CREATE INDEX requests_by_beneficiary ON requests (beneficiary_id, id);

CREATE TABLE decision_moves (from_state text NOT NULL, to_state text NOT NULL, PRIMARY KEY (from_state, to_state));
INSERT INTO decision_moves (from_state, to_state) VALUES
  ('', 'pending'), ('', 'approved'),
  ('pending', 'approved'), ('pending', 'rejected'), ('pending', 'cancelled'), ('pending', 'expired');

CREATE TABLE targets (
  id text PRIMARY KEY,
  request_id text NOT NULL REFERENCES requests (id),
  account_id text NOT NULL,
  account_name text NOT NULL,
  permission_set_arn text NOT NULL,
  permission_set_name text NOT NULL,
  state text NOT NULL,
  decided_at bigint NOT NULL DEFAULT 0,
  extends text NOT NULL DEFAULT '',
  policies text NOT NULL,
  pending_until bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL CHECK (version > 0),
  CONSTRAINT decided_has_time CHECK ((state = 'pending') = (decided_at = 0)),
  CONSTRAINT pending_has_limit CHECK ((state = 'pending') = (pending_until > 0))
);
CREATE INDEX targets_by_request ON targets (request_id);
CREATE INDEX targets_pending ON targets (pending_until) WHERE pending_until > 0;
CREATE INDEX targets_extending ON targets (extends) WHERE extends <> '' AND pending_until > 0;

CREATE TABLE votes (
  id text PRIMARY KEY,
  target_id text NOT NULL REFERENCES targets (id),
  voter_id text NOT NULL,
  beneficiary_id text NOT NULL,
  stage bigint NOT NULL CHECK (stage >= 0),
  approve boolean NOT NULL,
  comment text NOT NULL,
  at bigint NOT NULL,
  strength text NOT NULL,
  voter_groups text NOT NULL,
  void boolean NOT NULL DEFAULT false,
  CONSTRAINT decider_is_not_requester CHECK (voter_id <> beneficiary_id)
);
-- Who voted before a recovery may vote again: that vote is void.
CREATE UNIQUE INDEX votes_once ON votes (target_id, voter_id) WHERE NOT void;
CREATE INDEX votes_by_target ON votes (target_id);

CREATE TABLE assignments (
  id text PRIMARY KEY,
  user_id text NOT NULL,
  account_id text NOT NULL,
  permission_set_arn text NOT NULL,
  phase text NOT NULL CHECK (phase IN ('idle', 'claimed', 'creating', 'verifying', 'held', 'removing', 'deleting', 'clearing')),
  since bigint NOT NULL,
  request_id text NOT NULL DEFAULT '',
  create_sent_at bigint NOT NULL DEFAULT 0,
  in_doubt boolean NOT NULL DEFAULT false,
  failure text NOT NULL DEFAULT '',
  seen_at bigint NOT NULL DEFAULT 0,
  absent_at bigint NOT NULL DEFAULT 0,
  problem text NOT NULL DEFAULT '',
  tries bigint NOT NULL DEFAULT 0,
  urgency bigint NOT NULL,
  needs_slot boolean NOT NULL DEFAULT false,
  due_at bigint NOT NULL DEFAULT 0,
  leased_until bigint NOT NULL DEFAULT 0,
  looks bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL CHECK (version > 0),
  CONSTRAINT one_assignment UNIQUE (user_id, account_id, permission_set_arn),
  CONSTRAINT owned_is_due CHECK (phase = 'idle' OR due_at > 0)
);
CREATE INDEX assignments_due ON assignments (urgency, due_at) WHERE due_at > 0;
CREATE INDEX assignments_owned ON assignments (phase) WHERE phase <> 'idle';

CREATE TABLE elevation_moves (from_state text NOT NULL, to_state text NOT NULL, PRIMARY KEY (from_state, to_state));
INSERT INTO elevation_moves (from_state, to_state) VALUES
  ('', 'waiting'), ('', 'scheduled'),
  ('waiting', 'scheduled'), ('waiting', 'ended'),
  ('scheduled', 'activating'), ('scheduled', 'ended'),
  ('activating', 'active'), ('activating', 'ending'),
  ('active', 'ending'),
  ('ending', 'ended');

CREATE TABLE elevations (
  id text PRIMARY KEY,
  target_id text NOT NULL REFERENCES targets (id),
  request_id text NOT NULL REFERENCES requests (id),
  assignment_id text NOT NULL,
  user_id text NOT NULL,
  account_id text NOT NULL,
  permission_set_arn text NOT NULL,
  state text NOT NULL,
  reason text NOT NULL DEFAULT '',
  detail text NOT NULL DEFAULT '',
  start_at bigint NOT NULL,
  duration bigint NOT NULL CHECK (duration > 0),
  deadline bigint NOT NULL DEFAULT 0,
  activated_at bigint NOT NULL DEFAULT 0,
  ends_at bigint NOT NULL DEFAULT 0,
  ended_at bigint NOT NULL DEFAULT 0,
  ended_by text NOT NULL DEFAULT '',
  held_by text NOT NULL DEFAULT '',
  extensions bigint NOT NULL DEFAULT 0,
  attempt bigint NOT NULL CHECK (attempt > 0),
  created_at bigint NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  CONSTRAINT end_has_reason CHECK ((state IN ('ending', 'ended')) = (reason <> '')),
  CONSTRAINT active_has_end CHECK (state <> 'active' OR (activated_at > 0 AND ends_at > activated_at)),
  CONSTRAINT ended_has_time CHECK ((state = 'ended') = (ended_at > 0)),
  CONSTRAINT one_attempt UNIQUE (target_id, attempt)
);
CREATE INDEX elevations_by_request ON elevations (request_id);
CREATE INDEX elevations_open ON elevations (assignment_id) WHERE state <> 'ended';
CREATE INDEX elevations_by_user ON elevations (user_id, id);
CREATE INDEX elevations_ending ON elevations (ends_at) WHERE state = 'active';

CREATE TABLE aws_pipe (name text PRIMARY KEY, tokens double precision NOT NULL, at bigint NOT NULL);

CREATE TABLE events (
  sequence bigint PRIMARY KEY,
  at bigint NOT NULL,
  kind text NOT NULL,
  actor_id text NOT NULL,
  user_id text NOT NULL,
  account_id text NOT NULL,
  request_id text NOT NULL,
  elevation_id text NOT NULL,
  bytes BLOB NOT NULL
);
CREATE INDEX events_by_request ON events (request_id, sequence) WHERE request_id <> '';
CREATE TABLE audit_hashes (position bigint PRIMARY KEY, hash BLOB NOT NULL);
CREATE TABLE audit_head (id bigint PRIMARY KEY CHECK (id = 1), size bigint NOT NULL);
INSERT INTO audit_head (id, size) VALUES (1, 0);

CREATE TABLE alarms (
  id text PRIMARY KEY,
  kind text NOT NULL,
  severity text NOT NULL,
  subject text NOT NULL,
  sentence text NOT NULL,
  opened_at bigint NOT NULL,
  last_seen bigint NOT NULL,
  times bigint NOT NULL,
  closed_at bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX alarms_open ON alarms (kind, subject) WHERE closed_at = 0;

CREATE TABLE policy_versions (
  kind text NOT NULL CHECK (kind IN ('eligibility', 'approver', 'settings')),
  id text NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  name text NOT NULL,
  body text NOT NULL,
  deleted boolean NOT NULL,
  widening boolean NOT NULL,
  author_id text NOT NULL,
  agreed_by text NOT NULL DEFAULT '',
  effective_at bigint NOT NULL,
  PRIMARY KEY (kind, id, version)
);
CREATE INDEX policy_versions_cooling ON policy_versions (effective_at) WHERE widening;
CREATE TABLE policies (
  kind text NOT NULL,
  id text NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (kind, id),
  FOREIGN KEY (kind, id, version) REFERENCES policy_versions (kind, id, version)
);
CREATE TABLE policy_proposals (
  id text PRIMARY KEY,
  kind text NOT NULL,
  policy_id text NOT NULL,
  base_version bigint NOT NULL,
  name text NOT NULL,
  body text NOT NULL,
  deleted boolean NOT NULL,
  reasons text NOT NULL,
  author_id text NOT NULL,
  by_machine boolean NOT NULL DEFAULT false,
  created_at bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed', 'agreed', 'refused', 'withdrawn', 'overtaken')),
  decided_by text NOT NULL DEFAULT '',
  decided_at bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL CHECK (version > 0),
  CONSTRAINT second_is_another CHECK (state <> 'agreed' OR decided_by <> author_id)
);
CREATE INDEX policy_proposals_open ON policy_proposals (created_at) WHERE state = 'proposed';
CREATE TABLE policy_generation (id bigint PRIMARY KEY CHECK (id = 1), generation bigint NOT NULL);
INSERT INTO policy_generation (id, generation) VALUES (1, 1);

CREATE TABLE tokens (
  hash text PRIMARY KEY,
  user_id text NOT NULL,
  label text NOT NULL,
  issued_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  revoked_at bigint NOT NULL DEFAULT 0
);
CREATE TABLE cursors (
  name text PRIMARY KEY,
  sequence bigint NOT NULL,
  due_at bigint NOT NULL,
  leased_until bigint NOT NULL DEFAULT 0,
  tries bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL CHECK (version > 0)
);
CREATE TABLE deployment (
  id bigint PRIMARY KEY CHECK (id = 1),
  identity_store_id text NOT NULL,
  recovery_since bigint NOT NULL DEFAULT 0,
  recovery_reason text NOT NULL DEFAULT ''
);
INSERT INTO deployment (id, identity_store_id) VALUES (1, '');

-- +goose StatementBegin
CREATE TRIGGER targets_move BEFORE UPDATE ON targets
WHEN OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM decision_moves WHERE from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'decision_illegal_move'); END;
-- +goose StatementEnd
-- A birth over a row that is there is refused as well: SQLite's REPLACE deletes without asking the triggers.
-- +goose StatementBegin
CREATE TRIGGER targets_birth BEFORE INSERT ON targets
WHEN NOT EXISTS (SELECT 1 FROM decision_moves WHERE from_state = '' AND to_state = NEW.state)
  OR EXISTS (SELECT 1 FROM targets WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'decision_illegal_move'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER targets_keep BEFORE DELETE ON targets BEGIN SELECT RAISE(ABORT, 'decision_delete'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER elevations_move BEFORE UPDATE ON elevations
WHEN OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM elevation_moves WHERE from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'elevation_illegal_move'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER elevations_birth BEFORE INSERT ON elevations
WHEN NOT EXISTS (SELECT 1 FROM elevation_moves WHERE from_state = '' AND to_state = NEW.state)
  OR EXISTS (SELECT 1 FROM elevations WHERE id = NEW.id OR (target_id = NEW.target_id AND attempt = NEW.attempt))
BEGIN SELECT RAISE(ABORT, 'elevation_illegal_move'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER elevations_keep BEFORE DELETE ON elevations BEGIN SELECT RAISE(ABORT, 'elevation_delete'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER events_keep BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'event_delete'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_fixed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'event_update'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_new BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'event_update'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER elevations_reason BEFORE UPDATE ON elevations
WHEN OLD.reason <> '' AND NEW.reason <> OLD.reason AND NEW.reason <> 'unusable'
BEGIN SELECT RAISE(ABORT, 'elevation_reason_change'); END;
-- +goose StatementEnd
