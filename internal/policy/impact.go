package policy

import (
	"slices"
	"strings"
)

type target struct{ account, set string }

// compareRequestable works out what somebody gains and loses between two lists of rectangles.
func compareRequestable(userID string, was, is []Rectangle) Impact {
	old, now := byTarget(was), byTarget(is)
	impact := Impact{UserID: userID}
	impact.Gains = blocks(is, func(t target, r *Rectangle) bool {
		o := old[t]
		return o == nil || r.MaxDuration > o.MaxDuration || o.ApprovalRequired && !r.ApprovalRequired
	})
	impact.Loses = blocks(was, func(t target, r *Rectangle) bool {
		n := now[t]
		return n == nil || n.MaxDuration < r.MaxDuration || !r.ApprovalRequired && n.ApprovalRequired
	})
	return impact
}

func byTarget(rectangles []Rectangle) map[target]*Rectangle {
	targets := map[target]*Rectangle{}
	for i := range rectangles {
		r := &rectangles[i]
		for _, account := range r.Accounts {
			for _, set := range r.PermissionSets {
				targets[target{account, set}] = r
			}
		}
	}
	return targets
}

// blocks are the parts of rectangles whose targets count, as rectangles again.
func blocks(rectangles []Rectangle, counts func(target, *Rectangle) bool) []Rectangle {
	var out []Rectangle
	for i := range rectangles {
		r := &rectangles[i]
		bySets := map[string]int{} // permission sets that count → index into out
		for _, account := range r.Accounts {
			var sets []string
			for _, set := range r.PermissionSets {
				if counts(target{account, set}, r) {
					sets = append(sets, set)
				}
			}
			if len(sets) == 0 {
				continue
			}
			key := strings.Join(sets, "\x00")
			at, ok := bySets[key]
			if !ok {
				at = len(out)
				bySets[key] = at
				block := *r
				block.Accounts, block.PermissionSets = nil, slices.Clip(sets)
				out = append(out, block)
			}
			out[at].Accounts = append(out[at].Accounts, account)
		}
	}
	return out
}
