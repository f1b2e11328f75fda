package api_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
)

// exporting serves the world's API with these lists, and exports in these limits.
func (w *world) exporting(lists api.Lists, limits api.ExportLimits) {
	w.t.Helper()
	c := w.config()
	c.Exports = limits
	if lists != nil {
		c.Lists = lists
	}
	w.server.Config.Handler = api.New(c)
}

// download gets a path to its end, or to where it breaks off.
func (w *world) download(ctx context.Context, server *httptest.Server, as, path string) (head *answerHead, body []byte, broken error) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.tokens[as])
	answer, err := server.Client().Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	body, broken = io.ReadAll(answer.Body)
	return &answerHead{answer.StatusCode, answer.Header, answer.Proto}, body, broken
}

// answerHead is what comes before the body of an answer.
type answerHead struct {
	StatusCode int
	Header     http.Header
	Proto      string
}

// whole gets an export that succeeds.
func (w *world) whole(as, path string) []byte {
	w.t.Helper()
	head, body, broken := w.download(w.t.Context(), w.server, as, path)
	if broken != nil || head.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %v, %v: %s", path, head, broken, body)
	}
	return body
}

// Every export has the rule of its list, and takes what its list takes but pages.
func TestExportsAreAsTheirLists(t *testing.T) {
	d, _ := present(t)
	exports := 0
	for path, operations := range d.Paths {
		base, ok := strings.CutSuffix(path, "/export")
		if !ok {
			continue
		}
		exports++
		list, export := d.Paths[base]["get"], operations["get"]
		if list == nil || !api.SameRule(list.OperationID, export.OperationID) {
			t.Errorf("%s is not for whom its list is", path)
			continue
		}
		if !strings.Contains(export.Description, "that "+list.OperationID+" gives") {
			t.Errorf("%s says it is of another list: %s", path, export.Description)
		}
		names := func(o *operation, but ...string) (names []string) {
			for _, p := range o.Parameters {
				if !slices.Contains(but, p.Name) {
					names = append(names, p.In+" "+p.Name)
				}
			}
			slices.Sort(names)
			return names
		}
		if want, got := names(list, "limit", "cursor", "total", "after", "before"), names(export, "format"); !slices.Equal(want, got) {
			t.Errorf("%s takes %v, and its list %v", path, got, want)
		}
	}
	// Lists without an export: what one may ask for is the form to ask, findings and versions belong to one thing.
	for path, operations := range d.Paths {
		get := operations["get"]
		if get == nil || strings.Contains(path, "{") || d.Paths[path+"/export"] != nil {
			continue
		}
		if paged := slices.ContainsFunc(get.Parameters, func(p parameter) bool { return p.Name == "limit" }); paged &&
			!slices.Contains([]string{"list-requestable", "lint-policies"}, get.OperationID) {
			t.Errorf("the list %s cannot be exported", get.OperationID)
		}
	}
	if exports < 15 {
		t.Errorf("only %d exports", exports)
	}
}

// full is a world with something in each list, of which exports read two at a time.
func full(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.exporting(nil, api.ExportLimits{Page: 2})
	for range 3 {
		w.ask(twoTargets())
		w.pass(time.Second)
		w.active()
		w.pass(time.Second)
	}
	for i := range 5 {
		w.signal(alarm.Signal{Kind: alarm.ClockSkew, Subject: fmt.Sprint("replica-", i), Sentence: "look"})
		w.newMachine("u-owner", access.ScopeRead)
		w.newPasskey("owner")
		w.pass(time.Second)
	}
	for range 3 {
		w.proposed("admin")
		w.waiting()
	}
	return w
}

