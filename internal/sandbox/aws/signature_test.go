package aws_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

func TestSignatureIsCheckedOnEveryCall(t *testing.T) {
	w := newWorld(t, func(_ *simaws.Organization, o *simaws.Options) {
		o.Credentials = append(o.Credentials, simaws.Credential{
			AccessKeyID: "ASIATOKEN", SecretAccessKey: "s", SessionToken: "token", Account: "identity", Policies: []string{allowEverything},
		})
	})
	list := func(config sdk.Config) string {
		_, err := ssoadmin.NewFromConfig(config).ListInstances(context.Background(), &ssoadmin.ListInstancesInput{})
		return code(err)
	}
	identity := func(config sdk.Config) string {
		_, err := sts.NewFromConfig(config).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
		return code(err)
	}
	for name, c := range map[string]struct{ key, secret, json, query string }{
		"right":                {"AKIDELEGATED", "secret", "", ""},
		"unknown key":          {"AKINOBODY", "secret", "UnrecognizedClientException", "InvalidClientTokenId"},
		"wrong secret":         {"AKIDELEGATED", "wrong", "InvalidSignatureException", "SignatureDoesNotMatch"},
		"missing sessiontoken": {"ASIATOKEN", "s", "UnrecognizedClientException", "InvalidClientTokenId"},
	} {
		if got := list(w.config(c.key, c.secret)); got != c.json {
			t.Errorf("%s: sso-admin answers %q, want %q", name, got, c.json)
		}
		if got := identity(w.config(c.key, c.secret)); got != c.query {
			t.Errorf("%s: sts answers %q, want %q", name, got, c.query)
		}
	}
	config := w.config("", "")
	config.Credentials = credentials.NewStaticCredentialsProvider("ASIATOKEN", "s", "token")
	if got := list(config); got != "" {
		t.Errorf("with the session token: %s", got)
	}
	w.clock.advance(6 * time.Minute)
	_, err := w.sso.ListInstances(context.Background(), &ssoadmin.ListInstancesInput{})
	if code(err) != "InvalidSignatureException" || !strings.Contains(err.Error(), "Signature expired") {
		t.Errorf("six minutes late: %v", err)
	}
	w.clock.advance(-12 * time.Minute)
	_, err = w.sso.ListInstances(context.Background(), &ssoadmin.ListInstancesInput{})
	if code(err) != "InvalidSignatureException" || !strings.Contains(err.Error(), "Signature not yet current") {
		t.Errorf("six minutes early: %v", err)
	}
}

// signed makes a raw request, signed for a service.
func signed(t *testing.T, w *world, service, target, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://aws.sandbox/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	err := v4.NewSigner().SignHTTP(context.Background(), sdk.Credentials{AccessKeyID: "AKIDELEGATED", SecretAccessKey: "secret"}, r, sha256Hex(body), service, "us-east-1", w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func answerOf(w *world, r *http.Request) (int, string) {
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	body, _ := io.ReadAll(rec.Result().Body)
	return rec.Code, string(body)
}

