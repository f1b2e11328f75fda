// Package mototest gives tests an organization in moto, an emulator of AWS that nobody here wrote. Only tests import
// it.
//
// What moto 5.2 cannot show: it completes assignments at once, so that nothing is ever in progress or in conflict; it
// lists no operations; it has no user status; and it does not offer DescribeInstance, permissions boundaries, tags of
// permission sets and IsMemberInGroups. AWS answers an operation that does not exist with UnknownOperationException,
// moto with a page about an exception of its own: a proxy before it gives AWS's answer instead.
package mototest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"

	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/directory"
)

// notOffered are the operations TEAM uses and moto 5.2 has not, as X-Amz-Target.
var notOffered = []string{
	"SWBExternalService.DescribeInstance",
	"SWBExternalService.GetPermissionsBoundaryForPermissionSet",
	"SWBExternalService.ListTagsForResource",
	"SWBExternalService.ListAccountAssignmentCreationStatus",
	"SWBExternalService.ListAccountAssignmentDeletionStatus",
	"AWSIdentityStore.IsMemberInGroups",
}

// Region of the organizations in moto.
const Region = "us-east-1"

// Server is an AWS account of its own in moto: tests do not see each other's organizations.
type Server struct {
	Endpoint  string // for the SDK's BaseEndpoint
	AccountID string
}

// Start gives a server in front of the moto at TEAM_TEST_MOTO_URL. Without one the test fails where
// TEAM_TEST_REQUIRE_MOTO or CI is set; elsewhere ok is false, and the test's log says that nothing was tried.
func Start(t *testing.T) (s Server, ok bool) {
	t.Helper()
	at := os.Getenv("TEAM_TEST_MOTO_URL")
	if at == "" {
		if os.Getenv("TEAM_TEST_REQUIRE_MOTO") != "" || os.Getenv("CI") != "" {
			t.Fatal("TEAM_TEST_MOTO_URL is not set: no moto to test against; run tools/ci/with-servers.sh go test …")
		}
		t.Log("NOT RUN against moto: TEAM_TEST_MOTO_URL is not set; run tools/ci/with-servers.sh go test …")
		return Server{}, false
	}
	moto, err := url.Parse(at)
	if err != nil {
		t.Fatalf("TEAM_TEST_MOTO_URL: %v", err)
	}
	account := fmt.Sprintf("%012d", 100000000000+rand.Int64N(800000000000)) //nolint:forbidigo // only has to differ from other tests' accounts
	front := httptest.NewServer(proxy(moto, account))
	t.Cleanup(front.Close)
	return Server{Endpoint: front.URL, AccountID: account}, true
}

func proxy(moto *url.URL, account string) http.Handler {
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(moto)
		r.Out.Header.Set("X-Moto-Account-Id", account)
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if target := r.Header.Get("X-Amz-Target"); slices.Contains(notOffered, target) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]string{
				"__type": "UnknownOperationException", "message": "moto does not offer " + target[strings.Index(target, ".")+1:],
			})
			return
		}
		forward.ServeHTTP(w, r)
	})
}

// SDK is the configuration with which tests speak to moto themselves.
func (s Server) SDK() aws.Config {
	return aws.Config{Region: Region, BaseEndpoint: aws.String(s.Endpoint), Credentials: aws.CredentialsProviderFunc(anyKey)}
}

// Client is TEAM's own. moto knows no user status: all users are taken for enabled.
func (s Server) Client(t *testing.T) *awsclient.Client {
	t.Helper()
	c, err := awsclient.New(t.Context(), awsclient.Config{
		Region: Region, BaseEndpoint: s.Endpoint, Credentials: aws.CredentialsProviderFunc(anyKey),
		StatusWhenAbsent: directory.UserEnabled,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func anyKey(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIAMOTO", SecretAccessKey: "moto"}, nil
}

// Holds asks moto itself, past TEAM, whether a user has a permission set in an account by an assignment of their own.
func (s Server) Holds(t *testing.T, userID, accountID, permissionSetARN string) bool {
	t.Helper()
	sso := ssoadmin.NewFromConfig(s.SDK())
	instances, err := sso.ListInstances(t.Context(), &ssoadmin.ListInstancesInput{})
	if err != nil {
		t.Fatal(err)
	}
	list, err := sso.ListAccountAssignments(t.Context(), &ssoadmin.ListAccountAssignmentsInput{
		InstanceArn: instances.Instances[0].InstanceArn, AccountId: &accountID, PermissionSetArn: &permissionSetARN,
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(list.AccountAssignments, func(a types.AccountAssignment) bool { return *a.PrincipalId == userID })
}
