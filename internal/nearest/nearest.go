// Package nearest finds what somebody probably meant who mistyped a name.
package nearest

import "strings"

// Distance is how many insertions, deletions and replacements of letters lead from a to b.
func Distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(from); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(to); j++ {
			cost := 1
			if from[i-1] == to[j-1] {
				cost = 0
			}
			before, row[j] = row[j], min(row[j]+1, row[j-1]+1, before+cost)
		}
	}
	return row[len(to)]
}

// Near says whether got could be a mistyped name, whatever its case: a third of its letters may be wrong.
func Near(got, name string) bool {
	got, name = strings.ToLower(got), strings.ToLower(name)
	return Distance(got, name) <= max(len([]rune(got))/3, 1)
}
