package awsclient_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/awsclient/mototest"
)

// moto shows that objects arrive as they are sent; it does not judge policies.
func TestObjectsArePutIntoABucket(t *testing.T) {
	s, ok := mototest.Start(t)
	if !ok {
		return
	}
	c, err := awsclient.New(t.Context(), awsclient.Config{
		Region: mototest.Region, BaseEndpoint: s.Endpoint, Credentials: awsclient.StaticKey("AKIATEAMOBJECTS00001", "not a secret"),
	})
	if err != nil {
		t.Fatal(err)
	}
	const key = "logs/2026/11/25/host-20261125T120000Z-1.ndjson.gz"
	err = c.Bucket("no-such-bucket-of-team", "").PutObject(t.Context(), key, []byte("x"))
	if err == nil || !strings.Contains(err.Error(), "NoSuchBucket") {
		t.Errorf("a bucket that does not exist: %v", err)
	}
	send := func(method, path string) (int, http.Header, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, s.Endpoint+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		// moto finds the service by what the request is signed for.
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIATEAMOBJECTS00001/20261125/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, answer.Header, string(body)
	}
	if status, _, body := send(http.MethodPut, "/access-logs-of-team"); status != http.StatusOK {
		t.Fatalf("make bucket: %d %s", status, body)
	}
	b := c.Bucket("access-logs-of-team", "us-east-1")
	for range 2 { // a step that is tried again puts the same object
		if err := b.PutObject(t.Context(), key, []byte("packed lines")); err != nil {
			t.Fatal(err)
		}
	}
	status, header, body := send(http.MethodGet, "/access-logs-of-team/"+key)
	if status != http.StatusOK || body != "packed lines" || header.Get("Content-Encoding") != "" || header.Get("Content-Type") != "application/gzip" {
		t.Errorf("got %d, %s, %v", status, body, header)
	}
}
