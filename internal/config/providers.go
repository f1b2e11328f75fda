package config

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/team-idc/team/internal/loopback"
)

// The protocols that providers of sign-in speak.
const (
	OIDC = "oidc"
	SAML = "saml"
)

// SignInProvider is an identity provider that people sign in at.
type SignInProvider struct {
	Name  string
	Title string
	Type  string // OIDC or SAML
	Match string // external_id, user_name or email
	// UserNameFrom, EmailFrom and ExternalIDFrom name the claim (OIDC) or attribute (SAML) each is taken from.
	UserNameFrom, EmailFrom, ExternalIDFrom string
	ProvesFreshness                         bool
	Issuer                                  string

	ClientID, ClientSecretFile string
	Scopes, ACRValues          []string
	MaxAge                     time.Duration

	MetadataFile, MetadataURL              string
	EntityID, NameIDFormat                 string
	SigningKeyFile, SigningCertificateFile string

	provesFreshness string // as it was written; "": as is usual with the protocol
}

func (c *Config) providerList() List {
	l := List{
		Name: "sign_in.providers",
		Help: "Identity providers that people sign in at. Without any, nobody signs in with a browser. The guide is docs/guides/sign-in.md.",
		Keys: new(SignInProvider).keys(),
		resize: func(n int) [][]Key {
			c.SignIn.Providers = make([]SignInProvider, n)
			var keys [][]Key
			for i := range c.SignIn.Providers {
				own := c.SignIn.Providers[i].keys()
				for _, k := range own {
					if err := k.set(k.Default); err != nil {
						panic("default of " + k.Name + " " + err.Error()) // a mistake below, which a test finds
					}
				}
				keys = append(keys, own)
			}
			return keys
		},
	}
	for i := range c.SignIn.Providers {
		l.Entries = append(l.Entries, c.SignIn.Providers[i].keys())
	}
	return l
}

