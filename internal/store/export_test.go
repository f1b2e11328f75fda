package store

import "database/sql"

// Writer is the connection that writes, for tests that take its disk away.
func (s *Store) Writer() *sql.DB { return s.db.DB }
