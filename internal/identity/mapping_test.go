package identity_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
)

func TestASubjectStandsForExactlyOneUser(t *testing.T) {
	for name, c := range map[string]struct {
		provider string
		edit     func(*identity.External)
		users    func([]directory.User) []directory.User
		code     identity.RefusalCode
		reason   string // "": they are let in
	}{
		"by user name":                      {provider: "okta"},
		"by user name in other letters":     {provider: "okta", edit: func(x *identity.External) { x.UserName = "RiTa" }},
		"by external id":                    {provider: "entra"},
		"by e-mail":                         {provider: "google"},
		"by e-mail in other letters":        {provider: "google", edit: func(x *identity.External) { x.Email = "Rita@Example.COM" }},
		"an external id has its letters":    {provider: "entra", edit: func(x *identity.External) { x.ExternalID = "X-rita" }, reason: `no user of IAM Identity Center has the external_id "X-rita"`},
		"no such name":                      {provider: "okta", edit: func(x *identity.External) { x.UserName = "nobody" }, reason: `has the user_name "nobody"`},
		"no name at all":                    {provider: "okta", edit: func(x *identity.External) { x.UserName = "" }, reason: "says no user_name"},
		"a name with space":                 {provider: "okta", edit: func(x *identity.External) { x.UserName = "rita " }, reason: "no user"},
		"an address that is not verified":   {provider: "google", edit: func(x *identity.External) { x.EmailVerified = false }, reason: "does not say that the e-mail address is verified"},
		"two users have the address":        {provider: "google", users: twin, reason: "2 users of IAM Identity Center have the email"},
		"not enabled":                       {provider: "okta", users: off, reason: "user u-rita is not enabled"},
		"a long s is no s":                  {provider: "google", edit: func(x *identity.External) { x.Email = "rita@example.com" }, users: longS, reason: "no user"},
		"a Kelvin sign is no k":             {provider: "okta", edit: func(x *identity.External) { x.UserName = "\u212aim" }, users: kim, reason: "no user"},
		"other letters are not folded":      {provider: "okta", edit: func(x *identity.External) { x.UserName = "\u00c4nne" }, users: aenne, reason: "no user"},
		"a full-width letter is no letter":  {provider: "okta", edit: func(x *identity.External) { x.UserName = "\uff52ita" }, reason: "no user"},
		"no subject":                        {provider: "okta", edit: func(x *identity.External) { x.Subject = "" }, code: identity.RefusedProtocol, reason: "names no subject"},
		"when is not known":                 {provider: "okta", edit: func(x *identity.External) { x.At = time.Time{} }, code: identity.RefusedProtocol, reason: "when somebody authenticated"},
		"a name of many kilobytes":          {provider: "okta", edit: func(x *identity.External) { x.UserName = strings.Repeat("a", 4096) }, code: identity.RefusedProtocol, reason: "longer than 320 bytes"},
		"a subject with control characters": {provider: "okta", edit: func(x *identity.External) { x.Subject = "a\x00" }, code: identity.RefusedProtocol, reason: "control characters"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			if c.users != nil {
				r.users = c.users(r.users)
			}
			x := r.ext(c.provider, "subject", "rita")
			if c.edit != nil {
				c.edit(&x)
			}
			if c.reason != "" {
				if c.code == "" {
					c.code = identity.RefusedUnknown
				}
				r.notIn(x, c.code, c.reason)
				if kinds := r.kinds(); !slices.Equal(kinds, []string{"sign-in.refused"}) {
					t.Errorf("events %v", kinds)
				}
				return
			}
			_, in, err := r.signIns.Begin(t.Context(), x, firefox, "")
			must(t, err)
			if in.UserID != "u-rita" {
				t.Errorf("signed in as %s", in.UserID)
			}
		})
	}
}

func twin(users []directory.User) []directory.User {
	return append(users, directory.User{ID: "u-twin", UserName: "twin", Email: "RITA@example.com", Status: directory.UserEnabled})
}

