package simulation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// driver makes the choices.
type driver struct {
	*World
	watch   *watch
	ctx     context.Context //nolint:containedctx // the context of the whole bubble
	mu      sync.Mutex
	running map[int]string // caller id → what it does
	crashes int
	strange []string // errors without a code
	calm    bool     // nobody is paused for long, nobody crashes
}

func newDriver(w *World) *driver {
	return &driver{World: w, watch: newWatch(w), ctx: w.t.Context(), running: map[int]string{}}
}

// start runs f as a caller of its own, until the next seam.
func (d *driver) start(id int, what string, f func(context.Context) string) {
	d.mu.Lock()
	d.running[id] = what
	d.mu.Unlock()
	d.notef("%d starts %s", id, what)
	go func() {
		ended := what + " crashed"
		defer func() {
			d.mu.Lock()
			delete(d.running, id)
			d.mu.Unlock()
			_ = ended
		}()
		result := f(as(d.ctx, id))
		d.mu.Lock()
		d.trace = append(d.trace, fmt.Sprintf("%d ends %s: %s", id, what, result))
		d.mu.Unlock()
	}()
	synctest.Wait()
}

func (d *driver) busy(id int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.running[id] != ""
}

// run makes so many moves, checking the promises after each.
func (d *driver) run(moves int) {
	for i := range moves {
		d.move()
		synctest.Wait()
		if broken := d.watch.check(d.ctx); len(broken) > 0 {
			d.t.Errorf("after move %d at %s:\n%s\nlast moves:\n%s", i, time.Now().UTC(),
				strings.Join(broken, "\n"), strings.Join(tail(d.trace, 60), "\n"))
			return
		}
		if len(d.strange) > 0 {
			d.t.Errorf("errors without a code: %v", d.strange)
			return
		}
	}
}

func tail(s []string, n int) []string { return s[max(0, len(s)-n):] }

func (d *driver) move() {
	waiting := d.gate.waiting()
	if d.rng.IntN(200) == 0 {
		d.calm = !d.calm
	}
	n := d.rng.IntN(100)
	if d.calm && len(waiting) > 0 {
		n = 0 // in calm times nobody is paused for long
	}
	switch {
	case n < 68 && len(waiting) > 0:
		c := waiting[d.rng.IntN(len(waiting))]
		goOn := d.calm || d.rng.IntN(60) != 0
		if !goOn {
			d.crashes++
		}
		d.notef("%d at %s goes on: %t", c.id, c.point, goOn)
		d.gate.release(c, goOn)
	case n < 82:
		d.startStep()
	case n < 88:
		d.somebodyActs()
	case n < 90:
		d.worldChanges()
	case n < 91:
		d.awsFails()
	default:
		d.timePasses()
	}
}

// timePasses lets a moment go by, or a while, or everything until somebody must act.
func (d *driver) timePasses() {
	milliseconds := []int{20, 50, 100, 200, 1000, 1000, 2000, 5000, 20000}
	s := time.Duration(milliseconds[d.rng.IntN(len(milliseconds))]) * time.Millisecond
	if d.rng.IntN(100) == 0 {
		s = 20 * time.Minute
	}
	d.notef("%s pass", s)
	time.Sleep(s)
}

// startStep lets one of the replicas' loops do a step: two of delivery and one of expiry on each.
func (d *driver) startStep() {
	i, kind := d.rng.IntN(len(d.replicas)), d.rng.IntN(3)
	id := i*10 + kind
	if d.busy(id) {
		return
	}
	r := d.replicas[i]
	d.start(id, fmt.Sprintf("step %d of replica %d", kind, i), func(ctx context.Context) string {
		step := r.delivery.Step
		if kind == 2 {
			step = r.service.ExpireStep
		}
		did, next, err := step(ctx)
		d.coded(err)
		return fmt.Sprint(did, next.UnixMicro(), err)
	})
}

// coded keeps errors that no caller could make sense of.
func (d *driver) coded(err error) {
	if err != nil && access.CodeOf(err) == "" {
		d.mu.Lock()
		d.strange = append(d.strange, err.Error())
		d.mu.Unlock()
	}
}

