package delivery

// AssignmentFilter picks assignments for a list, in the order in which they are due; empty fields do not filter.
type AssignmentFilter struct {
	Phase   Phase
	Problem bool // only those whose last try failed
	Open    bool // only those that something will happen to by itself
	// Of one user, account or permission set.
	UserID, AccountID, PermissionSetARN string
	// After is the place of the last assignment of the page before.
	After AssignmentPlace
	Limit int
}

// AssignmentPlace is where an assignment stands in a list. The zero place is before the first.
type AssignmentPlace struct {
	DueMicros int64 // microseconds since 1970; 0 for never due, which comes first
	ID        string
}
