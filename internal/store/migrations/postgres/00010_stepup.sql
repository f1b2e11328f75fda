-- +goose Up
-- What a voter had shown by then that it is them: kinds, times and authentication contexts, as JSON. A replica of the
-- version before writes none, and where proof is demanded its votes do not count.
ALTER TABLE votes ADD COLUMN proofs text NOT NULL DEFAULT '[]';

-- Passkeys are public keys of people's authenticators. One shows that it is them, from usable_at on, or once another
-- administrator consented.
CREATE TABLE passkeys (
  id text PRIMARY KEY CHECK (id <> ''),
  user_id text NOT NULL CHECK (user_id <> ''),
  name text NOT NULL CHECK (name <> ''),
  credential_id text NOT NULL CHECK (credential_id <> ''),
  public_key text NOT NULL CHECK (public_key <> ''),
  transports text NOT NULL,
  backup_eligible boolean NOT NULL,
  sign_count bigint NOT NULL,
  registered_at bigint NOT NULL,
  usable_at bigint NOT NULL,
  consented_by text NOT NULL DEFAULT '',
  consented_at bigint NOT NULL DEFAULT 0,
  last_used_at bigint NOT NULL DEFAULT 0,
  copied_at bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL CHECK (version > 0),
  CHECK ((consented_by <> '') = (consented_at > 0)),
  CHECK (consented_by <> user_id)
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);
CREATE INDEX passkeys_by_user ON passkeys (user_id, id);

-- Challenges wait for the answer of an authenticator, once, in the sign-in they were made for. Of the challenge itself only
-- the SHA-256 is kept.
CREATE TABLE passkey_challenges (
  hash text PRIMARY KEY CHECK (hash <> ''),
  sign_in_id text NOT NULL CHECK (sign_in_id <> ''),
  user_id text NOT NULL CHECK (user_id <> ''),
  purpose text NOT NULL CHECK (purpose IN ('register', 'prove')),
  expires_at bigint NOT NULL
);
CREATE INDEX passkey_challenges_by_sign_in ON passkey_challenges (sign_in_id, expires_at);
CREATE INDEX passkey_challenges_by_end ON passkey_challenges (expires_at);
