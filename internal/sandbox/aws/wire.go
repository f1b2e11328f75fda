package aws

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// answer is what goes back over the wire.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// apiError is an error in AWS's words.
type apiError struct {
	Code    string
	Status  int
	Message string
	Reason  string
	// Type is organizations' word for which limit was hit.
	Type string
	// ResourceType and ResourceID are identitystore's.
	ResourceType, ResourceID string
	RetryAfterSeconds        int
}

func (e *apiError) Error() string { return e.Code + ": " + e.Message }

func asAPIError(err error) *apiError {
	if failure, ok := errors.AsType[*apiError](err); ok {
		return failure
	}
	return &apiError{Code: "InternalServerException", Status: http.StatusInternalServerError, Message: err.Error()}
}

func unknownOperation(target string) *apiError {
	return &apiError{Code: "UnknownOperationException", Status: http.StatusBadRequest, Message: "The operation " + strconv.Quote(target) + " is not known."}
}

// targetOf names the operation a request asks for: the X-Amz-Target header of the JSON services,
// or the Action of the Query protocol.
func targetOf(r *http.Request, body []byte) (string, bool) {
	if t := r.Header.Get("X-Amz-Target"); t != "" {
		return t, true
	}
	form := r.URL.Query()
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") && len(body) <= maxBody {
		parsed, err := url.ParseQuery(string(body))
		if err != nil {
			return "", false
		}
		form = parsed
	}
	if form.Get("Action") == "" {
		return "", false
	}
	return "Query." + form.Get("Action"), true
}

func isQuery(c *call) bool { return c.operation.service == "sts" }

func header(c *call, contentType string) http.Header {
	return http.Header{
		"Content-Type":     {contentType},
		"X-Amzn-Requestid": {c.requestID},
		// Clients compare their clock with this one.
		"Date": {c.now.Format(http.TimeFormat)},
	}
}

func success(c *call, out any) answer {
	if isQuery(c) {
		body, err := xml.Marshal(out)
		if err != nil {
			return asAPIError(err).answer(c)
		}
		return answer{http.StatusOK, header(c, "text/xml"), body}
	}
	body, err := marshal(out)
	if err != nil {
		return asAPIError(err).answer(c)
	}
	return answer{http.StatusOK, header(c, "application/x-amz-json-1.1"), body}
}

func (e *apiError) answer(c *call) answer {
	if isQuery(c) {
		return e.queryAnswer(c)
	}
	body, _ := marshal(struct {
		Type              string `json:"__type"`
		Message           string `json:"Message,omitempty"`
		Reason            string `json:"Reason,omitempty"`
		LimitType         string `json:"Type,omitempty"`
		ResourceType      string `json:"ResourceType,omitempty"`
		ResourceID        string `json:"ResourceId,omitempty"`
		RetryAfterSeconds int    `json:"RetryAfterSeconds,omitempty"`
		RequestID         string `json:"RequestId,omitempty"`
	}{e.Code, e.Message, e.Reason, e.Type, e.ResourceType, e.ResourceID, e.RetryAfterSeconds, identityStoreRequestID(c)})
	h := header(c, "application/x-amz-json-1.1")
	h.Set("X-Amzn-Errortype", e.Code)
	if e.RetryAfterSeconds > 0 {
		h.Set("Retry-After", strconv.Itoa(e.RetryAfterSeconds))
	}
	return answer{e.Status, h, body}
}

// identityStoreRequestID: identitystore alone repeats the request id inside its errors.
func identityStoreRequestID(c *call) string {
	if c.operation.service == "identitystore" {
		return c.requestID
	}
	return ""
}

func (e *apiError) queryAnswer(c *call) answer {
	type failure struct {
		Type    string `xml:"Type"`
		Code    string `xml:"Code"`
		Message string `xml:"Message"`
	}
	body, _ := xml.Marshal(struct {
		XMLName   xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ ErrorResponse"`
		Error     failure  `xml:"Error"`
		RequestID string   `xml:"RequestId"`
	}{Error: failure{"Sender", e.Code, e.Message}, RequestID: c.requestID})
	return answer{e.Status, header(c, "text/xml"), body}
}

// marshal writes JSON without escaping HTML, as AWS does.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	return bytes.TrimRight(buf.Bytes(), "\n"), nil
}

// epoch is an instant as AWS's JSON protocol writes it: seconds since 1970 as a number.
type epoch time.Time

// MarshalJSON writes seconds with milliseconds.
func (e epoch) MarshalJSON() ([]byte, error) {
	ms := time.Time(e).UnixMilli()
	return strconv.AppendFloat(nil, float64(ms)/1000, 'f', -1, 64), nil
}
