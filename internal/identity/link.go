package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
)

// LinkState is what became of a link.
type LinkState string

// The states of a link.
const (
	LinkLinked   LinkState = "linked"   // the subject stands for the user
	LinkWaiting  LinkState = "waiting"  // it would, if an administrator agreed
	LinkRefused  LinkState = "refused"  // an administrator did not agree
	LinkReplaced LinkState = "replaced" // an administrator agreed to another link instead
)

// LinkPrefix begins the id of every link.
const LinkPrefix = "idn"

// Link is a subject of a provider, and the user of IAM Identity Center it stands for. It is made when the subject signs
// in for the first time, and from then on says who that is, whatever names and addresses change.
type Link struct {
	ID                          string // idn_…
	Provider, Subject, UserID   string
	UserName, Email, ExternalID string // as the provider said them when the link was made
	State                       LinkState
	// Why it waits: a sentence for the administrator who decides.
	Why       string
	CreatedAt time.Time
	DecidedBy string // user id of the administrator
	DecidedAt time.Time
	Version   int64
}

func (l Link) event(kind string, by audit.Actor, now time.Time) audit.Event {
	return audit.Event{
		Kind: kind, At: now, Actor: by, Subject: audit.Subject{User: l.UserID},
		Data: map[string]any{"identity": l.ID, "provider": l.Provider, "subject": l.Subject, "userName": l.UserName, "email": l.Email},
	}
}

// ConfirmedAfter is how long after an administrator confirmed somebody they are let in.
const ConfirmedAfter = 24 * time.Hour

// cooling refuses a subject that an administrator only just confirmed. Otherwise one administrator could become a second
// one, or an approver, within minutes: by an account at the provider under that person's name, and confirming it (P5, P11).
// So there is a day in which the event and the sign-ins that ended are noticed, and another administrator can confirm
// the right one instead.
func (l Link) cooling(now time.Time) error {
	from := l.DecidedAt.Add(ConfirmedAfter)
	if l.DecidedBy == "" || !now.Before(from) {
		return nil
	}
	return &Refusal{
		Provider: l.Provider, Code: RefusedWaiting,
		Public: "An administrator confirmed that you are this user. That counts from " + from.UTC().Format("2006-01-02 15:04 UTC") +
			" on, so that nobody becomes somebody else unnoticed; sign in again then.",
		Reason: "identity " + l.ID + " was confirmed by " + l.DecidedBy + ", which counts from " + from.UTC().Format(time.RFC3339) + " on",
	}
}

// settleLink finds out, in one transaction, for whom a subject stands. candidate is the user it names, "" where it names
// nobody; a subject that is linked needs none. It refuses a subject that suddenly names somebody else, and one that names
// a user whom another subject of the provider stands for: one of the two is another person behind a known name. Such a
// link waits; waits says so, and the transaction is kept.
func (s *SignIns) settleLink(ctx context.Context, tx Tx, x External, candidate string, now time.Time) (userID string, waits *Link, err error) {
	link, linked, err := tx.LinkOf(ctx, x.Provider, x.Subject)
	if err != nil {
		return "", nil, err
	}
	if linked && (candidate == "" || candidate == link.UserID) {
		return link.UserID, nil, link.cooling(now)
	}
	if candidate == "" {
		return "", nil, nil
	}
	why := ""
	if linked {
		why = "who signs in as this subject stood for the user " + link.UserID + " until now, and is named like another user"
	} else {
		other, taken, err := tx.LinkTo(ctx, x.Provider, candidate)
		if err != nil {
			return "", nil, err
		}
		if taken {
			why = "another subject of the provider (" + other.Subject + ") stands for this user already"
		}
	}
	fresh := Link{
		ID: s.IDs.Make(LinkPrefix), Provider: x.Provider, Subject: x.Subject, UserID: candidate,
		UserName: x.UserName, Email: x.Email, ExternalID: x.ExternalID, State: LinkLinked, CreatedAt: now,
	}
	if why == "" {
		return candidate, nil, tx.PutLink(ctx, fresh, access.Change{
			Events: []audit.Event{fresh.event("identity.linked", audit.Actor{Kind: audit.Person, ID: candidate, Name: x.UserName}, now)},
		})
	}
	open, found, err := tx.OpenLink(ctx, x.Provider, x.Subject, candidate)
	if err != nil || found {
		return "", &open, err
	}
	fresh.State, fresh.Why = LinkWaiting, why
	return "", &fresh, tx.PutLink(ctx, fresh, access.Change{
		Events: []audit.Event{fresh.event("identity.waiting", access.System("sign-in").Audit(), now)},
		Alarms: []alarm.Signal{{
			Kind: alarm.IdentityWaiting, Subject: fresh.ID,
			Sentence: fmt.Sprintf("Somebody signed in at %s as %s: %s. Find out whether it is the same person, then confirm or refuse identity %s.",
				x.Provider, nameOf(x), why, fresh.ID),
		}},
	})
}

// nameOf is what people call who signed in.
func nameOf(x External) string {
	for _, name := range []string{x.UserName, x.Email, x.ExternalID, x.Subject} {
		if name != "" {
			return name
		}
	}
	return ""
}
