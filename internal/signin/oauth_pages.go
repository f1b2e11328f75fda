package signin

import (
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
)

// hiddenField is a field of a form that people do not see.
type hiddenField struct{ Name, Value string }

// asked is what a page asks somebody to allow.
type asked struct {
	Name        string
	Roles       []string
	Until, Left string // when the sign-in ends at the latest, and how long that is
	Action      string
	Hidden      []hiddenField
	// Host is what the machine calls itself, Address from where it asks.
	Host, Address string
	// Of device codes alone: the code, what is wrong with it, the program, since when it waits, and whether it asks from
	// another address than the browser's own.
	Code, Problem, Agent, Ago, Own string
	Elsewhere                      bool
}

func (o *OAuth) asked(v visitor, action string, hidden ...hiddenField) asked {
	end := v.signIn.ExpiresAt
	return asked{
		Name: v.actor.Name, Roles: roles(v.actor), Until: end.UTC().Format("15:04 UTC"), Left: left(end.Sub(o.Now())), Action: action, Hidden: hidden,
	}
}

// left spells how long something goes on, to the minute; "" for less than one.
func left(d time.Duration) string {
	if d < time.Minute {
		return ""
	}
	return access.Human(d.Truncate(time.Minute))
}

// problem says to a person that it does not go on.
func (o *OAuth) problem(w http.ResponseWriter, r *http.Request, text string) {
	o.show(w, r, http.StatusBadRequest, "cli-problem", page{Title: "It does not go on", Body: struct{ Text string }{text}})
}

// leave sends the browser to the command line. It is a page that goes on by itself, not a redirect: browsers follow none
// from a form to elsewhere where a page's Content-Security-Policy bounds where its forms lead.
func (o *OAuth) leave(w http.ResponseWriter, r *http.Request, to, text string) {
	w.Header().Set("Refresh", "0; url="+to)
	o.show(w, r, http.StatusOK, "cli-leave", page{Title: "Back to the command line", Body: struct{ To, Text string }{to, text}})
}
