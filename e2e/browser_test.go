package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// launchChromium starts the one Chromium of all tests.
func launchChromium() (context.Context, func(), error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.Flag("disable-dev-shm-usage", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's own sandbox does not work as root
	}
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeBrowser := chromedp.NewContext(allocator)
	stop := func() { closeBrowser(); release() }
	// The first command starts it.
	version, err := chromedp.CallBrowser(ctx, browser.GetVersion, cdp.Empty{})
	if err != nil {
		stop()
		return nil, nil, fmt.Errorf("start Chromium: %w", err)
	}
	fmt.Println(version.Product)
	return ctx, stop, nil
}

// tab is one browser with cookies of its own and one page, as a person has before them.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu         sync.Mutex
	shows      string   // address of the page
	ours       []string // origins whose pages must be silent
	complaints []string
	expected   []string // parts of complaints that the test provokes
}

// openTab opens a browser that knows nothing. Pages of the given origins must be silent.
func openTab(t *testing.T, ours ...string) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext())
	b := &tab{t: t, ctx: ctx, ours: ours}
	t.Cleanup(func() {
		b.silent()
		closeTab()
	})
	// The first action makes the page, which lives as long as the context it is carried out in.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("open a page: %v", err)
	}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	tell(b, runtime.Enable, cdp.Empty{})
	tell(b, cdplog.Enable, cdp.Empty{})
	tell(b, audits.Enable, cdp.Empty{})
	tell(b, page.Enable, page.EnableParams{})
	return b
}

// tell sends a command of the protocol to the tab.
func tell[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}

// do carries out actions, within the time that anything may take.
func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for _, action := range actions {
		err := chromedp.Do(ctx, action)
		// What was found is gone before anything was done to it: the browser was still on its way from another page.
		for err != nil && strings.Contains(err.Error(), "Could not find node with given id") && ctx.Err() == nil {
			err = chromedp.Do(ctx, action)
		}
		if err != nil {
			b.t.Fatalf("on %s: %v\n%s", b.address(), err, b.text())
		}
	}
}

// ask carries out an action that answers.
func ask[T any](b *tab, action chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, action)
}

// must is ask for what has to answer.
func must[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	v, err := ask(b, action)
	if err != nil {
		b.t.Fatalf("on %s: %v", b.address(), err)
	}
	return v
}

// hear collects what the browser complains about.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *page.EventFrameNavigated:
		if e.Frame.ParentID == "" {
			b.shows = e.Frame.URL
		}
	case *runtime.EventConsoleAPICalled:
		var said []string
		for _, a := range e.Args {
			said = append(said, fmt.Sprint(string(a.Value), a.Description))
		}
		b.complain(b.shows, fmt.Sprintf("console.%s: %s", e.Type, strings.Join(said, " ")))
	case *runtime.EventExceptionThrown:
		b.complain(b.shows, "exception: "+e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		if strings.HasPrefix(e.Entry.Text, "Autofocus processing was blocked") {
			return // the test pressed something before the page's first frame, as no person can
		}
		at := e.Entry.URL
		if at == "" {
			at = b.shows
		}
		b.complain(at, fmt.Sprintf("%s %s: %s", e.Entry.Source, e.Entry.Level, e.Entry.Text))
	case *audits.EventIssueAdded:
		if e.Issue.Code == audits.InspectorIssueCodeBounceTrackingIssue {
			// Every sign-in at a provider looks so: TEAM's own redirects lead to another site, which sets a cookie and leads
			// straight back. Nobody is tracked, and there is no other way to sign in at a provider.
			return
		}
		details, err := json.Marshal(e.Issue.Details)
		b.complain(b.shows, fmt.Sprintf("issue %s: %s %v", e.Issue.Code, details, err))
	}
}

func (b *tab) complain(at, what string) {
	for _, origin := range b.ours {
		if strings.HasPrefix(at, origin+"/") {
			b.complaints = append(b.complaints, at+": "+what)
			return
		}
	}
}

// expect says that pages will complain with these words, because the test makes them.
func (b *tab) expect(parts ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, parts...)
}

// silent fails the test where a page complained.
func (b *tab) silent() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		known := false
		for _, part := range b.expected {
			known = known || strings.Contains(c, part)
		}
		if !known {
			b.t.Errorf("a page complained: %s", c)
		}
	}
	b.complaints = nil
}

// open goes to an address, as somebody who types it.
func (b *tab) open(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(address))
}

// address is that of the page.
func (b *tab) address() string {
	at, err := ask(b, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return at
}

// text is what one reads on the page. While one page gives way to another there is none.
func (b *tab) text() string {
	text, err := ask(b, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
	if err != nil {
		return ""
	}
	return text
}

// sees waits until all the words are on the page.
func (b *tab) sees(words ...string) {
	b.t.Helper()
	var text string
	b.eventually(func() bool {
		text = b.text()
		for _, w := range words {
			if !strings.Contains(text, w) {
				return false
			}
		}
		return true
	}, func() string { return fmt.Sprintf("%s does not show %q but\n%s", b.address(), words, text) })
}

// arrives waits until the page is the one at a path of a site.
func (b *tab) arrives(site, path string) {
	b.t.Helper()
	var at *url.URL
	b.eventually(func() bool {
		var err error
		at, err = url.Parse(b.address())
		return err == nil && at.Scheme+"://"+at.Host == site && at.Path == path
	}, func() string { return fmt.Sprintf("the page is %s, not %s%s:\n%s", at, site, path, b.text()) })
}

func (b *tab) eventually(done func() bool, otherwise func() string) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		if time.Now().After(deadline) {
			b.t.Fatal(otherwise())
		}
		<-tick.C
	}
}

// click presses what an XPath finds.
func (b *tab) click(xpath string) {
	b.t.Helper()
	b.do(chromedp.Click(xpath, chromedp.NodeVisible, chromedp.NodeEnabled))
}

// press presses the button or link with a text.
func (b *tab) press(label string) {
	b.t.Helper()
	b.click(fmt.Sprintf(`//*[self::button or self::a][contains(normalize-space(.), %q)]`, label))
}

// types fills the field with a name.
func (b *tab) types(name, text string) {
	b.t.Helper()
	field := chromedp.CSS(fmt.Sprintf(`input[name=%q]`, name))
	b.do(chromedp.Clear(field), chromedp.SendKeys(field, text))
}

// keys presses keys, one after the other.
func (b *tab) keys(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.do(chromedp.KeyEvent(k))
	}
}

// looks are the ways in which pages are looked at.
var looks = []struct {
	name, scheme string
	width        int64
}{{"light", "light", 1280}, {"dark", "dark", 1280}, {"narrow", "light", 390}}

// picture leaves pictures of the page, and fails the test where it is wider than a telephone.
func (b *tab) picture(name string) {
	b.t.Helper()
	folder := filepath.Join("..", ".cache", "e2e")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.t.Fatal(err)
	}
	for _, look := range looks {
		tell(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}},
		})
		b.do(chromedp.EmulateViewport(look.width, 844))
		if must(b, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth`)) {
			b.t.Errorf("%s is wider than its window (%s)", b.address(), look.name)
		}
		png := must(b, chromedp.FullScreenshot(100))
		if err := os.WriteFile(filepath.Join(folder, name+"-"+look.name+".png"), png, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	tell(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	b.do(chromedp.ResetViewport())
}