// An export has all that its list gives over all pages, as the list gives it and in its order, and nothing else.
func TestExportsHaveExactlyWhatListsGive(t *testing.T) {
	w := full(t)
	some := 0
	for _, at := range []struct{ as, path string }{
		{"requester", "requests?"},
		{"auditor", "requests?scope=all&sort=created"},
		{"auditor", "requests?scope=all&status=pending,approved&account=" + prod},
		{"auditor", "requests?scope=all&ticket=none"},
		{"approver", "requests?scope=decidable"},
		{"approver", "requests?scope=decidable&sort=created"},
		{"requester", "elevations?"},
		{"auditor", "elevations?scope=all&sort=ends"},
		{"auditor", "elevations?scope=all&sort=-ends&user=u-requester"},
		{"auditor", "elevations?scope=all&permissionSet=" + url.QueryEscape(admin)},
		{"admin", "assignments?scope=all"},
		{"admin", "alarms?sort=opened"},
		{"admin", "policies?sort=-name"},
		{"auditor", "proposals?state=all"},
		{"auditor", "directory/accounts?q=d"},
		{"requester", "directory/accounts?"},
		{"admin", "directory/ous?"},
		{"admin", "directory/permission-sets?"},
		{"admin", "directory/users?q=a"},
		{"admin", "directory/groups?"},
		{"admin", "tokens?scope=all"},
		{"owner", "machines?"},
		{"admin", "sign-ins?scope=all&state=all"},
		{"admin", "identities?state=all"},
		{"owner", "passkeys?"},
	} {
		base, query, _ := strings.Cut(at.path, "?")
		var want []json.RawMessage
		cursor := ""
		for {
			paging := "&limit=3&cursor=" + url.QueryEscape(cursor)
			if base == "passkeys" {
				paging = ""
			}
			l := into[struct {
				Items      []json.RawMessage
				NextCursor string
			}](t, w.call(at.as, "GET", "/api/v1/"+base+"?"+query+paging, nil))
			want = append(want, l.Items...)
			if cursor = l.NextCursor; cursor == "" {
				break
			}
		}
		if len(want) > 2 {
			some++
		}
		w.compare(at.as, "/api/v1/"+base+"/export?"+query, want)
	}
	if some < 18 {
		t.Errorf("only %d of the lists are of several pages", some)
	}
	for as, query := range map[string]string{"auditor": "kind=request.*,alarm.*", "requester": "", "stranger": "account=" + prod} {
		var want []json.RawMessage
		for _, e := range into[api.EventList](t, w.call(as, "GET", "/api/v1/events?limit=1000&"+query, nil)).Items {
			want = append(want, json.RawMessage(mustJSON(e)))
		}
		w.compare(as, "/api/v1/events/export?"+query, want)
		slices.Reverse(want)
		w.compare(as, "/api/v1/events/export?sort=-sequence&"+query, want)
	}
}

func (w *world) compare(as, path string, want []json.RawMessage) {
	w.t.Helper()
	var got []json.RawMessage
	if err := json.Unmarshal(w.whole(as, path+"&format=json"), &got); err != nil {
		w.t.Fatalf("%s: %v", path, err)
	}
	if len(got) != len(want) {
		w.t.Errorf("%s has %d items, and the list %d", path, len(got), len(want))
		return
	}
	for i := range want {
		if !sameJSON(w.t, got[i], want[i]) {
			w.t.Errorf("%s: item %d is %s, and in the list %s", path, i, got[i], want[i])
		}
	}
	table := w.table(as, path)
	if strings.Contains(path, "/requests/") {
		targets := 0
		for _, item := range want {
			var r api.Request
			if err := json.Unmarshal(item, &r); err != nil {
				w.t.Fatal(err)
			}
			targets += len(r.Targets)
		}
		want = make([]json.RawMessage, targets)
	}
	if len(table)-1 != len(want) {
		w.t.Errorf("%s has %d rows for %d", path, len(table)-1, len(want))
	}
}

func sameJSON(t *testing.T, one, other []byte) bool {
	t.Helper()
	var a, b any
	if err := errors.Join(json.Unmarshal(one, &a), json.Unmarshal(other, &b)); err != nil {
		t.Fatal(err)
	}
	return mustJSON(a) == mustJSON(b)
}

// table reads an export as a spreadsheet does.
func (w *world) table(as, path string) [][]string {
	w.t.Helper()
	text, marked := strings.CutPrefix(string(w.whole(as, path)), "\ufeff")
	if !marked || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		w.t.Errorf("%s: no byte order mark, or lines that do not end with CRLF", path)
	}
	table, err := csv.NewReader(strings.NewReader(text)).ReadAll() // which demands as many cells in each row
	if err != nil {
		w.t.Fatalf("%s: %v", path, err)
	}
	return table
}

