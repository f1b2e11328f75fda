-- +goose Up
-- What a caller named by an Idempotency-Key, written in the transaction of the change; sequence is the change's first
-- event. Rows are forgotten at kept_until.
CREATE TABLE idempotency_keys (
  caller text NOT NULL,
  operation text NOT NULL,
  key text NOT NULL,
  part text NOT NULL,
  fingerprint text NOT NULL,
  sequence bigint NOT NULL REFERENCES events (sequence),
  kept_until bigint NOT NULL,
  PRIMARY KEY (caller, operation, key, part)
);
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (kept_until);
