package bench_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/due"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/store"
)

const (
	accessKey = "AKIASIMULATED0000001"
	secretKey = "simulated-secret-access-key-not-a-real-one"
	everyCall = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
)

// ends is a world in which so many people have access that ends within one second, while others ask for some.
type ends struct {
	aws    *simaws.AWS
	store  *store.Store
	dir    *directory.Snapshot
	access *access.Service
	runner *due.Runner
	users  []string
	accts  []string
	sets   []string
	held   []access.Elevation
	at     time.Time // the second in which everything ends begins then
}

// roundTrip is how long a call to AWS takes here.
const roundTrip = 60 * time.Millisecond

// slowly makes every call to the simulated AWS take the time of a round trip.
type slowly struct{ next http.RoundTripper }

func (s slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	timer := time.NewTimer(roundTrip)
	defer timer.Stop()
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case <-timer.C:
		return s.next.RoundTrip(r)
	}
}

// newEnds is called in a bubble, whose clock everything goes by.
func newEnds(tb testing.TB, name string, n int) *ends {
	tb.Helper()
	now := func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
	w := &ends{at: now().Add(10 * time.Minute)}
	org := simaws.Organization{ManagementAccount: "management", DelegatedAdministrator: "identity", Accounts: []simaws.Account{{Name: "management"}, {Name: "identity"}}}
	for i := range 100 {
		org.Accounts = append(org.Accounts, simaws.Account{Name: fmt.Sprintf("account-%d", i)})
	}
	for i := range 200 {
		org.Users = append(org.Users, simaws.User{UserName: fmt.Sprintf("user-%d", i)})
	}
	org.PermissionSets = []simaws.PermissionSet{{Name: "Admin"}, {Name: "Reader"}}
	for i := range n {
		org.Assignments = append(org.Assignments, simaws.Assignment{
			User: fmt.Sprintf("user-%d", i%200), Account: fmt.Sprintf("account-%d", i/200%100), PermissionSet: "Admin",
		})
	}
	var err error
	w.aws, err = simaws.New(org, simaws.Options{
		Now: time.Now, Seed: 1, Credentials: []simaws.Credential{{AccessKeyID: accessKey, SecretAccessKey: secretKey, Account: "identity", Policies: []string{everyCall}}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	w.learn()
	w.runner = due.New(due.Config{Now: now})
	ids := ident.New(nil, now)
	w.store, err = store.Open(tb.Context(), name, store.Options{IDs: ids, Unsafe: true, Committed: func() { w.runner.Nudge() }})
	if err != nil {
		tb.Fatal(err)
	}
	fill(tb, name, w.lives(n))
	client, err := awsclient.New(tb.Context(), awsclient.Config{
		Region: "us-east-1", BaseEndpoint: "http://aws.sandbox.invalid", InstanceARN: w.aws.InstanceARN(), IdentityStoreID: w.aws.IdentityStoreID(),
		HTTPClient: &http.Client{Transport: slowly{w.aws.Transport()}}, Credentials: awsclient.AccessKey(accessKey, secretKey), Now: now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	w.access = access.New(access.Config{Store: w.store.Access(), Directory: w, Live: client, Policies: w.store.Policies(), Now: now, IDs: ids})
	w.seed(tb, now, ids)
	jitter := rand.New(rand.NewPCG(1, 2))
	d := delivery.New(delivery.Config{
		Store: w.store.Delivery(), AWS: client, Live: client, Directory: w, Checks: w.access, Now: now,
		Jitter: func() float64 { return jitter.Float64() },
	})
	w.runner.Add("delivery", 4, d.Step)
	return w
}

func (w *ends) learn() {
	now := time.Now().UTC()
	c := directory.Content{Revision: 1, Instance: directory.Instance{
		ARN: w.aws.InstanceARN(), IdentityStoreID: w.aws.IdentityStoreID(), Region: "us-east-1", Partition: "aws", OrganizationID: "o-bench",
		ManagementAccountID: w.aws.ManagementAccount(), CallerAccountID: w.aws.DelegatedAdministrator(), PermissionSetsEnabled: true, ReadAt: now,
	}, OUs: []directory.OU{{ID: "r-root", Name: "Root", ReadAt: now}}}
	far := now.Add(1000 * time.Hour)
	for i := range 100 {
		id := w.aws.AccountID(fmt.Sprintf("account-%d", i))
		w.accts = append(w.accts, id)
		c.Accounts = append(c.Accounts, directory.Account{ID: id, Name: fmt.Sprintf("account-%d", i), State: directory.AccountActive, OUPath: []string{"r-root"}, ReadAt: far})
	}
	for i := range 200 {
		id := w.aws.UserID(fmt.Sprintf("user-%d", i))
		w.users = append(w.users, id)
		c.Users = append(c.Users, directory.User{ID: id, UserName: fmt.Sprintf("user-%d", i), Status: directory.UserEnabled, ReadAt: far})
	}
	for _, name := range []string{"Admin", "Reader"} {
		arn := w.aws.PermissionSetARN(name)
		w.sets = append(w.sets, arn)
		c.PermissionSets = append(c.PermissionSets, directory.PermissionSet{ARN: arn, Name: name, SessionDuration: time.Hour, ReadAt: far})
	}
	w.dir = directory.NewSnapshot(c)
}

// Snapshot implements access.Directory.
func (w *ends) Snapshot(context.Context) (*directory.Snapshot, error) { return w.dir, nil }

// lives are n requests whose access was given and ends in the second from w.at.
func (w *ends) lives(n int) iter.Seq[life] {
	return func(yield func(life) bool) {
		r := rand.New(rand.NewPCG(3, 4))
		given := w.at.Add(-9 * time.Minute)
		w.held = nil
		for i := range n {
			user, account := w.users[i%200], w.accts[i/200%100]
			l := life{word: "in progress"}
			l.Request = access.Request{
				ID: idOf("req", given, r), Kind: access.KindAccess, BeneficiaryID: user, FiledBy: user, Justification: "to mend it", StartAt: given,
				Duration: 9 * time.Minute, CreatedAt: given, ExpiresAt: w.at, Version: 1,
			}
			t := access.Target{
				ID: idOf("tgt", given, r), RequestID: l.Request.ID, AccountID: account, PermissionSetARN: w.sets[0], PermissionSetName: "Admin",
				Decision: access.Approved, DecidedAt: given, Version: 1,
			}
			e := access.Elevation{
				ID: idOf("elv", given, r), TargetID: t.ID, RequestID: t.RequestID, AssignmentID: access.AssignmentID(user, account, w.sets[0]), UserID: user,
				AccountID: account, PermissionSetARN: w.sets[0], State: access.Active, StartAt: given, Duration: 9 * time.Minute, ActivatedAt: given,
				EndsAt: w.at.Add(time.Second * time.Duration(i) / time.Duration(n)).Truncate(time.Microsecond), Attempt: 1, CreatedAt: given, Version: 4,
			}
			l.Targets, l.Elevations = []access.Target{t}, []access.Elevation{e}
			w.held = append(w.held, e)
			if !yield(l) {
				return
			}
		}
	}
}

// seed stores policies by which everybody may read everywhere without asking.
func (w *ends) seed(tb testing.TB, now func() time.Time, ids *ident.Source) {
	tb.Helper()
	s := policychange.Seed{Settings: policy.DefaultSettings()}
	s.Settings.TicketRequired, s.Settings.ApprovalRequired = false, false
	s.Eligibility = []policy.Eligibility{{
		ID: "pol_readers", Name: "Readers", Principals: policy.Principals{Users: w.users}, Targets: policy.Targets{OUs: []policy.OUTarget{{ID: "r-root"}}},
		PermissionSets: []string{w.sets[1]}, MaxDuration: 8 * time.Hour,
	}}
	changes := policychange.New(policychange.Config{Store: w.store.PolicyChanges(), Directory: w, Facts: w.access.Facts, Now: now, IDs: ids})
	if _, err := changes.Bootstrap(tb.Context(), s); err != nil {
		tb.Fatal(err)
	}
}

// outcome of an avalanche of ends, all of it by the sandbox's record.
type outcome struct {
	took       time.Duration // from the first end to the last DeleteAccountAssignment
	perMinute  float64       // removals
	slots      float64       // share of TEAM's slots that AWS was working on, from the first end to the last Delete
	calls      float64       // share of TEAM's calls a second
	throttled  int
	early      int // creations sent while removals were waiting to be sent
	late       int // assignments that are still there at the end
	unfinished int // elevations that have not ended
	creates    int
}

// avalanche lets n ends come, with some people asking for access in the middle of it, and waits until all is over.
func (w *ends) avalanche(tb testing.TB, n int) outcome {
	tb.Helper()
	ctx, stop := context.WithCancel(tb.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.runner.Run(ctx) }()
	time.Sleep(time.Until(w.at) - time.Second) //nolint:forbidigo // moves the clock of the bubble
	for i := range 20 {
		by := access.Actor{Kind: audit.Person, UserID: w.users[i], Name: "user"}
		_, err := w.access.Create(ctx, by, access.Draft{
			StartAt: w.at.Add(time.Second), Duration: time.Hour, Justification: "to look", Targets: []access.DraftTarget{{AccountID: w.accts[i], PermissionSetARN: w.sets[1]}},
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	deadline := w.at.Add(time.Duration(n)*5*time.Second + time.Hour)
	for len(w.present()) > 0 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Second) //nolint:forbidigo // moves the clock of the bubble
	}
	time.Sleep(2 * time.Minute) //nolint:forbidigo // moves the clock of the bubble
	stop()
	<-done
	return w.judge(tb, n)
}

// present are the assignments of what has to end that are still there.
func (w *ends) present() []simaws.Triple {
	return slices.DeleteFunc(w.aws.Assignments(), func(t simaws.Triple) bool { return t.PermissionSetARN != w.sets[0] })
}

func (w *ends) judge(tb testing.TB, n int) outcome {
	tb.Helper()
	var o outcome
	var lastDelete time.Time
	began := map[simaws.Triple]time.Time{}
	calls := 0
	for _, c := range w.aws.Calls() {
		switch {
		case c.At.Before(w.at):
			continue
		case c.Outcome == "ThrottlingException":
			o.throttled++
		case c.Action == "sso:DeleteAccountAssignment" && c.Worked:
			began[c.Triple], lastDelete = c.At, c.At
		}
	}
	var working time.Duration
	for _, p := range w.aws.Presences() {
		from, deleted := began[p.Triple]
		if !deleted {
			continue
		}
		if to := p.To; to.Before(lastDelete) && !to.IsZero() {
			working += to.Sub(from)
		} else {
			working += lastDelete.Sub(from)
		}
	}
	for _, c := range w.aws.Calls() {
		if strings.HasPrefix(c.Action, "sso:") && !c.At.Before(w.at) && !c.At.After(lastDelete) {
			calls++
		}
		if c.Action == "sso:CreateAccountAssignment" {
			o.creates++
			if c.At.Before(lastDelete) {
				o.early++
			}
		}
	}
	o.took = lastDelete.Sub(w.at)
	o.perMinute = float64(n) / o.took.Minutes()
	o.slots = working.Seconds() / (o.took.Seconds() * delivery.DefaultSlots)
	o.calls = float64(calls) / (o.took.Seconds() * delivery.DefaultRate.PerSecond)
	o.late = len(w.present())
	es, err := w.store.Elevations(tb.Context(), access.ElevationFilter{PermissionSetARN: w.sets[0], Statuses: []string{"in progress"}, Now: time.Now(), Limit: 100})
	if err != nil {
		tb.Fatal(err)
	}
	o.unfinished = len(es)
	return o
}