func off(users []directory.User) []directory.User {
	users[2].Status = directory.UserDisabled
	return users
}

func longS(users []directory.User) []directory.User {
	users[2].Email = "rita@example.\u017fcom"
	return users
}

func kim(users []directory.User) []directory.User {
	return append(users, directory.User{ID: "u-kim", UserName: "kim", Status: directory.UserEnabled})
}

func aenne(users []directory.User) []directory.User {
	return append(users, directory.User{ID: "u-aenne", UserName: "\u00e4nne", Status: directory.UserEnabled})
}

// The directory is minutes old: who has the name now is asked of AWS.
func TestANameIsCheckedLive(t *testing.T) {
	r := newRig(t)
	r.renamed["u-rita"] = directory.User{ID: "u-rita", UserName: "rita.married", Status: directory.UserEnabled}
	r.notIn(r.ext("okta", "sub", "rita"), identity.RefusedUnknown, "user u-rita has another user_name by now")
	r.unread = errors.New("throttled")
	_, _, err := r.signIns.Begin(t.Context(), r.ext("okta", "sub", "rita"), firefox, "")
	if err == nil || errors.Is(err, identity.ErrRefused) {
		t.Errorf("AWS does not answer: %v", err)
	}
	_, _, err = r.signIns.Begin(t.Context(), r.ext("unheard-of", "sub", "rita"), firefox, "")
	if err == nil || errors.Is(err, identity.ErrRefused) {
		t.Errorf("a provider that is not configured: %v", err)
	}
}

// A subject is the user it was at first, whatever names and addresses become.
func TestASubjectStaysWhoItIs(t *testing.T) {
	r := newRig(t)
	r.signIn("rita")
	r.users[2].UserName = "rita.married"
	for _, name := range []string{"rita", "rita.married", "somebody", ""} {
		_, in, err := r.signIns.Begin(t.Context(), r.ext("okta", "sub-rita", name), firefox, "")
		must(t, err)
		if in.UserID != "u-rita" {
			t.Errorf("as %q it is %s", name, in.UserID)
		}
	}
	r.disabled = "u-rita"
	r.notIn(r.ext("okta", "sub-rita", "somebody"), identity.RefusedUnknown, "user u-rita is not enabled")
}

