package delivery

import (
	"context"

	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
)

// gone is positive proof that an assignment cannot be used although it may be there (P7).
type gone struct {
	why       string // a sentence; "" where there is no proof
	mayReturn bool   // what is gone can come back, and the assignment with it
}

func (g gone) proven() bool { return g.why != "" }

// proveGone looks for what explains that a removal makes no progress: the user does not exist, the account is closed,
// suspended or has left the organization; or the permission set was deleted, which AWS does only where nothing is
// assigned through it, so that the read that failed shows absence.
func (d *Delivery) proveGone(ctx context.Context, c claim, r *result) {
	if _, err := d.Live.User(ctx, c.a.UserID); err != nil && faultOf(err).Kind == awsfault.NotFound {
		r.gone = gone{why: "the user " + c.a.UserID + " no longer exists"}
		return
	}
	dir, err := d.Directory.Snapshot(ctx)
	if err != nil {
		return
	}
	missing := r.fault != nil && r.fault.Kind == awsfault.NotFound
	account, known := dir.Account(c.a.AccountID)
	switch {
	case known && (account.State == "SUSPENDED" || account.State == "CLOSED"):
		r.gone = gone{why: "the account " + c.a.AccountID + " is " + string(account.State), mayReturn: true}
	case missing && !known && len(dir.Accounts()) > 0:
		r.gone = gone{why: "the account " + c.a.AccountID + " is no longer in the organization", mayReturn: true}
	case missing && known && c.plan.Do == Read && setDeleted(dir, c.a.PermissionSetARN):
		r.fault, r.present = nil, false
	}
}

// setDeleted says whether the directory, which lost entries only after a complete read, lists others but not this
// permission set.
func setDeleted(dir *directory.Snapshot, arn string) bool {
	_, known := dir.PermissionSet(arn)
	return !known && len(dir.PermissionSets()) > 0
}
