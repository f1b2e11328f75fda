-- +goose Up
-- Sign-ins of people. Of the secret in the cookie, or of a command line's, only the SHA-256 is kept; one that has none any
-- more, because it ended, keeps the last. Replicas of the version before know nothing of them: behind such a secret they
-- find no token and refuse.
CREATE TABLE sign_ins (
  id text PRIMARY KEY CHECK (id <> ''),
  hash text NOT NULL CHECK (hash <> ''),
  secret_until bigint NOT NULL DEFAULT 0,
  user_id text NOT NULL CHECK (user_id <> ''),
  kind text NOT NULL CHECK (kind IN ('browser', 'cli', 'operator')),
  provider text NOT NULL CHECK (provider <> ''),
  subject text NOT NULL DEFAULT '',
  parent_id text NOT NULL DEFAULT '',
  proofs text NOT NULL,
  started_at bigint NOT NULL,
  last_seen_at bigint NOT NULL,
  expires_at bigint NOT NULL CHECK (expires_at > started_at),
  idle_after bigint NOT NULL DEFAULT 0,
  ended_at bigint NOT NULL DEFAULT 0,
  end_reason text NOT NULL DEFAULT '',
  address text NOT NULL DEFAULT '',
  user_agent text NOT NULL DEFAULT '',
  version bigint NOT NULL CHECK (version > 0),
  CHECK ((ended_at > 0) = (end_reason <> ''))
);
CREATE UNIQUE INDEX sign_ins_hash ON sign_ins (hash);
CREATE INDEX sign_ins_by_user ON sign_ins (user_id, started_at, id);
CREATE INDEX sign_ins_by_start ON sign_ins (started_at, id);
CREATE INDEX sign_ins_alive ON sign_ins (user_id, id) WHERE ended_at = 0;

-- Whom the subjects of sign-in providers stand for. A subject stands for one user, and a user has one subject at each
-- provider; another one waits until an administrator agrees.
CREATE TABLE identities (
  id text PRIMARY KEY CHECK (id <> ''),
  provider text NOT NULL CHECK (provider <> ''),
  subject text NOT NULL CHECK (subject <> ''),
  user_id text NOT NULL CHECK (user_id <> ''),
  user_name text NOT NULL DEFAULT '',
  email text NOT NULL DEFAULT '',
  external_id text NOT NULL DEFAULT '',
  state text NOT NULL CHECK (state IN ('linked', 'waiting', 'refused', 'replaced')),
  why text NOT NULL DEFAULT '',
  created_at bigint NOT NULL,
  decided_by text NOT NULL DEFAULT '',
  decided_at bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX identities_subject ON identities (provider, subject) WHERE state = 'linked';
CREATE UNIQUE INDEX identities_user ON identities (provider, user_id) WHERE state = 'linked';
CREATE UNIQUE INDEX identities_open ON identities (provider, subject, user_id) WHERE state IN ('waiting', 'refused');
CREATE INDEX identities_by_creation ON identities (created_at, id);
CREATE INDEX identities_waiting ON identities (created_at, id) WHERE state = 'waiting';

-- What the identity provider calls a user, in IAM Identity Center's external id. A replica of the version before leaves it
-- empty for users it reads first, and the next reading fills it in.
ALTER TABLE directory_users ADD COLUMN external_id text NOT NULL DEFAULT '';
