package policy_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// What docs and design promise for 10,000 policies × 5,000 accounts × 500 permission sets and a user in 50 groups,
// as the 99th percentile. The benchmarks print how much of it they take.
const (
	reachQuestion    = time.Millisecond
	reachRequestable = 50 * time.Millisecond
)

// large is an organization of the size that the benchmarks are stated for.
type large struct {
	random   *rand.Rand
	content  directory.Content
	set      policy.Set
	groups   []string
	ous      []string
	accounts []string
	sets     []string
}

func newLarge() *large { return newLargeOf(10_000) }

// newLargeOf has so many policies, a fifth of them approver policies.
func newLargeOf(policies int) *large {
	l := &large{random: rand.New(rand.NewPCG(1, 2))}
	l.content.Instance = directory.Instance{
		ManagementAccountID: "000000000000", CallerAccountID: "000000000001", PermissionSetsEnabled: true,
	}
	l.organization()
	l.people()
	for i := range 500 {
		arn := fmt.Sprintf("arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-%016d", i)
		l.sets = append(l.sets, arn)
		l.content.PermissionSets = append(l.content.PermissionSets, directory.PermissionSet{ARN: arn, Name: fmt.Sprintf("Set%d", i)})
	}
	l.policies(policies)
	return l
}

// organization: 500 units up to five deep, 5,000 accounts in them, one in three tagged.
func (l *large) organization() {
	paths := [][]string{{"r-root"}}
	l.content.OUs = append(l.content.OUs, directory.OU{ID: "r-root", Name: "Root"})
	for i := range 500 {
		id := fmt.Sprintf("ou-root-%08d", i)
		parent := paths[l.random.IntN(len(paths))]
		for len(parent) > 5 {
			parent = paths[l.random.IntN(len(paths))]
		}
		l.content.OUs = append(l.content.OUs, directory.OU{ID: id, Name: id, ParentID: parent[len(parent)-1]})
		paths = append(paths, append(slices.Clone(parent), id))
		l.ous = append(l.ous, id)
	}
	for i := range 5000 {
		account := directory.Account{
			ID: fmt.Sprintf("%012d", i), Name: fmt.Sprintf("account-%d", i), State: directory.AccountActive,
			OUPath: paths[l.random.IntN(len(paths))],
		}
		if i%3 == 0 {
			account.Tags = map[string]string{"team": fmt.Sprintf("team-%d", l.random.IntN(100))}
		}
		l.accounts = append(l.accounts, account.ID)
		l.content.Accounts = append(l.content.Accounts, account)
	}
}

// people: 20,000 users in 5,000 groups of about ten; the one who asks is in 50 of them.
func (l *large) people() {
	for i := range 20000 {
		id := fmt.Sprintf("user-%05d", i)
		l.content.Users = append(l.content.Users, directory.User{ID: id, UserName: id, Status: directory.UserEnabled})
	}
	for i := range 5000 {
		group := directory.Group{ID: fmt.Sprintf("group-%04d", i)}
		for range 10 {
			group.Members = append(group.Members, fmt.Sprintf("user-%05d", 1+l.random.IntN(19999)))
		}
		if i%100 == 0 {
			group.Members = append(group.Members, "user-00000")
		}
		l.groups = append(l.groups, group.ID)
		l.content.Groups = append(l.content.Groups, group)
	}
}

// policies by unit, by account, by tag; of 10,000 there are 8,000 eligibility and 2,000 approver policies.
func (l *large) policies(n int) {
	l.set.Settings = policy.DefaultSettings()
	for i := range n * 8 / 10 {
		l.set.Eligibility = append(l.set.Eligibility, policy.Eligibility{
			ID: fmt.Sprintf("p%05d", i), Name: fmt.Sprintf("Policy %d", i),
			Principals:     policy.Principals{Groups: l.some(l.groups, 3)},
			Targets:        l.targets(),
			PermissionSets: l.some(l.sets, 5), MaxDuration: time.Duration(1+l.random.IntN(12)) * time.Hour,
			ApprovalRequired: l.random.IntN(5) > 0,
		})
	}
	for i := range n * 2 / 10 {
		a := policy.Approver{ID: fmt.Sprintf("a%05d", i), Name: fmt.Sprintf("Approvers %d", i), Targets: l.targets(), Stages: []policy.Stage{
			{Approvers: policy.Principals{Groups: l.some(l.groups, 3)}, Required: 1 + l.random.IntN(2)},
		}}
		if i%10 == 0 {
			a.PermissionSets = l.some(l.sets, 5)
		}
		if i == 0 {
			a.Targets = policy.Targets{}
		}
		l.set.Approver = append(l.set.Approver, a)
	}
}