// somebodyActs: a person does something in TEAM.
func (d *driver) somebodyActs() {
	id := 1000 + d.rng.IntN(4)
	if d.busy(id) {
		return
	}
	r := d.replicas[d.rng.IntN(len(d.replicas))]
	name := d.people[d.rng.IntN(len(d.people))]
	who := d.person(name)
	do := d.act(r, who)
	if do == nil {
		return
	}
	d.start(id, name+" acts", func(ctx context.Context) string {
		err := do(ctx)
		d.coded(err)
		if err != nil {
			return string(access.CodeOf(err)) + " " + err.Error()
		}
		return "ok"
	})
}

func (d *driver) act(r *replica, who access.Actor) func(context.Context) error {
	requests := d.ids("SELECT request_id FROM targets WHERE state = 'pending' ORDER BY id")
	elevations := d.ids("SELECT id FROM elevations WHERE state IN ('scheduled','activating','active','ending') ORDER BY id")
	pick := func(ids []string) string {
		if len(ids) == 0 {
			return ""
		}
		return ids[d.rng.IntN(len(ids))]
	}
	failures := d.ids("SELECT id FROM elevations WHERE state = 'ended' AND reason = 'failed' ORDER BY id")
	request, elevation, failed := pick(requests), pick(elevations), pick(failures)
	yes, comment := d.rng.IntN(6) != 0, "because"
	length := time.Duration(1+d.rng.IntN(20)) * time.Minute
	switch n := d.rng.IntN(20); {
	case n < 7:
		if requesters := []string{"rita", "ravi", "anton"}; d.rng.IntN(8) != 0 {
			who = d.person(requesters[d.rng.IntN(3)])
		}
		draft := d.draft(length)
		if d.rng.IntN(4) == 0 && d.truth.machineOn.now() {
			draft.BeneficiaryID, who = who.UserID, d.machine()
		}
		return func(ctx context.Context) error { _, err := r.service.Create(ctx, who, draft); return err }
	case n < 14 && request != "":
		if deciders := []string{"anton", "anna", "ravi", "selma"}; d.rng.IntN(8) != 0 {
			who = d.person(deciders[d.rng.IntN(4)])
		}
		return func(ctx context.Context) error {
			_, err := r.service.Decide(ctx, who, request, access.Ballot{Approve: yes, Comment: comment})
			return err
		}
	case n < 15 && request != "" && d.rng.IntN(3) == 0:
		who = d.perhapsMachine(who)
		return func(ctx context.Context) error { _, err := r.service.Cancel(ctx, who, request); return err }
	case n < 16 && elevation != "" && d.rng.IntN(2) == 0:
		who = d.perhapsMachine(d.holder(elevation))
		return func(ctx context.Context) error {
			_, err := r.service.Release(ctx, who, elevation)
			return err
		}
	case n < 16 && failed != "":
		who = d.perhapsMachine(d.holder(failed))
		return func(ctx context.Context) error {
			_, err := r.service.Retry(ctx, who, failed)
			return err
		}
	case n < 17 && elevation != "" && d.rng.IntN(2) == 0:
		only := d.rng.IntN(2) == 0
		admin := d.person("ada")
		return func(ctx context.Context) error {
			_, err := r.service.Revoke(ctx, admin, elevation, only, comment)
			if err != nil && access.CodeOf(err) != access.CodeConflict && access.CodeOf(err) != access.CodeStale {
				d.mu.Lock()
				d.strange = append(d.strange, "P7: revoking was refused: "+err.Error())
				d.mu.Unlock()
			}
			return err
		}
	case n < 20 && elevation != "":
		length *= time.Duration(1 + d.rng.IntN(6)) // the whole span often is more than policy allows
		if active := pick(d.ids("SELECT id FROM elevations WHERE state = 'active' ORDER BY id")); active != "" {
			elevation = active
		}
		who = d.perhapsMachine(d.holder(elevation))
		return func(ctx context.Context) error {
			_, err := r.service.Extend(ctx, who, access.Extension{ElevationID: elevation, Duration: length, Justification: "more"})
			return err
		}
	}
	return nil
}

