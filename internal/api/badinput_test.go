package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
)

// requestWith is a request for dev with members replaced or added; a nil value leaves the member out.
func requestWith(members map[string]any) string {
	m := map[string]any{
		"targets":         []any{map[string]any{"accountId": dev, "permissionSetArn": admin}},
		"durationSeconds": 3600, "justification": "to fix it",
	}
	for k, v := range members {
		if m[k] = v; v == nil {
			delete(m, k)
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func targets(pairs ...string) []any {
	var out []any
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, map[string]any{"accountId": pairs[i], "permissionSetArn": pairs[i+1]})
	}
	return out
}

func settingsText(w *world) string {
	s := into[api.Settings](w.t, w.call("admin", "GET", "/api/v1/settings", nil))
	return mustJSON(api.SettingsDraft{Settings: s.SettingsBody})
}

const secretText = "hunter2-should-not-come-back"

// Bad input gets the right status, code and place, and changes nothing.
func TestBadInputIsRefusedAndChangesNothing(t *testing.T) {
	w := newWorld(t)
	pending := w.ask(twoTargets())
	elevation := w.active().Targets[0].Elevation.ID
	ballot := "/api/v1/requests/" + pending.ID + "/approve"
	unknownRequest := "/api/v1/requests/req_0190c0de-0000-7000-8000-000000000000"
	unknownSet := strings.Replace(admin, "admin", "gonee", 1)
	before := into[api.EventList](t, w.call("auditor", "GET", "/api/v1/events?limit=1000", nil)).Cursor

	for _, tc := range []struct {
		name, as, method, path, body string
		status                       int
		code, where                  string // where: location of the first error, or code of the first reason after "reason:"
	}{
		{"no JSON", "requester", "POST", "/api/v1/requests", "{", 400, "malformed", ""},
		{"empty body", "requester", "POST", "/api/v1/requests", "", 400, "malformed", ""},
		{"an array", "requester", "POST", "/api/v1/requests", "[]", 422, "invalid", "body"},
		{"unknown member", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"admin": true}), 422, "invalid", "body.admin"},
		{"member missing", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"justification": nil}), 422, "invalid", "body"},
		{"wrong type", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"durationSeconds": secretText}), 422, "invalid", "body.durationSeconds"},
		{"fraction", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"durationSeconds": 1.5}), 422, "invalid", "body.durationSeconds"},
		{"null targets", "requester", "POST", "/api/v1/requests", strings.Replace(requestWith(map[string]any{"targets": "X"}), `"X"`, "null", 1), 422, "invalid", "body.targets"},
		{"bad instant", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"startAt": secretText}), 422, "invalid", "body.startAt"},
		{"too large", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"justification": strings.Repeat("x", 2<<20)}), 413, "too_large", ""},
		{"zero duration", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"durationSeconds": 0}), 422, "invalid", "body.durationSeconds"},
		{"negative duration", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"durationSeconds": -3600}), 422, "invalid", "body.durationSeconds"},
		{"short duration", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"durationSeconds": 59}), 422, "invalid", "body.durationSeconds"},
		{"long duration", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"durationSeconds": 10 * 3600}), 422, "invalid", "body.durationSeconds"},
		{"huge duration", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"durationSeconds": int64(1) << 62}), 422, "invalid", "body.durationSeconds"},
		// As nanoseconds in 64 bits this would wrap around to one hour.
		{"wrapping duration", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"durationSeconds": json.Number("36893488147419106833")}), 422, "invalid", "body"},
		{"longer than policy", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"durationSeconds": 5 * 3600}), 403, "not_allowed", "reason:duration_too_long"},
		{"no targets", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"targets": []any{}}), 422, "invalid", "body.targets"},
		{"same target twice", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"targets": targets(dev, admin, prod, admin, dev, admin)}), 422, "invalid", "body.targets[2]"},
		{"malformed account", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"targets": targets("dev", admin)}), 422, "invalid", "body.targets[0]"},
		{"malformed role", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"targets": targets(dev, "Admin")}), 422, "invalid", "body.targets[0]"},
		{"unknown account", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"targets": targets("444444444444", admin)}), 403, "not_allowed", "reason:account_unknown"},
		{"unknown role", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"targets": targets(dev, unknownSet)}), 403, "not_allowed", "reason:permission_set_unknown"},
		{"one of two not allowed", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"targets": targets(dev, admin, sandbox, admin)}), 403, "not_allowed", "reason:not_eligible"},
		{"somebody else's", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"beneficiaryId": "u-stranger"}), 403, "forbidden", ""},
		{"somebody else's previewed", "stranger", "POST", "/api/v1/requests/preview", requestWith(map[string]any{"beneficiaryId": "u-requester"}), 403, "forbidden", ""},
		{"not eligible", "stranger", "POST", "/api/v1/requests", requestWith(nil), 403, "not_allowed", "reason:not_eligible"},
		{"blank justification", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"justification": " \n "}), 422, "invalid", "body.justification"},
		{"long justification", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"justification": strings.Repeat("é", 2001)}), 422, "invalid", "body.justification"},
		{"control character", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"justification": "a\x00" + secretText}), 422, "invalid", "body.justification"},
		{"escape character", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"ticket": "T-1\x1b[2J"}), 422, "invalid", "body.ticket"},
		{"direction mark", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"justification": "a\u202eb"}), 422, "invalid", "body.justification"},
		{"long ticket", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"ticket": strings.Repeat("T", 101)}), 422, "invalid", "body.ticket"},
		{"ticket against the pattern", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"ticket": "-"}), 403, "not_allowed", "reason:ticket_pattern"},
		{"start in the past", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"startAt": w.Now().Add(-6 * time.Minute)}), 422, "invalid", "body.startAt"},
		{"start too far", "requester", "POST", "/api/v1/requests", requestWith(map[string]any{"startAt": w.Now().Add(91 * 24 * time.Hour)}), 422, "invalid", "body.startAt"},

		{"malformed request id", "requester", "GET", "/api/v1/requests/1", "", 422, "invalid", "path.id"},
		{"SQL in an id", "requester", "GET", "/api/v1/requests/req_'%20OR%201=1--", "", 422, "invalid", "path.id"},
		{"unknown request", "requester", "GET", unknownRequest, "", 404, "not_found", ""},
		{"cancel unknown", "requester", "POST", unknownRequest + "/cancel", "", 404, "not_found", ""},
		{"approve unknown", "approver", "POST", unknownRequest + "/approve", "{}", 404, "not_found", ""},
		{"unknown target", "approver", "POST", ballot, `{"targets":["tgt_0"]}`, 404, "not_found", ""},
		{"comment with bell", "approver", "POST", ballot, `{"comment":"\u0007"}`, 422, "invalid", "body.comment"},
		{"malformed elevation id", "requester", "GET", "/api/v1/elevations/elv_x", "", 422, "invalid", "path.id"},
		{"negative extension", "requester", "POST", "/api/v1/elevations/" + elevation + "/extend", `{"durationSeconds":-1,"justification":"x"}`, 422, "invalid", "body.durationSeconds"},
		{"huge extension", "requester", "POST", "/api/v1/elevations/" + elevation + "/extend", `{"durationSeconds":9223372036854775807,"justification":"x"}`, 422, "invalid", "body.durationSeconds"},
		{"long revoke comment", "admin", "POST", "/api/v1/elevations/" + elevation + "/revoke", `{"comment":"` + strings.Repeat("x", 2001) + `"}`, 422, "invalid", "body.comment"},

		{"bad status", "requester", "GET", "/api/v1/requests?status=open", "", 422, "invalid", "query.status[0]"},
		{"bad scope", "requester", "GET", "/api/v1/requests?scope=" + secretText, "", 422, "invalid", "query.scope"},
		{"limit zero", "requester", "GET", "/api/v1/requests?limit=0", "", 422, "invalid", "query.limit"},
		{"limit huge", "requester", "GET", "/api/v1/requests?limit=1000000", "", 422, "invalid", "query.limit"},
		{"limit no number", "requester", "GET", "/api/v1/requests?limit=" + secretText, "", 422, "invalid", "query.limit"},
		{"bad cursor", "requester", "GET", "/api/v1/requests?cursor=" + secretText, "", 422, "invalid", "query.cursor"},
		{"cursor of another list", "requester", "GET", "/api/v1/elevations?cursor=req_01a21254-3039-7542-956f-dc96d2c299bc", "", 422, "invalid", "query.cursor"},
		{"cursor of another order", "requester", "GET", "/api/v1/elevations?sort=ends&cursor=elv_01a21254-3039-7542-956f-dc96d2c299bc", "", 422, "invalid", "query.cursor"},
		{"cursor of this order elsewhere", "requester", "GET", "/api/v1/elevations?cursor=1~elv_01a21254-3039-7542-956f-dc96d2c299bc", "", 422, "invalid", "query.cursor"},
		{"bad sort", "requester", "GET", "/api/v1/requests?sort=ends", "", 422, "invalid", "query.sort"},
		{"ends of what ended", "requester", "GET", "/api/v1/elevations?sort=ends&status=ended", "", 422, "invalid", "query.sort"},
		{"bad directory cursor", "requester", "GET", "/api/v1/directory/accounts?cursor=x", "", 422, "invalid", "query.cursor"},
		{"bad ou cursor", "requester", "GET", "/api/v1/directory/ous?cursor=x", "", 422, "invalid", "query.cursor"},
		{"bad assignment cursor", "admin", "GET", "/api/v1/assignments?cursor=x", "", 422, "invalid", "query.cursor"},
		{"bad after", "requester", "GET", "/api/v1/events?after=-2", "", 422, "invalid", "query.after"},
		{"unknown query parameter", "requester", "GET", "/api/v1/requests?sort=name", "", 422, "invalid", "query.sort"},

		{"NUL in a kind of event", "requester", "GET", "/api/v1/events?kind=a%00b", "", 422, "invalid", "query.kind"},
		{"NUL in a role", "requester", "GET", "/api/v1/requests?permissionSet=%27%00--", "", 422, "invalid", "query.permissionSet"},
		{"NUL in a role of elevations", "admin", "GET", "/api/v1/elevations?permissionSet=%00", "", 422, "invalid", "query.permissionSet"},
		{"broken UTF-8 in a search", "requester", "GET", "/api/v1/directory/accounts?q=%ff", "", 422, "invalid", "query.q"},

		{"unknown policy", "admin", "GET", "/api/v1/policies/eligibility/pol_none", "", 404, "not_found", ""},
		{"delete without version", "admin", "DELETE", "/api/v1/policies/eligibility/pol_developers", "", 428, "precondition_required", ""},
		{"settings without version", "admin", "PUT", "/api/v1/settings", settingsText(w), 428, "precondition_required", ""},
		{"malformed proposal id", "admin", "POST", "/api/v1/proposals/x/agree", "", 422, "invalid", "path.id"},
		{"unknown proposal", "admin", "POST", "/api/v1/proposals/prp_0190c0de-0000-7000-8000-000000000000/refuse", "{}", 404, "not_found", ""},
		{"agree without version", "admin", "POST", "/api/v1/proposals/prp_0190c0de-0000-7000-8000-000000000000/agree", "", 428, "precondition_required", ""},
		{"document with a mistake", "admin", "POST", "/api/v1/policies/apply", `{"documents":[{"name":"a.yaml","text":"kind: nonsense\n"}]}`, 422, "invalid", "body.documents"},
		{"policy naming nobody known", "admin", "POST", "/api/v1/policies/eligibility", strings.Replace(mustJSON(widerDraft()), auditors, "00000000-0000-0000-0000-00000000ffff", 1), 422, "invalid", "body.policy.principals.groups[0]"},
		{"policy of endless access", "admin", "POST", "/api/v1/policies/eligibility", strings.Replace(mustJSON(widerDraft()), `"maxDurationSeconds":600`, `"maxDurationSeconds":9223372036854775807`, 1), 422, "invalid", "body.policy.maxDurationSeconds"},

		{"no such path", "requester", "GET", "/api/v1/nothing", "", 404, "not_found", ""},
		{"no such method", "requester", "DELETE", "/api/v1/me", "", 405, "method_not_allowed", ""},
		{"not in recovery", "admin", "POST", "/api/v1/deployment/recovery/release", "", 409, "conflict", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var body any
			if tc.body != "" || tc.method == http.MethodPost && tc.name == "empty body" {
				body = tc.body
			}
			got := w.call(tc.as, tc.method, tc.path, body)
			p := refusal(t, got, tc.status, tc.code)
			if reason, ok := strings.CutPrefix(tc.where, "reason:"); ok {
				if len(p.Reasons) == 0 || p.Reasons[0].Code != reason || p.Detail != p.Reasons[0].Text {
					t.Errorf("reasons %+v, want %s", p.Reasons, reason)
				}
			} else if tc.where != "" && (len(p.Errors) == 0 || p.Errors[0].Location != tc.where || p.Errors[0].Message == "") {
				t.Errorf("errors %+v, want %s", p.Errors, tc.where)
			}
			if strings.Contains(string(got.body), secretText) {
				t.Errorf("what was sent came back: %s", got.body)
			}
		})
	}

	if after := into[api.EventList](t, w.call("auditor", "GET", "/api/v1/events?limit=1000", nil)).Cursor; after != before {
		t.Errorf("refusals left %d events", after-before)
	}
	if got := into[api.Request](t, w.call("requester", "GET", "/api/v1/requests/"+pending.ID, nil)); got.Status != "pending" || len(got.Targets[0].Votes) != 0 {
		t.Errorf("the pending request became %+v", got)
	}
	if got := into[api.Elevation](t, w.call("requester", "GET", "/api/v1/elevations/"+elevation, nil)); got.State != "active" {
		t.Errorf("the elevation became %+v", got)
	}
	into[api.Request](t, w.call("approver", "POST", ballot, api.Ballot{}))
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestTokensThatDoNotWork(t *testing.T) {
	w := newWorld(t)
	short := w.issue("u-requester", time.Minute)
	unknownUser := w.issue("u-nobody", time.Hour)
	leaver := w.tokens["leaver"]
	w.scoped("stranger", access.ScopeRead)
	revoked := w.scoped("stranger", access.ScopeRead)
	list, err := w.issuer.List(t.Context(), "u-stranger")
	if err != nil || len(list) != 2 {
		t.Fatalf("%d tokens, %v", len(list), err)
	}
	for _, token := range list {
		if err := w.issuer.Revoke(t.Context(), operator, token.ID()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.issuer.Revoke(t.Context(), operator, list[0].ID()); access.CodeOf(err) != access.CodeNotFound {
		t.Errorf("revoked twice: %v", err)
	}
	into[api.Me](t, w.with(short, "GET", "/api/v1/me", nil))
	into[api.Me](t, w.with(leaver, "GET", "/api/v1/me", nil))
	w.change(func(c *directory.Content) {
		c.Users = append([]directory.User(nil), c.Users...)
		for i := range c.Users {
			if c.Users[i].UserName == "leaver" {
				c.Users[i].Status = directory.UserDisabled
			}
		}
	})
	w.pass(time.Minute)
	foreign := newWorld(t).tokens["requester"]
	good := w.tokens["requester"]
	for name, token := range map[string]string{
		"none": "", "expired": short, "of an unknown user": unknownUser, "revoked": revoked, "of a disabled user": leaver,
		"foreign": foreign, "cut off": good[:len(good)-1], "mistyped": "team_" + strings.Repeat("a", len(good)-5),
		"in upper case": "team_" + strings.ToUpper(good[5:]), "with a space": good + " x",
	} {
		got := w.with(token, "GET", "/api/v1/me", nil)
		p := refusal(t, got, 401, "unauthenticated")
		if got.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: no challenge", name)
		}
		if want := "the token is not valid, or not any more"; name != "none" && p.Detail != want {
			t.Errorf("%s: told %q", name, p.Detail)
		}
	}
	// Only that one scheme, in that one place.
	for _, header := range []http.Header{
		{"Authorization": {good}}, {"Authorization": {"Basic " + good}}, {"Cookie": {"token=" + good}}, {"X-Api-Key": {good}},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+"/api/v1/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = header
		res, err := w.server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%v let somebody in: %d", header, res.StatusCode)
		}
	}
	if n, err := w.signIns.EndByOperator(t.Context(), operator, "", ""); err != nil || n < 5 {
		t.Errorf("ended %d, %v", n, err)
	}
	refusal(t, w.with(good, "GET", "/api/v1/me", nil), 401, "unauthenticated")
}

