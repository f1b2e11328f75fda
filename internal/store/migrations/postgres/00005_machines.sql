-- +goose Up
-- Machine clients: programs that ask for people, or propose changes. What one may do for whom stands in policies.
CREATE TABLE machines (
  id text PRIMARY KEY CHECK (id <> ''),
  name text NOT NULL CHECK (name <> ''),
  description text NOT NULL,
  owner_id text NOT NULL CHECK (owner_id <> ''),
  scopes text NOT NULL,
  created_by text NOT NULL,
  created_at bigint NOT NULL,
  disabled_at bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX machines_name ON machines (name);
CREATE INDEX machines_by_owner ON machines (owner_id);

-- The holder is a user or a machine client. user_id names a user whose token may do everything: a replica of the version
-- before knows no scopes, and must not take a token with some for one with all. It finds nobody behind '' and refuses.
ALTER TABLE tokens ADD COLUMN holder_id text NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN scopes text NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN issued_by text NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN last_used_at bigint NOT NULL DEFAULT 0;
UPDATE tokens SET holder_id = user_id;
CREATE INDEX tokens_by_holder ON tokens (holder_id, issued_at);
CREATE INDEX tokens_by_issue ON tokens (issued_at, hash);
