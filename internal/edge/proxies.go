package edge

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the machines that stand before TEAM and may say for whom they ask. Nobody else is believed.
type Proxies struct {
	Trusted []netip.Prefix
	// Forwarded: they write the header Forwarded (RFC 7239); otherwise X-Forwarded-For and X-Forwarded-Proto.
	Forwarded bool
}

// trusts says whether what an address says of others is believed.
func (p Proxies) trusts(a netip.Addr) bool {
	return within(p.Trusted, a)
}

func within(networks []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(a) })
}

// origin finds out where a request comes from. Proxies append, so the header is read from its end, as long as it was
// written by somebody who is believed: what stands before that may be anything the client sent. proxied says that a
// declared proxy passed the request on; scheme is what it says about the connection, "" when it says nothing.
func (p Proxies) origin(r *http.Request) (client netip.Addr, proxied bool, scheme string) {
	peer := peerOf(r)
	if !peer.IsValid() || !p.trusts(peer) {
		return peer, false, ""
	}
	hops := p.hops(r)
	client = peer
	for _, hop := range slices.Backward(hops) {
		if scheme == "" {
			scheme = hop.scheme // of the proxy nearest to us that says one: the others may be the client's
		}
		if !hop.address.IsValid() { // unreadable: what comes before it cannot be believed
			break
		}
		client = hop.address
		if !p.trusts(client) {
			break
		}
	}
	return client, true, scheme
}

// hop is one step of a request on its way, as a proxy tells it.
type hop struct {
	address netip.Addr // invalid when it could not be read
	scheme  string     // http, https, or "" when nothing is said
}

func (p Proxies) hops(r *http.Request) []hop {
	if p.Forwarded {
		return forwarded(r.Header.Values("Forwarded"))
	}
	var hops []hop
	for _, word := range lastWords(r.Header.Values("X-Forwarded-For")) {
		hops = append(hops, hop{address: addressIn(word)})
	}
	if len(hops) == 0 {
		hops = []hop{{}}
	}
	// The last word is the nearest proxy's.
	if words := lastWords(r.Header.Values("X-Forwarded-Proto")); len(words) > 0 {
		hops[len(hops)-1].scheme = strings.ToLower(words[len(words)-1])
	}
	return hops
}

// mostHops bounds what is read of a header that anybody may have begun.
const mostHops = 32

// lastWords splits headers at commas and keeps the last words.
func lastWords(values []string) []string {
	var words []string
	for _, v := range values {
		for word := range strings.SplitSeq(v, ",") {
			words = append(words, strings.TrimSpace(word))
		}
	}
	return words[max(0, len(words)-mostHops):]
}

// forwarded reads RFC 7239. Quoted commas and semicolons, which only obfuscated names have, make a hop unreadable, and
// that is safe.
func forwarded(values []string) []hop {
	var hops []hop
	for _, element := range lastWords(values) {
		var h hop
		for pair := range strings.SplitSeq(element, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			value = strings.Trim(value, `"`)
			switch strings.ToLower(name) {
			case "for":
				h.address = addressIn(value)
			case "proto":
				h.scheme = strings.ToLower(value)
			}
		}
		hops = append(hops, h)
	}
	return hops
}

// addressIn reads an address with or without a port; invalid when it is none.
func addressIn(word string) netip.Addr {
	if a, err := netip.ParseAddrPort(word); err == nil {
		return plain(a.Addr())
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(word, "["), "]"))
	if err != nil {
		return netip.Addr{}
	}
	return plain(a)
}

func peerOf(r *http.Request) netip.Addr {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return plain(a.Addr())
}

// plain is an address as it is compared: IPv4 as IPv4, without a zone.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// clientKey is what requests of an address are counted under. Of IPv6 it is the network of 64 bits, which is what one
// client is given.
func clientKey(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
