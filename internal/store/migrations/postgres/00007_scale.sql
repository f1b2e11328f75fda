-- +goose Up
-- What lists ask together stands together: targets and votes know the standing of their request, and votes their
-- request, so that "revoked, in this account" and "what I rejected" are ranges of one index whatever the size. All of it
-- is derived by triggers, as the standing itself is.
ALTER TABLE targets ADD COLUMN request_standing bigint NOT NULL DEFAULT 0;
ALTER TABLE votes ADD COLUMN request_id text NOT NULL DEFAULT '';
ALTER TABLE votes ADD COLUMN request_standing bigint NOT NULL DEFAULT 0;

UPDATE targets SET request_standing = (SELECT r.standing FROM requests AS r WHERE r.id = targets.request_id);
UPDATE votes SET request_id = (SELECT t.request_id FROM targets AS t WHERE t.id = votes.target_id),
  request_standing = (SELECT t.request_standing FROM targets AS t WHERE t.id = votes.target_id);

-- +goose StatementBegin
CREATE FUNCTION keep_request_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE targets SET request_standing = NEW.standing WHERE request_id = NEW.id AND request_standing <> NEW.standing;
  UPDATE votes SET request_standing = NEW.standing WHERE target_id IN (SELECT t.id FROM targets AS t WHERE t.request_id = NEW.id);
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER requests_standing_targets AFTER UPDATE OF standing ON requests FOR EACH ROW EXECUTE FUNCTION keep_request_standing();
-- +goose StatementBegin
CREATE FUNCTION keep_vote_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.request_id, t.request_standing INTO NEW.request_id, NEW.request_standing FROM targets AS t WHERE t.id = NEW.target_id;
  NEW.request_id := COALESCE(NEW.request_id, '');
  NEW.request_standing := COALESCE(NEW.request_standing, 0);
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER votes_request BEFORE INSERT ON votes FOR EACH ROW EXECUTE FUNCTION keep_vote_request();

CREATE INDEX requests_by_ticket ON requests (ticket, id) WHERE ticket <> '';
CREATE INDEX requests_by_machine_standing ON requests (filed_by, standing, id) WHERE machine;
CREATE INDEX targets_by_account_standing ON targets (account_id, request_standing, request_id);
CREATE INDEX targets_by_permission_set_standing ON targets (permission_set_arn, request_standing, request_id);
CREATE INDEX targets_waiting ON targets (request_id, account_id) WHERE pending_until > 0;
CREATE INDEX votes_by_voter_request ON votes (voter_id, request_id);
CREATE INDEX votes_by_voter_standing ON votes (voter_id, request_standing, request_id);
DROP INDEX votes_by_voter;
CREATE INDEX elevations_by_user_standing ON elevations (user_id, standing, id);
CREATE INDEX elevations_by_account_standing ON elevations (account_id, standing, id);
CREATE INDEX elevations_by_permission_set_standing ON elevations (permission_set_arn, standing, id);
CREATE INDEX elevations_by_end ON elevations (ends_at, id) WHERE standing = 10;

-- Thousands of ends that come at once wait for the slots AWS gives: what needs none is found without walking past them,
-- and so is what holds a lease. What is held, however much, costs nothing while it is not due.
CREATE INDEX assignments_due_free ON assignments (urgency, due_at, id) WHERE due_at > 0 AND NOT needs_slot;
CREATE INDEX assignments_next_free ON assignments (due_at) WHERE due_at > 0 AND NOT needs_slot;
CREATE INDEX assignments_next ON assignments (due_at) WHERE due_at > 0;
CREATE INDEX assignments_leased ON assignments (leased_until) WHERE leased_until > 0;
