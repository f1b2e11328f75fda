package api_test

import (
	"net/http/httptest"
	"testing"

	"github.com/team-idc/team/internal/api"
)

func TestThePortalIsToldToPeople(t *testing.T) {
	w := newWorld(t)
	c := w.config()
	c.Portal = api.Portal{URL: "https://example.awsapps.com/start", Region: "eu-central-1"}
	server := httptest.NewServer(api.New(c))
	defer server.Close()
	me := into[api.Me](t, w.on(server, w.tokens["requester"], "GET", "/api/v1/me", nil))
	if me.PortalURL != c.Portal.URL || me.SSORegion != c.Portal.Region {
		t.Errorf("the portal is %q in %q", me.PortalURL, me.SSORegion)
	}
	if me := into[api.Me](t, w.call("requester", "GET", "/api/v1/me", nil)); me.PortalURL != "" || me.SSORegion != "" {
		t.Errorf("a portal that is not configured is %q in %q", me.PortalURL, me.SSORegion)
	}
}