func TestFaultySignaturesAreRefusedInAWSWords(t *testing.T) {
	w := newWorld(t)
	const target = "SWBExternalService.ListInstances"
	for name, c := range map[string]struct {
		spoil func(*http.Request)
		want  string
	}{
		"none":            {func(r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException"},
		"other algorithm": {func(r *http.Request) { r.Header.Set("Authorization", "Basic x") }, "IncompleteSignatureException"},
		"no scope": {func(r *http.Request) {
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKI, SignedHeaders=host, Signature=0")
		}, "IncompleteSignatureException"},
		"no date":      {func(r *http.Request) { r.Header.Del("X-Amz-Date") }, "InvalidSignatureException"},
		"other body":   {func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{ }`)) }, "InvalidSignatureException"},
		"other target": {func(r *http.Request) { r.Header.Set("X-Amz-Target", "SWBExternalService.ListPermissionSets") }, "InvalidSignatureException"},
		"other host":   {func(r *http.Request) { r.Host = "elsewhere" }, "InvalidSignatureException"},
		"other query":  {func(r *http.Request) { r.URL.RawQuery = "a=b" }, "InvalidSignatureException"},
	} {
		r := signed(t, w, "sso", target, "{}")
		c.spoil(r)
		if _, body := answerOf(w, r); !strings.Contains(body, c.want) {
			t.Errorf("%s: %s, want %s", name, body, c.want)
		}
	}
	if _, body := answerOf(w, signed(t, w, "identitystore", target, "{}")); !strings.Contains(body, "Credential should be scoped to correct service: 'sso'.") {
		t.Errorf("other service: %s", body)
	}
	if status, body := answerOf(w, signed(t, w, "sso", target, "{}")); status != http.StatusOK {
		t.Errorf("right: %d %s", status, body)
	}
}

func TestUnknownOperationsAndMalformedBodiesGetAWSErrors(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		request *http.Request
		want    string
	}{
		"unknown operation": {signed(t, w, "sso", "SWBExternalService.DeleteEverything", "{}"), "UnknownOperationException"},
		"unknown service":   {signed(t, w, "sso", "Nothing.At.All", "{}"), "UnknownOperationException"},
		"no target":         {httptest.NewRequest(http.MethodGet, "http://aws.sandbox/", nil), "UnknownOperationException"},
		"unknown action":    {httptest.NewRequest(http.MethodGet, "http://aws.sandbox/?Action=AssumeRoot", nil), "UnknownOperationException"},
		"no JSON":           {signed(t, w, "sso", "SWBExternalService.ListInstances", "hello"), "SerializationException"},
		"wrong type":        {signed(t, w, "sso", "SWBExternalService.ListPermissionSets", `{"InstanceArn":7}`), "SerializationException"},
		"empty":             {signed(t, w, "sso", "SWBExternalService.ListPermissionSets", "{}"), "ValidationException"},
		"huge":              {signed(t, w, "sso", "SWBExternalService.ListInstances", strings.Repeat(" ", 1<<20+1)), "RequestEntityTooLargeException"},
	} {
		status, body := answerOf(w, c.request)
		if status < 400 || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d %s, want %s", name, status, body, c.want)
		}
	}
}

func TestCallerIdentityNeedsNoPermission(t *testing.T) {
	w := newWorld(t, func(_ *simaws.Organization, o *simaws.Options) {
		o.Credentials = append(o.Credentials, simaws.Credential{AccessKeyID: "AKIBARE", SecretAccessKey: "s", Account: "lab"})
	})
	out, err := sts.NewFromConfig(w.config("AKIBARE", "s")).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	w.must(err)
	if *out.Account != "444444444444" || !strings.HasPrefix(*out.Arn, "arn:aws:sts::444444444444:assumed-role/") {
		t.Errorf("%s %s", *out.Account, *out.Arn)
	}
}

func TestAnswersCarryTheSimulatedDate(t *testing.T) {
	w := newWorld(t)
	w.clock.advance(-time.Minute)
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, signed(t, w, "sso", "SWBExternalService.ListInstances", "{}"))
	if got, want := rec.Header().Get("Date"), w.clock.Now().Format(http.TimeFormat); got != want {
		t.Errorf("Date is %s, want %s", got, want)
	}
	if rec.Header().Get("X-Amzn-Requestid") == "" {
		t.Error("there is no request id")
	}
}

func FuzzRequest(f *testing.F) {
	f.Add("SWBExternalService.CreateAccountAssignment", "AWS4-HMAC-SHA256 Credential=AKIDELEGATED/20261125/us-east-1/sso/aws4_request, SignedHeaders=host, Signature=00", `{"InstanceArn":"x"}`)
	f.Add("AWSIdentityStore.GetUserId", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e", `{"AlternateIdentifier":{"UniqueAttribute":{"AttributeValue":[]}}}`)
	f.Add("", "", "Action=GetCallerIdentity")
	f.Fuzz(func(t *testing.T, target, authorization, body string) {
		sim, err := simaws.New(tiny(), simaws.Options{Credentials: []simaws.Credential{{AccessKeyID: "AKIDELEGATED", SecretAccessKey: "secret", Account: "identity", Policies: []string{allowEverything}}}})
		if err != nil {
			t.Fatal(err)
		}
		raw := httptest.NewRequest(http.MethodPost, "http://aws.sandbox/", strings.NewReader(body))
		raw.Header["X-Amz-Target"], raw.Header["Authorization"] = []string{target}, []string{authorization}
		raw.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		sim.ServeHTTP(rec, raw)
		if rec.Code == http.StatusOK {
			t.Errorf("unsigned, yet answered: %s", rec.Body)
		}
		// The same body, rightly signed, gets past the signature and must not break anything either.
		r := httptest.NewRequest(http.MethodPost, "http://aws.sandbox/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", target)
		service := map[bool]string{true: "identitystore", false: "sso"}[strings.HasPrefix(target, "AWSIdentityStore.")]
		if strings.HasPrefix(target, "AWSOrganizations") {
			service = "organizations"
		}
		if err := v4.NewSigner().SignHTTP(context.Background(), sdk.Credentials{AccessKeyID: "AKIDELEGATED", SecretAccessKey: "secret"}, r, sha256Hex(body), service, "us-east-1", time.Now()); err != nil {
			t.Skip()
		}
		sim.ServeHTTP(httptest.NewRecorder(), r)
	})
}
