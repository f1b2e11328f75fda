-- +goose Up
-- How often a client did something within ten seconds, as each replica counted it. Nothing here is a change of state: rows
-- are forgotten after five minutes.
CREATE TABLE rate_counts (
  rule text NOT NULL,
  client text NOT NULL,
  bucket bigint NOT NULL,
  replica text NOT NULL,
  requests bigint NOT NULL,
  PRIMARY KEY (rule, client, bucket, replica)
);
CREATE INDEX rate_counts_by_bucket ON rate_counts (bucket);

-- What the ACME client keeps: accounts, certificates, private keys. content is encrypted; the key is not in the database.
CREATE TABLE acme_files (
  name text COLLATE "C" PRIMARY KEY CHECK (name <> ''),
  content bytea NOT NULL,
  modified_at bigint NOT NULL
);
CREATE TABLE acme_locks (
  name text PRIMARY KEY CHECK (name <> ''),
  holder text NOT NULL,
  held_until bigint NOT NULL
);
