package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/team-idc/team/internal/loopback"
)

const sqlitePrefix = "sqlite:"

func isPostgres(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// database checks the name of a database. It never repeats a URL: that may hold a password.
func database(name string) error {
	if isPostgres(name) {
		return postgresURL(name)
	}
	if strings.Contains(name, "://") {
		return errors.New("must be sqlite: followed by a file, as sqlite:/var/lib/team/team.db, or the URL of a PostgreSQL database, " +
			"as postgres://team@db.example.org:5432/team?sslmode=verify-full")
	}
	if file, ok := strings.CutPrefix(name, sqlitePrefix); !ok || file == "" {
		return fmt.Errorf("is %q; it must be sqlite: followed by a file, as sqlite:/var/lib/team/team.db, or the URL of a PostgreSQL "+
			"database, as postgres://team@db.example.org:5432/team?sslmode=verify-full", name)
	}
	return nil
}

// sslModes are PostgreSQL's own words for how far a connection is to be protected.
var sslModes = []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

func postgresURL(name string) error {
	u, err := url.Parse(name)
	if err != nil {
		return errors.New("is a malformed URL; signs such as / @ # % in a password are written as %2F %40 %23 %25")
	}
	if strings.Trim(u.Path, "/") == "" {
		return errors.New("names no database; it must be a URL such as postgres://team@db.example.org:5432/team?sslmode=verify-full")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errors.New("has malformed parameters after its ?")
	}
	if u.Host == "" && !query.Has("host") {
		return errors.New("names no host; it must be a URL such as postgres://team@db.example.org:5432/team?sslmode=verify-full")
	}
	mode := query.Get("sslmode")
	if query.Has("sslmode") && !slices.Contains(sslModes, mode) {
		return fmt.Errorf("has sslmode=%s; it can be %s", mode, strings.Join(sslModes, ", "))
	}
	// Without a word PostgreSQL's clients take what the server offers, or whoever answers in its place: no encryption, too.
	if (mode == "" || mode == "allow" || mode == "prefer") && !onThisMachine(u, query) {
		return errors.New("does not say that the connection is encrypted: add sslmode=verify-full, with sslrootcert=FILE where the " +
			"server's certificate is not of a public authority (require encrypts without looking who answers, disable does neither)")
	}
	return nil
}

// onThisMachine says whether nobody else stands between TEAM and the database.
func onThisMachine(u *url.URL, query url.Values) bool {
	hosts := strings.Split(u.Host, ",")
	if query.Has("host") {
		hosts = strings.Split(query.Get("host"), ",")
	}
	return !slices.ContainsFunc(hosts, func(host string) bool {
		return !strings.HasPrefix(host, "/") && !loopback.Host((&url.URL{Host: host}).Hostname())
	})
}

// shownDatabase is the name of a database without what may be secret in it.
func shownDatabase(name string) string {
	if !isPostgres(name) {
		return name
	}
	u, err := url.Parse(name)
	if err != nil {
		return "(hidden)"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if u.User != nil {
		shown.User = url.User(u.User.Username())
	}
	return shown.String()
}

// SQLiteFile is the file of the database; ok is false where it is kept in PostgreSQL.
func (c Config) SQLiteFile() (file string, ok bool) {
	return strings.CutPrefix(c.Database, sqlitePrefix)
}
