package main

import (
	"context"
	"net/url"
)

// pages reads a list to its end. add takes a page, and gives the cursor of the next one.
func pages[L any](ctx context.Context, c *client, path string, q url.Values, add func(L) (next string)) error {
	for {
		var page L
		if err := c.get(ctx, path, q, &page); err != nil {
			return err
		}
		next := add(page)
		if next == "" {
			return nil
		}
		q.Set("cursor", next)
	}
}
