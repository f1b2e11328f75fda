package store_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/directory"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

const allowAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// syncWorld is a simulated organization, a store, and the sync between them, under the bubble's clock.
type syncWorld struct {
	t     *testing.T
	aws   *simaws.AWS
	store directory.Store
	sync  *directory.Sync
	cfg   directory.SyncConfig
}

func openForDirectory(t *testing.T, d database) directory.Store {
	t.Helper()
	return d.open(t).Directory()
}

// newSyncWorld starts one. It must be called inside a synctest bubble.
func newSyncWorld(t *testing.T, d database, org string, change ...func(*simaws.Options)) *syncWorld {
	t.Helper()
	o, err := simaws.Generate(org)
	if err != nil {
		t.Fatal(err)
	}
	return newSyncWorldOf(t, d, o, change...)
}

func newSyncWorldOf(t *testing.T, d database, org simaws.Organization, change ...func(*simaws.Options)) *syncWorld {
	t.Helper()
	options := simaws.Options{
		Now: time.Now, Seed: 1, Limits: simaws.Limits{},
		Credentials: []simaws.Credential{{
			AccessKeyID: "AKIATEST", SecretAccessKey: "secret", Account: org.DelegatedAdministrator, Policies: []string{allowAll},
		}},
	}
	for _, c := range change {
		c(&options)
	}
	sim, err := simaws.New(org, options)
	if err != nil {
		t.Fatal(err)
	}
	w := &syncWorld{t: t, aws: sim, store: openForDirectory(t, d)}
	w.cfg = directory.SyncConfig{
		Source: w.client(), Store: w.store, Limiter: directory.NewBucket(8, 8), Owner: "replica-1",
		Now: time.Now, Jitter: func(limit time.Duration) time.Duration { return limit / 3 },
	}
	w.sync = directory.NewSync(w.cfg)
	return w
}

func (w *syncWorld) client() *awsclient.Client {
	w.t.Helper()
	c, err := awsclient.New(w.t.Context(), awsclient.Config{
		Region: "us-east-1", BaseEndpoint: "http://sandbox.test",
		HTTPClient:  &http.Client{Transport: w.aws.Transport()},
		Credentials: awsclient.StaticKey("AKIATEST", "secret"),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// step makes one step; where nothing is due it moves the clock to when something is.
func (w *syncWorld) step() {
	w.t.Helper()
	did, next, err := w.sync.Step(w.t.Context())
	if err != nil {
		w.t.Fatalf("step: %v", err)
	}
	if !did {
		time.Sleep(time.Until(next)) //nolint:forbidigo // moves the clock of the bubble
	}
}

// run steps until done says so, for at most a virtual day.
func (w *syncWorld) run(done func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(24 * time.Hour); !done(); w.step() {
		if time.Now().After(deadline) {
			w.t.Fatalf("not done after a day:\n%s", w.says())
		}
	}
}

// complete runs until every part was finished after now.
func (w *syncWorld) complete() {
	w.t.Helper()
	begun := time.Now()
	w.run(func() bool {
		for _, p := range w.passes() {
			if p.Finished.IsZero() || p.Finished.Before(begun) {
				return false
			}
		}
		return true
	})
}

func (w *syncWorld) passes() []directory.Pass {
	w.t.Helper()
	passes, err := w.store.Passes(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return passes
}

func (w *syncWorld) says() string {
	all := ""
	for _, s := range directory.Status(w.passes(), time.Now()) {
		all += fmt.Sprintf("%s: %s %q\n", s.Part, s.Sentence, s.Notes)
	}
	return all
}

func (w *syncWorld) snapshot() *directory.Snapshot {
	w.t.Helper()
	c, err := w.store.DirectoryContent(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return directory.NewSnapshot(c)
}

func (w *syncWorld) throttled() int {
	n := 0
	for _, c := range w.aws.Calls() {
		if c.Outcome == "ThrottlingException" || c.Outcome == "TooManyRequestsException" {
			n++
		}
	}
	return n
}