func (p *SignInProvider) keys() []Key {
	const oidcOnly, samlOnly = "With oidc: ", "With saml: "
	return []Key{
		text(&p.Name, Key{
			Name: "name", Unit: "small letters, digits and dashes",
			Help: "What the provider is called in addresses and events. Who signed in is known by it for ever: do not change it, nor give it to " +
				"another provider.",
		}, providerName),
		text(&p.Title, Key{Name: "title", Help: "What people read on the page where they choose. Empty: the name."}, oneLine),
		text(&p.Type, Key{Name: "type", Default: OIDC, Unit: "oidc or saml", Help: "The protocol that the provider speaks."}, oneOf(OIDC, SAML)),
		text(&p.Match, Key{
			Name: "match", Unit: "external_id, user_name or email",
			Help: "By what a person is found among the users of IAM Identity Center the first time. external_id does not change and is given " +
				"to nobody else; names and e-mail addresses can be.",
		}, optional(oneOf("external_id", "user_name", "email"))),
		text(&p.UserNameFrom, Key{
			Name: "user_name_from",
			Help: "Claim or attribute with the user's name in IAM Identity Center. Empty: preferred_username with oidc, NameID with saml.",
		}, oneLine),
		text(&p.EmailFrom, Key{
			Name: "email_from",
			Help: "Claim or attribute with the e-mail address. Empty: email with oidc, none with saml.",
		}, oneLine),
		text(&p.ExternalIDFrom, Key{
			Name: "external_id_from",
			Help: "Claim or attribute with the external id in IAM Identity Center. Empty: sub with oidc, none with saml. NameID is SAML's own.",
		}, oneLine),
		text(&p.provesFreshness, Key{
			Name: "proves_freshness", Unit: "true or false",
			Help: "Whether the provider asks people anew when it is told to (max_age with oidc, ForceAuthn with saml) and says when it did. Only then " +
				"signing in there again counts as a fresh proof. Empty: true with oidc, false with saml.",
		}, optional(oneOf("true", "false"))),
		text(&p.Issuer, Key{
			Name: "issuer",
			Help: "With oidc: the issuer, exactly as the provider spells it. With saml: its entity id, needed where the metadata describes several.",
		}, oneLine),
		text(&p.ClientID, Key{Name: "client_id", Help: oidcOnly + "TEAM's client id at the provider."}, oneLine),
		text(&p.ClientSecretFile, Key{
			Name: "client_secret_file",
			Help: oidcOnly + "file with the client's secret, read at each use, so that it can be exchanged while TEAM runs. Empty: a public client.",
		}, nil),
		words(&p.Scopes, Key{Name: "scopes", Default: "profile email", Help: oidcOnly + "scopes to ask for beside openid."}),
		words(&p.ACRValues, Key{
			Name: "acr_values",
			Help: oidcOnly + "authentication contexts to ask for when a fresh proof is needed, of which the provider's answer must name one. Empty: any.",
		}),
		duration(&p.MaxAge, Key{
			Name: "max_age", Default: "0s",
			Help: oidcOnly + "longest time since somebody authenticated at the provider to sign in here without being asked again there. " +
				"0s: as the provider thinks.",
		}, 0, 30*day),
		text(&p.MetadataFile, Key{Name: "metadata_file", Help: samlOnly + "file with the provider's metadata, read again every hour."}, nil),
		text(&p.MetadataURL, Key{
			Name: "metadata_url", shown: shownURL,
			Help: samlOnly + "address of the provider's metadata, read again every hour, so that new certificates are known before they are used.",
		}, providerURL),
		text(&p.EntityID, Key{
			Name: "entity_id",
			Help: samlOnly + "TEAM's entity id, which is the audience of assertions. Empty: the address of TEAM's metadata.",
		}, oneLine),
		text(&p.NameIDFormat, Key{
			Name: "name_id_format",
			Help: samlOnly + "format of the NameID to ask for, as urn:oasis:names:tc:SAML:2.0:nameid-format:persistent. Empty: the provider's.",
		}, oneLine),
		text(&p.SigningKeyFile, Key{
			Name: "signing_key_file", Help: samlOnly + "PEM file with an RSA key that signs requests. Empty: they are not signed.",
		}, nil),
		text(&p.SigningCertificateFile, Key{
			Name: "signing_certificate_file", Help: samlOnly + "PEM file with the certificate of that key, for the provider.",
		}, nil),
	}
}

var providerForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

func providerName(s string) error {
	// The others begin the address of something else, or are who signs in without a provider.
	if slices.Contains([]string{"error", "operator", "demo"}, s) {
		return fmt.Errorf("is %q, which means something else; choose another", s)
	}
	if s != "" && !providerForm.MatchString(s) {
		return fmt.Errorf("is %q; it must be at most 32 small letters, digits and dashes, as okta", s)
	}
	return nil
}

// optional takes what is empty as well.
func optional(check func(string) error) func(string) error {
	return func(s string) error {
		if s == "" {
			return nil
		}
		return check(s)
	}
}

func oneLine(s string) error {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) || len(s) > 500 {
		return errors.New("must be one line of at most 500 bytes")
	}
	return nil
}

// providerURL is a web address that nobody on the way can change: https, or http on this machine itself.
func providerURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return errors.New("must be a web address without user and fragment")
	}
	return loopback.CheckURL(u)
}

// publicURL is the origin people reach TEAM at.
func publicURL(s string) error {
	if s == "" {
		return nil
	}
	if err := providerURL(s); err != nil {
		return err
	}
	u, err := url.Parse(s)
	if err != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return errors.New("must be an origin without a path, as https://team.example.org")
	}
	return nil
}

