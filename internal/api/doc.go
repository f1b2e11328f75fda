// Package api is TEAM's HTTP interface: JSON over /api/v1, one file per resource, and no rules of its own. Every
// answer follows from a use case of another package; what may be called by whom stands in one table,
// authorization.go.
//
// Instants are RFC 3339 in UTC, durations whole seconds in members named …Seconds. A caller authenticates with
// "Authorization: Bearer TOKEN" and with nothing else. Errors are application/problem+json (type Problem), with a
// stable code. Lists give at most limit items and, when there are more, next: the cursor of the page after. Bodies
// are at most 1 MiB, and unknown members and query parameters are refused.
//
// The operations, with the type of what goes in and what comes out:
//
//	GET    /healthz                                                     → Health (no sign-in)
//	GET    /readyz                                                      → Health (no sign-in; 503 when not ready)
//	GET    /api/v1/me                                                   → Me
//	GET    /api/v1/me/requestable                                       → Requestable
//
//	POST   /api/v1/requests                            NewRequest       → Request
//	POST   /api/v1/requests/preview                    NewRequest       → Preview: would it be allowed, who decides, why not
//	GET    /api/v1/requests                            ?scope=mine|decidable|decided|all &status &user &account &permissionSet
//	                                                   &from &to &limit &cursor     → RequestList
//	GET    /api/v1/requests/{id}                                        → Request
//	POST   /api/v1/requests/{id}/cancel                                 → Request
//	POST   /api/v1/requests/{id}/approve               Ballot           → Request
//	POST   /api/v1/requests/{id}/reject                Ballot           → Request
//
//	GET    /api/v1/elevations                          ?scope=mine|all &status &user &account &permissionSet
//	                                                   &from &to &limit &cursor     → ElevationList
//	GET    /api/v1/elevations/{id}                                      → Elevation, with what shares its assignment
//	POST   /api/v1/elevations/{id}/release                              → Elevation
//	POST   /api/v1/elevations/{id}/revoke              Revocation       → Elevation, with what stays
//	POST   /api/v1/elevations/{id}/extend              NewExtension     → Request of the extension
//	POST   /api/v1/elevations/{id}/retry                                → Request, with the new elevation
//
//	GET    /api/v1/policies                                             → PolicyList
//	POST   /api/v1/policies/eligibility                EligibilityDraft → PolicyOutcome
//	GET    /api/v1/policies/eligibility/{id}                            → EligibilityPolicy
//	PUT    /api/v1/policies/eligibility/{id}           EligibilityDraft → PolicyOutcome
//	DELETE /api/v1/policies/eligibility/{id}           ?baseVersion     → PolicyOutcome
//	POST   /api/v1/policies/approver                   ApproverDraft    → PolicyOutcome
//	GET    /api/v1/policies/approver/{id}                               → ApproverPolicy
//	PUT    /api/v1/policies/approver/{id}              ApproverDraft    → PolicyOutcome
//	DELETE /api/v1/policies/approver/{id}              ?baseVersion     → PolicyOutcome
//	GET    /api/v1/policies/{kind}/{id}/versions       (kind: eligibility, approver, settings with id "settings")
//	                                                                    → PolicyVersionList
//	POST   /api/v1/policies/explain                    PolicyQuestion   → PolicyExplanation
//	POST   /api/v1/policies/plan                       PolicyDocuments  → PolicyPlan: what the documents would change
//	POST   /api/v1/policies/apply                      PolicyDocuments  → PolicyPlan, with the outcome of each change
//	GET    /api/v1/policies/lint                       ?severity &code &policy &limit
//	                                                                    → PolicyLint: what is probably not meant
//	POST   /api/v1/policies/lint                       PolicyDocuments  → PolicyLint, of what they would make; also ?new
//	GET    /api/v1/policies/documents                                   → PolicyDocuments: what is in force, as people write it
//	GET    /api/v1/proposals                           ?state           → ProposalList
//	GET    /api/v1/proposals/{id}                                       → Proposal
//	POST   /api/v1/proposals/{id}/agree                                 → PolicyOutcome
//	POST   /api/v1/proposals/{id}/refuse               ProposalRefusal  → Proposal
//	POST   /api/v1/proposals/{id}/withdraw                              → Proposal
//	GET    /api/v1/settings                                             → Settings
//	PUT    /api/v1/settings                            SettingsDraft    → PolicyOutcome
//
//	GET    /api/v1/directory/accounts                  ?q &limit &cursor → AccountList
//	GET    /api/v1/directory/ous                       ?q &limit &cursor → OUList
//	GET    /api/v1/directory/users                     ?q &limit &cursor → UserList
//	GET    /api/v1/directory/groups                    ?q &limit &cursor → GroupList
//	GET    /api/v1/directory/permission-sets           ?q &limit &cursor → PermissionSetList
//	GET    /api/v1/directory/status                                     → DirectoryStatus
//
//	GET    /api/v1/assignments                         ?scope=open|all &phase &problem &limit &cursor → AssignmentList
//	GET    /api/v1/alarms                              ?state=open|all &limit &cursor → AlarmList
//	GET    /api/v1/events                              ?after &request &kind &limit   → EventList
//	GET    /api/v1/deployment                                           → Deployment
//	POST   /api/v1/deployment/recovery/release                          → Deployment
package api
