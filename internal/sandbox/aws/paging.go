package aws

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// page cuts one page out of sorted keys. AWS's tokens are opaque and so are these: the last key
// that was shown, so that changes between two pages neither repeat nor skip what stays. With
// ShortPages a page may hold less than asked, or nothing, and still carry a token.
func (c *call) page(keys []string, maxResults *int, token string, most int) ([]string, *string, error) {
	return c.pageOf(keys, func(string) bool { return true }, maxResults, token, most)
}

// pageOf is page over keys of which only some are visible. It looks no further than the page.
func (c *call) pageOf(keys []string, visible func(string) bool, maxResults *int, token string, most int) ([]string, *string, error) {
	size := most
	if maxResults != nil {
		if *maxResults < 1 || *maxResults > most {
			return nil, nil, c.badInput("INVALID_PAGE_SIZE", fmt.Sprintf(
				"1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: Member must be between 1 and %d", *maxResults, most))
		}
		size = *maxResults
	}
	after, emptied, err := c.readToken(token)
	if err != nil {
		return nil, nil, err
	}
	start := 0
	if token != "" {
		start, _ = slices.BinarySearch(keys, after)
		if start < len(keys) && keys[start] == after {
			start++
		}
	}
	if c.aws.switches.ShortPages && start < len(keys) {
		if c.aws.draw.IntN(3) == 0 && !emptied {
			// Two empty pages never follow each other, so that every listing ends.
			return []string{}, c.writeToken(after, true), nil
		}
		size = 1 + c.aws.draw.IntN(size)
	}
	page := []string{}
	for _, key := range keys[start:] {
		if !visible(key) {
			continue
		}
		if len(page) == size {
			return page, c.writeToken(page[size-1], false), nil
		}
		page = append(page, key)
	}
	return page, nil, nil
}

func (c *call) writeToken(after string, emptied bool) *string {
	mark := "+"
	if emptied {
		mark = "-"
	}
	token := base64.RawURLEncoding.EncodeToString([]byte(c.action + "\x00" + mark + after))
	return &token
}

func (c *call) readToken(token string) (after string, emptied bool, err error) {
	if token == "" {
		return "", false, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	rest, mine := strings.CutPrefix(string(raw), c.action+"\x00")
	if err != nil || !mine || rest == "" {
		return "", false, c.badInput("INVALID_NEXT_TOKEN", "The specified NextToken is not valid.")
	}
	return rest[1:], rest[0] == '-', nil
}

// badInput is a faulty input in the service's own words.
func (c *call) badInput(reason, message string) *apiError {
	if c.operation.service == "organizations" {
		return &apiError{Code: "InvalidInputException", Status: http.StatusBadRequest, Message: message, Reason: reason}
	}
	return validation(message)
}
