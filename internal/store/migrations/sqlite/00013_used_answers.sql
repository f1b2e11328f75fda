-- +goose Up
-- Answers of identity providers that signed somebody in, so that none does twice, on any replica. name is the SHA-256 of
-- what tells the answer. Rows are forgotten at kept_until, after which the answer itself is refused as too old.
CREATE TABLE used_answers (
  name text NOT NULL PRIMARY KEY,
  kept_until bigint NOT NULL
);
CREATE INDEX used_answers_by_end ON used_answers (kept_until);
