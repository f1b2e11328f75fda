package aws

import (
	"net/http"
	"slices"
	"strings"
)

func (c *call) createAccountAssignment(in *ssoInput) (any, error) {
	if err := c.mayChangeAssignment(in); err != nil {
		return nil, err
	}
	j, err := c.aws.accept(c, c.triple, false)
	if err != nil {
		return nil, err
	}
	return map[string]any{"AccountAssignmentCreationStatus": j.description()}, nil
}

func (c *call) deleteAccountAssignment(in *ssoInput) (any, error) {
	if err := c.mayChangeAssignment(in); err != nil {
		return nil, err
	}
	a := c.aws
	missing := a.state.assignments[c.triple].now() == nil && !a.work.pendingFor(c.triple)
	if missing && (a.switches.DeleteMissing == "" || a.switches.DeleteMissing == "ResourceNotFoundException") {
		return nil, notFound("The account assignment was not found.")
	}
	j, err := a.accept(c, c.triple, true)
	if err != nil {
		return nil, err
	}
	return map[string]any{"AccountAssignmentDeletionStatus": j.description()}, nil
}

// mayChangeAssignment refuses at once what AWS refuses at once. That the user exists is not among
// it: a missing one fails later.
func (c *call) mayChangeAssignment(in *ssoInput) error {
	if err := c.usePermissionSets(in); err != nil {
		return err
	}
	s := c.aws.state
	switch {
	case in.TargetType != "AWS_ACCOUNT":
		return malformed("targetType", in.TargetType)
	case in.PrincipalType != "USER" && in.PrincipalType != "GROUP":
		return malformed("principalType", in.PrincipalType)
	case !guidPattern.MatchString(in.PrincipalId):
		return malformed("principalId", in.PrincipalId)
	case s.sets[in.PermissionSetArn].now() == nil:
		return notFound("Permission set with id " + in.PermissionSetArn + " does not exist.")
	case s.accounts[in.TargetId].now() == nil:
		return notFound("Account " + in.TargetId + " was not found in the organization.")
	}
	if c.isManager() {
		return nil
	}
	// A delegated administrator manages neither access to the management account nor, for any
	// account, a permission set that is provisioned there.
	if in.TargetId == s.manager || s.roles[place{s.manager, in.PermissionSetArn}].now() != nil {
		return c.denied(in.PermissionSetArn)
	}
	return nil
}

// description is the operation as creation, deletion and Describe… answer it.
func (j *job) description() map[string]any {
	out := map[string]any{
		"RequestId": j.id, "Status": j.status, "CreatedDate": epoch(j.created),
		"TargetId": j.triple.AccountID, "TargetType": "AWS_ACCOUNT", "PermissionSetArn": j.triple.PermissionSetARN,
		"PrincipalType": j.triple.PrincipalType, "PrincipalId": j.triple.PrincipalID,
	}
	if j.reason != "" {
		out["FailureReason"] = j.reason
	}
	return out
}

func (c *call) describeCreationStatus(in *ssoInput) (any, error) {
	j, err := c.findJob(in, in.AccountAssignmentCreationRequestId, false)
	if err != nil {
		return nil, err
	}
	return map[string]any{"AccountAssignmentCreationStatus": j.description()}, nil
}

func (c *call) describeDeletionStatus(in *ssoInput) (any, error) {
	j, err := c.findJob(in, in.AccountAssignmentDeletionRequestId, true)
	if err != nil {
		return nil, err
	}
	return map[string]any{"AccountAssignmentDeletionStatus": j.description()}, nil
}

func (c *call) findJob(in *ssoInput, id string, deletion bool) (*job, error) {
	if err := c.useInstance(in); err != nil {
		return nil, err
	}
	if !guidPattern.MatchString(id) {
		return nil, malformed("requestId", id)
	}
	j := c.aws.work.byID[id]
	if j == nil || j.deletion != deletion || c.forgotten(j) {
		return nil, notFound("Request " + id + " was not found.")
	}
	return j, nil
}

func (c *call) listCreationStatus(in *ssoInput) (any, error) {
	jobs, next, err := c.listJobs(in, false)
	return map[string]any{"AccountAssignmentsCreationStatus": jobs, "NextToken": next}, err
}

func (c *call) listDeletionStatus(in *ssoInput) (any, error) {
	jobs, next, err := c.listJobs(in, true)
	return map[string]any{"AccountAssignmentsDeletionStatus": jobs, "NextToken": next}, err
}