func TestATableForSpreadsheets(t *testing.T) {
	w := newWorld(t)
	evil := map[string]string{
		"=HYPERLINK(\"http://x\")": "'=HYPERLINK(\"http://x\")", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1",
		"＝1+1": "'＝1+1", "plain; \"quoted\", é": "plain; \"quoted\", é", "two\nlines": "two\nlines", "a=b": "a=b",
	}
	for justification := range evil {
		n := twoTargets()
		n.Justification = justification
		w.ask(n)
		w.pass(time.Second)
	}
	table := w.table("auditor", "/api/v1/requests/export?scope=all")
	column := func(name string) int {
		at := slices.Index(table[0], name)
		if at < 0 {
			t.Fatalf("no column %s in %v", name, table[0])
		}
		return at
	}
	if len(table) != 2*len(evil)+1 {
		t.Fatalf("%d rows", len(table))
	}
	seen := map[string]bool{}
	for _, row := range table[1:] {
		seen[row[column("justification")]] = true
		if row[column("beneficiary.userName")] != "requester" || row[column("durationSeconds")] != "3600" || row[column("machine")] != "false" ||
			row[column("target.status")] != "pending" || row[column("target.decidedAt")] != "" || row[column("target.elevation.state")] != "waiting" {
			t.Errorf("row %v", row)
		}
		if at, err := time.Parse(time.RFC3339, row[column("createdAt")]); err != nil || !strings.HasSuffix(row[column("createdAt")], "Z") || at.After(w.Now()) {
			t.Errorf("created %s", row[column("createdAt")])
		}
	}
	for _, want := range evil {
		// A line break in a cell is the table's own, CRLF; the reader makes it one again.
		if !seen[strings.TrimSpace(want)] && !seen[want] {
			t.Errorf("no %q among %v", want, seen)
		}
	}
	if table[1][column("target.accountName")] == table[2][column("target.accountName")] || table[1][0] != table[2][0] {
		t.Errorf("a request's targets are not two rows: %v", table[1:3])
	}
	head, _, _ := w.download(t.Context(), w.server, "auditor", "/api/v1/requests/export?scope=all")
	if head.Header.Get("Content-Type") != "text/csv; charset=utf-8" || head.Header.Get("Content-Disposition") !=
		`attachment; filename="team-requests-`+w.Now().Format("2006-01-02T150405Z")+`.csv"` {
		t.Errorf("headers %v", head.Header)
	}
	for _, path := range []string{"requests/export?limit=1", "requests/export?cursor=x", "requests/export?format=xml", "requests/export?total=true", "requests/export?status=odd"} {
		refusal(t, w.call("requester", "GET", "/api/v1/"+path, nil), 422, "invalid")
	}
}

// hooked lists call before at each page of elevations, of which there are many without a database.
type hooked struct {
	api.Lists

	many   int
	before func(page int) error
	pages  atomic.Int64
}

func (h *hooked) Elevations(ctx context.Context, f access.ElevationFilter) ([]access.ListedElevation, error) {
	page := int(h.pages.Add(1)) - 1
	if h.before != nil {
		if err := h.before(page); err != nil {
			return nil, err
		}
	}
	if h.many == 0 {
		return h.Lists.Elevations(ctx, f)
	}
	first := 0
	if f.After.ID != "" {
		if _, err := fmt.Sscanf(f.After.ID, "elv_%036d", &first); err != nil {
			return nil, err
		}
	}
	var out []access.ListedElevation
	for i := first + 1; i <= h.many && len(out) < f.Limit; i++ {
		out = append(out, access.ListedElevation{
			Elevation: access.Elevation{ID: fmt.Sprintf("elv_%036d", i), UserID: "u-requester", AccountID: prod, State: access.Waiting, Attempt: 1},
		})
	}
	return out, nil
}

// An export that fails on the way does not look complete: the connection breaks off, by HTTP/1.1 and HTTP/2.
func TestAnExportThatFailsBreaksOff(t *testing.T) {
	w := newWorld(t)
	serve := func(h *hooked) *httptest.Server {
		h.Lists = w.store
		c := w.config()
		c.Lists, c.Exports = h, api.ExportLimits{Page: 100}
		s := httptest.NewUnstartedServer(api.New(c))
		s.EnableHTTP2 = true
		s.StartTLS()
		t.Cleanup(s.Close)
		return s
	}
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		for _, format := range []string{"csv", "json"} {
			server := serve(&hooked{many: 1000, before: func(page int) error {
				if page == 7 {
					return errors.New("the disk is gone")
				}
				return nil
			}})
			if protocol == "HTTP/1.1" {
				server.Client().Transport.(*http.Transport).ForceAttemptHTTP2 = false
				server.Client().Transport.(*http.Transport).TLSClientConfig.NextProtos = []string{"http/1.1"}
			}
			head, body, broken := w.download(t.Context(), server, "requester", "/api/v1/elevations/export?format="+format)
			if head == nil || head.Proto != protocol || head.StatusCode != http.StatusOK {
				t.Fatalf("%s %s: %v %v", protocol, format, head, broken)
			}
			if broken == nil {
				t.Errorf("%s %s: %d bytes of an export that failed look like a whole one", protocol, format, len(body))
			}
		}
	}
	if !strings.Contains(w.log.String(), "an export broke off") || !strings.Contains(w.log.String(), "the disk is gone") {
		t.Error("the log does not say why")
	}
	// What goes wrong before anything was sent is said as always.
	w.exporting(&hooked{Lists: w.store, before: func(int) error { return errors.New("the disk is gone") }}, api.ExportLimits{})
	refusal(t, w.call("requester", "GET", "/api/v1/elevations/export", nil), http.StatusInternalServerError, "internal")
	// And without a failure all of it comes.
	w.exporting(&hooked{Lists: w.store, many: 1000}, api.ExportLimits{Page: 100})
	if table := w.table("requester", "/api/v1/elevations/export"); len(table) != 1001 {
		t.Errorf("%d rows", len(table))
	}
}

