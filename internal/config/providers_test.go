package config

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const someProviders = `
public_url: https://team.example.org
sign_in.providers:
  - name: okta
    title: Okta
    issuer: https://example.okta.com
    client_id: 0oa1
    client_secret_file: /etc/team/okta
    match: external_id
    scopes: [profile, email, groups]
    acr_values: phr mfa
    max_age: 8h
  - name: idc
    type: saml
    metadata_url: https://portal.sso.eu-west-1.amazonaws.com/saml/metadata/x
    match: email
    email_from: NameID
`

func TestProvidersAreRead(t *testing.T) {
	c, err := Load(Sources{File: write(t, someProviders)})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.SignIn.Providers) != 2 || c.SignIn.Longest != 12*time.Hour {
		t.Fatalf("got %+v", c.SignIn)
	}
	okta, idc := c.SignIn.Providers[0], c.SignIn.Providers[1]
	if okta.Type != OIDC || okta.UserNameFrom != "preferred_username" || okta.EmailFrom != "email" || okta.ExternalIDFrom != "sub" || !okta.ProvesFreshness ||
		!slices.Equal(okta.Scopes, []string{"profile", "email", "groups"}) || !slices.Equal(okta.ACRValues, []string{"phr", "mfa"}) || okta.MaxAge != 8*time.Hour {
		t.Errorf("got %+v", okta)
	}
	if idc.Title != "idc" || idc.UserNameFrom != "NameID" || idc.EmailFrom != "NameID" || idc.ProvesFreshness {
		t.Errorf("got %+v", idc)
	}
	if lists := c.Lists(); len(lists[0].Entries) != 2 || lists[0].Entries[1][0].Value() != "idc" {
		t.Errorf("shown as %+v", lists)
	}
	if len(Default().SignIn.Providers) != 0 {
		t.Error("there are providers by default")
	}
}

func TestProvidersThatAreRefused(t *testing.T) {
	const oidc = "{name: a, issuer: 'https://x.example.org', client_id: c, match: user_name"
	const saml = "{name: b, type: saml, metadata_file: m.xml, match: user_name"
	for name, tt := range map[string]struct{ entry, want string }{
		"no name":                  {"{issuer: 'https://x.example.org', client_id: c, match: email}", "sign_in.providers[0].name: is missing"},
		"a name with a slash":      {"{name: a/b}", "sign_in.providers[0].name"},
		"a name that is taken":     {"{name: error}", "means something else"},
		"a name twice":             {oidc + "}, " + oidc + "}", "sign_in.providers[1].name: \"a\" is another provider's already"},
		"an unknown key":           {oidc + ", isuer: x}", "sign_in.providers[0] in the configuration file: unknown key isuer; did you mean issuer?"},
		"an unknown protocol":      {"{name: a, type: ldap}", "it can be oidc, saml"},
		"an unknown match":         {"{name: a, match: phone}", "sign_in.providers[0].match"},
		"no match":                 {"{name: a, issuer: 'https://x.example.org', client_id: c}", "say by what people are found"},
		"no issuer":                {"{name: a, client_id: c, match: email}", "sign_in.providers[0].issuer: is missing"},
		"an issuer in clear":       {"{name: a, issuer: 'http://x.example.org', client_id: c, match: email}", "sign_in.providers[0].issuer: must begin with https://"},
		"no client":                {"{name: a, issuer: 'https://x.example.org', match: email}", "sign_in.providers[0].client_id: is missing"},
		"SAML's key with oidc":     {oidc + ", metadata_file: x}", "metadata_file: means something with type saml alone"},
		"oidc's key with SAML":     {saml + ", client_id: x}", "client_id: means something with type oidc alone"},
		"no metadata":              {"{name: b, type: saml, match: user_name}", "either metadata_url or metadata_file"},
		"metadata twice":           {saml + ", metadata_url: 'https://x.example.org'}", "either metadata_url or metadata_file"},
		"metadata in clear":        {"{name: b, type: saml, metadata_url: 'http://x.example.org', match: user_name}", "must begin with https://"},
		"a key alone":              {saml + ", signing_key_file: x}", "together with signing_certificate_file"},
		"SAML's e-mail unnamed":    {"{name: b, type: saml, metadata_file: m, match: email}", "sign_in.providers[0].email_from: is missing"},
		"an unverified e-mail":     {"{name: a, issuer: 'https://x.example.org', client_id: c, match: email, email_from: upn}", "with match email it must be email"},
		"a list for one value":     {"{name: [a, b]}", "must be one value"},
		"a group in a list":        {oidc + ", scopes: [{a: b}]}", "must be a list of words"},
		"an entry that is a word":  {"okta", "must be a group of keys"},
		"a negative age":           {oidc + ", max_age: -1s}", "max_age"},
		"freshness that is a word": {oidc + ", proves_freshness: maybe}", "proves_freshness"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(Sources{File: write(t, "sign_in.providers: ["+tt.entry+"]\n")})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	for file, want := range map[string]string{
		"sign_in.providers: x\n":            "must be a list",
		"sign_in: {providers: {name: a}}\n": "sign_in.providers",
		"listen: 0.0.0.0:8080\nproxies.trusted: 10.0.0.0/8\nsign_in.providers: [" + oidc + "}]\n": "public_url is missing",
		"public_url: http://team.example.org\n":                                                   "must begin with https://",
		"public_url: https://team.example.org/team\n":                                             "without a path",
		"public_url: https://team.example.org/?x=1\n":                                             "without a path",
		"public_url: https://a@team.example.org\n":                                                "without user",
		"sign_in.provider: []\n":                                                                  "did you mean sign_in.providers?",
	} {
		if _, err := Load(Sources{File: write(t, file)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", file, err, want)
		}
	}
	if _, err := Load(Sources{Environ: []string{"TEAM_SIGN_IN_PROVIDERS=x"}}); err == nil {
		t.Error("a variable holds a list")
	}
	if _, err := Load(Sources{File: write(t, "sign_in.providers: ["+oidc+"}]\n")}); err != nil {
		t.Errorf("on this machine no address is needed: %v", err)
	}
}

// People are sent to the portal, so that its address leads nowhere else than it seems to.
func TestThePortalHasAnAddressThatLinksCanBeginWith(t *testing.T) {
	for text, good := range map[string]bool{
		"": true, "https://d-1234567890.awsapps.com/start": true, "https://example.awsapps.com/start/": true,
		"https://ssoins-1.portal.eu-central-1.app.aws": true,
		"http://example.awsapps.com/start":             false, "javascript:alert(1)": false, "https:///start": false, "example.awsapps.com/start": false,
		"https://example.awsapps.com@elsewhere.test/start": false, "https://example.awsapps.com/start?x=1": false, "https://example.awsapps.com/start?": false,
		"https://example.awsapps.com/start#/": false, "https://example.awsapps.com/start#": false, "https://%zz/": false,
	} {
		c, err := Load(Sources{File: write(t, "aws.portal_url: "+strconv.Quote(text)+"\n")})
		if good && (err != nil || c.AWS.PortalURL != text) {
			t.Errorf("%q became %q: %v", text, c.AWS.PortalURL, err)
		}
		if !good && (err == nil || !strings.Contains(err.Error(), "aws.portal_url")) {
			t.Errorf("%q is taken: %v", text, err)
		}
	}
}

// Everything that is wrong is said at once.
func TestAllProvidersAreChecked(t *testing.T) {
	_, _, problems := Explain(Sources{File: write(t, "sign_in.providers: [{name: A, tpye: x}, {name: b, match: y}]\n")})
	if len(problems) != 3 {
		t.Errorf("%v", problems)
	}
}