// perhapsMachine lets the machine client, or who owns it, act in somebody's place: on what it filed they may.
func (d *driver) perhapsMachine(who access.Actor) access.Actor {
	switch d.rng.IntN(4) {
	case 0:
		if d.truth.machineOn.now() {
			return d.machine()
		}
	case 1:
		return d.person(machineOwner)
	}
	return who
}

func (d *driver) holder(elevation string) access.Actor {
	var user string
	d.must(d.raw.QueryRowContext(d.ctx, "SELECT user_id FROM elevations WHERE id = $1", elevation).Scan(&user))
	return d.person(d.name[user])
}

func (d *driver) draft(length time.Duration) access.Draft {
	draft := access.Draft{Duration: length, Justification: "repair"}
	likely := [][2]string{{"prod", "Admin"}, {"prod", "ReadOnly"}, {"dev", "Admin"}, {"dev", "ReadOnly"}, {"rooted", "ReadOnly"}, {"identity", "Admin"}}
	unlikely := [][2]string{{"management", "Admin"}, {"prod", "Billing"}, {"rooted", "Admin"}}
	for range 1 + d.rng.IntN(2) {
		t := likely[d.rng.IntN(len(likely))]
		if d.rng.IntN(20) == 0 {
			t = unlikely[d.rng.IntN(len(unlikely))]
		}
		draft.Targets = append(draft.Targets, access.DraftTarget{AccountID: d.account[t[0]], PermissionSetARN: d.set[t[1]]})
	}
	if d.rng.IntN(4) == 0 {
		draft.StartAt = time.Now().Add(time.Duration(d.rng.IntN(15)) * time.Minute)
	}
	return draft
}

// worldChanges: something happens outside TEAM.
func (d *driver) worldChanges() {
	person := d.people[d.rng.IntN(len(d.people))]
	switch d.rng.IntN(13) {
	case 12:
		on := !d.truth.machineOn.now()
		d.notef("the machine is enabled: %t", on)
		d.switchMachine(on)
	case 0:
		d.notef("the directory is read")
		d.refreshDirectory()
	case 1, 2:
		d.approverComesOrGoes()
	case 3:
		if d.truth.status(person) == directory.UserEnabled {
			d.notef("%s is disabled", person)
			d.truth.setStatus(person, directory.UserDisabled)
			d.must(d.aws.SetUserStatus(person, "DISABLED"))
		}
	case 4, 5:
		if d.truth.status(person) == directory.UserDisabled {
			d.notef("%s is enabled", person)
			d.truth.setStatus(person, directory.UserEnabled)
			d.must(d.aws.SetUserStatus(person, "ENABLED"))
		}
	case 6:
		if d.rng.IntN(6) == 0 && d.truth.exists(person) && person != "ada" && person != "anna" && person != "rita" {
			d.notef("%s is deleted", person)
			d.truth.setStatus(person, "")
			d.must(d.aws.DeleteUser(person))
		}
	case 7, 8:
		groups := []string{"requesters", "prod-approvers", "dev-approvers"}
		g := groups[d.rng.IntN(len(groups))]
		if d.truth.exists(person) {
			is := d.truth.member(g, person)
			d.notef("%s in %s: %t", person, g, !is)
			d.truth.setMember(g, person, !is)
			d.must(d.aws.SetMember(g, person, !is))
		}
	case 9:
		d.assignmentsOutside()
	case 10:
		d.policyChanges()
	case 11:
		if d.rng.IntN(3) == 0 {
			state := map[string]string{"ACTIVE": "SUSPENDED", "SUSPENDED": "ACTIVE"}[d.truth.state("dev")]
			d.notef("account dev is %s", state)
			d.truth.setState("dev", state)
			d.must(d.aws.SetAccountState("dev", state))
		}
	}
}

