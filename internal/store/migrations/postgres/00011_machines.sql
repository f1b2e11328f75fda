-- +goose Up
-- Keyless ways: the claims in ID tokens of a trusted issuer by which a machine client is known without a secret. A way
-- never changes; it is added and removed.
CREATE TABLE machine_keyless (
  id text PRIMARY KEY CHECK (id <> ''),
  machine_id text NOT NULL REFERENCES machines (id),
  issuer text NOT NULL CHECK (issuer <> ''),
  claims text NOT NULL CHECK (claims <> ''),
  created_by text NOT NULL,
  created_at bigint NOT NULL
);
CREATE INDEX machine_keyless_by_machine ON machine_keyless (machine_id, created_at, id);

-- ID tokens that were used, so that each is taken once. Rows are forgotten at kept_until, when the token has expired.
CREATE TABLE used_id_tokens (
  fingerprint text PRIMARY KEY CHECK (fingerprint <> ''),
  machine_id text NOT NULL,
  kept_until bigint NOT NULL
);
CREATE INDEX used_id_tokens_by_end ON used_id_tokens (kept_until);

-- The keyless way by which a machine client got its token. A program of the version before takes such a token for one
-- that was issued: it lives for minutes, and a way that is removed revokes it.
ALTER TABLE tokens ADD COLUMN keyless_id text NOT NULL DEFAULT '';
CREATE INDEX tokens_by_keyless ON tokens (keyless_id) WHERE keyless_id <> '';
CREATE INDEX tokens_keyless_by_end ON tokens (expires_at) WHERE keyless_id <> '';