// In HTTP/1.0 an answer ends when the connection does, so that half of it looks whole.
func TestExportsNeedATransferThatCanBreakOff(t *testing.T) {
	w := newWorld(t)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", w.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /api/v1/requests/export HTTP/1.0\r\nAuthorization: Bearer %s\r\n\r\n", w.tokens["requester"])
	text, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(text), " 400 ") || !strings.Contains(string(text), "HTTP/1.1") {
		t.Errorf("%v: %s", err, text)
	}
}

func TestExportsAtOnceAreBounded(t *testing.T) {
	w := newWorld(t)
	begun, goOn := make(chan struct{}), make(chan struct{})
	w.exporting(&hooked{Lists: w.store, before: func(int) error {
		begun <- struct{}{}
		<-goOn
		return nil
	}}, api.ExportLimits{PerCaller: 2, Total: 3})
	ended := make(chan error)
	for _, as := range []string{"requester", "requester", "auditor"} {
		go func() {
			_, _, err := w.download(t.Context(), w.server, as, "/api/v1/elevations/export")
			ended <- err
		}()
		<-begun
	}
	if p := refusal(t, w.call("requester", "GET", "/api/v1/requests/export", nil), 429, "too_many_exports"); !strings.Contains(p.Detail, "you have 2 exports") {
		t.Error(p.Detail)
	}
	if p := refusal(t, w.call("stranger", "GET", "/api/v1/requests/export", nil), 429, "too_many_exports"); !strings.Contains(p.Detail, "this replica") {
		t.Error(p.Detail)
	}
	close(goOn)
	for range 3 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	w.whole("requester", "/api/v1/requests/export")
}

// A long export goes on only while who began it may have it, and is what they were.
func TestAnExportEndsWithTheRightToIt(t *testing.T) {
	for name, lose := range map[string]func(w *world){
		"role": func(w *world) {
			w.change(func(c *directory.Content) {
				c.Groups = slices.Clone(c.Groups)
				for i := range c.Groups {
					if c.Groups[i].ID == auditors {
						c.Groups[i].Members = nil
					}
				}
			})
		},
		"sign-in": func(w *world) {
			if _, err := w.signIns.EndByOperator(w.t.Context(), operator, "", "u-auditor"); err == nil {
				return
			}
			w.t.Error("not ended")
		},
		"": func(*world) {},
	} {
		// Of one's own elevations, too: without the role the same call would give something else.
		for _, scope := range []string{"mine", "all"} {
			t.Run(name+"/"+scope, func(t *testing.T) {
				w := newWorld(t)
				w.exporting(&hooked{Lists: w.store, many: 1000, before: func(page int) error {
					if page == 5 {
						lose(w)
						w.pass(time.Minute)
					}
					return nil
				}}, api.ExportLimits{Page: 100})
				_, _, broken := w.download(t.Context(), w.server, "auditor", "/api/v1/elevations/export?scope="+scope)
				if (broken != nil) != (name != "") {
					t.Errorf("it broke off: %v", broken)
				}
			})
		}
	}
}

// Who does not take an export is given up, and what it held is free.
func TestAnExportThatNobodyTakesIsGivenUp(t *testing.T) {
	w := newWorld(t)
	w.exporting(&hooked{Lists: w.store, many: 100_000}, api.ExportLimits{PerCaller: 1, Patience: 50 * time.Millisecond})
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", w.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /api/v1/elevations/export HTTP/1.1\r\nHost: team\r\nAuthorization: Bearer %s\r\n\r\n", w.tokens["requester"])
	if _, err := io.ReadFull(conn, make([]byte, 12)); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; {
		if got := w.call("requester", "GET", "/api/v1/requests/export", nil); got.status == http.StatusOK {
			return
		} else if got.status != http.StatusTooManyRequests || time.Now().After(deadline) {
			t.Fatalf("it is not given up: %d %s", got.status, got.body)
		}
	}
}