// approverComesOrGoes: who may have voted is disabled, or is back.
func (d *driver) approverComesOrGoes() {
	person := []string{"anton", "anna", "selma"}[d.rng.IntN(3)]
	next := map[directory.UserStatus]directory.UserStatus{
		directory.UserEnabled: directory.UserDisabled, directory.UserDisabled: directory.UserEnabled,
	}[d.truth.status(person)]
	if next == directory.UserEnabled || next != "" && d.rng.IntN(3) == 0 {
		d.notef("%s is %s", person, next)
		d.truth.setStatus(person, next)
		d.must(d.aws.SetUserStatus(person, string(next)))
	}
}

// assignmentsOutside: another tool gives or takes an assignment.
func (d *driver) assignmentsOutside() {
	a := simaws.Assignment{
		Account: []string{"prod", "dev", "rooted"}[d.rng.IntN(3)], PermissionSet: []string{"Admin", "ReadOnly"}[d.rng.IntN(2)],
		User: []string{"rita", "ravi", "anton"}[d.rng.IntN(3)],
	}
	if !d.truth.exists(a.User) {
		return
	}
	t, err := d.aws.Resolve(a)
	d.must(err)
	if d.aws.HasAssignment(t) {
		d.notef("somebody removes %+v", a)
		d.must(d.aws.DeleteAssignment(a))
	} else if d.truth.state(a.Account) == "ACTIVE" {
		d.notef("somebody gives %+v", a)
		d.must(d.aws.PutAssignment(a))
	}
}

// policyChanges: an agreed change of the rules takes effect.
func (d *driver) policyChanges() {
	type change struct {
		kind, id string
		body     any
	}
	required := 1 + d.rng.IntN(2)
	most := time.Duration(1+d.rng.IntN(4)) * time.Hour
	settings := policy.DefaultSettings()
	settings.TicketRequired, settings.AdministratorGroup, settings.ApprovalRequired = false, d.groupID["admins"], d.rng.IntN(3) != 0
	choices := []change{
		{"eligibility", "elg-prod", d.eligibility("prod", most, true)},
		{"eligibility", "elg-dev", d.eligibility("dev", most, d.rng.IntN(3) != 0)},
		{"approver", "apr-prod", d.approvers("prod", required)},
		{"approver", "apr-prod", d.approversWith("prod", []string{"anton", "anna"}[d.rng.IntN(2)])},
		{"approver", "apr-dev", d.approversWith("dev", d.people[d.rng.IntN(len(d.people))])},
		{"settings", "settings", settings},
	}
	for i := range choices {
		if e, ok := choices[i].body.(policy.Eligibility); ok && d.rng.IntN(3) == 0 {
			e.Machines = nil
			choices[i].body = e
		}
	}
	c := choices[d.rng.IntN(len(choices))]
	deleted := c.kind == "eligibility" && d.rng.IntN(4) == 0
	var version int64
	d.must(d.raw.QueryRowContext(d.ctx, "SELECT version FROM policies WHERE kind = $1 AND id = $2", c.kind, c.id).Scan(&version))
	author := d.people[d.rng.IntN(len(d.people))]
	if d.rng.IntN(2) == 0 {
		author = ""
	}
	d.notef("policy %s %s changes by %s: %+v deleted %t", c.kind, c.id, author, c.body, deleted)
	d.putPolicy(c.kind, c.id, version+1, c.body, author, author != "", deleted)
}

// approversWith names one more person, by their user.
func (d *driver) approversWith(what, person string) policy.Approver {
	a := d.approvers(what, 1)
	a.Stages[0].Approvers.Users = []string{d.userID[person]}
	return a
}

