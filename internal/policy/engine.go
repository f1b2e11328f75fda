package policy

import "github.com/team-idc/team/internal/directory"

// Engine answers questions from one set of policies and one snapshot. It is immutable and safe for concurrent use.
type Engine struct {
	set Set
	dir *directory.Snapshot
}

// Compile indexes set for dir.
func Compile(set Set, dir *directory.Snapshot) *Engine { return &Engine{set: set, dir: dir} }
