-- +goose Up
CREATE TABLE directory_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL
);
INSERT INTO directory_head (id, revision) VALUES (1, 0);

CREATE TABLE directory_instance (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    arn TEXT NOT NULL,
    identity_store_id TEXT NOT NULL,
    region TEXT NOT NULL,
    partition_name TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    management_account_id TEXT NOT NULL,
    caller_account_id TEXT NOT NULL,
    permission_sets_enabled BOOLEAN NOT NULL,
    read_at BIGINT NOT NULL
);

-- One row for each part of the directory: how far its reading has come.
CREATE TABLE directory_passes (
    part TEXT PRIMARY KEY,
    generation BIGINT NOT NULL DEFAULT 0,
    cursor_json TEXT NOT NULL DEFAULT '{}',
    started_at BIGINT NOT NULL DEFAULT 0,
    finished_at BIGINT NOT NULL DEFAULT 0,
    running BOOLEAN NOT NULL DEFAULT FALSE,
    due_at BIGINT NOT NULL DEFAULT 0,
    seen BIGINT NOT NULL DEFAULT 0,
    entries BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT '',
    fault_at BIGINT NOT NULL DEFAULT 0,
    notes_json TEXT NOT NULL DEFAULT '[]',
    leased_by TEXT NOT NULL DEFAULT '',
    leased_until BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 0
);
INSERT INTO directory_passes (part) VALUES
    ('instance'), ('units'), ('accounts'), ('permission_sets'), ('users'), ('groups'), ('memberships'), ('account_tags');

CREATE TABLE directory_units (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    parent_id TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    -- the generation in which the children were read to the end
    walked BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE directory_accounts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    state TEXT NOT NULL,
    -- '' until the account's place is known
    path_json TEXT NOT NULL,
    -- '' until the account's tags were read
    tags_json TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    generation BIGINT NOT NULL
);

CREATE TABLE directory_users (
    id TEXT PRIMARY KEY,
    user_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    email TEXT NOT NULL,
    status TEXT NOT NULL,
    person_key TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    generation BIGINT NOT NULL
);

CREATE TABLE directory_groups (
    id TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    members_read_at BIGINT NOT NULL DEFAULT 0,
    generation BIGINT NOT NULL
);

CREATE TABLE directory_members (
    group_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX directory_members_user ON directory_members (user_id);

CREATE TABLE directory_permission_sets (
    arn TEXT PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    session_seconds BIGINT NOT NULL DEFAULT 0,
    managed_json TEXT NOT NULL DEFAULT '[]',
    customer_json TEXT NOT NULL DEFAULT '[]',
    inline_policy TEXT NOT NULL DEFAULT '',
    boundary TEXT NOT NULL DEFAULT '',
    tags_json TEXT NOT NULL DEFAULT '{}',
    in_management BOOLEAN NOT NULL DEFAULT FALSE,
    -- whether in_management was ever read
    placed BOOLEAN NOT NULL DEFAULT FALSE,
    -- 0 until everything of the set was read once
    read_at BIGINT NOT NULL DEFAULT 0,
    generation BIGINT NOT NULL
);

-- +goose Down
DROP TABLE directory_permission_sets;
DROP TABLE directory_members;
DROP TABLE directory_groups;
DROP TABLE directory_users;
DROP TABLE directory_accounts;
DROP TABLE directory_units;
DROP TABLE directory_passes;
DROP TABLE directory_instance;
DROP TABLE directory_head;
