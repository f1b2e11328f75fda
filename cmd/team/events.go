package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

// eventFlags say which events somebody wants to see.
type eventFlags struct {
	after                                         int64
	limit                                         int
	request, user, account, since, from, to, kind string
	follow                                        bool
}

func eventsCommand(c console) *cobra.Command {
	var f eventFlags
	cmd := &cobra.Command{
		Use: "events", Short: "Show the event log, or the part of it you may see", GroupID: groupManage, Args: cobra.NoArgs,
		Long: `Shows what happened, in the order of the log: administrators and auditors see everything, others what is about their
own access, and with --request what is about a request they may see.

--follow goes on as things happen, from here on, or from where --since, --from or --after say. When the connection
breaks, or TEAM is restarted, it comes again and goes on where it was: nothing is missing and nothing comes twice. It
ends with Ctrl-C, or with exit code 7 when you are no longer signed in. With -o json it prints one object a line.`,
		Example: "  team events --since 1h\n  team events --request req_0199…\n" +
			"  team events --kind 'elevation.*' --account shop-prod --from '2026-12-01 00:00' --to '2026-12-02 00:00'\n" +
			"  team events --follow -o json | jq .kind",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			query, err := k.eventQuery(ctx, f)
			if err != nil {
				return err
			}
			return k.events(ctx, query, f)
		}),
	}
	remote(cmd)
	fl := cmd.Flags()
	fl.Int64Var(&f.after, "after", -1, "begin after this place in the log")
	fl.IntVar(&f.limit, "limit", 100, "at most so many at a time")
	fl.StringVar(&f.request, "request", "", "of this request")
	fl.StringVar(&f.kind, "kind", "", "of these kinds, separated by commas; 'elevation.*' is all that begin so")
	fl.StringVar(&f.user, "user", "", "about this user's access, by name or id")
	fl.StringVar(&f.account, "account", "", "about this account, by name or id")
	fl.StringVar(&f.since, "since", "", "of the last 90s, 15m, 2h, …")
	fl.StringVar(&f.from, "from", "", "at or after this instant: 2026-12-01 09:00, 09:00, 2026-12-01T09:00:00Z")
	fl.StringVar(&f.to, "to", "", "before this instant")
	fl.BoolVarP(&f.follow, "follow", "f", false, "go on as events happen")
	cmd.MarkFlagsMutuallyExclusive("since", "from")
	cmd.MarkFlagsMutuallyExclusive("to", "follow")
	return cmd
}

// eventQuery is the part of a query that lists and streams have in common, and the span of time of a list.
func (c *client) eventQuery(ctx context.Context, f eventFlags) (url.Values, error) {
	q := url.Values{}
	put := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	put("request", f.request)
	put("kind", f.kind)
	for _, named := range []struct {
		name, text string
		find       func(context.Context, string) (string, error)
	}{{"user", f.user, c.user}, {"account", f.account, c.account}} {
		if named.text == "" {
			continue
		}
		id, err := named.find(ctx, named.text)
		if err != nil {
			return nil, err
		}
		q.Set(named.name, id)
	}
	from, err := c.console.readInstant("from", f.from)
	if err == nil && f.since != "" {
		var span time.Duration
		span, err = readDuration("since", f.since)
		from = c.console.now().Add(-span)
	}
	if err != nil {
		return nil, err
	}
	to, err := c.console.readInstant("to", f.to)
	if err != nil {
		return nil, err
	}
	for name, at := range map[string]time.Time{"from": from, "to": to} {
		if !at.IsZero() {
			q.Set(name, at.UTC().Format(time.RFC3339))
		}
	}
	return q, nil
}

// events prints the log from a place on, and goes on as it grows where that is asked for.
func (c *client) events(ctx context.Context, q url.Values, f eventFlags) error {
	cursor := f.after
	if f.follow && cursor < 0 && !q.Has("from") {
		return c.followEvents(ctx, q, "now")
	}
	for {
		q.Set("after", strconv.FormatInt(cursor, 10))
		q.Set("limit", strconv.Itoa(f.limit))
		var list api.EventList
		if err := c.get(ctx, "/events", q, &list); err != nil {
			return err
		}
		if err := c.showEventList(list, f.follow); err != nil {
			return err
		}
		cursor = list.Cursor
		if list.More && f.follow {
			continue
		}
		if list.More && c.output != "json" {
			fmt.Fprintf(c.console.err, "There are more: --after %d\n", cursor)
		}
		break
	}
	if !f.follow {
		return nil
	}
	for _, name := range []string{"after", "limit", "from"} {
		q.Del(name)
	}
	return c.followEvents(ctx, q, strconv.FormatInt(cursor, 10))
}

func (c *client) showEventList(list api.EventList, follow bool) error {
	if c.output == "json" && !follow {
		return c.printJSON(list)
	}
	for _, e := range list.Items {
		if err := c.showEvent(e); err != nil {
			return err
		}
	}
	return nil
}

// showEvent prints an event on a line of its own.
func (c *client) showEvent(e api.Event) error {
	w := c.console.out
	switch c.output {
	case "json":
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(e); err != nil {
			return fmt.Errorf("print event: %w", err)
		}
		return nil
	case "id":
		fmt.Fprintln(w, e.Sequence)
		return nil
	}
	line := []string{fmt.Sprintf("%6d  %s  %-22s %s", e.Sequence, c.console.at(e.At), e.Kind, firstOf(e.Actor.Name, e.Actor.ID))}
	about := e.Subject
	if text := firstOf(about.Elevation, about.Target, about.Request, about.Policy, about.Alarm, about.User); text != "" {
		line = append(line, text)
	}
	for _, key := range []string{"reason", "detail", "sentence", "comment"} {
		if text, ok := e.Data[key].(string); ok && text != "" {
			line = append(line, text)
		}
	}
	fmt.Fprintln(w, strings.Join(line, "  "))
	return nil
}
