package firewall

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/edge/firewall/firewalltest"
)

// The corpora. Honest texts (firewalltest) are what people write about production; attacks are placed where no free text
// belongs.

type attack struct{ class, payload string }

func attacks(t *testing.T) []attack {
	t.Helper()
	var all []attack
	for _, line := range lines(t, "testdata/attacks.txt") {
		class, payload, ok := strings.Cut(line, " ")
		if !ok {
			t.Fatalf("no payload in %q", line)
		}
		all = append(all, attack{class, payload})
	}
	return all
}

func lines(t *testing.T, file string) []string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.SplitSeq(string(content), "\n") {
		if line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// attackRequests are those of testdata/requests.txt.
func attackRequests(t *testing.T) (classes []string, requests []*http.Request) {
	t.Helper()
	special := strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\t`, "\t", `\0`, "\x00")
	for _, line := range lines(t, "testdata/requests.txt") {
		parts := strings.SplitN(line, " ", 4)
		if len(parts) < 3 {
			t.Fatalf("cannot read %q", line)
		}
		head, body := "", ""
		if len(parts) == 4 {
			head = parts[3]
			if before, after, ok := strings.Cut(head, " | | "); ok {
				head, body = before, special.Replace(after)
			}
		}
		r := request(t, parts[1], parts[2], body)
		r.Header.Del("Content-Type")
		for field := range strings.SplitSeq(head, " | ") {
			if name, value, ok := strings.Cut(field, ": "); ok {
				r.Header.Set(name, special.Replace(value))
			}
		}
		classes = append(classes, parts[0])
		requests = append(requests, r)
	}
	return classes, requests
}

// request as a server gets it.
func request(t *testing.T, method, target, body string) *http.Request {
	t.Helper()
	u, err := url.ParseRequestURI(target)
	if err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", strings.NewReader(body))
	r.Method, r.URL, r.RequestURI, r.Host = method, u, target, "team.example.com"
	r.RemoteAddr = "192.0.2.7:4711"
	r.Header = http.Header{
		"User-Agent": {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"},
		"Accept":     {"application/json"}, "Accept-Encoding": {"gzip, deflate, br, zstd"}, "Accept-Language": {"en-GB,en;q=0.9,de;q=0.8"},
		"Cookie":    {"__Host-team=team_4Zr0Jq7yV3nB8sTfLxKdWm2hCgPuEaRi; _ga=GA1.2.123; theme={\"dark\":true,\"x\":\"<b>\"}"},
		"Sec-Ch-Ua": {`"Chromium";v="142", "Not=A?Brand";v="24"`}, "Sec-Fetch-Mode": {"cors"}, "Sec-Fetch-Site": {"same-origin"},
		"Sec-Fetch-Dest": {"empty"}, "Origin": {"https://team.example.com"}, "Referer": {"https://team.example.com/requests?q=drop%20table--"},
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return r
}

// holding is a request that has text in one field.
func holding(t *testing.T, operation, kind, field, text string) *http.Request {
	t.Helper()
	method, path, ok := strings.Cut(operation, " ")
	if !ok {
		t.Fatalf("%q is no operation", operation)
	}
	path = strings.NewReplacer("{id}", "req_0190c0de-0000-7000-8000-000000000000", "{provider}", "corporate", "{name}", "requests.views").Replace(path)
	if strings.HasSuffix(path, "/") {
		path += "begin"
	}
	switch kind {
	case "query":
		return request(t, method, path+"?"+url.Values{field: {text}, "limit": {"50"}}.Encode(), "")
	case "form":
		r := request(t, method, path, url.Values{field: {text}}.Encode())
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r
	}
	return request(t, method, path, document(t, field, text))
}

// document is JSON with a text at a path.
func document(t *testing.T, path, text string) string {
	t.Helper()
	content, err := json.Marshal(firewalltest.Within(path, text))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

type freePlace struct{ operation, kind, field string }

func freePlaces() (all []freePlace) {
	for _, f := range Fields() {
		for _, name := range f.Query {
			all = append(all, freePlace{f.Operation, "query", name})
		}
		for _, path := range f.Members {
			all = append(all, freePlace{f.Operation, "member", path})
		}
		for _, name := range f.Form {
			all = append(all, freePlace{f.Operation, "form", name})
		}
	}
	return all
}

// tally counts what was blocked, by class.
type tally map[string][2]int

func (c tally) count(class string, blocked bool) {
	n := c[class]
	n[1]++
	if blocked {
		n[0]++
	}
	c[class] = n
}

func (c tally) String() string {
	var parts []string
	total := [2]int{}
	for class, n := range c {
		parts = append(parts, fmt.Sprintf("%s %d/%d", class, n[0], n[1]))
		total[0] += n[0]
		total[1] += n[1]
	}
	slices.Sort(parts)
	return fmt.Sprintf("%d/%d blocked: %s", total[0], total[1], strings.Join(parts, ", "))
}