// A different user behind a known name waits for an administrator, who is somebody else (P11).
func TestAnotherUserBehindAKnownNameWaits(t *testing.T) {
	r := newRig(t)
	old, _ := r.signIn("rita")
	oldOlga, _ := r.signIn("olga")
	for range 2 {
		r.notIn(r.ext("okta", "sub-new", "rita"), identity.RefusedWaiting, "another subject of the provider (sub-rita) stands for this user already")
		r.notIn(r.ext("okta", "sub-olga", "rita"), identity.RefusedWaiting, "stood for the user u-olga until now")
	}
	// At another provider the same name is nobody's yet.
	_, _, err := r.signIns.Begin(t.Context(), r.ext("entra", "sub-entra", "rita"), firefox, "")
	must(t, err)
	waiting, err := r.signIns.Links(t.Context(), identity.LinkFilter{State: identity.LinkWaiting})
	must(t, err)
	if len(waiting) != 2 {
		t.Fatalf("%d wait: %+v", len(waiting), waiting)
	}
	slices.SortFunc(waiting, func(a, b identity.Link) int { return strings.Compare(a.Subject, b.Subject) }) // new, olga
	alarms, err := r.store.Alarms(t.Context(), alarm.Filter{OpenOnly: true})
	must(t, err)
	if len(alarms) != 2 || alarms[0].Kind != alarm.IdentityWaiting || !contains(alarms[0].Sentence, "confirm or refuse identity idn_") {
		t.Errorf("alarms %+v", alarms)
	}
	_, err = r.signIns.ConfirmLink(t.Context(), r.person("olga"), waiting[0].ID)
	r.refused(err, access.CodeForbidden, "only administrators")
	for _, who := range []string{"rita", "olga"} {
		own := r.person(who)
		own.Administrator = true
		_, err = r.signIns.ConfirmLink(t.Context(), own, waiting[1].ID)
		r.refused(err, access.CodeForbidden, "about who you are yourself")
	}
	confirmed, err := r.signIns.ConfirmLink(t.Context(), r.person("ada"), waiting[0].ID)
	must(t, err)
	if confirmed.State != identity.LinkLinked || confirmed.DecidedBy != "u-ada" || !confirmed.DecidedAt.Equal(r.now) {
		t.Errorf("confirmed %+v", confirmed)
	}
	r.nobody(old, "who was this user before")
	r.somebody(oldOlga)
	// One administrator alone does not make somebody else of a stranger within the day.
	for _, passed := range []time.Duration{0, identity.ConfirmedAfter - time.Second} {
		r.now = confirmed.DecidedAt.Add(passed)
		r.notIn(r.ext("okta", "sub-new", "rita"), identity.RefusedWaiting, "was confirmed by u-ada, which counts from ")
	}
	r.now = confirmed.DecidedAt.Add(identity.ConfirmedAfter)
	_, in, err := r.signIns.Begin(t.Context(), r.ext("okta", "sub-new", "rita"), firefox, "")
	must(t, err)
	if in.UserID != "u-rita" {
		t.Errorf("it stands for %s", in.UserID)
	}
	r.notIn(r.ext("okta", "sub-rita", "rita"), identity.RefusedWaiting, "another subject of the provider (sub-new)")
	_, err = r.signIns.ConfirmLink(t.Context(), r.person("ada"), waiting[0].ID)
	r.refused(err, access.CodeConflict, "it is linked")

	refused, err := r.signIns.RefuseLink(t.Context(), r.person("ada"), waiting[1].ID)
	must(t, err)
	if refused.State != identity.LinkRefused {
		t.Errorf("refused %+v", refused)
	}
	r.notIn(r.ext("okta", "sub-olga", "rita"), identity.RefusedUnknown, "was refused by an administrator")
	_, in, err = r.signIns.Begin(t.Context(), r.ext("okta", "sub-olga", "olga"), firefox, "")
	must(t, err)
	if in.UserID != "u-olga" {
		t.Errorf("it stands for %s", in.UserID)
	}
	// What was refused can be confirmed after all.
	_, err = r.signIns.ConfirmLink(t.Context(), r.person("ada"), waiting[1].ID)
	must(t, err)
	r.now = r.now.Add(identity.ConfirmedAfter)
	_, in, err = r.signIns.Begin(t.Context(), r.ext("okta", "sub-olga", "rita"), firefox, "")
	must(t, err)
	if in.UserID != "u-rita" {
		t.Errorf("it stands for %s", in.UserID)
	}
	alarms, err = r.store.Alarms(t.Context(), alarm.Filter{OpenOnly: true})
	must(t, err)
	if len(alarms) != 1 { // of sub-rita, who came back
		t.Errorf("alarms %+v", alarms)
	}
}

// Strangers do not fill the log.
func TestRefusalsAreRecordedWithinABound(t *testing.T) {
	r := newRig(t)
	for range 100 {
		r.notIn(r.ext("okta", "stranger", "nobody"), identity.RefusedUnknown, "no user")
	}
	if n := len(r.kinds()); n != 60 {
		t.Errorf("%d events", n)
	}
	r.now = r.now.Add(time.Minute)
	r.notIn(r.ext("okta", "stranger", "nobody"), identity.RefusedUnknown, "no user")
	last := r.last()
	if last.Kind != "sign-in.refused" || last.Data["moreWithoutEvent"] != float64(40) || last.Data["address"] != firefox.Address {
		t.Errorf("the last event is %+v", last)
	}
}
