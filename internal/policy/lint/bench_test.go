package lint_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policy/lint"
)

// reachLint is within what 1,000 policies over 5,000 accounts are to be linted.
const reachLint = time.Second

// BenchmarkRun lints a fifth approver policies and the rest eligibility policies over 5,000 accounts in 500 units, 20,000
// people in 5,000 groups, and 500 permission sets, and prints the median as a part of reachLint.
func BenchmarkRun(b *testing.B) {
	for _, policies := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("policies=%d", policies), func(b *testing.B) {
			in := large(policies)
			var took []time.Duration
			findings := 0
			for b.Loop() {
				begun := time.Now()
				r := lint.Run(in)
				took = append(took, time.Since(begun))
				if findings = len(r.Findings); r.Unexamined > 0 {
					b.Fatalf("%d policies were not examined", r.Unexamined)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(findings), "findings")
			b.ReportMetric(float64(took[len(took)/2])/float64(reachLint), "lint/reach")
		})
	}
}

func large(policies int) lint.Input {
	random := rand.New(rand.NewPCG(1, 2))
	var content directory.Content
	content.Instance = directory.Instance{ManagementAccountID: "000000000000", CallerAccountID: "000000000001", PermissionSetsEnabled: true}
	paths := [][]string{{"r-root"}}
	content.OUs = append(content.OUs, directory.OU{ID: "r-root", Name: "Root"})
	for i := range 500 {
		id := fmt.Sprintf("ou-%04d", i)
		parent := paths[random.IntN(len(paths))]
		for len(parent) > 5 {
			parent = paths[random.IntN(len(paths))]
		}
		content.OUs = append(content.OUs, directory.OU{ID: id, Name: id, ParentID: parent[len(parent)-1]})
		paths = append(paths, append(slices.Clone(parent), id))
	}
	for i := range 5000 {
		content.Accounts = append(content.Accounts, directory.Account{
			ID: fmt.Sprintf("%012d", i), Name: fmt.Sprintf("account-%d", i), State: directory.AccountActive,
			OUPath: paths[random.IntN(len(paths))], Tags: map[string]string{"team": fmt.Sprintf("team-%d", random.IntN(100))},
		})
	}
	for i := range 20_000 {
		id := fmt.Sprintf("user-%05d", i)
		content.Users = append(content.Users, directory.User{ID: id, UserName: id, Status: directory.UserEnabled})
	}
	for i := range 5000 {
		group := directory.Group{ID: fmt.Sprintf("group-%04d", i)}
		for range 10 {
			group.Members = append(group.Members, fmt.Sprintf("user-%05d", random.IntN(20_000)))
		}
		content.Groups = append(content.Groups, group)
	}
	inline := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","ec2:*","kms:*"],"Resource":"*"},{"Effect":"Deny","Action":"kms:Put*","Resource":"*"}]}`
	for i := range 500 {
		content.PermissionSets = append(content.PermissionSets, directory.PermissionSet{
			ARN: fmt.Sprintf("set-%03d", i), Name: fmt.Sprintf("Set%d", i), SessionDuration: time.Hour, InlinePolicy: inline,
		})
	}
	in := lint.Input{Directory: directory.NewSnapshot(content), Read: lint.Read{}}
	for _, part := range directory.Parts() {
		in.Read[part] = true
	}
	in.Set.Settings = policy.DefaultSettings()
	for i := range policies {
		targets := policy.Targets{OUs: []policy.OUTarget{{ID: fmt.Sprintf("ou-%04d", random.IntN(500))}}}
		if i%10 == 0 {
			targets = policy.Targets{Tags: []policy.TagTarget{{Key: "team", Values: []string{fmt.Sprintf("team-%d", random.IntN(100))}}}}
		}
		people := policy.Principals{Groups: []string{fmt.Sprintf("group-%04d", random.IntN(5000)), fmt.Sprintf("group-%04d", random.IntN(5000))}}
		if i%5 == 0 {
			in.Set.Approver = append(in.Set.Approver, policy.Approver{
				ID: fmt.Sprintf("a%05d", i), Name: fmt.Sprint(i), Targets: targets, Stages: []policy.Stage{{Approvers: people, Required: 1 + i%2}},
			})
			continue
		}
		var sets []string
		for range 5 {
			sets = append(sets, fmt.Sprintf("set-%03d", random.IntN(500)))
		}
		in.Set.Eligibility = append(in.Set.Eligibility, policy.Eligibility{
			ID: fmt.Sprintf("e%05d", i), Name: fmt.Sprint(i), Principals: people, Targets: targets, PermissionSets: sets,
			MaxDuration: 4 * time.Hour, ApprovalRequired: i%7 > 0,
		})
	}
	return in
}
