package policychange

import (
	"strings"

	"github.com/team-idc/team/internal/directory"
)

// unitPath spells an organizational unit as Root/Workloads/Prod, "" if it is unknown or its place is.
func unitPath(id string, dir *directory.Snapshot) string {
	path := dir.UnitPath(id)
	var names []string
	for i, id := range path {
		ou, _ := dir.OU(id)
		if ou.Name == "" || (i == 0 && ou.ParentID != "") {
			return ""
		}
		names = append(names, ou.Name)
	}
	return strings.Join(names, "/")
}
