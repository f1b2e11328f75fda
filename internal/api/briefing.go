package api

import (
	"context"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy/lint"
)

const (
	// mostRecent is how many earlier targets are told.
	mostRecent = 3
	// mostLookedBack bounds the requests among which they are sought: it is what their index gives at once.
	mostLookedBack = 50
)

// brief adds to a request what those who decide on it should know. Whose business a target is not learns nothing of it
// here: neither the requester nor who decides on another target of the same request.
func (v view) brief(ctx context.Context, c access.Case, out *Request) error {
	briefed := false
	for i, t := range c.Targets {
		if t.Decision != access.Pending {
			continue
		}
		b, ok := access.Brief(v.facts, v.by, c, t)
		if !ok {
			continue
		}
		briefed = true
		residual, told := seconds(b.Answer.ResidualAccess), &out.Targets[i]
		told.Protected, told.ResidualAccessSeconds, told.Risks = &b.Answer.Protected, &residual, risksOf(b.Findings)
		told.Why, told.StepUp = reasonsOf(b.Why), demandsOf(b.Demands)
	}
	if !briefed {
		return nil
	}
	earlier, err := v.s.Lists.Requests(ctx, access.RequestFilter{BeneficiaryID: c.Request.BeneficiaryID, Now: v.now, Limit: mostLookedBack})
	if err != nil {
		return err
	}
	out.Recent = v.recent(c, earlier)
	return nil
}

func risksOf(findings []lint.Finding) []Risk {
	risks := make([]Risk, 0, len(findings))
	for _, f := range findings {
		ref := refOf(f.Places[0].Policy)
		risks = append(risks, Risk{Code: f.Code, Severity: string(f.Severity), Text: f.Text, Policy: &ref, Field: f.Places[0].Field})
	}
	return risks
}

// recent are the newest targets in the same accounts or with the same permission sets as those of c, of other requests
// that the caller may read.
func (v view) recent(c access.Case, requests []access.Case) []EarlierTarget {
	found := []EarlierTarget{}
	for _, r := range requests {
		if r.Request.ID == c.Request.ID || r.Request.Kind != access.KindAccess || !access.MaySeeNow(v.facts, v.by, r) {
			continue
		}
		for _, t := range r.Targets {
			if !t.Concerns(c.Targets) {
				continue
			}
			found = append(found, v.earlier(r, t))
			if len(found) == mostRecent {
				return found
			}
		}
	}
	return found
}

func (v view) earlier(c access.Case, t access.Target) EarlierTarget {
	out := EarlierTarget{
		RequestID: c.Request.ID, Role: Role{AccountID: t.AccountID, PermissionSetARN: t.PermissionSetARN}, AccountName: t.AccountName,
		PermissionSetName: t.PermissionSetName, Status: access.TargetStatus(c, t, v.now), CreatedAt: c.Request.CreatedAt,
	}
	if e, ok := c.ElevationOf(t.ID); ok {
		out.Reason, out.EndsAt, out.EndedAt = string(e.Reason), e.EndsAt, e.EndedAt
	}
	return out
}
