package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/config"
)

// discoverable is a provider that says what it is, and nothing else.
func discoverable(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": server.URL, "authorization_endpoint": server.URL + "/authorize", "token_endpoint": server.URL + "/token", "jwks_uri": server.URL + "/keys",
		})
	})
	mux.HandleFunc("GET /metadata", func(w http.ResponseWriter, _ *http.Request) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		fine(t, err)
		template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "portal"}, NotAfter: time.Now().Add(time.Hour)}
		der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
		fine(t, err)
		_, _ = w.Write([]byte(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://portal"><IDPSSODescriptor>` +
			`<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + base64.StdEncoding.EncodeToString(der) +
			`</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" ` +
			`Location="https://portal.example.org/sso"/></IDPSSODescriptor></EntityDescriptor>`))
	})
	return server
}

func writeConfig(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "team.yaml")
	fine(t, os.WriteFile(file, []byte(content), 0o600))
	return file
}

func TestProvidersAreAskedWhatTheySay(t *testing.T) {
	server := discoverable(t)
	secret := filepath.Join(t.TempDir(), "secret")
	fine(t, os.WriteFile(secret, []byte("s3cret\n"), 0o600))
	good := "database: sqlite:" + filepath.Join(t.TempDir(), "team.db") + "\ncheckpoint.file: ''\npublic_url: https://team.example.org\nsign_in.providers:\n" +
		"  - {name: okta, issuer: '" + server.URL + "', client_id: c, client_secret_file: " + secret + ", match: external_id}\n" +
		"  - {name: idc, type: saml, metadata_url: '" + server.URL + "/metadata', match: user_name}\n"
	file := writeConfig(t, good)
	got := command(t, nil, "config", "check", "--config", file)
	for _, want := range []string{
		"sign_in.providers[0], okta (oidc):", "redirect URI to register at the provider: https://team.example.org/sign-in/okta/callback",
		"assertion consumer service (ACS) URL to enter at the provider: https://team.example.org/sign-in/idc/acs",
		"audience (entity id) to enter at the provider: https://team.example.org/sign-in/idc/metadata",
		"application start URL to enter at the provider: https://team.example.org/sign-in/idc", "certificate CN=portal", "The configuration is valid.",
	} {
		if got.code != exitOK || !strings.Contains(got.out, want) {
			t.Errorf("it does not say %q: %d\n%s%s", want, got.code, got.out, got.err)
		}
	}
	if strings.Contains(got.out, "s3cret") {
		t.Errorf("it prints the secret:\n%s", got.out)
	}
	checked := decode[checkedConfig](t, command(t, nil, "config", "check", "--config", file, "-o", "json").out)
	if !checked.Valid || len(checked.Providers) < 6 {
		t.Errorf("to programs: %+v", checked)
	}
	// What is printed can be used again.
	again := writeConfig(t, command(t, nil, "config", "print", "--config", file).out)
	if got := command(t, nil, "config", "check", "--config", again); got.code != exitOK || !strings.Contains(got.out, "sign-in/idc/acs") {
		t.Errorf("what was printed is refused: %s%s", got.out, got.err)
	}
	printed := decode[printedConfig](t, command(t, nil, "config", "print", "--config", file, "-o", "json").out)
	if len(printed.Lists) != 1 || printed.Lists[0].Entries[1]["name"] != "idc" {
		t.Errorf("printed %+v", printed.Lists)
	}
	// A provider that does not answer is said, and not asked with --offline.
	server.Close()
	got = command(t, nil, "config", "check", "--config", file)
	if !strings.Contains(got.out, "https://team.example.org/sign-in/idc/acs") {
		t.Errorf("it does not say what to enter at a provider that does not know it yet:\n%s", got.out)
	}
	if got.code != exitUsage || !strings.Contains(got.err, "sign_in.providers[0] (okta): read discovery document of "+server.URL) || !strings.Contains(got.err, "sign_in.providers[1]") {
		t.Errorf("%d %s", got.code, got.err)
	}
	if got := command(t, nil, "config", "check", "--offline", "--config", file); got.code != exitOK {
		t.Errorf("%d %s", got.code, got.err)
	}
	// Without its secret nobody could sign in.
	fine(t, os.WriteFile(secret, nil, 0o600))
	if got := command(t, nil, "config", "check", "--config", file); !strings.Contains(got.err, "client_secret_file") {
		t.Errorf("%d %s", got.code, got.err)
	}
}

func TestPublicOrigin(t *testing.T) {
	for name, want := range map[string]string{
		"https://team.example.org/": "https://team.example.org", "https://team.example.org:8443": "https://team.example.org:8443", "": "http://localhost:8080",
	} {
		if got, err := publicOrigin(config.Config{PublicURL: name}, "127.0.0.1:8080"); err != nil || got.String() != want {
			t.Errorf("%q: %s, %v", name, got, err)
		}
	}
}

func fine(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
