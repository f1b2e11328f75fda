package provider

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/loopback"
)

// MaxBody is the most that is read of a provider's answer to TEAM itself: metadata and keys, never more than some
// hundred kilobytes with the largest providers.
const MaxBody = 1 << 20

// NewClient makes the client that asks providers: with an end to every wait, a bound on what it reads, and no way from
// https to http. base does the calls; nil is a transport of its own.
func NewClient(base http.RoundTripper) *http.Client {
	if base == nil {
		base = &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 8 * time.Second, IdleConnTimeout: 90 * time.Second,
			MaxIdleConnsPerHost: 4, ForceAttemptHTTP2: true,
		}
	}
	return &http.Client{Transport: bounded{base}, Timeout: 10 * time.Second, CheckRedirect: checkRedirect}
}

func checkRedirect(r *http.Request, before []*http.Request) error {
	if len(before) > 3 {
		return errors.New("more than three redirects")
	}
	return loopback.CheckURL(r.URL)
}

// bounded reads at most MaxBody of an answer, and fails where there is more.
type bounded struct{ base http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.base.RoundTrip(r)
	if err != nil {
		return nil, err //nolint:wrapcheck // the client says what it was doing
	}
	answer.Body = &boundedBody{ReadCloser: answer.Body, left: MaxBody}
	return answer, nil
}

type boundedBody struct {
	io.ReadCloser

	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("the answer is larger than %d bytes", MaxBody)
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err //nolint:wrapcheck // io.EOF must stay itself
}