// awsFails: AWS, or the way to it, fails for a few calls.
func (d *driver) awsFails() {
	writes := []string{"sso:CreateAccountAssignment", "sso:DeleteAccountAssignment"}
	write := writes[d.rng.IntN(2)]
	reads := []string{"sso:List*", "sso:Describe*", "identitystore:*"}
	faults := []simaws.Fault{
		{Action: write, Lost: true},
		{Action: write, Lost: true, AfterWork: true},
		{Action: write, Lost: true, AfterWork: true},
		{Action: write, Code: "ConflictException"},
		{Action: write, Code: "ThrottlingException"},
		{Action: write, Code: "InternalServerException", Status: 500, AfterWork: d.rng.IntN(2) == 0},
		{Action: write, LateFailure: "Received a 404 status error: not supported by the resource"},
		{Action: write, LateFailure: "Request failed for an internal error", AfterWork: true},
		{Action: reads[d.rng.IntN(3)], Code: "ThrottlingException"},
		{Action: reads[d.rng.IntN(3)], Lost: true},
		{Action: reads[d.rng.IntN(3)], Code: "AccessDeniedException"},
		{Action: "*", Delay: time.Duration(1+d.rng.IntN(5)) * time.Second},
	}
	f := faults[d.rng.IntN(len(faults))]
	f.Count = 1 + d.rng.IntN(3)
	d.notef("AWS fails: %+v", f)
	_, err := d.aws.AddFault(f)
	d.must(err)
}

// drain lets everything come to its end: no more faults, nobody paused, all the time in the world.
func (d *driver) drain() {
	d.letGo()
	d.refreshDirectory()
	end := time.Now().Add(50 * time.Hour)
	for time.Now().Before(end) && !d.settled() {
		next := d.everythingDue(end)
		if broken := d.watch.check(d.ctx); len(broken) > 0 {
			d.t.Errorf("while draining:\n%s\nlast moves:\n%s", strings.Join(broken, "\n"), strings.Join(tail(d.trace, 60), "\n"))
			return
		}
		time.Sleep(max(time.Until(next), time.Millisecond))
	}
	d.allOver()
}

// everythingDue runs all steps of all replicas until nothing is due, and says when something will be.
func (d *driver) everythingDue(end time.Time) (next time.Time) {
	next = end
	for _, r := range d.replicas {
		for _, step := range []func(context.Context) (bool, time.Time, error){r.delivery.Step, r.service.ExpireStep} {
			did := true
			for did {
				var at time.Time
				var err error
				did, at, err = step(d.ctx)
				d.coded(err)
				did = did && err == nil
				if !did && !at.IsZero() && at.Before(next) {
					next = at
				}
			}
		}
	}
	return next
}

// letGo opens the gate and waits until everybody is through.
func (d *driver) letGo() {
	d.aws.ClearFaults("")
	d.gate.mu.Lock()
	d.gate.open = true
	d.gate.mu.Unlock()
	for {
		waiting := d.gate.waiting()
		if len(waiting) == 0 {
			return
		}
		d.gate.release(waiting[0], true)
		synctest.Wait()
	}
}

func (d *driver) settled() bool {
	return len(d.ids("SELECT id FROM elevations WHERE state <> 'ended'")) == 0 && len(d.ids("SELECT id FROM assignments WHERE phase <> 'idle'")) == 0
}

// allOver: at the very end TEAM has nothing left in AWS, and says so (P2).
func (d *driver) allOver() {
	for _, id := range d.ids("SELECT id || ' ' || state || ' ' || reason FROM elevations WHERE state <> 'ended'") {
		d.t.Errorf("P2: elevation %s never ended", id)
	}
	for _, p := range d.aws.Presences() {
		if p.To.IsZero() && p.Began.Kind == "api" {
			user, account, set := d.watch.names(p.PrincipalID, p.AccountID, p.PermissionSetARN)
			if d.truth.exists(user) && d.truth.state(account) == "ACTIVE" {
				d.t.Errorf("P2: %s of %s in %s is still in AWS", set, user, account)
			}
		}
	}
	if len(d.strange) > 0 {
		d.t.Errorf("errors without a code: %v", d.strange)
	}
}

// traceHash sums up all that happened: two runs of one seed must agree on it.
func (d *driver) traceHash() string {
	head, err := d.store.Head(d.ctx)
	d.must(err)
	sum := sha256.Sum256([]byte(strings.Join(append(slices.Clone(d.trace), head.Root.String()), "\n")))
	return hex.EncodeToString(sum[:8])
}
