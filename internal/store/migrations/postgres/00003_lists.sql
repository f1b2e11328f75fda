-- +goose Up
-- A request's standing is its status word with "scheduled" for all that is agreed and has not begun (whether its start
-- has come is a question to the clock): the word of the target that matters most, as access.StatusOf has it. It is
-- derived by triggers, however rows are written, so that lists find requests by it; StatusOf stays what is shown.
--   1 ended, 2 cancelled, 3 expired, 4 rejected, 5 revoked, 6 error, 7 approved, 8 scheduled, 9 pending, 10 in progress
ALTER TABLE requests ADD COLUMN standing bigint NOT NULL DEFAULT 0;
ALTER TABLE elevations ADD COLUMN standing bigint GENERATED ALWAYS AS (CASE
  WHEN state = 'waiting' THEN 9
  WHEN state = 'scheduled' THEN 8
  WHEN state = 'activating' THEN 7
  WHEN state IN ('active', 'ending') THEN 10
  WHEN reason = 'cancelled' THEN 2
  WHEN reason = 'revoked' THEN 5
  WHEN reason IN ('failed', 'lapsed', 'unusable', 'removed outside', 'already held') THEN 6
  ELSE 1 END) STORED;

CREATE VIEW request_standings AS
SELECT t.request_id, MAX(CASE
  WHEN t.state = 'pending' THEN 9
  WHEN t.state = 'rejected' THEN 4
  WHEN t.state = 'expired' THEN 3
  WHEN t.state = 'cancelled' THEN 2
  WHEN t.extends <> '' OR e.id IS NULL THEN 7
  ELSE e.standing END) AS standing
FROM targets AS t
LEFT JOIN elevations AS e ON e.target_id = t.id AND e.attempt = (SELECT MAX(l.attempt) FROM elevations AS l WHERE l.target_id = t.id)
GROUP BY t.request_id;

UPDATE requests SET standing = COALESCE((SELECT s.standing FROM request_standings AS s WHERE s.request_id = requests.id), 0);

-- +goose StatementBegin
CREATE FUNCTION keep_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE requests SET standing = (SELECT s.standing FROM request_standings AS s WHERE s.request_id = NEW.request_id) WHERE id = NEW.request_id;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER targets_insert_standing AFTER INSERT ON targets FOR EACH ROW EXECUTE FUNCTION keep_standing();
CREATE TRIGGER targets_update_standing AFTER UPDATE ON targets FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION keep_standing();
CREATE TRIGGER elevations_insert_standing AFTER INSERT ON elevations FOR EACH ROW EXECUTE FUNCTION keep_standing();
CREATE TRIGGER elevations_update_standing AFTER UPDATE ON elevations FOR EACH ROW
  WHEN (OLD.state <> NEW.state OR OLD.reason <> NEW.reason) EXECUTE FUNCTION keep_standing();

CREATE INDEX requests_by_standing ON requests (standing, id);
CREATE INDEX requests_by_beneficiary_standing ON requests (beneficiary_id, standing, id);
CREATE INDEX requests_by_machine ON requests (filed_by, id) WHERE machine;
CREATE INDEX targets_by_account ON targets (account_id, request_id);
CREATE INDEX targets_by_permission_set ON targets (permission_set_arn, request_id);
CREATE INDEX votes_by_voter ON votes (voter_id, target_id);
CREATE INDEX elevations_by_standing ON elevations (standing, id);
CREATE INDEX elevations_by_account ON elevations (account_id, id);
CREATE INDEX elevations_by_permission_set ON elevations (permission_set_arn, id);
CREATE INDEX assignments_by_due ON assignments (due_at, id);
CREATE INDEX assignments_troubled ON assignments (due_at, id) WHERE problem <> '';
CREATE INDEX events_by_user ON events (user_id, sequence) WHERE user_id <> '';
CREATE INDEX tokens_by_user ON tokens (user_id) WHERE revoked_at = 0;
