package saml

import (
	"compress/flate"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"github.com/team-idc/team/internal/identity/provider"
)

const (
	audience = "https://team.example.org/sign-in/idc/metadata"
	acs      = "https://team.example.org/sign-in/idc/acs"
	idp      = "https://idp.example.org/saml"
)

// signer is a key of the provider with its certificate.
type signer struct {
	key         *rsa.PrivateKey
	certificate *x509.Certificate
}

func newSigner(t *testing.T, name string, from, until time.Time) signer {
	t.Helper()
	key := keyOf(t, name)
	return signer{key, certificateOf(t, key, name, from, until)}
}

// keys by the name of who signs with them: making them takes long.
var keys sync.Map

func keyOf(t *testing.T, name string) *rsa.PrivateKey {
	t.Helper()
	once := sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })
	made, _ := keys.LoadOrStore(name, once)
	key, err := made.(func() (*rsa.PrivateKey, error))()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func certificateOf(t *testing.T, key *rsa.PrivateKey, name string, from, until time.Time) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// fake is a SAML identity provider that can be made to do everything wrong.
type fake struct {
	t       *testing.T
	now     time.Time
	signer  signer
	down    bool
	asked   int
	served  string // metadata
	metaURL string
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{t: t, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	f.signer = newSigner(t, "first", f.now.Add(-time.Hour), f.now.Add(24*time.Hour))
	f.served = metadataOf(f.signer)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if f.asked++; f.down {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		_, _ = io.WriteString(w, f.served)
	}))
	t.Cleanup(server.Close)
	f.metaURL = server.URL
	return f
}

