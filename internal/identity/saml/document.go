package saml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	dsig "github.com/russellhaering/goxmldsig"

	"github.com/team-idc/team/internal/identity/provider"
)

const (
	// maxResponse bounds a response: IAM Identity Center's assertions have at most 50,000 characters.
	maxResponse = 64 << 10
	maxDepth    = 64
	maxElements = 5000

	assertionSpace = "urn:oasis:names:tc:SAML:2.0:assertion"
	protocolSpace  = "urn:oasis:names:tc:SAML:2.0:protocol"
)

// checkXML refuses what no honest document has and attacks on parsers are made of: document types (and with them entities),
// processing instructions, and depth or numbers beyond all need. Comments may stand in metadata alone. root is the name of
// the outermost element.
func checkXML(raw []byte) (root string, err error) {
	err = walk(raw, limits{elements: 10 * maxElements, comments: true}, func(e xml.StartElement, around []xml.Name) error {
		if len(around) == 0 {
			root = e.Name.Local
		}
		return nil
	})
	return root, err
}

// limits of a document.
type limits struct {
	elements int
	comments bool // may stand in it
}

// walk calls visit for every element with the names of those around it, the outermost first.
func walk(raw []byte, may limits, visit func(e xml.StartElement, around []xml.Name) error) error {
	d := xml.NewDecoder(bytes.NewReader(raw))
	var around []xml.Name
	for count := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if count == 0 {
				return errors.New("it holds no XML")
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("it is no XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if count++; count > may.elements {
				return errors.New("it has too many elements")
			}
			if err := visit(t, around); err != nil {
				return err
			}
			if around = append(around, t.Name); len(around) > maxDepth {
				return errors.New("its elements are nested too deeply")
			}
		case xml.EndElement:
			around = around[:len(around)-1]
		case xml.Directive:
			return errors.New("it has a document type")
		case xml.ProcInst:
			if t.Target != "xml" || count > 0 {
				return errors.New("it has a processing instruction")
			}
		case xml.Comment:
			if !may.comments {
				return errors.New("it has a comment")
			}
		}
	}
}

// signatureMethods, digests and the one canonicalization that are believed. SHA-1 is not among them: documents with the
// same sum can be made.
func signatureMethods() []string {
	return []string{
		dsig.RSASHA256SignatureMethod, dsig.RSASHA384SignatureMethod, dsig.RSASHA512SignatureMethod,
		dsig.ECDSASHA256SignatureMethod, dsig.ECDSASHA384SignatureMethod, dsig.ECDSASHA512SignatureMethod,
	}
}

func digests() []string {
	return []string{
		"http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2001/04/xmlenc#sha512",
	}
}

// shape of a response, as far as it is looked at before its signature is.
type shape struct {
	assertions, signatures, encrypted, confirmations int
	ids                                              []string
}

// checkShape refuses every response but those of the one form that honest providers send: a Response with one Assertion
// directly in it, signatures directly in one of these two, and every id once. Attacks that move what was signed to where
// it is not read (signature wrapping) need another.
func checkShape(raw []byte) error {
	var s shape
	if err := walk(raw, limits{elements: maxElements}, s.visit); err != nil {
		return err
	}
	switch {
	case s.encrypted > 0:
		return errors.New("its assertion is encrypted: turn the encryption of assertions off at the provider, TLS encrypts the way here")
	case s.assertions != 1:
		return fmt.Errorf("it has %d assertions, not one", s.assertions)
	case s.signatures == 0:
		return errors.New("it is not signed")
	case s.confirmations > 1:
		return errors.New("its subject is confirmed in several ways")
	}
	return nil
}

func (s *shape) visit(e xml.StartElement, around []xml.Name) error {
	if len(around) == 0 && (e.Name.Local != "Response" || e.Name.Space != protocolSpace) {
		return fmt.Errorf("it is a %s, not a response", provider.Quote(e.Name.Local))
	}
	if err := s.checkIDs(e); err != nil {
		return err
	}
	parent := ""
	if len(around) > 0 {
		parent = around[len(around)-1].Local
	}
	switch {
	case e.Name.Local == "Assertion":
		if s.assertions++; len(around) != 1 || e.Name.Space != assertionSpace {
			return errors.New("it has an assertion where none belongs")
		}
	case e.Name.Local == "EncryptedAssertion":
		s.encrypted++
	case e.Name.Local == "SubjectConfirmation":
		s.confirmations++
	case e.Name.Local == "Signature":
		s.signatures++
		if e.Name.Space != dsig.Namespace || len(around) > 2 || parent != "Response" && parent != "Assertion" {
			return errors.New("it has a signature where none belongs")
		}
	case e.Name.Space == dsig.Namespace:
		return checkAlgorithm(e)
	}
	return nil
}

// checkIDs refuses an id that stands twice, in whatever spelling: the one that is verified could be another than the one
// that is read.
func (s *shape) checkIDs(e xml.StartElement) error {
	for _, a := range e.Attr {
		if !strings.EqualFold(a.Name.Local, "ID") || a.Name.Space == "xmlns" {
			continue
		}
		if a.Value == "" || slices.Contains(s.ids, a.Value) {
			return errors.New("it has an id twice, or an empty one")
		}
		s.ids = append(s.ids, a.Value)
	}
	return nil
}

func checkAlgorithm(e xml.StartElement) error {
	var believed []string
	switch e.Name.Local {
	case "SignatureMethod":
		believed = signatureMethods()
	case "DigestMethod":
		believed = digests()
	case "CanonicalizationMethod":
		believed = []string{string(dsig.CanonicalXML10ExclusiveAlgorithmId)}
	case "Transform":
		believed = []string{string(dsig.CanonicalXML10ExclusiveAlgorithmId), string(dsig.EnvelopedSignatureAltorithmId)}
	case "Object", "Manifest", "RetrievalMethod":
		return fmt.Errorf("its signature has a %s", e.Name.Local)
	default:
		return nil
	}
	for _, a := range e.Attr {
		if a.Name.Local == "Algorithm" && slices.Contains(believed, a.Value) {
			return nil
		}
	}
	return fmt.Errorf("its %s is none of %v", e.Name.Local, believed)
}
