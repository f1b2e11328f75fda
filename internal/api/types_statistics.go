package api

import "time"

// Statistics is what charts show.
type Statistics struct {
	From time.Time `json:"from" doc:"Where the first day begins"`
	To   time.Time `json:"to" doc:"Where the last day ends"`
	// Days has every day of the span.
	Days        []StatisticsDay `json:"days" nullable:"false" doc:"Every day of the span, in UTC"`
	Requests    []StatusCount   `json:"requests" nullable:"false" doc:"Requests filed in the span, by their status now"`
	Decisions   Waits           `json:"decisions" doc:"How long targets waited for a decision that was taken in the span"`
	Activations Waits           `json:"activations" doc:"How long it took from the decision, or the start if later, until access was there"`
	Held        HeldNow         `json:"held" doc:"Access there is now, whatever the span"`
}

// StatisticsDay is one day.
type StatisticsDay struct {
	Day         string        `json:"day" doc:"As 2026-11-25, in UTC"`
	Requests    []StatusCount `json:"requests" nullable:"false" doc:"Requests filed on this day, by their status now"`
	Decisions   Waits         `json:"decisions" doc:"Of decisions taken on this day"`
	Activations Waits         `json:"activations" doc:"Of access that began on this day"`
}

// StatusCount is how many requests have a status.
type StatusCount struct {
	Status string `json:"status" enum:"pending,approved,rejected,expired,cancelled,scheduled,in progress,revoked,ended,error"`
	Count  int    `json:"count"`
}

// Waits says how long something took. Approvals that nobody had to wait for, what expired and what was cancelled are not
// in it.
type Waits struct {
	Count        int64 `json:"count"`
	MedianMillis int64 `json:"medianMillis,omitempty" doc:"Half took no longer; milliseconds, to about 5 %"`
	P90Millis    int64 `json:"p90Millis,omitempty" doc:"Nine of ten took no longer; milliseconds, to about 5 %"`
}

// HeldNow is the access there is.
type HeldNow struct {
	Elevations     int       `json:"elevations" doc:"Elevations in progress"`
	People         int       `json:"people" doc:"How many people have them"`
	PermissionSets []Holding `json:"permissionSets" nullable:"false" doc:"The 20 permission sets that are held most"`
	Accounts       []Holding `json:"accounts" nullable:"false" doc:"The 20 accounts in which most is held"`
}

// Holding is the access there is by one permission set, or in one account.
type Holding struct {
	Named
	Elevations int `json:"elevations"`
	People     int `json:"people"`
}
