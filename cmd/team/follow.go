package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/team-idc/team/internal/api"
)

const (
	// silence is how long nothing may come on a stream, three heartbeats, before it is taken for dead.
	silence = 45 * time.Second
	// The pauses before coming again: the first, and the longest.
	firstPause, longestPause = 500 * time.Millisecond, 15 * time.Second
	longestMessage           = 4 << 20
)

// followEvents prints events as they happen, from a cursor on. It comes again when the connection breaks, and ends when ctx
// does or the caller may not follow any more.
func (c *client) followEvents(ctx context.Context, q url.Values, cursor string) error {
	pause, before, ever, broken := firstPause, cursor, false, false
	for {
		err := c.followOnce(ctx, q, &cursor, func() {
			if broken {
				fmt.Fprintln(c.console.err, "team: connected again")
			}
			ever, broken = true, false
		})
		if ctx.Err() != nil {
			return nil //nolint:nilerr // Ctrl-C is how following ends
		}
		if passing := errors.Is(err, errStreamBroke) || exitCode(err) == exitUnavailable; !passing || !ever {
			return err
		}
		if !broken {
			fmt.Fprintf(c.console.err, "team: %v; coming again, to go on after event %s\n", err, cursor)
		}
		broken = true
		if cursor != before {
			pause, before = firstPause, cursor
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// errStreamBroke is a stream that ended before TEAM ended it for good.
var errStreamBroke = errors.New("the connection broke")

// followOnce follows one connection to its end, and moves the cursor.
func (c *client) followOnce(ctx context.Context, q url.Values, cursor *string, connected func()) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(silence, func() { cancel(fmt.Errorf("%w: nothing came for %s", errStreamBroke, silence)) })
	defer watch.Stop()
	answer, token, err := c.openStream(ctx, q, *cursor)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	connected()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, longestMessage)
	var m streamMessage
	for lines.Scan() {
		watch.Reset(silence)
		if lines.Text() != "" {
			m.read(lines.Text())
			continue
		}
		if err := c.heard(m, cursor); err != nil {
			return c.unlessRenewed(ctx, token, err)
		}
		m = streamMessage{}
	}
	switch {
	case context.Cause(ctx) != nil:
		return context.Cause(ctx) //nolint:wrapcheck // it was made here
	case lines.Err() != nil && !errors.Is(lines.Err(), io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: %w", errStreamBroke, withoutURL(lines.Err()))
	}
	return errStreamBroke
}

// unlessRenewed lets a stream be opened again that ended only because its token did: that of a sign-in has a successor.
func (c *client) unlessRenewed(ctx context.Context, token string, ended error) error {
	if exitCode(ended) != exitNotSignedIn {
		return ended
	}
	_, ok, err := c.bearer.another(ctx, token)
	switch {
	case err != nil:
		return err
	case ok:
		return fmt.Errorf("%w: its token ended", errStreamBroke)
	}
	return ended
}

// openStream connects, and says with which token. A stream has no time-out as a whole, unlike other calls.
func (c *client) openStream(ctx context.Context, q url.Values, cursor string) (answer *http.Response, with string, err error) {
	q.Set("cursor", cursor)
	endless := *c.http
	endless.Timeout = 0
	answer, err = c.sendAs(ctx, func(token string) (*http.Response, error) {
		with = token
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+apiRoot+"/events/stream?"+q.Encode(), nil)
		if err != nil {
			return nil, fmt.Errorf("make request: %w", err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Accept", "text/event-stream")
		request.Header.Set("User-Agent", "team/"+version)
		answer, err := endless.Do(request)
		if err != nil {
			return nil, codedError{fmt.Errorf("TEAM on %s does not answer: %w", c.base, withoutURL(err)), exitUnavailable}
		}
		return answer, nil
	})
	if err != nil {
		return nil, "", err
	}
	if answer.StatusCode == http.StatusOK && strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		return answer, with, nil
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return nil, "", codedError{fmt.Errorf("TEAM's answer broke off: %w", err), exitUnavailable}
	}
	return nil, "", refusal(answer, content)
}

// streamMessage is one server-sent event.
type streamMessage struct{ event, id, data string }

func (m *streamMessage) read(line string) {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch name {
	case "event":
		m.event = value
	case "id":
		m.id = value
	case "data":
		m.data += value
	}
}

// heard prints what a message holds. The cursor moves after that: what could not be printed comes again.
func (c *client) heard(m streamMessage, cursor *string) error {
	switch {
	case m.event == "end":
		var end api.EventStreamEnd
		if err := json.Unmarshal([]byte(m.data), &end); err != nil {
			return fmt.Errorf("read the end of the stream: %w", err)
		}
		*cursor = m.id
		if code := exitOfCode(end.Code, 0); code == exitNotSignedIn || code == exitDenied {
			status := map[int]int{exitNotSignedIn: http.StatusUnauthorized, exitDenied: http.StatusForbidden}[code]
			return codedError{&apiError{Problem: api.Problem{Status: status, Code: end.Code, Detail: end.Detail}}, code}
		}
		return fmt.Errorf("%w: %s", errStreamBroke, end.Detail)
	case m.event == "" && m.data != "":
		var e api.Event
		if err := json.Unmarshal([]byte(m.data), &e); err != nil {
			return fmt.Errorf("read event: %w", err)
		}
		if err := c.showEvent(e); err != nil {
			return err
		}
	}
	if m.id != "" {
		*cursor = m.id
	}
	return nil
}