// listJobs lists operations, the newest first, with no word of what they are about: only
// Describe… tells that.
func (c *call) listJobs(in *ssoInput, deletion bool) ([]any, *string, error) {
	if err := c.useInstance(in); err != nil {
		return nil, nil, err
	}
	switch in.Filter.Status {
	case "", inProgress, succeeded, failed:
	default:
		return nil, nil, malformed("filter.status", in.Filter.Status)
	}
	w := c.aws.work
	jobs := w.jobs
	if in.Filter.Status == inProgress {
		jobs = w.pending // few, where all may be many
	}
	var keys []string
	for _, j := range slices.Backward(jobs) {
		if j.deletion == deletion && (in.Filter.Status == "" || in.Filter.Status == j.status) && !c.forgotten(j) {
			keys = append(keys, j.key)
		}
	}
	slices.Sort(keys)
	page, next, err := c.page(keys, in.MaxResults, in.NextToken, 100)
	if err != nil {
		return nil, nil, err
	}
	out := []any{}
	for _, key := range page {
		j := w.byKey[key]
		out = append(out, map[string]any{"RequestId": j.id, "Status": j.status, "CreatedDate": epoch(j.created)})
	}
	return out, next, nil
}

// forgotten says whether AWS knows the operation no more; how long it does is not documented.
func (c *call) forgotten(j *job) bool {
	kept := c.aws.switches.StatusRetention
	return kept > 0 && j.status != inProgress && c.now.Sub(j.due) >= kept
}

func (c *call) listAccountAssignments(in *ssoInput) (any, error) {
	if err := c.usePermissionSets(in); err != nil {
		return nil, err
	}
	s := c.aws.state
	if s.sets[in.PermissionSetArn].now() == nil {
		return nil, notFound("Permission set with id " + in.PermissionSetArn + " does not exist.")
	}
	if s.accounts[in.AccountId].now() == nil {
		return nil, notFound("Account " + in.AccountId + " was not found in the organization.")
	}
	var keys []string
	for t := range s.byPlace[place{in.AccountId, in.PermissionSetArn}] {
		if c.seesAssignment(t) {
			keys = append(keys, t.PrincipalType+"/"+t.PrincipalID)
		}
	}
	slices.Sort(keys)
	page, next, err := c.page(keys, in.MaxResults, in.NextToken, 100)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, key := range page {
		kind, id, _ := strings.Cut(key, "/")
		out = append(out, map[string]any{
			"AccountId": in.AccountId, "PermissionSetArn": in.PermissionSetArn, "PrincipalType": kind, "PrincipalId": id,
		})
	}
	return map[string]any{"AccountAssignments": out, "NextToken": next}, nil
}

// seesAssignment says whether an eventually consistent read shows an assignment.
func (c *call) seesAssignment(t Triple) bool {
	s := c.aws.state
	if s.assignments[t].at(c.view) == nil {
		return false
	}
	return !c.aws.switches.HideAssignmentsOfDeletedUsers || s.principalExists(t)
}

func (c *call) listAccountAssignmentsForPrincipal(in *ssoInput) (any, error) {
	if err := c.usePermissionSets(in); err != nil {
		return nil, err
	}
	a := c.aws
	switch {
	case a.switches.PrincipalListingFromManagementOnly && !c.isManager():
		return nil, &apiError{
			Code: "AccessDeniedException", Status: http.StatusForbidden,
			Message: "ListAccountAssignmentsForPrincipal must be called from the management account.",
		}
	case in.PrincipalType != "USER" && in.PrincipalType != "GROUP":
		return nil, malformed("principalType", in.PrincipalType)
	case !guidPattern.MatchString(in.PrincipalId):
		return nil, malformed("principalId", in.PrincipalId)
	case in.Filter.AccountId != "" && !accountIDPattern.MatchString(in.Filter.AccountId):
		return nil, malformed("filter.accountId", in.Filter.AccountId)
	case !a.state.principalExists(c.triple):
		return nil, notFound(in.PrincipalType + " " + in.PrincipalId + " was not found.")
	}
	var keys []string
	for _, t := range c.assignmentsReaching(in.PrincipalId) {
		if in.Filter.AccountId == "" || in.Filter.AccountId == t.AccountID {
			keys = append(keys, strings.Join([]string{t.AccountID, t.PermissionSetARN, t.PrincipalType, t.PrincipalID}, "|"))
		}
	}
	slices.Sort(keys)
	page, next, err := c.page(keys, in.MaxResults, in.NextToken, 100)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, key := range page {
		part := strings.Split(key, "|")
		out = append(out, map[string]any{"AccountId": part[0], "PermissionSetArn": part[1], "PrincipalType": part[2], "PrincipalId": part[3]})
	}
	return map[string]any{"AccountAssignments": out, "NextToken": next}, nil
}

// assignmentsReaching lists the principal's own assignments and those of the groups it is in.
func (c *call) assignmentsReaching(principal string) []Triple {
	s := c.aws.state
	principals := []string{principal}
	for _, group := range sortedKeys(s.memberships[principal]) {
		if s.memberships[principal][group].at(c.view) != nil && s.groups[group].at(c.view) != nil {
			principals = append(principals, group)
		}
	}
	var out []Triple
	for _, p := range principals {
		for t := range s.byPrincipal[p] {
			if c.seesAssignment(t) {
				out = append(out, t)
			}
		}
	}
	slices.SortFunc(out, compareTriples)
	return out
}
