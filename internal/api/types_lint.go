package api

// PolicyLint is what the linter found in policies.
type PolicyLint struct {
	Generation int64           `json:"generation" doc:"Of the policies in force; grows with every change"`
	Items      []PolicyFinding `json:"items" nullable:"false" doc:"The gravest first"`
	// Omitted is how many more findings fit what was asked for.
	Omitted int           `json:"omitted,omitempty" doc:"How many more there are, which the limit left out"`
	Counts  FindingCounts `json:"counts" doc:"Of all findings, whatever was asked for"`
	// NotRead are the parts of the directory that were never read completely. Rules that need them have waited.
	NotRead []string `json:"notRead,omitempty" doc:"Parts of the directory not read yet: rules that need them have waited"`
	// Unexamined is how many policies were not searched for requests that nobody could decide.
	Unexamined int `json:"unexamined,omitempty" doc:"How many policies were not searched for requests that nobody could decide: it took too long"`
}

// FindingCounts counts findings by severity.
type FindingCounts struct {
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Note    int `json:"note"`
}

// PolicyFinding is one thing that is probably not meant.
type PolicyFinding struct {
	Code     string         `json:"code" doc:"Stable; docs/reference/policy-lint.md lists them"`
	Severity string         `json:"severity" enum:"error,warning,note"`
	Text     string         `json:"text" doc:"What it is"`
	Advice   string         `json:"advice" doc:"What to do"`
	New      bool           `json:"new,omitempty" doc:"Of documents: the policies in force do not have it"`
	Places   []FindingPlace `json:"places" nullable:"false" doc:"What causes it; the first of them where there are many"`
	// MorePlaces is how many more there are.
	MorePlaces int `json:"morePlaces,omitempty"`
}

// FindingPlace is where a finding is caused.
type FindingPlace struct {
	Policy PolicyRef `json:"policy" doc:"A new policy has no id yet, and version 0"`
	Field  string    `json:"field,omitempty" doc:"Path in the policy, as targets.ous[1]; absent: the whole policy"`
	// Document, with line and column counted from 1, where a document says it.
	Document string `json:"document,omitempty"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	New      bool   `json:"new,omitempty"`
}