// WithUsual is the provider with what is usual with its protocol in place of what was left empty.
func (p SignInProvider) WithUsual() SignInProvider {
	usual := map[string][3]string{OIDC: {"preferred_username", "email", "sub"}, SAML: {"NameID", "", ""}}[p.Type]
	for i, field := range []*string{&p.UserNameFrom, &p.EmailFrom, &p.ExternalIDFrom} {
		if *field == "" {
			*field = usual[i]
		}
	}
	if p.Title == "" {
		p.Title = p.Name
	}
	p.ProvesFreshness = p.provesFreshness == "true" || p.provesFreshness == "" && p.Type == OIDC
	return p
}

// checkProviders says everything that is wrong with providers of which each key alone is right.
func (c *Config) checkProviders() []error {
	var wrong []error
	names := map[string]bool{}
	for i := range c.SignIn.Providers {
		c.SignIn.Providers[i] = c.SignIn.Providers[i].WithUsual()
		p := &c.SignIn.Providers[i]
		at := func(key, format string, args ...any) {
			wrong = append(wrong, fmt.Errorf("sign_in.providers[%d].%s: %w", i, key, fmt.Errorf(format, args...)))
		}
		switch {
		case p.Name == "":
			at("name", "is missing; choose one that stays, as okta")
		case names[p.Name]:
			at("name", "%q is another provider's already", p.Name)
		}
		names[p.Name] = true
		p.checkMatch(at)
		if p.Type == OIDC {
			p.checkOIDC(at)
		} else {
			p.checkSAML(at)
		}
	}
	if len(c.SignIn.Providers) > 0 && c.PublicURL == "" && !c.OnLoopback() {
		wrong = append(wrong, errors.New("public_url is missing: say at which address people reach TEAM, since providers send them back there"))
	}
	return wrong
}

func (p *SignInProvider) checkMatch(at func(key, format string, args ...any)) {
	from := map[string]string{"external_id": p.ExternalIDFrom, "user_name": p.UserNameFrom, "email": p.EmailFrom}
	switch source, ok := from[p.Match]; {
	case !ok:
		at("match", "is missing; say by what people are found in IAM Identity Center: external_id (best), user_name or email")
	case source == "":
		at(p.Match+"_from", "is missing; with match %s say which attribute holds it", p.Match)
	}
}

func (p *SignInProvider) checkOIDC(at func(key, format string, args ...any)) {
	if p.Issuer == "" {
		at("issuer", "is missing; it is the provider's address, as https://example.okta.com")
	} else if err := providerURL(p.Issuer); err != nil {
		at("issuer", "%w", err)
	}
	if p.ClientID == "" {
		at("client_id", "is missing; the provider shows it where TEAM is registered")
	}
	if p.Match == "email" && p.EmailFrom != "email" {
		at("email_from", "is %q; with match email it must be email, the one claim that OpenID Connect says is verified or not", p.EmailFrom)
	}
	p.checkForeign(at, SAML)
}

func (p *SignInProvider) checkSAML(at func(key, format string, args ...any)) {
	if (p.MetadataFile == "") == (p.MetadataURL == "") {
		at("metadata_url", "give either metadata_url or metadata_file")
	}
	if (p.SigningKeyFile == "") != (p.SigningCertificateFile == "") {
		at("signing_key_file", "must be given together with signing_certificate_file")
	}
	p.checkForeign(at, OIDC)
}

// checkForeign refuses keys of the other protocol: whoever wrote them expects something of them.
func (p *SignInProvider) checkForeign(at func(key, format string, args ...any), other string) {
	of := map[string]string{
		"client_id": OIDC, "client_secret_file": OIDC, "scopes": OIDC, "acr_values": OIDC, "max_age": OIDC,
		"metadata_file": SAML, "metadata_url": SAML, "entity_id": SAML, "name_id_format": SAML, "signing_key_file": SAML, "signing_certificate_file": SAML,
	}
	for _, k := range p.keys() {
		if of[k.Name] == other && k.value() != k.Default {
			at(k.Name, "means something with type %s alone", other)
		}
	}
}
