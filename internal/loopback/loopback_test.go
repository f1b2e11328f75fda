package loopback

import (
	"net/url"
	"testing"
)

func TestHostsOfThisMachine(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true, "0:0:0:0:0:0:0:1": true,
		"": false, "localhost.": false, "localhost.example.org": false, "127.0.0.1.example.org": false, "127.1": false, "0127.0.0.1": false, "0.0.0.0": false, "::": false,
		"[::1]": false, "::1%eth0": false, "127.0.0.1:80": false, "10.0.0.1": false, "2130706433": false,
	} {
		if Host(host) != want {
			t.Errorf("%q is this machine: %t", host, !want)
		}
	}
}

func TestProvidersInClearAreNotAsked(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://x.example.org": true, "http://127.0.0.1:1": true, "http://[::1]:1": true, "http://localhost": true,
		"http://x.example.org": false, "http://localhost.example.org": false, "ftp://x": false, "https://": false, "https://a@x": false, "https://x#y": false, "//x": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckURL(u); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}
