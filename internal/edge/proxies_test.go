package edge

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestOnlyDeclaredProxiesSayWhereARequestComesFrom(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, tt := range map[string]struct {
		peer      string
		header    string
		values    []string
		proto     string
		forwarded bool
		want      string
		proxied   bool
		scheme    string
	}{
		"no proxy":                        {peer: "203.0.113.7:1", want: "203.0.113.7"},
		"forged by a stranger":            {peer: "203.0.113.7:1", values: []string{"198.51.100.1"}, proto: "https", want: "203.0.113.7"},
		"through a proxy":                 {peer: "10.1.1.1:1", values: []string{"198.51.100.1"}, proto: "https", want: "198.51.100.1", proxied: true, scheme: "https"},
		"forged before a proxy":           {peer: "10.1.1.1:1", values: []string{"192.0.2.9, 198.51.100.1"}, want: "198.51.100.1", proxied: true},
		"forged as a proxy":               {peer: "10.1.1.1:1", values: []string{"192.0.2.9, 198.51.100.1, 10.2.2.2"}, want: "198.51.100.1", proxied: true},
		"in several headers":              {peer: "10.1.1.1:1", values: []string{"192.0.2.9", "198.51.100.1", "10.2.2.2"}, want: "198.51.100.1", proxied: true},
		"two proxies":                     {peer: "10.1.1.1:1", values: []string{"198.51.100.1,10.2.2.2"}, want: "198.51.100.1", proxied: true},
		"from within":                     {peer: "10.1.1.1:1", values: []string{"10.3.3.3"}, want: "10.3.3.3", proxied: true},
		"unreadable":                      {peer: "10.1.1.1:1", values: []string{"192.0.2.9, secret-client"}, want: "10.1.1.1", proxied: true},
		"unreadable behind a proxy":       {peer: "10.1.1.1:1", values: []string{"192.0.2.9, _hidden, 10.2.2.2"}, want: "10.2.2.2", proxied: true},
		"nothing said":                    {peer: "10.1.1.1:1", want: "10.1.1.1", proxied: true},
		"scheme without an address":       {peer: "10.1.1.1:1", proto: "http", want: "10.1.1.1", proxied: true, scheme: "http"},
		"the nearest proxy's scheme":      {peer: "10.1.1.1:1", values: []string{"198.51.100.1"}, proto: "https, http", want: "198.51.100.1", proxied: true, scheme: "http"},
		"with a port":                     {peer: "10.1.1.1:1", values: []string{"198.51.100.1:4711"}, want: "198.51.100.1", proxied: true},
		"IPv6":                            {peer: "[fd00::1]:1", values: []string{"2001:db8::1"}, want: "2001:db8::1", proxied: true},
		"IPv6 with a port":                {peer: "[fd00::1]:1", values: []string{"[2001:db8::1]:80"}, want: "2001:db8::1", proxied: true},
		"IPv4 in IPv6":                    {peer: "[::ffff:10.1.1.1]:1", values: []string{"::ffff:198.51.100.1"}, want: "198.51.100.1", proxied: true},
		"Forwarded":                       {peer: "10.1.1.1:1", forwarded: true, values: []string{`for=192.0.2.9, for="198.51.100.1:99";proto=https;by=10.1.1.1`}, want: "198.51.100.1", proxied: true, scheme: "https"},
		"Forwarded with IPv6":             {peer: "10.1.1.1:1", forwarded: true, values: []string{`For="[2001:db8::1]:4711";Proto=http`}, want: "2001:db8::1", proxied: true, scheme: "http"},
		"Forwarded hidden":                {peer: "10.1.1.1:1", forwarded: true, values: []string{`for=_gazonk;proto=https`}, want: "10.1.1.1", proxied: true, scheme: "https"},
		"X-Forwarded-For where Forwarded": {peer: "10.1.1.1:1", forwarded: true, header: "X-Forwarded-For", values: []string{"192.0.2.9"}, want: "10.1.1.1", proxied: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = tt.peer
			header := tt.header
			if header == "" {
				header = map[bool]string{true: "Forwarded", false: "X-Forwarded-For"}[tt.forwarded]
			}
			for _, v := range tt.values {
				r.Header.Add(header, v)
			}
			if tt.proto != "" {
				r.Header.Set("X-Forwarded-Proto", tt.proto)
			}
			got, proxied, scheme := Proxies{Trusted: trusted, Forwarded: tt.forwarded}.origin(r)
			if got.String() != tt.want || proxied != tt.proxied || scheme != tt.scheme {
				t.Errorf("got %s, proxied %t, scheme %q; want %s, %t, %q", got, proxied, scheme, tt.want, tt.proxied, tt.scheme)
			}
		})
	}
}

func TestIPv6IsCountedByNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"198.51.100.1": "198.51.100.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::1": "2001:db8:1:2::/64", "::1": "::/64",
	} {
		if got := clientKey(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is counted under %s, not %s", address, got, want)
		}
	}
}

// Whatever stands in the headers, a stranger is who they are, and nothing breaks.
func FuzzForgedHeadersChangeNothing(f *testing.F) {
	f.Add("192.0.2.1", "for=192.0.2.1;proto=https")
	f.Add(",,,[::1]:x", `for="[`)
	f.Fuzz(func(t *testing.T, xff, fwd string) {
		for _, forwarded := range []bool{true, false} {
			p := Proxies{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Forwarded: forwarded}
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = "203.0.113.7:1"
			r.Header["X-Forwarded-For"], r.Header["Forwarded"] = []string{xff}, []string{fwd}
			if got, proxied, _ := p.origin(r); proxied || got.String() != "203.0.113.7" {
				t.Errorf("a stranger is %s", got)
			}
			r.RemoteAddr = "10.0.0.1:1"
			if got, _, _ := p.origin(r); !got.IsValid() {
				t.Error("a proxy's request has no address")
			}
		}
	})
}
