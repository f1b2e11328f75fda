package saml

import (
	"encoding/xml"

	"github.com/team-idc/team/internal/identity/provider"
)

// statusOf a response: the most specific code in it that is not success, else success, "" where there is none.
func statusOf(raw []byte) (string, error) {
	var r struct {
		Status struct {
			Code struct {
				Value string `xml:"Value,attr"`
				Inner struct {
					Value string `xml:"Value,attr"`
				} `xml:"StatusCode"`
			} `xml:"StatusCode"`
		} `xml:"urn:oasis:names:tc:SAML:2.0:protocol Status"`
	}
	if err := xml.Unmarshal(raw, &r); err != nil {
		return "", provider.RefuseFor(provider.Invalid, err, "the response cannot be read")
	}
	if r.Status.Code.Inner.Value != "" {
		return r.Status.Code.Inner.Value, nil
	}
	return r.Status.Code.Value, nil
}
