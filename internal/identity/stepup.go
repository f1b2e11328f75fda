package identity

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/team-idc/team/internal/policy"
)

// StepUpPath is the page on which people show that it is them.
const StepUpPath = "/step-up"

// StepUpPage is that page for one act. It says what is shown there; what counts is judged where the act is tried.
type StepUpPage struct {
	Act policy.Act
	// Demand that the proof is to meet; without kinds nobody said which.
	Demand policy.Demand
	// For is the sign-in that the proof is for; "": the browser's own.
	For string
	// Return is where the browser goes on; "": nowhere.
	Return string
}

// String is the page's address on this server.
func (p StepUpPage) String() string {
	q := url.Values{}
	for name, value := range map[string]string{"act": string(p.Act), "for": p.For, "return": p.Return} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if !p.Demand.None() {
		kinds := make([]string, 0, len(p.Demand.Kinds))
		for _, k := range p.Demand.Kinds {
			kinds = append(kinds, string(k))
		}
		q.Set("kinds", strings.Join(kinds, ","))
		q.Set("age", strconv.FormatInt(int64(p.Demand.MaxAge/time.Second), 10))
	}
	if len(p.Demand.ACR) > 0 {
		q["acr"] = p.Demand.ACR
	}
	if len(q) == 0 {
		return StepUpPath
	}
	return StepUpPath + "?" + q.Encode()
}

// ReadStepUpPage reads what String wrote. Of what somebody else wrote it leaves out what no policy can demand.
func ReadStepUpPage(q url.Values) StepUpPage {
	p := StepUpPage{Act: policy.Act(q.Get("act")), For: q.Get("for"), Return: q.Get("return")}
	seconds, err := strconv.ParseInt(q.Get("age"), 10, 32)
	if age := time.Duration(seconds) * time.Second; err == nil && age > 0 && age <= policy.MaxProofAge {
		for kind := range strings.SplitSeq(q.Get("kinds"), ",") {
			if k := policy.ProofKind(kind); k == policy.ProofPasskey || k == policy.ProofProvider {
				p.Demand.Kinds = append(p.Demand.Kinds, k)
			}
		}
		p.Demand.MaxAge = age
	}
	if acr := q["acr"]; len(acr) <= policy.MaxACR {
		p.Demand.ACR = acr
	}
	return p
}
