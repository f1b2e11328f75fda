package saml

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"github.com/team-idc/team/internal/identity/provider"
)

func TestSomebodySignsIn(t *testing.T) {
	r := newRig(t, nil)
	a := r.attempt(provider.Attempt{})
	there, err := r.p.Begin(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	asked, query := requestIn(t, there)
	if asked.ID != a.RequestID() || asked.Destination != "https://idp.example.org/sso?tenant=1" || asked.ACS != acs || asked.Issuer.Value != audience ||
		asked.ForceAuthn || query.Get("RelayState") != a.State() || query.Get("tenant") != "1" || query.Has("Signature") {
		t.Errorf("asked %+v %v", asked, query)
	}
	for name, whole := range map[string]bool{"the assertion is signed": false, "the response is signed": true} {
		got, err := r.finish(a, r.respond(a, response{signResponse: whole, sessionUntil: ` SessionNotOnOrAfter="2026-11-25T17:00:00Z"`}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		x := got.External
		if x.Provider != "idc" || x.Subject != "rita" || x.UserName != "rita" || x.Email != "rita@example.org" || !x.EmailVerified || x.ExternalID != "ext-1" ||
			x.ACR != "urn:x:mfa" || !x.Until.Equal(time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)) || !x.At.Equal(r.now.Add(-provider.UnknownAge)) {
			t.Errorf("%s: got %+v", name, x)
		}
		if len(got.Once) != 1 || !strings.Contains(got.Once[0], "_a1") || !got.Until.Equal(r.now.Add(6*time.Minute)) {
			t.Errorf("%s: remembered as %v until %s", name, got.Once, got.Until)
		}
	}
}

// Each of these is wrong in one thing alone.
func TestResponsesThatAreRefused(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	other := newSigner(t, "other", now.Add(-time.Hour), now.Add(time.Hour))
	for name, tt := range map[string]struct {
		r     response
		kind  provider.Kind
		words string
	}{
		"not signed":                   {response{unsigned: true}, provider.Invalid, "not signed"},
		"signed by somebody else":      {response{signer: &other}, provider.Invalid, "Could not verify certificate"},
		"SHA-1":                        {response{method: dsig.RSASHA1SignatureMethod}, provider.Invalid, "SignatureMethod is none of"},
		"another audience":             {response{audience: "https://other.example.org"}, provider.Invalid, "is not for"},
		"an audience that only begins": {response{audience: audience + "/x"}, provider.Invalid, "is not for"},
		"no audience":                  {response{noAudience: true}, provider.Invalid, "is not for"},
		"another recipient":            {response{recipient: "https://other.example.org/acs"}, provider.Invalid, "Recipient"},
		"no recipient":                 {response{recipient: "-"}, provider.Invalid, "Recipient"},
		"another destination":          {response{destination: "https://other.example.org/acs"}, provider.Invalid, "Destination"},
		"another issuer":               {response{issuer: "https://evil.example.org"}, provider.Invalid, "Issuer"},
		"nobody asked":                 {response{answers: "-"}, provider.Unasked, "answers no request"},
		"an answer to another request": {response{answers: "_other"}, provider.Invalid, "answers another request"},
		"two answers":                  {response{responseAnswers: "_other"}, provider.Invalid, "answers another request"},
		"over":                         {response{until: now.Add(-61 * time.Second)}, provider.ClockOff, "is valid from"},
		"not begun":                    {response{from: now.Add(61 * time.Second)}, provider.ClockOff, "is valid from"},
		"confirmed until before":       {response{confirmedUntil: now.Add(-61 * time.Second)}, provider.ClockOff, "Expired"},
		"issued in the future":         {response{issued: now.Add(61 * time.Second)}, provider.ClockOff, "was issued at"},
		"issued before the attempt":    {response{issued: now.Add(-61 * time.Second)}, provider.ClockOff, "was issued at"},
		"the session there ended":      {response{sessionUntil: ` SessionNotOnOrAfter="2026-11-25T08:58:00Z"`}, provider.ClockOff, "session at the provider ended"},
		"the provider said no":         {response{status: "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed", unsigned: true}, provider.Declined, "AuthnFailed"},
		"nobody is named":              {response{nameID: " "}, provider.Invalid, "names nobody"},
		"a transient name":             {response{nameIDFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"}, provider.Invalid, "transient"},
		"two values":                   {response{attributes: `<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>a@x</saml:AttributeValue><saml:AttributeValue>b@x</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`}, provider.Invalid, "2 values"},
		"an attribute twice":           {response{attributes: `<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>a@x</saml:AttributeValue></saml:Attribute><saml:Attribute Name="email"><saml:AttributeValue>b@x</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`}, provider.Invalid, "2 values"},
		"a long value":                 {response{attributes: `<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>` + strings.Repeat("x", 600) + `</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`}, provider.Invalid, "too long"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			a := r.attempt(provider.Attempt{})
			_, err := r.finish(a, r.respond(a, tt.r))
			r.refused(err, tt.kind, tt.words)
		})
	}
}

func TestResponsesWithinTheSkew(t *testing.T) {
	r := newRig(t, nil)
	a := r.attempt(provider.Attempt{})
	for name, resp := range map[string]response{
		"just over":      {until: r.now.Add(-59 * time.Second), confirmedUntil: r.now.Add(-59 * time.Second), from: r.now.Add(-10 * time.Minute)},
		"not quite yet":  {from: r.now.Add(59 * time.Second), issued: r.now.Add(59 * time.Second)},
		"not an address": {attributes: "-"},
	} {
		if _, err := r.finish(a, r.respond(a, resp)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What was signed is what is read: nothing can be changed, moved, wrapped or added around it.
func TestTamperedResponses(t *testing.T) {
	replace := func(from, to string) func(string) string {
		return func(s string) string { return strings.Replace(s, from, to, 1) }
	}
	cut := func(from, until string) func(string) string {
		return func(s string) string {
			begin := strings.Index(s, from)
			end := begin + strings.Index(s[begin:], until) + len(until)
			return s[:begin] + s[end:]
		}
	}
	assertion := func(s string) string {
		begin := strings.Index(s, "<saml:Assertion")
		return s[begin : strings.Index(s, "</saml:Assertion>")+len("</saml:Assertion>")]
	}
	evil := func(s string) string {
		return strings.ReplaceAll(cut("<ds:Signature", "</ds:Signature>")(assertion(s)), ">rita<", ">root<")
	}
	for name, tt := range map[string]struct {
		change func(string) string
		words  string
	}{
		"another name":         {replace(">rita<", ">root<"), "could not be verified"},
		"a stripped signature": {cut("<ds:Signature", "</ds:Signature>"), "not signed"},
		"an emptied signature": {cut("<ds:SignatureValue", "</ds:SignatureValue>"), "cannot be verified"},
		"an assertion before": {func(s string) string {
			return strings.Replace(s, "<saml:Assertion", strings.ReplaceAll(evil(s), `"_a1"`, `"_a2"`)+"<saml:Assertion", 1)
		}, "assertions"},
		"an assertion after": {func(s string) string {
			return strings.Replace(s, "</samlp:Response>", strings.ReplaceAll(evil(s), `"_a1"`, `"_a2"`)+"</samlp:Response>", 1)
		}, "assertions"},
		"the same id twice": {func(s string) string { return strings.Replace(s, "</samlp:Response>", evil(s)+"</samlp:Response>", 1) }, "id twice"},
		"wrapped in the signed": {func(s string) string {
			return strings.Replace(s, assertion(s), strings.Replace(strings.ReplaceAll(evil(s), `"_a1"`, `"_a2"`), "</saml:Assertion>", assertion(s)+"</saml:Assertion>", 1), 1)
		}, "where none belongs"},
		"the signed in an object": {func(s string) string {
			return strings.Replace(s, assertion(s), strings.Replace(strings.ReplaceAll(evil(s), `"_a1"`, `"_a2"`), "</saml:Assertion>", `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Object>`+assertion(s)+`</ds:Object></ds:Signature></saml:Assertion>`, 1), 1)
		}, ""},
		"a signature elsewhere": {func(s string) string {
			begin := strings.Index(s, "<ds:Signature ")
			end := strings.Index(s, "</ds:Signature>") + len("</ds:Signature>")
			return strings.Replace(s[:begin]+s[end:], "<saml:Subject>", "<saml:Subject>"+s[begin:end], 1)
		}, "where none belongs"},
		"a comment in the name": {replace(">rita<", ">ri<!-- x -->ta<"), "comment"},
		"an entity":             {func(s string) string { return `<!DOCTYPE x [<!ENTITY a "b">]>` + s }, "document type"},
		"a bomb": {func(s string) string {
			return `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>` + strings.Replace(s, ">rita<", ">&b;<", 1)
		}, "document type"},
		"an instruction":           {replace("<saml:Subject>", "<?php x?><saml:Subject>"), "processing instruction"},
		"a deep document":          {replace("<saml:Subject>", strings.Repeat("<a>", 100)+strings.Repeat("</a>", 100)+"<saml:Subject>"), "too deeply"},
		"many elements":            {replace("<saml:Subject>", strings.Repeat("<a/>", 6000)+"<saml:Subject>"), "too many elements"},
		"an encrypted assertion":   {replace("</samlp:Response>", `<saml:EncryptedAssertion/></samlp:Response>`), "encrypted"},
		"another canonicalization": {replace(`CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"`, `CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"`), "CanonicalizationMethod is none of"},
		"another transform":        {replace(`Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"`, `Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"`), "Transform is none of"},
		"another digest":           {replace("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"), "DigestMethod is none of"},
		"an HMAC":                  {replace(dsig.RSASHA256SignatureMethod, "http://www.w3.org/2000/09/xmldsig#hmac-sha1"), "SignatureMethod is none of"},
		"no response":              {func(string) string { return "<x/>" }, "not a response"},
		"no XML":                   {func(string) string { return "hello" }, "no XML"},
		"nothing":                  {func(string) string { return "" }, "no XML"},
		"two confirmations":        {replace("</saml:Subject>", `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/></saml:Subject>`), "several ways"},
		"more than fits":           {replace("</samlp:Response>", strings.Repeat(" ", 70_000)+"</samlp:Response>"), "64 KiB"},
		"another version":          {replace(`ID="_r1" Version="2.0"`, `ID="_r1" Version="1.1"`), "version"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			a := r.attempt(provider.Attempt{})
			good := r.respond(a, response{})
			bad := tt.change(good)
			if bad == good {
				t.Fatal("nothing was changed")
			}
			_, err := r.finish(a, bad)
			r.refused(err, provider.Invalid, tt.words)
		})
	}
}

// A response that is signed as a whole covers its assertion: nothing in it can be changed either.
func TestTamperedSignedResponse(t *testing.T) {
	r := newRig(t, nil)
	a := r.attempt(provider.Attempt{})
	good := r.respond(a, response{signResponse: true})
	for _, change := range [][2]string{{">rita<", ">root<"}, {"rita@example.org", "root@example.org"}, {audience + "</saml:Audience>", "x</saml:Audience>"}} {
		_, err := r.finish(a, strings.Replace(good, change[0], change[1], 1))
		r.refused(err, provider.Invalid, "could not be verified")
	}
}

func TestTwoResponsesInOneForm(t *testing.T) {
	r := newRig(t, nil)
	a := r.attempt(provider.Attempt{})
	one := base64.StdEncoding.EncodeToString([]byte(r.respond(a, response{})))
	for _, list := range [][]string{nil, {one, one}} {
		_, err := r.p.Finish(t.Context(), a, url.Values{"SAMLResponse": list})
		r.refused(err, provider.Invalid, "not one")
	}
	_, err := r.p.Finish(t.Context(), a, url.Values{"SAMLResponse": {"%%%"}})
	r.refused(err, provider.Invalid, "base64")
}

// A provider announces its next certificate before it uses it, and the last goes on for a while.
func TestCertificatesRotate(t *testing.T) {
	r := newRig(t, nil)
	first, second := r.signer, newSigner(t, "second", r.now.Add(-time.Hour), r.now.Add(time.Hour*24*30))
	r.served = metadataOf(first, second)
	a := r.attempt(provider.Attempt{})
	for _, s := range []signer{first, second} {
		if _, err := r.finish(a, r.respond(a, response{signer: &s})); err != nil {
			t.Errorf("%s: %v", s.certificate.Subject, err)
		}
	}
	// The first has expired, and the second is known.
	r.now = r.now.Add(25 * time.Hour)
	a = r.attempt(provider.Attempt{})
	_, err := r.finish(a, r.respond(a, response{signer: &first}))
	r.refused(err, provider.Invalid, "is valid from")
	if _, err := r.finish(a, r.respond(a, response{signer: &second})); err != nil {
		t.Error(err)
	}
}

// Some change it without saying so before. What cannot be verified has the metadata read anew, seldom.
func TestCertificateChangesAtOnce(t *testing.T) {
	r := newRig(t, nil)
	second, stranger := newSigner(t, "second", r.now.Add(-time.Hour), r.now.Add(time.Hour)), newSigner(t, "stranger", r.now.Add(-time.Hour), r.now.Add(time.Hour))
	a := r.attempt(provider.Attempt{})
	if _, err := r.finish(a, r.respond(a, response{})); err != nil {
		t.Fatal(err)
	}
	r.now = r.now.Add(5 * time.Minute)
	r.served = metadataOf(second)
	a = r.attempt(provider.Attempt{})
	if _, err := r.finish(a, r.respond(a, response{signer: &second})); err != nil {
		t.Errorf("%v", err)
	}
	for range 5 {
		_, err := r.finish(a, r.respond(a, response{signer: &stranger}))
		r.refused(err, provider.Invalid, "Could not verify certificate")
	}
	if r.asked != 2 {
		t.Errorf("asked %d times", r.asked)
	}
	r.down, r.now = true, r.now.Add(provider.MetadataAgain)
	a = r.attempt(provider.Attempt{})
	_, err := r.finish(a, r.respond(a, response{signer: &stranger}))
	r.refused(err, provider.Invalid, "Could not verify certificate")
	if _, err := r.finish(a, r.respond(a, response{signer: &second})); err != nil {
		t.Errorf("what was known is forgotten: %v", err)
	}
}

func TestProviderIsDown(t *testing.T) {
	r := newRig(t, nil)
	r.down = true
	for range 3 {
		_, err := r.p.Begin(t.Context(), r.attempt(provider.Attempt{}))
		r.refused(err, provider.Unavailable, "502")
	}
	if r.asked != 1 {
		t.Errorf("asked %d times", r.asked)
	}
	r.down, r.now = false, r.now.Add(provider.MetadataPause)
	a := r.attempt(provider.Attempt{})
	if _, err := r.p.Begin(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	r.down, r.now = true, r.now.Add(2*provider.MetadataAge)
	a = r.attempt(provider.Attempt{})
	if _, err := r.finish(a, r.respond(a, response{})); err != nil {
		t.Errorf("what was known before is forgotten: %v", err)
	}
}

func TestMetadata(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	good := metadataOf(newSigner(t, "x", now, now.Add(time.Hour)))
	many := `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">` + strings.TrimPrefix(good, `<?xml version="1.0" encoding="UTF-8"?>`) +
		strings.ReplaceAll(strings.TrimPrefix(good, `<?xml version="1.0" encoding="UTF-8"?>`), idp, "https://second.example.org") + `</EntitiesDescriptor>`
	for name, tt := range map[string]struct{ raw, issuer, words string }{
		"one":                {good, "", ""},
		"one by name":        {good, idp, ""},
		"another":            {good, "https://other.example.org", "describes no identity provider"},
		"several":            {many, "", "several identity providers"},
		"several, one named": {many, "https://second.example.org", ""},
		"without redirect":   {strings.ReplaceAll(good, bindingRedirect, "x"), "", "HTTP-Redirect"},
		"in clear":           {strings.ReplaceAll(good, "https://idp.example.org/sso", "http://idp.example.org/sso"), "", "https://"},
		"no certificate":     {strings.ReplaceAll(good, `use="signing"`, `use="encryption"`), "", "no certificate"},
		"broken certificate": {strings.ReplaceAll(good, "<X509Certificate>M", "<X509Certificate>"), "", "certificate in it"},
		"over":               {strings.Replace(good, "entityID=", `validUntil="2026-11-25T08:59:59Z" entityID=`, 1), "", "was valid until"},
		"an entity":          {`<!DOCTYPE x>` + good, "", "document type"},
		"no XML":             {"nothing", "", "no XML"},
	} {
		_, err := parseMetadata([]byte(tt.raw), tt.issuer, now)
		if tt.words == "" && err != nil || tt.words != "" && (err == nil || !strings.Contains(err.Error(), tt.words)) {
			t.Errorf("%s: %v, want %q", name, err, tt.words)
		}
	}
}

func TestMetadataFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "metadata.xml")
	r := newRig(t, func(c *Config) { c.MetadataURL, c.MetadataFile = "", file })
	_, err := r.p.Begin(t.Context(), r.attempt(provider.Attempt{}))
	r.refused(err, provider.Unavailable, "no such file")
	if err := os.WriteFile(file, []byte(r.served), 0o600); err != nil {
		t.Fatal(err)
	}
	r.now = r.now.Add(provider.MetadataPause)
	a := r.attempt(provider.Attempt{})
	if _, err := r.finish(a, r.respond(a, response{})); err != nil {
		t.Error(err)
	}
}

func TestFreshProof(t *testing.T) {
	for name, tt := range map[string]struct {
		trusted       bool
		authenticated time.Duration
		words         string
	}{
		"asked again": {true, 0, ""}, "not asked again": {true, -2 * time.Minute, "authenticated the person at"}, "not trusted": {false, 0, "does not say"},
	} {
		r := newRig(t, func(c *Config) { c.ProvesFreshness = tt.trusted })
		a := r.attempt(provider.Attempt{Fresh: true})
		there, err := r.p.Begin(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		if asked, _ := requestIn(t, there); !asked.ForceAuthn {
			t.Errorf("%s: asked %+v", name, asked)
		}
		got, err := r.finish(a, r.respond(a, response{authenticated: r.now.Add(tt.authenticated)}))
		if tt.words != "" {
			r.refused(err, provider.NotFresh, tt.words)
		} else if err != nil || !got.External.At.Equal(r.now) {
			t.Errorf("%s: %s, %v", name, got.External.At, err)
		}
	}
}

// The provider can tell that a request is TEAM's.
func TestSignedRequests(t *testing.T) {
	r := newRig(t, nil)
	s := newSigner(t, "team", r.now, r.now.Add(time.Hour))
	key, err := NewKey(s.key, s.certificate)
	if err != nil {
		t.Fatal(err)
	}
	r.p.config.Key = key
	there, err := r.p.Begin(t.Context(), r.attempt(provider.Attempt{}))
	if err != nil {
		t.Fatal(err)
	}
	_, query := requestIn(t, there)
	begin, end := strings.Index(there, "SAMLRequest="), strings.Index(there, "&Signature=")
	sum := sha256.Sum256([]byte(there[begin:end]))
	signature, err := base64.StdEncoding.DecodeString(query.Get("Signature"))
	if err != nil {
		t.Fatal(err)
	}
	if err := rsa.VerifyPKCS1v15(&s.key.PublicKey, crypto.SHA256, sum[:], signature); err != nil || query.Get("SigAlg") != dsig.RSASHA256SignatureMethod {
		t.Errorf("%v, %v", query, err)
	}
	if _, err := NewKey(r.signer.key, s.certificate); err == nil {
		t.Error("a key was paired with another's certificate")
	}
}

func TestWhatTheProviderIsTold(t *testing.T) {
	r := newRig(t, nil)
	r.p.config.Key = &Key{Private: r.signer.key, Certificate: r.signer.certificate}
	text, err := r.p.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(text); err != nil {
		t.Fatal(err)
	}
	if root := doc.Root(); root.SelectAttrValue("entityID", "") != audience || root.NamespaceURI() != "urn:oasis:names:tc:SAML:2.0:metadata" {
		t.Errorf("%s", text)
	}
	service := doc.FindElement("//AssertionConsumerService")
	certificate := doc.FindElement("//KeyInfo/X509Data/X509Certificate")
	if service == nil || service.SelectAttrValue("Location", "") != acs || certificate == nil || certificate.NamespaceURI() != dsig.Namespace {
		t.Errorf("%s", text)
	}
	lines, err := r.p.Check(t.Context())
	said := strings.Join(lines, "\n")
	if err != nil || !strings.Contains(said, acs) || !strings.Contains(said, audience) || !strings.Contains(said, "https://team.example.org/sign-in/idc") || !strings.Contains(said, "valid until") {
		t.Errorf("%s, %v", said, err)
	}
}

func FuzzResponse(f *testing.F) {
	f.Add("<x/>")
	f.Add(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="a"><saml:Assertion ID="b"><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></saml:Assertion></samlp:Response>`)
	r := &rig{}
	f.Fuzz(func(t *testing.T, document string) {
		if r.p == nil {
			r = newRig(t, nil)
			if _, err := r.p.metadata(t.Context()); err != nil { // while the fake that this case ends is there
				t.Fatal(err)
			}
		}
		r.fake.t = t
		if _, err := r.finish(r.attempt(provider.Attempt{}), document); err == nil {
			t.Errorf("%q signs somebody in", document)
		}
	})
}
