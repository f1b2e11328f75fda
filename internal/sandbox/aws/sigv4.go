package aws

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	signatureAlgorithm = "AWS4-HMAC-SHA256"
	amzDate            = "20060102T150405Z"
	// AWS refuses a signature whose time differs from its own by more than five minutes.
	allowedSkew = 5 * time.Minute
)

// signature is a parsed Authorization header.
type signature struct {
	accessKey     string
	date          string // of the scope: 20261125
	region        string
	service       string
	signedHeaders []string
	value         string
}

// parseSignature reads "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…".
func parseSignature(authorization string) (signature, error) {
	rest, ok := strings.CutPrefix(authorization, signatureAlgorithm)
	if !ok {
		return signature{}, fmt.Errorf("authorization does not begin with %s", signatureAlgorithm)
	}
	var s signature
	for field := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch name {
		case "Credential":
			scope := strings.Split(value, "/")
			if len(scope) != 5 || scope[4] != "aws4_request" {
				return signature{}, fmt.Errorf("credential %q has no complete scope", value)
			}
			s.accessKey, s.date, s.region, s.service = scope[0], scope[1], scope[2], scope[3]
		case "SignedHeaders":
			s.signedHeaders = strings.Split(value, ";")
		case "Signature":
			s.value = value
		}
	}
	if s.accessKey == "" || s.value == "" || !slices.Contains(s.signedHeaders, "host") {
		return signature{}, fmt.Errorf("authorization requires Credential, Signature and SignedHeaders with host")
	}
	return s, nil
}

// authenticate finds the caller by the request's signature, or refuses it with AWS's error codes.
func (c *call) authenticate(r *http.Request, body []byte) error {
	authorization := r.Header.Get("Authorization")
	if authorization == "" {
		return c.refuse("MissingAuthenticationTokenException", "MissingAuthenticationToken", "Request is missing Authentication Token")
	}
	s, err := parseSignature(authorization)
	if err != nil {
		return c.refuse("IncompleteSignatureException", "IncompleteSignature", err.Error())
	}
	known := c.aws.credentials[s.accessKey]
	if known == nil || known.SessionToken != "" && r.Header.Get("X-Amz-Security-Token") != known.SessionToken {
		return c.refuse("UnrecognizedClientException", "InvalidClientTokenId", "The security token included in the request is invalid.")
	}
	if s.service != c.operation.service {
		return c.badSignature(fmt.Sprintf("Credential should be scoped to correct service: '%s'.", c.operation.service))
	}
	stamp := r.Header.Get("X-Amz-Date")
	signed, err := time.Parse(amzDate, stamp)
	if err != nil || !strings.HasPrefix(stamp, s.date) {
		return c.badSignature("Date in Credential scope does not match the date of the request.")
	}
	if signed.Before(c.now.Add(-allowedSkew)) {
		return c.badSignature(fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 5 min.)",
			stamp, c.now.Add(-allowedSkew).Format(amzDate), c.now.Format(amzDate)))
	}
	if signed.After(c.now.Add(allowedSkew)) {
		return c.badSignature(fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 5 min.)",
			stamp, c.now.Add(allowedSkew).Format(amzDate), c.now.Format(amzDate)))
	}
	if want := s.calculate(r, body, stamp, known.SecretAccessKey); !hmac.Equal([]byte(want), []byte(s.value)) {
		return c.badSignature("The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method.")
	}
	c.credential = known
	return nil
}

// refuse answers with the code of the JSON services or of the Query protocol.
func (c *call) refuse(jsonCode, queryCode, message string) error {
	code := jsonCode
	if isQuery(c) {
		code = queryCode
	}
	return &apiError{Code: code, Status: http.StatusForbidden, Message: message}
}

func (c *call) badSignature(message string) error {
	return c.refuse("InvalidSignatureException", "SignatureDoesNotMatch", message)
}

// calculate signs the request as the caller should have.
func (s signature) calculate(r *http.Request, body []byte, stamp, secret string) string {
	scope := strings.Join([]string{s.date, s.region, s.service, "aws4_request"}, "/")
	toSign := strings.Join([]string{signatureAlgorithm, stamp, scope, hexSHA256([]byte(s.canonicalRequest(r, body)))}, "\n")
	key := []byte("AWS4" + secret)
	for _, part := range []string{s.date, s.region, s.service, "aws4_request", toSign} {
		key = hmacSHA256(key, part)
	}
	return hex.EncodeToString(key)
}

func (s signature) canonicalRequest(r *http.Request, body []byte) string {
	uri := r.URL.EscapedPath()
	if uri == "" {
		uri = "/"
	}
	var headers strings.Builder
	for _, name := range s.signedHeaders {
		headers.WriteString(name + ":" + headerValue(r, name) + "\n")
	}
	return strings.Join([]string{
		r.Method, uri, canonicalQuery(r.URL.Query()), headers.String(),
		strings.Join(s.signedHeaders, ";"), hexSHA256(body),
	}, "\n")
}

// headerValue is a signed header's value; two headers live outside http.Header.
func headerValue(r *http.Request, name string) string {
	switch name {
	case "host":
		if r.Host != "" {
			return r.Host
		}
		return r.URL.Host
	case "content-length":
		return strconv.FormatInt(r.ContentLength, 10)
	}
	var values []string
	for _, v := range r.Header.Values(name) {
		values = append(values, strings.Join(strings.Fields(v), " "))
	}
	return strings.Join(values, ",")
}

func canonicalQuery(q url.Values) string {
	for _, values := range q {
		slices.Sort(values)
	}
	return strings.ReplaceAll(q.Encode(), "+", "%20")
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func hmacSHA256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
