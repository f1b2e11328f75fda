package policychange

import (
	"slices"
	"strings"

	"github.com/team-idc/team/internal/directory"
)

// unitPath spells an organizational unit as Root/Workloads/Prod, "" if it is unknown or its place is.
func unitPath(id string, dir *directory.Snapshot) string {
	var names []string
	for depth := 0; id != ""; depth++ {
		ou, ok := dir.OU(id)
		// AWS Organizations nests units five deep under the root; anything deeper is a loop in what was read.
		if !ok || ou.Name == "" || depth > 10 {
			return ""
		}
		names = append(names, ou.Name)
		id = ou.ParentID
	}
	slices.Reverse(names)
	return strings.Join(names, "/")
}
