package signin

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/store"
)

const origin = "https://team.example.org"

// standIn is a provider whose answers a test decides on.
type standIn struct {
	name       string
	post       bool
	freshness  bool
	begin      error
	answer     provider.Answer
	finish     error
	asked      []provider.Attempt
	came       []url.Values
	endSession string
	patience   time.Duration // for EndSession
}

func (p *standIn) Name() string          { return p.name }
func (p *standIn) Title() string         { return "The " + p.name }
func (p *standIn) AnswersByPost() bool   { return p.post }
func (p *standIn) ProvesFreshness() bool { return p.freshness }

func (p *standIn) Begin(_ context.Context, a provider.Attempt) (string, error) {
	p.asked = append(p.asked, a)
	return "https://" + p.name + ".example.org/authorize?state=" + a.State(), p.begin
}

func (p *standIn) Finish(_ context.Context, _ provider.Attempt, came url.Values) (provider.Answer, error) {
	p.came = append(p.came, came)
	return p.answer, p.finish
}

func (p *standIn) EndSession(ctx context.Context) string {
	until, bounded := ctx.Deadline()
	if p.patience = time.Until(until); !bounded {
		p.patience = time.Hour
	}
	return p.endSession
}

func (p *standIn) Metadata() ([]byte, error) {
	if !p.post {
		return nil, errors.New("not a SAML provider")
	}
	return []byte("<md/>"), nil
}

// rig is the pages over a database, two providers, and people.
type rig struct {
	t        *testing.T
	now      time.Time
	store    *store.Store
	okta     *standIn
	idc      *standIn
	handler  *Handler
	mux      *http.ServeMux
	log      bytes.Buffer
	counted  []string
	disabled string
}

func newRig(t *testing.T, change func(*Config)) *rig {
	t.Helper()
	r := &rig{
		t: t, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC),
		okta: &standIn{name: "okta", freshness: true, endSession: "https://okta.example.org/logout?client_id=x"}, idc: &standIn{name: "idc", post: true},
	}
	clock := func() time.Time { return r.now }
	ids := ident.New(nil, clock)
	s, err := store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "team.db"), store.Options{IDs: ids, Unsafe: true})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	r.store = s
	public, err := url.Parse(origin)
	must(t, err)
	log := slog.New(slog.NewTextHandler(&r.log, nil))
	c := Config{
		Public: public, Providers: []Provider{r.okta, r.idc}, Used: s, Random: rand.Reader, Now: clock, Log: log,
		SignIns: &identity.SignIns{
			Store: s.Identity(), Directory: r, Live: r, IDs: ids, Random: rand.Reader, Now: clock, Uses: &identity.Uses{}, Refusals: &identity.Refusals{},
			Standings: &identity.Standings{Live: r, Directory: r, Policies: r, Now: clock},
			Match:     map[string]identity.Match{"okta": identity.MatchUserName, "idc": identity.MatchUserName},
		},
		Count: func(p, outcome string) { r.counted = append(r.counted, p+" "+outcome) },
	}
	c.Passkeys = &identity.Passkeys{
		Store: s.Passkeys(), Directory: r, Origin: public, IDs: ids, Random: rand.Reader, Now: clock,
		ProvesFreshness: func(name string) bool { return name == "okta" },
	}
	if change != nil {
		change(&c)
	}
	r.handler, r.mux = New(c), http.NewServeMux()
	r.handler.Routes(r.mux)
	r.answers("rita")
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *rig) Snapshot(context.Context) (*directory.Snapshot, error) {
	var c directory.Content
	for _, name := range []string{"rita", "omar"} {
		u, err := r.User(context.Background(), "u-"+name)
		if err != nil {
			return nil, err
		}
		c.Users = append(c.Users, u)
	}
	return directory.NewSnapshot(c), nil
}

func (r *rig) User(_ context.Context, id string) (directory.User, error) {
	status := directory.UserEnabled
	if id == r.disabled {
		status = directory.UserDisabled
	}
	return directory.User{ID: id, UserName: strings.TrimPrefix(id, "u-"), Status: status}, nil
}

func (*rig) GroupsOfUser(context.Context, string) ([]string, error) { return nil, nil }

func (*rig) IsMember(_ context.Context, _ string, groups []string) (map[string]bool, error) {
	in := map[string]bool{}
	for _, g := range groups {
		in[g] = false
	}
	return in, nil
}

func (*rig) InForce(context.Context, time.Time) (policy.Set, error) {
	return policy.Set{Settings: policy.DefaultSettings()}, nil
}

