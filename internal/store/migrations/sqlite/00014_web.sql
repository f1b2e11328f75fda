-- +goose Up
-- What people prefer of how pages look, by name: columns, page sizes, views they saved. It is nobody else's business and
-- no event tells of it. value is JSON.
CREATE TABLE preferences (
  user_id text NOT NULL,
  name text NOT NULL,
  value text NOT NULL,
  changed_at bigint NOT NULL,
  PRIMARY KEY (user_id, name)
);

-- Requests by the day (UTC) on which they were filed and by what became of them, for charts: a range of one index that is
-- in the order of the answer. PostgreSQL reads the index alone only where the column itself stands in it.
CREATE INDEX requests_by_day ON requests ((created_at / 86400000000), standing, created_at);

-- How long a decision took, of targets that waited for one, and how long delivery took from the moment it could begin
-- until access was there: counted by day and by milliseconds to two digits, when it happens. Each happens once to a row,
-- so that the counts only grow, and a chart costs the same however much happened.
CREATE TABLE waits (
  what text NOT NULL CHECK (what IN ('decision', 'activation')),
  day bigint NOT NULL,
  millis bigint NOT NULL,
  times bigint NOT NULL,
  PRIMARY KEY (what, day, millis)
);

CREATE VIEW waited AS
SELECT 'decision' AS what, t.id AS id, t.decided_at / 86400000000 AS day, (t.decided_at - r.created_at) / 1000 AS millis
FROM targets AS t JOIN requests AS r ON r.id = t.request_id
WHERE t.state IN ('approved', 'rejected') AND t.decided_at > r.created_at
UNION ALL
SELECT 'activation' AS what, e.id AS id, e.activated_at / 86400000000 AS day, (e.activated_at - CASE
    WHEN t.decided_at >= e.start_at AND t.decided_at >= e.created_at THEN t.decided_at
    WHEN e.start_at >= e.created_at THEN e.start_at
    ELSE e.created_at END) / 1000 AS millis
FROM elevations AS e JOIN targets AS t ON t.id = e.target_id
WHERE e.activated_at > 0;

CREATE VIEW waited_about AS
SELECT w.what, w.id, w.day, CASE
  WHEN w.millis < 100 THEN w.millis
  WHEN w.millis < 1000 THEN w.millis / 10 * 10
  WHEN w.millis < 10000 THEN w.millis / 100 * 100
  WHEN w.millis < 100000 THEN w.millis / 1000 * 1000
  WHEN w.millis < 1000000 THEN w.millis / 10000 * 10000
  WHEN w.millis < 10000000 THEN w.millis / 100000 * 100000
  WHEN w.millis < 100000000 THEN w.millis / 1000000 * 1000000
  WHEN w.millis < 1000000000 THEN w.millis / 10000000 * 10000000
  ELSE w.millis / 100000000 * 100000000 END AS millis
FROM waited AS w;

INSERT INTO waits (what, day, millis, times) SELECT w.what, w.day, w.millis, count(*) FROM waited_about AS w GROUP BY w.what, w.day, w.millis;

-- +goose StatementBegin
CREATE TRIGGER targets_waited AFTER UPDATE ON targets WHEN OLD.state = 'pending' AND NEW.state IN ('approved', 'rejected')
BEGIN
  INSERT INTO waits (what, day, millis, times)
  SELECT w.what, w.day, w.millis, 1 FROM waited_about AS w WHERE w.what = 'decision' AND w.id = NEW.id
  ON CONFLICT (what, day, millis) DO UPDATE SET times = times + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER elevations_waited AFTER UPDATE ON elevations WHEN OLD.state <> 'active' AND NEW.state = 'active'
BEGIN
  INSERT INTO waits (what, day, millis, times)
  SELECT w.what, w.day, w.millis, 1 FROM waited_about AS w WHERE w.what = 'activation' AND w.id = NEW.id
  ON CONFLICT (what, day, millis) DO UPDATE SET times = times + 1;
END;
-- +goose StatementEnd
