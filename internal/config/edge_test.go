package config

import (
	"strings"
	"testing"
)

func TestWhatProtectsTheListener(t *testing.T) {
	for name, tt := range map[string]struct {
		file, want string // want "": it is taken
	}{
		"this machine":          {"listen: 127.0.0.1:8080", ""},
		"this machine, IPv6":    {"listen: '[::1]:8080'", ""},
		"this machine, by name": {"listen: localhost:8080", ""},
		"everybody, in clear":   {"listen: 0.0.0.0:8080", "nothing is encrypted. Give tls.certificate_file and tls.key_file"},
		"everybody, no host":    {"listen: ':8080'", "name in proxies.trusted the proxies that encrypt"},
		"a network, in clear":   {"listen: 10.0.0.1:8080", "nothing is encrypted"},
		"behind a proxy":        {"listen: 0.0.0.0:8080\nproxies.trusted: 10.0.0.0/8", ""},
		"encrypted":             {"listen: 0.0.0.0:8443\ntls: {certificate_file: c, key_file: k}", ""},
		"ACME":                  {"listen: 0.0.0.0:443\ntls.acme: {hosts: team.example.org, key_file: k}", ""},
		"ACME without a key":    {"listen: 0.0.0.0:443\ntls.acme: {hosts: team.example.org}", "openssl rand -base64 32"},
		"half a pair":           {"tls: {certificate_file: c}", "must be given together"},
		"both":                  {"tls: {certificate_file: c, key_file: k, acme: {hosts: h, key_file: k}}", "are both given"},
		"redirect to nothing":   {"listen_redirect: 127.0.0.1:80", "which TEAM does not speak"},
		"redirect":              {"listen_redirect: 127.0.0.1:80\ntls: {certificate_file: c, key_file: k}", ""},
		"local public address":  {"public_url: http://localhost:8080", ""},
		"plain but encrypted":   {"public_url: http://localhost:8080\ntls: {certificate_file: c, key_file: k}", "but TEAM is encrypted"},
		"public address":        {"public_url: https://team.example.org", ""},
		"everybody is a proxy":  {"proxies.trusted: 0.0.0.0/0", "is every address there is"},
		"everybody, IPv6":       {"proxies.trusted: '10.0.0.1, ::/0'", "is every address there is"},
		"no network":            {"proxies.trusted: '10.0.0.1 10.0.0.0/33'", `"10.0.0.0/33" is no address and no network`},
		"another header":        {"proxies.header: x-real-ip", "it can be x-forwarded-for, forwarded"},
		"a rate below zero":     {"rates.address: -1", "from 0 to 1000000"},
		"a bucket":              {"access_log.to: s3://logs-of-team/edge", ""},
		"no bucket":             {"access_log.to: 's3://'", "s3://BUCKET/PREFIX"},
		"no access log":         {"access_log.to: ''", "it can be off"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(Sources{File: write(t, tt.file)})
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestNetworksAreRead(t *testing.T) {
	got, err := Networks("10.1.2.3/8, 192.0.2.1 ::ffff:198.51.100.1,fd00::/8")
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, p := range got {
		words = append(words, p.String())
	}
	if s := strings.Join(words, " "); s != "10.0.0.0/8 192.0.2.1/32 198.51.100.1/32 fd00::/8" {
		t.Errorf("got %s", s)
	}
}
