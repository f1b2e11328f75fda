package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
)

const preferencesPath = "/api/v1/me/preferences"

func (w *world) preferences(token string) map[string]string {
	w.t.Helper()
	all := map[string]string{}
	for name, value := range into[api.Preferences](w.t, w.with(token, "GET", preferencesPath, nil)).Preferences {
		all[name] = string(value)
	}
	return all
}

// What somebody prefers is theirs: any JSON, by name, as they set it, in each of their sign-ins and with their tokens.
func TestPreferencesAreOnesOwn(t *testing.T) {
	w := newWorld(t)
	before := into[api.EventList](t, w.call("auditor", "GET", "/api/v1/events?limit=1000", nil)).Cursor
	set := func(token, name, value string) api.Preference {
		t.Helper()
		return into[api.Preference](t, w.with(token, "PUT", preferencesPath+"/"+name, `{"value": `+value+`}`))
	}
	const view = `{"name":"DROP TABLE x; -- <b>","filters":[{"is":["1 OR 1=1",9007199254740993,null]}]}`
	if p := set(w.tokens["requester"], "requests.views", strings.ReplaceAll(view, ",", " ,\n ")); p.Name != "requests.views" || !sameJSON(t, p.Value, []byte(view)) {
		t.Errorf("set %s", p.Value)
	}
	set(w.tokens["requester"], "page-size", "20")
	set(w.scoped("requester", access.ScopeRead), "page-size", "50")
	set(w.tokens["admin"], "page-size", "100")
	secret, _ := w.browser("requester")
	got := into[api.Preferences](t, w.call("", "GET", preferencesPath, cookied(secret, nil))).Preferences
	if len(got) != 2 || string(got["requests.views"]) != view || string(got["page-size"]) != "50" {
		t.Errorf("kept %s", got)
	}
	if all := w.preferences(w.tokens["admin"]); len(all) != 1 || all["page-size"] != "100" {
		t.Errorf("an administrator has %v", all)
	}
	if p := set(w.tokens["requester"], "page-size", "null"); string(p.Value) != "null" {
		t.Errorf("removed: %s", p.Value)
	}
	set(w.tokens["requester"], "never-set", "null")
	if all := w.preferences(w.tokens["requester"]); len(all) != 1 {
		t.Errorf("left are %v", all)
	}
	for _, method := range []string{"GET", "PUT"} {
		path, body := preferencesPath, any(nil)
		if method == "PUT" {
			path, body = path+"/x", api.PreferenceValue{Value: json.RawMessage("1")}
		}
		if p := refusal(t, w.with(w.machineToken(w.machine), method, path, body), http.StatusForbidden, "forbidden"); !strings.HasPrefix(p.Detail, "only people have preferences") {
			t.Error(p.Detail)
		}
	}
	for _, e := range into[api.EventList](t, w.call("auditor", "GET", fmt.Sprintf("/api/v1/events?limit=1000&after=%d", before), nil)).Items {
		if !strings.HasPrefix(e.Kind, "sign-in.") && !strings.HasPrefix(e.Kind, "token.") && !strings.HasPrefix(e.Kind, "identity.") {
			t.Errorf("an event tells of it: %+v", e)
		}
	}
	w.change(func(c *directory.Content) { c.Users = c.Users[1:] }) // the requester is gone
	if all := w.preferences(w.tokens["admin"]); len(all) != 1 {
		t.Errorf("an administrator has %v", all)
	}
}

func TestPreferencesAreBounded(t *testing.T) {
	w := newWorld(t)
	put := func(name, body string) reply { return w.call("requester", "PUT", preferencesPath+"/"+name, body) }
	value := func(bytes int) string { return `{"value": "` + strings.Repeat("x", bytes-2) + `"}` }
	into[api.Preference](t, put("big", value(16<<10)))
	for name, tc := range map[string]struct{ name, body, where string }{
		"one byte more":    {"big", value(16<<10 + 1), "body.value"},
		"no value":         {"x", `{}`, "body"},
		"more than value":  {"x", `{"value": 1, "admin": true}`, "body.admin"},
		"not UTF-8":        {"x", "{\"value\": \"\xff\"}", "body.value"},
		"a capital":        {"Theme", `{"value": 1}`, "path.name"},
		"a digit first":    {"1st", `{"value": 1}`, "path.name"},
		"an odd character": {"a_b", `{"value": 1}`, "path.name"},
		"a long name":      {strings.Repeat("a", 65), `{"value": 1}`, "path.name"},
	} {
		p := refusal(t, put(tc.name, tc.body), http.StatusUnprocessableEntity, "invalid")
		if len(p.Errors) == 0 || p.Errors[0].Location != tc.where {
			t.Errorf("%s: %+v, want %s", name, p.Errors, tc.where)
		}
	}
	refusal(t, put("x", `{"value": `), http.StatusBadRequest, "malformed")
	for i := range 99 {
		into[api.Preference](t, put(strings.Repeat("a", 60)+fmt.Sprint(i), `{"value": []}`))
	}
	if p := refusal(t, put("one-more", `{"value": 1}`), http.StatusConflict, "conflict"); !strings.Contains(p.Detail, "100 preferences") {
		t.Error(p.Detail)
	}
	into[api.Preference](t, put("big", `{"value": 2}`)) // known already
	into[api.Preference](t, put("big", `{"value": null}`))
	into[api.Preference](t, put("one-more", `{"value": 1}`))
	if all := w.preferences(w.tokens["requester"]); len(all) != 100 {
		t.Errorf("%d are kept", len(all))
	}
}
