package directory

import (
	"context"
	"time"
)

// Part is a part of the directory that is read by itself, with its own cursor and age.
type Part string

// The parts, in the order in which a first sync reads them.
const (
	PartInstance       Part = "instance"
	PartUnits          Part = "units"
	PartAccounts       Part = "accounts"
	PartPermissionSets Part = "permission_sets"
	PartUsers          Part = "users"
	PartGroups         Part = "groups"
	PartMemberships    Part = "memberships"
	PartAccountTags    Part = "account_tags"
)

// Parts in the order of a first sync. The slice must not be changed.
func Parts() []Part {
	return []Part{
		PartInstance, PartUnits, PartAccounts, PartPermissionSets, PartUsers, PartGroups, PartMemberships, PartAccountTags,
	}
}

// needs names the part that must have been read completely once before another can begin.
func (p Part) needs() (Part, bool) {
	switch p {
	case PartUnits, PartAccounts, PartUsers, PartGroups, PartPermissionSets:
		return PartInstance, true
	case PartMemberships:
		return PartGroups, true
	case PartAccountTags:
		return PartAccounts, true
	case PartInstance:
	}
	return "", false
}

// Cursor is how far a pass has come. A pass goes on from it after any crash.
type Cursor struct {
	Phase string `json:"phase,omitempty"` // "" at the beginning
	Key   string `json:"key,omitempty"`   // the unit, account, permission set or group being read, or the last one read
	Open  bool   `json:"open,omitempty"`  // Key is being read; else it is done
	// Aspect of a permission set that is read next.
	Aspect string `json:"aspect,omitempty"`
	Token  string `json:"token,omitempty"` // AWS's token of the next page

	// What was read of Key, or of a list that counts only as a whole, and is not complete yet.
	Tags map[string]string `json:"tags,omitempty"`
	Set  *PermissionSet    `json:"set,omitempty"`
	List []string          `json:"list,omitempty"`
	// Longer says that the pass has to take the long way, because AWS did not offer the short one.
	Longer bool `json:"longer,omitempty"`
}

// Pass is the reading of one part from beginning to end, and what is left of the last one. Rows seen carry its
// Generation; rows of older generations are removed when, and only when, the pass is complete.
type Pass struct {
	Part       Part
	Generation int64
	Cursor     Cursor
	Started    time.Time // of the pass that is running or was last finished; zero: never
	Finished   time.Time // when a pass was last complete; zero: never
	Running    bool
	Due        time.Time
	Seen       int // entries read so far in this pass
	Entries    int // entries of the last complete pass

	Failures int    // in a row
	Fault    string // the last failure as a sentence, "" when the last step succeeded
	FaultAt  time.Time
	Notes    []string // what an administrator should know though nothing failed

	LeasedBy    string
	LeasedUntil time.Time
	Version     int64 // compare-and-swap: a step that was overtaken writes nothing
}

// Write is what one step has learned. The store applies it together with the pass that says so, or not at all.
type Write struct {
	Instance *Instance

	Units      []OU
	UnitWalked string // this unit's children are all known in this generation

	// Accounts come without tags; one without OUPath keeps the path it had.
	Accounts []Account
	// Placed accounts are directly under the unit at the end of Path.
	Placed []string
	Path   []string

	Tagged string // the account whose complete tags are Tags
	Tags   map[string]string

	SetsSeen     []string       // ARNs; new ones stay invisible until Set brings them
	Set          *PermissionSet // everything but InManagementAccount, unless SetManaged
	SetManaged   bool
	InManagement *[]string // all ARNs provisioned in the management account; nil: not known

	Users  []User
	Groups []Group // without members

	Members *Members

	// Sweep removes the rows of the part that this generation has not seen.
	Sweep bool
}

// Members is a page of a group's members.
type Members struct {
	GroupID string
	UserIDs []string
	// Complete: with this page all members of this generation are known, and the others are members no more.
	Complete bool
	ReadAt   time.Time
}

// SyncStore keeps passes and rows. Unless said otherwise methods read outside a transaction.
type SyncStore interface {
	// Passes returns all parts in no particular order.
	Passes(ctx context.Context) ([]Pass, error)
	// SavePass applies w and replaces the pass of p.Part in one transaction if its version is still p.Version, and
	// counts the version up. It reports false, and writes nothing, when the pass was overtaken.
	SavePass(ctx context.Context, p Pass, w Write) (bool, error)
	// StoredInstance is the zero Instance before the first sync.
	StoredInstance(ctx context.Context) (Instance, error)

	// UnwalkedUnit finds a unit of the generation whose children were not read in it; "" when there is none.
	UnwalkedUnit(ctx context.Context, generation int64) (string, error)
	// UnitAfter, AccountAfter, GroupAfter and PermissionSetAfter give the next id (or ARN) in ascending order, "" at
	// the end. PermissionSetAfter looks at those of the generation only.
	UnitAfter(ctx context.Context, id string) (string, error)
	AccountAfter(ctx context.Context, id string) (string, error)
	GroupAfter(ctx context.Context, id string) (string, error)
	PermissionSetAfter(ctx context.Context, arn string, generation int64) (string, error)
	// UnitPath gives the ids from the root down to the unit; nil when a unit on the way is not known.
	UnitPath(ctx context.Context, id string) ([]string, error)
}

// Store is all the directory needs of a database.
type Store interface {
	SyncStore
	Stored
	// NoteUser writes a live read of a user through, so that the directory is not behind what was decided on.
	NoteUser(ctx context.Context, u User) error
	// NoteUserGone removes a user whom a live read did not find any more, with the memberships.
	NoteUserGone(ctx context.Context, userID string) error
	// NoteGroups writes a live read of all groups of one user through.
	NoteGroups(ctx context.Context, userID string, groupIDs []string) error
}
