package policy

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/team-idc/team/internal/loopback"
)

// TrustedIssuer is somebody who says of machine clients who they are, so that those need no secret: a CI system, or a
// Kubernetes cluster, that gives its jobs ID tokens. That an issuer is trusted opens nothing by itself: each machine
// client names the claims it is known by.
type TrustedIssuer struct {
	Name string `json:"name"` // by which machine clients name it
	URL  string `json:"issuer"`
	// Audience that its tokens must be for; "": the deployment's public address.
	Audience string `json:"audience,omitempty"`
	KeysURL  string `json:"jwksUrl,omitempty"` // "": where its discovery document says
}

// MaxIssuers is how many issuers may be trusted.
const MaxIssuers = 20

const maxIssuerText = 500 // bytes of an address or audience

var issuerNameForm = regexp.MustCompile(`\A[a-z0-9][a-z0-9-]{0,39}\z`)

// Issuer that is trusted, by its name.
func (s *Settings) Issuer(name string) (TrustedIssuer, bool) {
	for _, t := range s.TrustedIssuers {
		if t.Name == name {
			return t, true
		}
	}
	return TrustedIssuer{}, false
}

func (c *checker) issuers(field string, all []TrustedIssuer) {
	c.atMost(field, len(all), MaxIssuers)
	for i, t := range all {
		at := fmt.Sprintf("%s[%d]", field, i)
		if !issuerNameForm.MatchString(t.Name) {
			c.addf(at+".name", ProblemBadText, "A name has at most 40 small letters, digits and dashes; %q has others, or is empty.", t.Name)
		}
		if slices.ContainsFunc(all[:i], func(o TrustedIssuer) bool { return o.Name == t.Name }) {
			c.addf(at+".name", ProblemDuplicate, "The issuer %s is named twice.", t.Name)
		}
		c.webAddress(at+".issuer", t.URL)
		if t.KeysURL != "" {
			c.webAddress(at+".jwksUrl", t.KeysURL)
		}
		if len(t.Audience) > maxIssuerText || !plainText(t.Audience) || strings.ContainsAny(t.Audience, " *") {
			c.addf(at+".audience", ProblemBadText, "An audience has at most %d bytes, and no spaces or *: it is compared letter by letter.", maxIssuerText)
		}
	}
}

// webAddress must be one that cannot be read in two ways, and over https: in clear only from the machine itself.
func (c *checker) webAddress(field, address string) {
	u, err := url.Parse(address)
	inClear := err == nil && u.Scheme == "http" && loopback.Host(u.Hostname())
	if err != nil || len(address) > maxIssuerText || !plainText(address) || (u.Scheme != "https" && !inClear) || u.Host == "" || u.User != nil ||
		u.RawQuery != "" || u.ForceQuery || strings.ContainsAny(address, "#\\ *") {
		c.addf(field, ProblemBadText, "%q is not an address as https://issuer.example.com, without a query.", address)
	}
}

// compareIssuers finds whose word counts that did not before. A change of anything in an issuer is a new one.
func compareIssuers(before, after *Settings, add func(code, format string, args ...any)) {
	for _, t := range after.TrustedIssuers {
		if was, known := before.Issuer(t.Name); known && was == t {
			continue
		}
		add(CodeWidensIssuers, "machine clients are known by ID tokens of %s now.", t)
	}
}

// String says whose tokens are trusted, and what is demanded of them.
func (t TrustedIssuer) String() string {
	text := t.Name + " (" + t.URL
	if t.Audience != "" {
		text += " for " + t.Audience
	}
	if t.KeysURL != "" {
		text += ", keys at " + t.KeysURL
	}
	return text + ")"
}
