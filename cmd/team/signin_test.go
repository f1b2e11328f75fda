package main

import (
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// What AWS says of somebody counts, not what it said when they signed in: at once for what they decide and change, and
// after a while that is a minute outside of this test for everything else.
func TestLeavingTheGroupInAWSTakesThePowers(t *testing.T) {
	r := startRig(t, t.TempDir())
	r.demo.server.signIns.Standings.MaxAge = time.Second
	r.must("admin", "policy", "list")
	r.must("second-admin", "policy", "list")
	aws := r.demo.sandbox.aws
	if err := aws.SetMember("team-admins", "second-admin", false); err != nil {
		t.Fatal(err)
	}
	if err := aws.SetUserStatus("approver", "DISABLED"); err != nil {
		t.Fatal(err)
	}
	r.eventually("the administrator is none any more", func() bool {
		got := r.as("second-admin", "policy", "list")
		return got.code == exitDenied && strings.Contains(got.err, "only administrators and auditors")
	})
	r.eventually("the approver is nobody", func() bool { return r.as("approver", "me").code == exitNotSignedIn })
	if me := decode[api.Me](t, r.must("admin", "me", "-o", "json").out); !me.Administrator {
		t.Errorf("the one who stayed is %+v", me)
	}
}

func (r *rig) eventually(what string, done func() bool) {
	r.t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline.C:
			r.t.Fatalf("not so after 20 s: %s", what)
		case <-tick.C:
		}
	}
}

func TestSignInsOnTheCommandLine(t *testing.T) {
	r := startRig(t, t.TempDir())
	secrets := r.secrets()
	as := func(persona string, args ...string) result { return command(t, r.environ(secrets, persona), args...) }
	me := as("requester", "me")
	if me.code != exitOK || !strings.Contains(me.out, "signed in") || !strings.Contains(me.out, "operator, by demo, since ") {
		t.Errorf("me says\n%s%s", me.out, me.err)
	}
	list := decode[api.SignInList](t, as("requester", "sign-in", "list", "-o", "json").out)
	if len(list.Items) != 1 || !list.Items[0].Current || list.Items[0].Provider != "demo" {
		t.Errorf("signed in are %+v", list)
	}
	if got := as("requester", "sign-in", "list"); !strings.Contains(got.out, "(this one)") {
		t.Errorf("listed\n%s%s", got.out, got.err)
	}
	if got := as("requester", "sign-in", "end", "--user", "approver"); got.code == exitOK {
		t.Errorf("a requester ended an approver's sign-ins: %s", got.out)
	}
	for _, args := range [][]string{{}, {list.Items[0].ID, "--mine"}, {"--mine", "--user", "requester"}} {
		if got := as("requester", append([]string{"sign-in", "end"}, args...)...); got.code != exitUsage {
			t.Errorf("sign-in end %v ended with %d: %s", args, got.code, got.err)
		}
	}
	if got := as("admin", "sign-in", "end", "--user", "requester"); got.code != exitOK || got.out != "1 ended\n" {
		t.Errorf("ended with %d: %s%s", got.code, got.out, got.err)
	}
	if got := as("requester", "me"); got.code != exitNotSignedIn {
		t.Errorf("afterwards me ended with %d: %s", got.code, got.out)
	}
	if got := as("auditor", "identity", "list"); got.code != exitOK || got.out != "No identities.\n" {
		t.Errorf("identities: %s%s", got.out, got.err)
	}
	if got := as("admin", "identity", "confirm", "idn_01900000-0000-7000-8000-000000000000"); got.code != exitNotFound {
		t.Errorf("confirm ended with %d: %s", got.code, got.err)
	}
}

// A token of a person decides nothing, and says what does.
func TestATokenOfAPersonOnTheCommandLine(t *testing.T) {
	r := startRig(t, t.TempDir())
	request := r.create("10m")
	token := strings.TrimSpace(r.must("approver", "token", "issue", "--scope", "read,request,revoke").out)
	by := func(args ...string) result {
		return command(t, []string{"TEAM_URL=" + r.demo.note.URL, "TEAM_TOKEN=" + token}, args...)
	}
	if got := by("me"); got.code != exitOK || !strings.Contains(got.out, "for read, request, revoke, until ") {
		t.Errorf("me says\n%s%s", got.out, got.err)
	}
	if got := by("approve", request.ID); got.code != exitDenied || !strings.Contains(got.err, "sign in with the browser or with team login") {
		t.Errorf("approve ended with %d: %s", got.code, got.err)
	}
	if got := r.as("approver", "token", "issue", "--scope", "decide"); got.code != exitUsage && got.code != exitDenied || !strings.Contains(got.err, "a token cannot have the scope decide") {
		t.Errorf("issue ended with %d: %s", got.code, got.err)
	}
}
