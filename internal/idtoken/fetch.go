package idtoken

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/team-idc/team/internal/loopback"
)

const (
	fetchTimeout = 5 * time.Second // for each of the two documents
	maxDocument  = 256 << 10       // bytes
	maxHeader    = 64 << 10        // bytes
)

// fetcher reads the documents of issuers. Their addresses come from settings, so that whoever may change those could
// have TEAM look around in the network it is in: it goes only where the operator lets it, and follows nobody elsewhere.
type fetcher struct {
	direct *http.Client
	// proxied goes through the proxy that the environment names, which knows itself what it may reach.
	proxied *http.Client
}

func newFetcher(networks []netip.Prefix) fetcher {
	client := func(d *net.Dialer, proxy func(*http.Request) (*url.URL, error)) *http.Client {
		return &http.Client{
			Timeout:       fetchTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("redirects are not followed") },
			Transport: &http.Transport{
				Proxy: proxy, DialContext: d.DialContext, TLSHandshakeTimeout: fetchTimeout, ForceAttemptHTTP2: true,
				MaxResponseHeaderBytes: maxHeader, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute,
			},
		}
	}
	guarded := &net.Dialer{
		Timeout: fetchTimeout,
		// After the name was looked up, so that no name leads elsewhere.
		Control: func(_, address string, _ syscall.RawConn) error { return reachable(address, networks) },
	}
	return fetcher{direct: client(guarded, nil), proxied: client(&net.Dialer{Timeout: fetchTimeout}, http.ProxyFromEnvironment)}
}

// special are networks that are neither private nor public, or in which an address stands for another one.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("::/96"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("fec0::/10"),
}

// metadata is where machines in a cloud get their credentials (also link-local addresses). Nothing there is an issuer.
var metadata = netip.MustParseAddr("fd00:ec2::254")

// reachable refuses an address, with its port, that is neither public nor in one of the networks.
func reachable(address string, networks []netip.Prefix) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("read address: %w", err)
	}
	ip := at.Addr().Unmap().WithZone("")
	holds := func(p netip.Prefix) bool { return p.Contains(ip) }
	public := ip.IsGlobalUnicast() && !ip.IsPrivate() && !slices.ContainsFunc(special, holds)
	if ip.IsLinkLocalUnicast() || ip == metadata || (!public && !slices.ContainsFunc(networks, holds)) {
		return fmt.Errorf("the address %s is not public; machines.issuer_networks can name its network", ip)
	}
	return nil
}

// keys of an issuer.
func (f fetcher) keys(ctx context.Context, from Issuer) ([]jose.JSONWebKey, error) {
	at := from.KeysURL
	if at == "" {
		var err error
		if at, err = f.discover(ctx, from.URL); err != nil {
			return nil, err
		}
	}
	text, err := f.get(ctx, at)
	if err != nil {
		return nil, err
	}
	keys, err := parseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", at, err)
	}
	return keys, nil
}

// discover where an issuer has its keys (OpenID Connect Discovery 1.0, section 4).
func (f fetcher) discover(ctx context.Context, issuer string) (string, error) {
	at := strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
	text, err := f.get(ctx, at)
	if err != nil {
		return "", err
	}
	var document struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return "", fmt.Errorf("read %s: %w", at, err)
	}
	if document.Issuer != issuer {
		return "", fmt.Errorf("read %s: it is of the issuer %.200q", at, document.Issuer)
	}
	if document.Keys == "" {
		return "", fmt.Errorf("read %s: it does not say where the keys are", at)
	}
	return document.Keys, nil
}

// get a document. In clear only from this very machine: elsewhere others could put their own keys into it.
func (f fetcher) get(ctx context.Context, at string) ([]byte, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, fmt.Errorf("read address: %w", err)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback.Host(u.Hostname())) {
		return nil, fmt.Errorf("read %.200q: only https is read", at)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	client := f.direct
	if proxy, err := http.ProxyFromEnvironment(request); err != nil {
		return nil, fmt.Errorf("find proxy: %w", err)
	} else if proxy != nil {
		client = f.proxied
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("read %s: it answered %s", at, answer.Status)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", at, err)
	}
	if len(text) > maxDocument {
		return nil, fmt.Errorf("read %s: it has more than %d bytes", at, maxDocument)
	}
	return text, nil
}
