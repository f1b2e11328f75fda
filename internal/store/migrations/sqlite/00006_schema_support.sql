-- +goose Up
-- Replicas are upgraded one after the other, so that for a while programs of the version before work on this schema. A
-- program knows its own migrations; which older programs may still write here it cannot know, so the schema says it:
-- oldest_program is the newest migration that the oldest of them knows. A migration that contracts (drops, renames or
-- demands what older programs do not write) raises it.
CREATE TABLE schema_support (
  id bigint PRIMARY KEY CHECK (id = 1),
  oldest_program bigint NOT NULL CHECK (oldest_program > 0)
);
INSERT INTO schema_support (id, oldest_program) VALUES (1, 3);
