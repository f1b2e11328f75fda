package awsclient_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/awsclient"
)

// hosts records where calls would go, and sends none.
type hosts []string

func (h *hosts) Do(r *http.Request) (*http.Response, error) {
	*h = append(*h, r.URL.Host)
	return nil, errors.New("not sent")
}

// Only the configuration file may name another AWS, so that nobody grants access in a simulated one unawares: what the
// SDK's own variables and profile say of endpoints is not heard.
func TestEndpointsOfTheEnvironmentAreNotHeard(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(profile, []byte("[default]\nendpoint_url = http://127.0.0.1:9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": profile, "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
		"AWS_ENDPOINT_URL_SSO_ADMIN": "http://127.0.0.1:9", "AWS_ENDPOINT_URL_IDENTITYSTORE": "http://127.0.0.1:9",
		"AWS_ENDPOINT_URL_ORGANIZATIONS": "http://127.0.0.1:9", "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
	} {
		t.Setenv(name, value)
	}
	var asked hosts
	c, err := awsclient.New(t.Context(), awsclient.Config{Region: "us-east-1", HTTPClient: &asked})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = c.Instance(t.Context())
	if len(asked) == 0 {
		t.Fatal("nothing was asked")
	}
	for _, host := range asked {
		if !strings.HasSuffix(host, ".amazonaws.com") {
			t.Errorf("a call goes to %s", host)
		}
	}
}
