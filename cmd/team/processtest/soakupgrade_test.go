//go:build soak

package processtest

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/team-idc/team/internal/store/releasetest"
)

// releasedCommits are the commits of the releases that releasetest has, by the version of their schema.
var releasedCommits = map[int64]string{3: "7d1b598a7614c0d99002e75013b9a806c3a5870d"}

// startsOnNewer is the first version whose program starts on a newer schema that supports it. An older one works on
// such a schema while it runs, and must not be started again.
const startsOnNewer = 6

// TestSoakRollingUpgrade: three replicas of the last release serve on PostgreSQL. One after the other is killed and comes
// back, and from a moment on as the program of this version, which migrates the schema under the feet of the others.
// People ask and approve all the time. Nothing that was acknowledged is lost, and AWS's record holds nothing that was
// not agreed.
func TestSoakRollingUpgrade(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("TEAM_TEST_SOAK"))
	if err != nil {
		t.Fatalf("TEAM_TEST_SOAK says how long: %v", err)
	}
	all := releasetest.All(t)
	last := all[len(all)-1]
	old := buildReleased(t, last.Version)
	first, ok := upgraded(t, last, releasetest.Postgres)
	if !ok {
		t.Fatal("there is no PostgreSQL")
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d; the moments of other processes are not repeatable", seed)
	u := &upgradeSoak{
		soak: soak{world: first, draw: rand.New(rand.NewPCG(seed, 2)), asked: map[string]bool{}, approved: map[string]bool{}, before: map[string]bool{}},
		old:  old, version: last.Version, all: []*world{first},
	}
	for range 2 {
		w := &world{t: t, aws: first.aws, folder: t.TempDir(), tokens: first.tokens, database: first.database}
		w.standBeforeAWS()
		u.all = append(u.all, w)
	}
	for _, w := range u.all {
		w.launchProgram(old)
	}
	u.begin()
	u.during(length/3, func() string { return old })
	u.upgradeStep()
	u.during(length/3, u.either)
	u.during(length/3, func() string { return binary })
	for _, w := range u.all { // the last of the old
		w.team.kill()
		w.launchProgram(binary)
	}
	u.end()
	t.Logf("%d kills, %d requests acknowledged, %d approved, %d intervals of access", u.kills, len(u.asked), len(u.approved), len(u.own()))
}

// buildReleased builds the program of a release from the history of this repository.
func buildReleased(t *testing.T, version int64) string {
	t.Helper()
	commit := releasedCommits[version]
	if commit == "" {
		t.Fatalf("the commit of version %d is not named in releasedCommits", version)
	}
	folder := t.TempDir()
	run := func(what string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if args[0] == "go" {
			cmd.Dir = filepath.Join(folder, "source")
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s (this test needs the whole history: git fetch --unshallow): %v\n%s", what, err, out)
		}
	}
	archive := filepath.Join(folder, "source.tar")
	if err := os.Mkdir(filepath.Join(folder, "source"), 0o700); err != nil {
		t.Fatal(err)
	}
	run("read the released commit", "git", "-C", "../../..", "archive", "-o", archive, commit)
	run("unpack the released commit", "tar", "-xf", archive, "-C", filepath.Join(folder, "source"))
	run("build the released commit", "go", "build", "-o", filepath.Join(folder, "team"), "./cmd/team")
	return filepath.Join(folder, "team")
}

func (w *world) launchProgram(program string) {
	w.t.Helper()
	args := []string{"serve", "--config", w.file("team.yaml")}
	if program == binary { // the release knows no rates
		args = append(args, often...)
	}
	w.team = startProgram(w.t, program, w.environ(), args...)
}

// upgradeSoak is a soak on several replicas, of which some are of the release.
type upgradeSoak struct {
	soak

	old     string // path of the released program
	version int64
	all     []*world
}

// begin waits until what the release left is over, and issues tokens as the release does.
func (u *upgradeSoak) begin() {
	u.t.Helper()
	eventually(u.t, "the released program is ready", func() bool { return u.status("/readyz") == 200 })
	for _, name := range personas {
		u.tokens[name] = u.issueWith(u.old, name)
	}
	u.settle()
	for _, r := range u.everything() {
		u.before[r.ID] = true
	}
}

func (u *upgradeSoak) issueWith(program, user string) string {
	u.t.Helper()
	ctx, cancel := context.WithTimeout(u.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "token", "issue", "--config", u.file("team.yaml"), "--user", user)
	cmd.Env = u.environ()
	out, err := cmd.Output()
	if err != nil {
		u.t.Fatalf("issue token: %v", err)
	}
	return string(out[:len(out)-1])
}

// upgradeStep replaces one replica by one of this version while people go on.
func (u *upgradeSoak) upgradeStep() {
	u.t.Helper()
	replaced := u.all[0]
	replaced.team.kill()
	u.world = u.all[1]
	done := make(chan struct{})
	acted := make(chan struct{})
	go func() {
		defer close(acted)
		for {
			select {
			case <-done:
				return
			default:
				u.act()
			}
		}
	}()
	replaced.launchProgram(binary)
	close(done)
	<-acted
	db, err := sql.Open("pgx", u.database)
	if err != nil {
		u.t.Fatal(err)
	}
	defer db.Close()
	var version int64
	if err := db.QueryRowContext(u.t.Context(), "SELECT MAX(version_id) FROM goose_db_version").Scan(&version); err != nil || version <= u.version {
		u.t.Fatalf("the schema is version %d, %v, and was to be newer than %d", version, err, u.version)
	}
}

// either is the program that a replica comes back as while the upgrade goes on.
func (u *upgradeSoak) either() string {
	if u.version >= startsOnNewer && u.draw.IntN(2) == 0 {
		return u.old
	}
	return binary
}

// during lets people act, and replicas be killed, and come back as the program that is given.
func (u *upgradeSoak) during(length time.Duration, program func() string) {
	u.t.Helper()
	next := time.Now()
	for until := time.Now().Add(length); time.Now().Before(until); {
		u.world = u.all[u.draw.IntN(len(u.all))]
		u.act()
		if time.Now().After(next) {
			victim := u.all[u.draw.IntN(len(u.all))]
			victim.team.kill()
			u.kills++
			victim.launchProgram(program())
			next = time.Now().Add(time.Duration(u.draw.Int64N(int64(8 * time.Second))))
		}
	}
}

func (u *upgradeSoak) end() {
	u.t.Helper()
	u.world = u.all[0]
	eventually(u.t, "TEAM is ready", func() bool { return u.status("/readyz") == 200 })
	u.settle()
	u.judge(u.t)
	for _, w := range u.all {
		w.team.stop(u.t)
	}
	s := u.open()
	defer s.Close()
	if _, err := s.VerifyLog(u.t.Context()); err != nil {
		u.t.Errorf("verify log: %v", err)
	}
	if len(u.own()) == 0 {
		u.t.Error("nobody got access: this test tested nothing")
	}
}
