package identity_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policy"
)

func TestTheStepUpPageSaysWhatItWasMadeFor(t *testing.T) {
	either := policy.Demand{Kinds: []policy.ProofKind{policy.ProofPasskey, policy.ProofProvider}, MaxAge: 5 * time.Minute}
	strong := policy.Demand{Kinds: []policy.ProofKind{policy.ProofProvider}, MaxAge: policy.MaxProofAge, ACR: []string{"gold", "urn:a&b=c d"}}
	for want, page := range map[string]identity.StepUpPage{
		"/step-up": {},
		"/step-up?act=decide&age=300&for=sin_1&kinds=passkey%2Cprovider": {Act: policy.ActDecide, Demand: either, For: "sin_1"},
		"/step-up?return=%2Fx%3Fy%3Dz":                                   {Return: "/x?y=z"},
		"/step-up?acr=gold&acr=urn%3Aa%26b%3Dc+d&act=policies&age=86400&kinds=provider&return=%2F": {
			Act: policy.ActPolicies, Demand: strong, Return: "/",
		},
	} {
		if got := page.String(); got != want {
			t.Errorf("%+v is %s, want %s", page, got, want)
		}
		u, err := url.Parse(want)
		must(t, err)
		if got := identity.ReadStepUpPage(u.Query()); !reflect.DeepEqual(got, page) {
			t.Errorf("%s says %+v, want %+v", want, got, page)
		}
	}
}

// What no policy can demand is left out of what somebody else wrote.
func TestStepUpPagesOfOthers(t *testing.T) {
	for _, odd := range []string{
		"kinds=passkey", "kinds=passkey&age=0", "kinds=passkey&age=-1", "kinds=passkey&age=x", "kinds=passkey&age=99999999999999999999", "kinds=face&age=300",
		"kinds=passkey&age=2000000000", strings.Repeat("&acr=x", policy.MaxACR+1),
	} {
		q, err := url.ParseQuery(odd)
		must(t, err)
		if got := identity.ReadStepUpPage(q).Demand; !got.None() || len(got.ACR) > 0 {
			t.Errorf("%s demands %+v", odd, got)
		}
	}
	got := identity.ReadStepUpPage(url.Values{"kinds": {"face,passkey,"}, "age": {"60"}}).Demand
	if want := (policy.Demand{Kinds: []policy.ProofKind{policy.ProofPasskey}, MaxAge: time.Minute}); !reflect.DeepEqual(got, want) {
		t.Errorf("it demands %+v, want %+v", got, want)
	}
}
