-- +goose Up
-- What the command line signs in with: authorization codes, device codes and refresh tokens, by their hashes alone. Each
-- works once; what was used is kept for a while, so that one that comes again is known.
CREATE TABLE authorization_codes (
  hash text PRIMARY KEY,
  parent_id text NOT NULL,
  user_id text NOT NULL,
  challenge text NOT NULL,
  redirect_uri text NOT NULL,
  host text NOT NULL,
  issued_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  used_at bigint NOT NULL DEFAULT 0,
  sign_in_id text NOT NULL DEFAULT '',
  CHECK (sign_in_id = '' OR used_at > 0)
);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);

CREATE TABLE device_codes (
  hash text PRIMARY KEY,
  user_code_hash text NOT NULL UNIQUE,
  state text NOT NULL CHECK (state IN ('waiting', 'allowed', 'refused', 'used')),
  host text NOT NULL,
  address text NOT NULL,
  user_agent text NOT NULL,
  parent_id text NOT NULL DEFAULT '',
  user_id text NOT NULL DEFAULT '',
  poll_interval bigint NOT NULL,
  polled_at bigint NOT NULL DEFAULT 0,
  issued_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  sign_in_id text NOT NULL DEFAULT '',
  CHECK ((state = 'waiting') = (user_id = '')),
  CHECK ((user_id = '') = (parent_id = '')),
  CHECK (sign_in_id = '' OR state = 'used')
);
CREATE INDEX device_codes_by_expiry ON device_codes (expires_at);
CREATE INDEX device_codes_waiting ON device_codes (address, expires_at) WHERE state = 'waiting';

-- Wrong user codes, of the last minutes.
CREATE TABLE device_guesses (
  user_id text NOT NULL,
  at bigint NOT NULL,
  wrong bigint NOT NULL,
  PRIMARY KEY (user_id, at)
);
CREATE INDEX device_guesses_by_time ON device_guesses (at);

CREATE TABLE refresh_tokens (
  hash text PRIMARY KEY,
  sign_in_id text NOT NULL,
  issued_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  used_at bigint NOT NULL DEFAULT 0
);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);