// Roles are what the directory and the settings say at the call, not at the token's issue.
func TestRolesFollowTheDirectory(t *testing.T) {
	w := newWorld(t)
	me := into[api.Me](t, w.call("admin", "GET", "/api/v1/me", nil))
	if !me.Administrator || me.Auditor || me.Approver || !me.Sandbox || me.UserName != "admin" || me.Limits.MaxDurationSeconds != 9*3600 {
		t.Errorf("me %+v", me)
	}
	if me := into[api.Me](t, w.call("approver", "GET", "/api/v1/me", nil)); !me.Approver || me.Administrator {
		t.Errorf("approver %+v", me)
	}
	w.change(func(c *directory.Content) {
		c.Groups = append([]directory.Group(nil), c.Groups...)
		for i := range c.Groups {
			if c.Groups[i].ID == admins {
				c.Groups[i].Members = []string{"u-second-admin"}
			}
		}
	})
	w.pass(identity.StandingMaxAge)
	refusal(t, w.call("admin", "GET", "/api/v1/alarms", nil), 403, "forbidden")
	if me := into[api.Me](t, w.call("admin", "GET", "/api/v1/me", nil)); me.Administrator {
		t.Error("who left the group is still an administrator")
	}
}

func TestEveryAnswerSaysSandbox(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/healthz", "/readyz", "/api/v1/me", "/api/v1/nothing", "/api/v1/openapi.json"} {
		if got := w.call("requester", "GET", path, nil); got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, got.header)
		}
	}
	c := w.config()
	c.Sandbox = false
	w.server.Config.Handler = api.New(c)
	for _, path := range []string{"/healthz", "/api/v1/me", "/api/v1/nothing"} {
		got := w.call("requester", "GET", path, nil)
		if got.header.Get("X-Team-Sandbox") != "" || strings.Contains(string(got.body), "andbox") {
			t.Errorf("%s shows a sandbox: %v %s", path, got.header, got.body)
		}
	}
}

func TestReadiness(t *testing.T) {
	w := newWorld(t)
	if h := into[api.Health](t, w.call("", "GET", "/readyz", nil)); h.Status != "ok" {
		t.Errorf("%+v", h)
	}
	w.mu.Lock()
	w.unready = []string{"the clock is off"}
	w.mu.Unlock()
	got := w.call("", "GET", "/readyz", nil)
	if got.status != 503 || !strings.Contains(string(got.body), "the clock is off") {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := w.call("", "GET", "/healthz", nil); got.status != 200 {
		t.Errorf("healthz %d", got.status)
	}
}

// A panic is an answer without particulars, and an entry in the log.
func TestPanicIsLoggedAndNotTold(t *testing.T) {
	w := newWorld(t)
	c := w.config()
	c.Lists = nil
	w.server.Config.Handler = api.New(c)
	got := w.call("requester", "GET", "/api/v1/requests", nil)
	if p := refusal(t, got, 500, "internal"); strings.Contains(p.Detail, "nil") {
		t.Error(p.Detail)
	}
	if !strings.Contains(w.log.String(), "request failed") || strings.Contains(w.log.String(), w.tokens["requester"]) {
		t.Errorf("log: %s", w.log.String())
	}
}