func (l *large) targets() policy.Targets {
	switch n := l.random.IntN(100); {
	case n < 60:
		var t policy.Targets
		for _, ou := range l.some(l.ous, 3) {
			t.OUs = append(t.OUs, policy.OUTarget{ID: ou})
		}
		return t
	case n < 85:
		return policy.Targets{Accounts: l.some(l.accounts, 20)}
	default:
		return policy.Targets{Tags: []policy.TagTarget{{Key: "team", Values: []string{fmt.Sprintf("team-%d", l.random.IntN(100))}}}}
	}
}

func (l *large) some(from []string, most int) []string {
	var some []string
	for range 1 + l.random.IntN(most) {
		some = append(some, from[l.random.IntN(len(from))])
	}
	slices.Sort(some)
	return slices.Compact(some)
}

func (l *large) asker(dir *directory.Snapshot) policy.Person {
	return policy.Person{UserID: "user-00000", Groups: dir.GroupsOf("user-00000")}
}

func BenchmarkCompile(b *testing.B) {
	l := newLarge()
	dir := directory.NewSnapshot(l.content)
	for b.Loop() {
		policy.Compile(l.set, dir)
	}
}

func BenchmarkEvaluate(b *testing.B) {
	l := newLarge()
	dir := directory.NewSnapshot(l.content)
	e := policy.Compile(l.set, dir)
	who := l.asker(dir)
	allowed := allowedTargets(e, who)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		q := policy.Question{Requester: who, Duration: time.Hour, Ticket: "INC-1", At: noon}
		if i%2 == 0 {
			q.AccountID, q.PermissionSetARN = allowed[i/2%len(allowed)][0], allowed[i/2%len(allowed)][1]
		} else {
			q.AccountID, q.PermissionSetARN = l.accounts[i%len(l.accounts)], l.sets[i%len(l.sets)]
		}
		begun := time.Now()
		e.Evaluate(q)
		took = append(took, time.Since(begun))
	}
	report(b, took, reachQuestion)
}

func BenchmarkRequestable(b *testing.B) {
	l := newLarge()
	for _, author := range []string{"", "user-00007", "user-00000"} {
		for i := range 20 {
			l.set.Eligibility[i*7].Cooling, l.set.Approver[i*7+1].Cooling = nil, nil
			if author != "" {
				cooling := []policy.Cooling{{UserID: author, Until: noon.Add(time.Hour)}}
				l.set.Eligibility[i*7].Cooling, l.set.Approver[i*7+1].Cooling = cooling, cooling
			}
		}
		b.Run("cooling="+author, l.requestable) // user-00000 is who asks
	}
}

func (l *large) requestable(b *testing.B) {
	dir := directory.NewSnapshot(l.content)
	e := policy.Compile(l.set, dir)
	who := l.asker(dir)
	if groups := len(who.Groups); groups != 50 {
		b.Fatalf("the user is in %d groups", groups)
	}
	var took []time.Duration
	rectangles := 0
	for b.Loop() {
		begun := time.Now()
		rectangles = len(e.Requestable(who, noon))
		took = append(took, time.Since(begun))
	}
	b.ReportMetric(float64(rectangles), "rectangles")
	report(b, took, reachRequestable)
}

func allowedTargets(e *policy.Engine, who policy.Person) [][2]string {
	var targets [][2]string
	for _, r := range e.Requestable(who, noon) {
		for _, account := range r.Accounts {
			targets = append(targets, [2]string{account, r.PermissionSets[0]})
		}
	}
	return targets
}

// report prints the 99th percentile, and which part it is of what is to be reached.
func report(b *testing.B, took []time.Duration, reach time.Duration) {
	b.Helper()
	slices.Sort(took)
	p99 := took[len(took)*99/100]
	b.ReportMetric(float64(p99.Microseconds()), "p99-µs")
	b.ReportMetric(float64(p99)/float64(reach), "p99/reach")
}
