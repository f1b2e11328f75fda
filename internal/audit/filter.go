package audit

// Filter picks events in the order of the log; empty fields do not filter.
type Filter struct {
	After     int64 // exclusive; -1: from the first
	RequestID string
	UserID    string   // the beneficiary
	Kinds     []string // exact kinds
	Limit     int      // 100 where zero, at most 1,000
}