// answers has both providers say who comes back.
func (r *rig) answers(name string) {
	for _, p := range []*standIn{r.okta, r.idc} {
		p.answer = provider.Answer{
			External: identity.External{Provider: p.name, Subject: "sub-" + name, UserName: name, At: r.now}, Until: r.now.Add(provider.Patience),
		}
	}
}

// browser keeps cookies as browsers do, and remembers what it was answered.
type browser struct {
	r       *rig
	cookies map[string]*http.Cookie
	status  int
	header  http.Header
	body    string
}

func (r *rig) browser() *browser { return &browser{r: r, cookies: map[string]*http.Cookie{}} }

// do asks; crossSite is a form that another site's page sends.
func (b *browser) do(method, path string, form url.Values, crossSite bool) *browser {
	b.r.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	q := httptest.NewRequestWithContext(b.r.t.Context(), method, origin+path, body)
	q.Header.Set("User-Agent", "a browser")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	if crossSite {
		q.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range b.cookies {
		if !crossSite || c.SameSite == http.SameSiteNoneMode {
			q.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	w := httptest.NewRecorder()
	b.r.mux.ServeHTTP(w, q)
	answer := w.Result()
	defer answer.Body.Close()
	for _, c := range answer.Cookies() {
		if !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || !strings.HasPrefix(c.Name, "__Host-") {
			b.r.t.Errorf("the cookie %s is not kept to this host", c)
		}
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	b.status, b.header, b.body = w.Code, answer.Header, html.UnescapeString(w.Body.String())
	return b
}

func (b *browser) get(path string) *browser { return b.do(http.MethodGet, path, nil, false) }

func (b *browser) post(path string, form url.Values) *browser {
	if form == nil {
		form = url.Values{}
	}
	return b.do(http.MethodPost, path, form, false)
}

// goes says where the browser is sent.
func (b *browser) goes(where string) *browser {
	b.r.t.Helper()
	if got := b.header.Get("Location"); b.status != http.StatusSeeOther || got != where {
		b.r.t.Errorf("answered %d to %q, want %q\n%s", b.status, got, where, b.body)
	}
	return b
}

// sees says what the page says.
func (b *browser) sees(status int, words ...string) *browser {
	b.r.t.Helper()
	for _, w := range words {
		if !strings.Contains(b.body, w) {
			b.r.t.Errorf("it does not say %q:\n%s", w, b.body)
		}
	}
	if b.status != status {
		b.r.t.Errorf("answered %d, want %d\n%s", b.status, status, b.body)
	}
	return b
}

// stateSent is the state that the browser was last sent away with.
func (b *browser) stateSent() string {
	b.r.t.Helper()
	u, err := url.Parse(b.header.Get("Location"))
	if err != nil || u.Query().Get("state") == "" {
		b.r.t.Fatalf("sent to %s", b.header.Get("Location"))
	}
	return u.Query().Get("state")
}

// signIn goes the whole way at okta.
func (b *browser) signIn() *browser {
	b.r.t.Helper()
	state := b.get("/sign-in/okta?return=/requests").stateSent()
	return b.get("/sign-in/okta/callback?code=c&state=" + state)
}

// fresh is the address that a page leads to which showed that the proof is for a command line's sign-in.
func (b *browser) fresh(id, back string) string {
	q := url.Values{"fresh": {"1"}, "for": {id}, "nonce": {visitor{secret: b.secret()}.nonce(shownFor, id)}, "return": {back}}
	return "/sign-in/okta?" + q.Encode()
}

// link is where the page leads whose address begins so.
func (b *browser) link(begins string) string {
	b.r.t.Helper()
	_, rest, found := strings.Cut(b.body, `href="`+begins)
	if !found {
		b.r.t.Fatalf("no link to %s:\n%s", begins, b.body)
	}
	rest, _, _ = strings.Cut(rest, `"`)
	return begins + rest
}

func (b *browser) secret() string {
	if c, ok := b.cookies[identity.CookieName]; ok {
		return c.Value
	}
	return ""
}

func (r *rig) kinds() []string {
	r.t.Helper()
	records, err := r.store.Events(r.t.Context(), audit.Filter{After: -1, Limit: 100})
	must(r.t, err)
	var kinds []string
	for _, rec := range records {
		kinds = append(kinds, rec.Event.Kind)
	}
	return kinds
}

func (r *rig) open(userID string) []identity.SignIn {
	r.t.Helper()
	all, err := r.handler.SignIns.List(r.t.Context(), identity.SignInFilter{UserID: userID, Open: r.now})
	must(r.t, err)
	return slices.DeleteFunc(all, func(in identity.SignIn) bool { return !in.Alive(r.now) })
}
