// Package api is TEAM's HTTP interface: JSON over /api/v1, one file per resource, and no rules of its own. Every
// answer follows from a use case of another package; what may be called by whom stands in one table,
// authorization.go.
//
// Instants are RFC 3339 in UTC, durations whole seconds in members named …Seconds. A caller authenticates with
// "Authorization: Bearer TOKEN" and with nothing else. Errors are application/problem+json (type Problem), with a
// stable code. Lists give at most limit items and, when there are more, nextCursor. Bodies are at most 1 MiB, and
// unknown members and query parameters are refused. What creates something takes an Idempotency-Key (idempotency.go),
// what could undo somebody else's change needs If-Match (precondition.go).
//
// The operations, with the type of what goes in and what comes out:
//
//	GET    /healthz                                                     → Health (no sign-in)
//	GET    /readyz                                                      → Health (no sign-in; 503 when not ready)
//	GET    /api/v1/me                                                   → Me
//	GET    /api/v1/me/preferences                                       → Preferences
//	PUT    /api/v1/me/preferences/{name}               PreferenceValue  → Preference
//	GET    /api/v1/me/requestable                      ?q &account &permissionSet &limit &cursor → Requestable
//
//	POST   /api/v1/requests                            NewRequest       → Request
//	POST   /api/v1/requests/preview                    NewRequest       → Preview: would it be allowed, who decides, why not
//	GET    /api/v1/requests                            ?scope=mine|decidable|decided|all &status &user &account &permissionSet
//	                                                   &ticket &decider &machine &from &to &sort=created|-created &total
//	                                                   &limit &cursor               → RequestList
//	GET    /api/v1/requests/{id}                                        → Request
//	POST   /api/v1/requests/{id}/cancel                                 → Request
//	POST   /api/v1/requests/{id}/approve               Ballot           → Request
//	POST   /api/v1/requests/{id}/reject                Ballot           → Request
//
//	GET    /api/v1/elevations                          ?scope=mine|all &status &user &account &permissionSet
//	                                                   &from &to &sort=created|-created|ends|-ends &total
//	                                                   &limit &cursor               → ElevationList
//	GET    /api/v1/elevations/{id}                                      → Elevation, with what shares its assignment
//	POST   /api/v1/elevations/{id}/release                              → Elevation
//	POST   /api/v1/elevations/{id}/revoke              Revocation       → Elevation, with what stays
//	POST   /api/v1/elevations/{id}/extend              NewExtension     → Request of the extension
//	POST   /api/v1/elevations/{id}/retry                                → Request, with the new elevation
//
//	GET    /api/v1/policies                            ?kind &q &account &permissionSet &principal &sort &limit &cursor → PolicyList
//	POST   /api/v1/policies/eligibility                EligibilityDraft → PolicyOutcome
//	GET    /api/v1/policies/eligibility/{id}                            → EligibilityPolicy
//	PUT    /api/v1/policies/eligibility/{id}           EligibilityDraft → PolicyOutcome
//	DELETE /api/v1/policies/eligibility/{id}                            → PolicyOutcome
//	POST   /api/v1/policies/approver                   ApproverDraft    → PolicyOutcome
//	GET    /api/v1/policies/approver/{id}                               → ApproverPolicy
//	PUT    /api/v1/policies/approver/{id}              ApproverDraft    → PolicyOutcome
//	DELETE /api/v1/policies/approver/{id}                               → PolicyOutcome
//	GET    /api/v1/policies/{kind}/{id}/versions       (kind: eligibility, approver, settings with id "settings")
//	                                                   ?author &from &to &sort &limit &cursor → PolicyVersionList
//	POST   /api/v1/policies/explain                    PolicyQuestion   → PolicyExplanation
//	POST   /api/v1/policies/plan                       PolicyDocuments  → PolicyPlan: what the documents would change
//	POST   /api/v1/policies/apply                      PolicyDocuments  → PolicyPlan, with the outcome of each change
//	GET    /api/v1/policies/lint                       ?severity &code &policy &limit
//	                                                                    → PolicyLint: what is probably not meant
//	POST   /api/v1/policies/lint                       PolicyDocuments  → PolicyLint, of what they would make; also ?new
//	GET    /api/v1/policies/documents                                   → PolicyDocuments: what is in force, as people write it
//	GET    /api/v1/proposals                           ?state &kind &policy &author &from &to &sort &limit &cursor → ProposalList
//	GET    /api/v1/proposals/{id}                                       → Proposal
//	POST   /api/v1/proposals/{id}/agree                                 → PolicyOutcome
//	POST   /api/v1/proposals/{id}/refuse               ProposalRefusal  → Proposal
//	POST   /api/v1/proposals/{id}/withdraw                              → Proposal
//	GET    /api/v1/settings                                             → Settings
//	PUT    /api/v1/settings                            SettingsDraft    → PolicyOutcome
//	GET    /api/v1/protected-accounts                                   → ProtectedAccountList
//	PUT    /api/v1/protected-accounts                  ProtectedAccountsDraft → PolicyOutcome
//	PUT    /api/v1/protected-accounts/{account}                         → PolicyOutcome
//	DELETE /api/v1/protected-accounts/{account}                         → PolicyOutcome
//
//	GET    /api/v1/directory/accounts                  ?q &ou &state &tag &protected &limit &cursor → AccountList
//	GET    /api/v1/directory/ous                       ?q &parent &limit &cursor → OUList
//	GET    /api/v1/directory/users                     ?q &enabled &group &limit &cursor → UserList
//	GET    /api/v1/directory/groups                    ?q &member &limit &cursor → GroupList
//	GET    /api/v1/directory/permission-sets           ?q &inManagementAccount &limit &cursor → PermissionSetList
//	GET    /api/v1/directory/status                                     → DirectoryStatus
//	POST   /api/v1/directory/sync                                       → DirectorySyncAnswer
//
//	GET    /api/v1/assignments                         ?scope=open|all &phase &problem &user &account
//	                                                   &permissionSet &limit &cursor → AssignmentList
//	GET    /api/v1/alarms                              ?state=open|closed|all &kind &severity &subject
//	                                                   &from &to &sort &limit &cursor → AlarmList
//	GET    /api/v1/events                              ?after &sort &before &request &kind &user &account &from &to &limit → EventList
//	GET    /api/v1/events/stream                       ?cursor &request &kind &user &account &follow → server-sent events
//	GET    /api/v1/statistics                          ?from &to        → Statistics
//	GET    /api/v1/deployment                                           → Deployment
//	POST   /api/v1/deployment/recovery/release                          → Deployment
package api
