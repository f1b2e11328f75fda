package idtoken

import (
	"net/netip"
	"testing"
)

func TestAddressesThatAreAsked(t *testing.T) {
	clusters := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("169.254.0.0/16")}
	for address, want := range map[string]struct{ alone, named bool }{
		"140.82.112.3:443": {true, true}, "[2606:50c0:8000::153]:443": {true, true},
		"10.1.2.3:443": {false, true}, "[fd00:1::1]:443": {false, true}, "192.168.1.1:443": {false, false}, "172.16.0.1:443": {false, false},
		"127.0.0.1:443": {false, false}, "[::1]:443": {false, false}, "0.0.0.0:443": {false, false}, "[::]:443": {false, false},
		"100.64.0.1:443": {false, false}, "224.0.0.1:443": {false, false}, "255.255.255.255:443": {false, false},
		// Where machines in a cloud get their credentials, in every spelling: whatever the operator names.
		"169.254.169.254:80": {false, false}, "[fd00:ec2::254]:80": {false, false}, "[fe80::1%25eth0]:80": {false, false},
		"[::ffff:169.254.169.254]:80": {false, false}, "[::ffff:10.1.2.3]:443": {false, true}, "[64:ff9b::a9fe:a9fe]:80": {false, false},
		"[2002:a9fe:a9fe::1]:80": {false, false}, "[::a9fe:a9fe]:80": {false, false}, "nonsense": {false, false},
	} {
		if got := reachable(address, nil) == nil; got != want.alone {
			t.Errorf("%s is reachable: %v", address, got)
		}
		if got := reachable(address, clusters) == nil; got != want.named {
			t.Errorf("%s is reachable with networks: %v", address, got)
		}
	}
}