func metadataOf(signers ...signer) string {
	var keys strings.Builder
	for _, s := range signers {
		keys.WriteString(`<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` +
			base64.StdEncoding.EncodeToString(s.certificate.Raw) + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`)
	}
	return `<?xml version="1.0" encoding="UTF-8"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + idp + `">` +
		`<IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` + keys.String() +
		`<SingleSignOnService Binding="` + bindingPOST + `" Location="https://idp.example.org/post"/>` +
		`<SingleSignOnService Binding="` + bindingRedirect + `" Location="https://idp.example.org/sso?tenant=1"/></IDPSSODescriptor></EntityDescriptor>`
}

// response is what the provider answers; the zero value of a field is what is right.
type response struct {
	id, assertionID, issuer, audience, recipient, destination, answers, responseAnswers, nameID, nameIDFormat, status string
	attributes                                                                                                        string
	from, until, confirmedUntil, issued, authenticated                                                                time.Time
	sessionUntil                                                                                                      string
	signer                                                                                                            *signer
	method                                                                                                            string
	unsigned, signResponse, noAudience                                                                                bool
	document                                                                                                          func(*etree.Document) // after it was signed
	before                                                                                                            func(*etree.Document) // before
}

func or(value, otherwise string) string {
	switch value {
	case "":
		return otherwise
	case "-":
		return ""
	}
	return value
}

func at(t, otherwise time.Time) string {
	if t.IsZero() {
		t = otherwise
	}
	return t.UTC().Format(instantForm)
}

func (f *fake) respond(a provider.Attempt, r response) string {
	f.t.Helper()
	restriction := "<saml:AudienceRestriction><saml:Audience>" + or(r.audience, audience) + "</saml:Audience></saml:AudienceRestriction>"
	if r.noAudience {
		restriction = ""
	}
	attributes := or(r.attributes, `<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>rita@example.org</saml:AttributeValue></saml:Attribute>`+
		`<saml:Attribute Name="oid"><saml:AttributeValue>ext-1</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`)
	answers := or(r.answers, a.RequestID())
	confirmed := ` InResponseTo="` + answers + `"`
	if answers == "" {
		confirmed = ""
	}
	text := `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="` + or(r.id, "_r1") +
		`" Version="2.0" IssueInstant="` + at(r.issued, f.now) + `" Destination="` + or(r.destination, acs) + `" InResponseTo="` + or(r.responseAnswers, or(answers, "_x")) + `">` +
		`<saml:Issuer>` + or(r.issuer, idp) + `</saml:Issuer><samlp:Status><samlp:StatusCode Value="` + or(r.status, "urn:oasis:names:tc:SAML:2.0:status:Success") + `"/></samlp:Status>` +
		`<saml:Assertion ID="` + or(r.assertionID, "_a1") + `" Version="2.0" IssueInstant="` + at(r.issued, f.now) + `"><saml:Issuer>` + or(r.issuer, idp) + `</saml:Issuer>` +
		`<saml:Subject><saml:NameID Format="` + or(r.nameIDFormat, "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent") + `">` + or(r.nameID, "rita") + `</saml:NameID>` +
		`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData` + confirmed +
		` NotOnOrAfter="` + at(r.confirmedUntil, f.now.Add(5*time.Minute)) + `" Recipient="` + or(r.recipient, acs) + `"/></saml:SubjectConfirmation></saml:Subject>` +
		`<saml:Conditions NotBefore="` + at(r.from, f.now.Add(-time.Minute)) + `" NotOnOrAfter="` + at(r.until, f.now.Add(5*time.Minute)) + `">` + restriction + `</saml:Conditions>` +
		`<saml:AuthnStatement AuthnInstant="` + at(r.authenticated, f.now) + `"` + r.sessionUntil + `><saml:AuthnContext><saml:AuthnContextClassRef>urn:x:mfa</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
		attributes + `</saml:Assertion></samlp:Response>`
	doc := etree.NewDocument()
	if err := doc.ReadFromString(text); err != nil {
		f.t.Fatal(err)
	}
	if r.before != nil {
		r.before(doc)
	}
	if !r.unsigned {
		s := f.signer
		if r.signer != nil {
			s = *r.signer
		}
		f.sign(doc, s, or(r.method, dsig.RSASHA256SignatureMethod), r.signResponse)
	}
	if r.document != nil {
		r.document(doc)
	}
	b, err := doc.WriteToBytes()
	if err != nil {
		f.t.Fatal(err)
	}
	return string(b)
}

func (f *fake) sign(doc *etree.Document, s signer, method string, whole bool) {
	f.t.Helper()
	ctx, err := dsig.NewSigningContext(s.key, [][]byte{s.certificate.Raw})
	if err != nil {
		f.t.Fatal(err)
	}
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if err := ctx.SetSignatureMethod(method); err != nil {
		f.t.Fatal(err)
	}
	target := doc.FindElement("//Assertion")
	if whole {
		target = doc.Root()
	}
	// Signed as it stands alone, with the namespaces that it uses.
	if !whole {
		target.CreateAttr("xmlns:saml", assertionSpace)
	}
	signed, err := ctx.SignEnveloped(target)
	if err != nil {
		f.t.Fatal(err)
	}
	if whole {
		doc.SetRoot(signed)
		return
	}
	parent := target.Parent()
	parent.RemoveChild(target)
	parent.AddChild(signed)
}

// rig is a provider under test, and the fake behind it.
type rig struct {
	*fake

	p *Provider
}

func newRig(t *testing.T, change func(*Config)) *rig {
	t.Helper()
	f := newFake(t)
	c := Config{
		Name: "idc", Title: "IAM Identity Center", EntityID: audience, ACS: acs, Start: "https://team.example.org/sign-in/idc", MetadataURL: f.metaURL,
		Attributes: Attributes{UserName: NameID, Email: "email", ExternalID: "oid"}, Client: provider.NewClient(nil), Now: func() time.Time { return f.now },
	}
	if change != nil {
		change(&c)
	}
	return &rig{fake: f, p: New(c)}
}

func (r *rig) attempt(a provider.Attempt) provider.Attempt {
	r.t.Helper()
	a.Provider, a.Started = "idc", r.now
	a, err := provider.Begin(rand.Reader, a)
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

func (r *rig) finish(a provider.Attempt, document string) (provider.Answer, error) {
	r.t.Helper()
	return r.p.Finish(r.t.Context(), a, url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(document))}, "RelayState": {a.State()}})
}

func (r *rig) refused(err error, kind provider.Kind, words string) {
	r.t.Helper()
	if err == nil || provider.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		r.t.Errorf("%v, want %s: %s", err, kind, words)
	}
}

// requestIn reads the request from the address the browser is sent to.
func requestIn(t *testing.T, there string) (request, url.Values) {
	t.Helper()
	u, err := url.Parse(there)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := base64.StdEncoding.DecodeString(u.Query().Get("SAMLRequest"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(flate.NewReader(strings.NewReader(string(packed))))
	if err != nil {
		t.Fatal(err)
	}
	var r request
	if err := xml.Unmarshal(text, &r); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", text, err))
	}
	return r, u.Query()
}
