package processtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// client is one persona at the API. Connections are not kept: the process on the other side comes and goes.
type client struct {
	t          *testing.T
	url, token string
	version    string // the ETag of what is to be changed, where one is asked for
}

var httpClient = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func (w *world) as(persona string) client {
	return client{t: w.t, url: w.team.url, token: w.tokens[persona]}
}

func (w *world) status(path string) int {
	answer, err := httpClient.Get(w.team.url + path)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

func (c client) try(method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode: %w", err)
		}
		body = bytes.NewReader(b)
	}
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.url+"/api/v1"+path, body)
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.version != "" {
		request.Header.Set("If-Match", c.version)
	}
	answer, err := httpClient.Do(request)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, content)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(content, out); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

// changing is the client that changes a version of something.
func (c client) changing(version int64) client {
	c.version = fmt.Sprintf("%q", fmt.Sprint(version))
	return c
}

func (c client) get(path string, out any) {
	c.t.Helper()
	if err := c.try(http.MethodGet, path, nil, out); err != nil {
		c.t.Fatal(err)
	}
}

func (c client) post(path string, in, out any) {
	c.t.Helper()
	if err := c.try(http.MethodPost, path, in, out); err != nil {
		c.t.Fatal(err)
	}
}

func (c client) request(id string) (r api.Request) {
	c.t.Helper()
	c.get("/requests/"+id, &r)
	return r
}

// events of a request, all of them.
func (c client) events(request string) []api.Event {
	c.t.Helper()
	var list api.EventList
	c.get("/events?limit=1000&request="+request, &list)
	return list.Items
}
