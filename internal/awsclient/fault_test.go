package awsclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/delivery"
)

const (
	instanceARN   = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
	identityStore = "d-0123456789"
)

// answering gives a client of an AWS that always answers with h.
func answering(t *testing.T, h http.HandlerFunc, change ...func(*awsclient.Config)) *awsclient.Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	cfg := awsclient.Config{
		Region: "us-east-1", BaseEndpoint: s.URL, InstanceARN: instanceARN, IdentityStoreID: identityStore,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIA", SecretAccessKey: "s"}, nil
		}),
	}
	for _, c := range change {
		c(&cfg)
	}
	client, err := awsclient.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func awsError(status int, code, message, more string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.Header().Set("X-Amzn-Requestid", "req-1")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"__type":%q,"message":%q,"Message":%q%s}`, code, message, message, more)
	}
}

func TestFaultKinds(t *testing.T) {
	for name, c := range map[string]struct {
		answer   http.HandlerFunc
		kind     awsfault.Kind
		again    bool
		perhaps  bool
		wait     time.Duration
		sentence string
	}{
		"throttled":            {answer: awsError(400, "ThrottlingException", "Rate exceeded", ""), kind: awsfault.Throttled, again: true, sentence: "limiting the rate"},
		"throttled, wait":      {answer: awsError(429, "ThrottlingException", "Rate exceeded", `,"RetryAfterSeconds":7`), kind: awsfault.Throttled, again: true, wait: 7 * time.Second},
		"too many requests":    {answer: awsError(400, "TooManyRequestsException", "slow", ""), kind: awsfault.Throttled, again: true},
		"conflict":             {answer: awsError(400, "ConflictException", "busy", ""), kind: awsfault.Conflict, again: true, sentence: "still in progress"},
		"a whole store":        {answer: awsError(400, "ResourceNotFoundException", "IDENTITY_STORE not found", `,"ResourceType":"IDENTITY_STORE"`), kind: awsfault.Invalid},
		"one user":             {answer: awsError(400, "ResourceNotFoundException", "USER not found", `,"ResourceType":"USER"`), kind: awsfault.NotFound},
		"not found by a proxy": {answer: awsError(404, "", "no such page", ""), kind: awsfault.Unavailable, again: true, perhaps: true},
		"not found":            {answer: awsError(400, "ResourceNotFoundException", "USER not found", ""), kind: awsfault.NotFound, sentence: "does not know"},
		"denied":               {answer: awsError(403, "AccessDeniedException", "User: x is not authorized to perform: identitystore:DescribeUser", ""), kind: awsfault.Denied, sentence: "delegated administrator"},
		"key denied":           {answer: awsError(400, "AccessDeniedException", "no", `,"Reason":"KMS_ACCESS_DENIED"`), kind: awsfault.KMS, sentence: "kms:Decrypt"},
		"key denied by IAM":    {answer: awsError(403, "AccessDeniedException", "User: x is not authorized to perform: kms:Decrypt", ""), kind: awsfault.KMS},
		"key disabled":         {answer: awsError(400, "ValidationException", "no", `,"Reason":"KMS_DISABLED"`), kind: awsfault.KMS, sentence: "is disabled"},
		"key throttled":        {answer: awsError(400, "ThrottlingException", "no", `,"Reason":"KMS_THROTTLING"`), kind: awsfault.Throttled, again: true},
		"network rule":         {answer: awsError(403, "AccessDeniedException", "Access denied by the network access controls of the identity store", ""), kind: awsfault.NetworkRule, sentence: "trusted networks"},
		"denied by VPC policy": {answer: awsError(403, "AccessDeniedException", "User: x is not authorized to perform: identitystore:DescribeUser with an explicit deny in a VPC endpoint policy", ""), kind: awsfault.Denied},
		"invalid":              {answer: awsError(400, "ValidationException", "bad id", ""), kind: awsfault.Invalid, sentence: "bad id"},
		"quota":                {answer: awsError(402, "ServiceQuotaExceededException", "too many", ""), kind: awsfault.QuotaExceeded},
		"internal":             {answer: awsError(500, "InternalServerException", "oops", ""), kind: awsfault.Unavailable, again: true, perhaps: true},
		"a page of a proxy": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte("<html>bad gateway</html>"))
		}, kind: awsfault.Unavailable, again: true, perhaps: true},
		"not offered":     {answer: awsError(400, "UnknownOperationException", "", ""), kind: awsfault.NotOffered},
		"expired":         {answer: awsError(403, "ExpiredTokenException", "expired", ""), kind: awsfault.Credentials, sentence: "no valid AWS credentials"},
		"wrong signature": {answer: awsError(403, "InvalidSignatureException", "The request signature we calculated does not match", ""), kind: awsfault.Credentials},
		"clock":           {answer: awsError(403, "InvalidSignatureException", "Signature expired: 20260101T000000Z is now earlier than", ""), kind: awsfault.SkewedClock, sentence: "clock"},
		"unknown code":    {answer: awsError(418, "SomethingNew", "?", ""), kind: awsfault.Invalid},
		"body cut off": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"UserId":`))
		}, kind: awsfault.Unknown, again: true, perhaps: true},
		"connection broken": {answer: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, kind: awsfault.Unknown, again: true, perhaps: true},
		"an answer without what it must have": {answer: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{}`))
		}, kind: awsfault.Unknown, again: true, perhaps: true},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			client := answering(t, func(w http.ResponseWriter, r *http.Request) { calls++; c.answer(w, r) })
			_, err := client.User(t.Context(), "u")
			f, ok := awsfault.Of(err)
			if !ok {
				t.Fatalf("error is %#v", err)
			}
			if f.Kind != c.kind || f.Retryable() != c.again || f.MayHaveHappened() != c.perhaps || f.RetryAfter != c.wait {
				t.Errorf("kind %s, retryable %v, may have happened %v, wait %v; want %s, %v, %v, %v\n%v",
					f.Kind, f.Retryable(), f.MayHaveHappened(), f.RetryAfter, c.kind, c.again, c.perhaps, c.wait, err)
			}
			if f.Operation != "identitystore:DescribeUser" {
				t.Errorf("operation is %q", f.Operation)
			}
			if !strings.Contains(f.Sentence(), c.sentence) || f.Sentence() == "" {
				t.Errorf("sentence is %q, want it to say %q", f.Sentence(), c.sentence)
			}
			if calls != 1 {
				t.Errorf("%d calls for one: the SDK must not retry", calls)
			}
		})
	}
}

func TestFaultOfATransportThatNeverArrived(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + l.Addr().String()
	_ = l.Close()
	for name, endpoint := range map[string]string{
		"connection refused": nobody,
		"no such host":       "http://nowhere.invalid",
		"TLS of a stranger":  stranger(t),
	} {
		t.Run(name, func(t *testing.T) {
			client := answering(t, nil, func(c *awsclient.Config) { c.BaseEndpoint = endpoint })
			_, err := client.CreateAssignment(t.Context(), delivery.Triple{UserID: "u", AccountID: "a", PermissionSetARN: "p"})
			f, ok := awsfault.Of(err)
			if !ok || f.Kind != awsfault.Unreachable || f.MayHaveHappened() || !f.Retryable() {
				t.Errorf("error is %+v", err)
			}
		})
	}
}

func stranger(t *testing.T) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // the refused handshake is the point
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

func TestFaultOfAnAnswerThatDoesNotCome(t *testing.T) {
	client := answering(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // net/http notices that the caller is gone only after the body was read
		<-r.Context().Done()
	},
		func(c *awsclient.Config) { c.AttemptTimeout = 20 * time.Millisecond })
	_, err := client.CreateAssignment(t.Context(), delivery.Triple{UserID: "u", AccountID: "a", PermissionSetARN: "p"})
	if f, ok := awsfault.Of(err); !ok || f.Kind != awsfault.Unknown || !f.MayHaveHappened() {
		t.Errorf("error is %+v", err)
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the cause is lost: %v", err)
	}
}

func TestFaultOfMissingCredentials(t *testing.T) {
	client := answering(t, awsError(500, "x", "", ""), func(c *awsclient.Config) {
		c.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, errors.New("no role here")
		})
	})
	_, err := client.CallerIdentity(t.Context())
	if f, ok := awsfault.Of(err); !ok || f.Kind != awsfault.Credentials || !strings.Contains(f.Sentence(), "no role here") {
		t.Errorf("error is %+v", err)
	}
}

func TestPagesAreReadToTheEndOrNotAtAll(t *testing.T) {
	pages := func(answers ...string) http.HandlerFunc {
		i := 0
		return func(w http.ResponseWriter, _ *http.Request) {
			if answers[i] == "" {
				awsError(400, "ThrottlingException", "", "")(w, nil)
				return
			}
			_, _ = w.Write([]byte(answers[i]))
			i = min(i+1, len(answers)-1)
		}
	}
	user := func(id string) string { return `{"PrincipalId":"` + id + `","PrincipalType":"USER"}` }
	for name, c := range map[string]struct {
		answers []string
		users   int
		calls   int
		fails   bool
	}{
		"one page":                  {answers: []string{`{"AccountAssignments":[` + user("b") + `,` + user("a") + `]}`}, users: 2, calls: 1},
		"an empty page between":     {answers: []string{`{"AccountAssignments":[` + user("a") + `],"NextToken":"1"}`, `{"AccountAssignments":[],"NextToken":"2"}`, `{"AccountAssignments":[` + user("b") + `]}`}, users: 2, calls: 3},
		"a failed second page":      {answers: []string{`{"AccountAssignments":[` + user("a") + `],"NextToken":"1"}`, ``}, calls: 2, fails: true},
		"a token that comes twice":  {answers: []string{`{"AccountAssignments":[` + user("a") + `],"NextToken":"1"}`}, calls: 2, fails: true},
		"tokens in a circle":        {answers: []string{`{"NextToken":"1"}`, `{"NextToken":"2"}`, `{"NextToken":"1"}`}, calls: 3, fails: true},
		"a principal of a new kind": {answers: []string{`{"AccountAssignments":[{"PrincipalId":"x","PrincipalType":"ROBOT"}]}`}, calls: 1, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := answering(t, pages(c.answers...)).Holders(t.Context(), "111122223333", "arn:aws:sso:::permissionSet/a/b")
			if (err != nil) != c.fails || len(h.Users) != c.users || h.Calls != c.calls {
				t.Errorf("%+v, %v", h, err)
			}
		})
	}
}

func TestSkewIsMeasuredWithEachAnswer(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 500e6, time.UTC)
	for name, c := range map[string]struct{ ahead, want time.Duration }{
		"same second": {ahead: 0, want: 0},
		"AWS ahead":   {ahead: 90 * time.Second, want: 89500 * time.Millisecond},
		"AWS behind":  {ahead: -90 * time.Second, want: -89500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			var got []time.Duration
			client := answering(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", now.Add(c.ahead).Format(http.TimeFormat))
				_, _ = w.Write([]byte(`{"UserId":"u"}`))
			}, func(cfg *awsclient.Config) {
				cfg.Now = func() time.Time { return now }
				cfg.OnSkew = func(d time.Duration) { got = append(got, d) }
			})
			if _, err := client.User(t.Context(), "u"); err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("skew %v, want %v", got, c.want)
			}
		})
	}
}

// Of a user whom two identity providers provision, the order in which AWS names them must not decide who it is.
func TestSeveralExternalIDsAreNone(t *testing.T) {
	for ids, want := range map[string]string{
		`[{"Issuer":"https://idp","Id":"7"}]`: "7", `[]`: "",
		`[{"Issuer":"https://idp","Id":"7"},{"Issuer":"https://old","Id":"8"}]`: "", `[{"Issuer":"https://old","Id":"8"},{"Issuer":"https://idp","Id":"7"}]`: "",
	} {
		client := answering(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"UserId":"u","UserName":"ann","ExternalIds":` + ids + `}`))
		}, func(c *awsclient.Config) { c.PersonAttribute = "external_id" })
		u, err := client.User(t.Context(), "u")
		if err != nil || u.ExternalID != want {
			t.Errorf("of %s the external id is %q, %v; not %q", ids, u.ExternalID, err, want)
		}
		if person := map[bool]string{true: "", false: "https://idp|7"}[ids == "[]"]; u.PersonKey != person {
			t.Errorf("of %s the person is %q, not %q", ids, u.PersonKey, person)
		}
	}
}

func TestPersonAttribute(t *testing.T) {
	body := `{"UserId":"u","UserName":"ann","Emails":[{"Value":"second@x"},{"Value":"Ann@X","Primary":true}],
		"ExternalIds":[{"Issuer":"https://idp","Id":"7"}],
		"Extensions":{"aws:identitystore:enterprise":{"employeeNumber":"4711"}},"UserStatus":"ENABLED"}`
	for attribute, want := range map[string]string{
		"": "", "email": "ann@x", "external_id": "https://idp|7", "enterprise.employeeNumber": "4711", "enterprise.department": "",
	} {
		t.Run(attribute, func(t *testing.T) {
			client := answering(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) },
				func(c *awsclient.Config) { c.PersonAttribute = attribute })
			u, err := client.User(t.Context(), "u")
			if err != nil || u.PersonKey != want {
				t.Errorf("person key %q, %v; want %q", u.PersonKey, err, want)
			}
		})
	}
	if _, err := awsclient.New(t.Context(), awsclient.Config{Region: "us-east-1", PersonAttribute: "shoe size"}); err == nil {
		t.Error("an attribute that does not exist is accepted")
	}
}
