package access

// Decision is the state of a target: has it been agreed to?
type Decision string

// The decisions. Approved at birth where policies need no approval.
const (
	Pending   Decision = "pending"
	Approved  Decision = "approved"
	Rejected  Decision = "rejected"
	Cancelled Decision = "cancelled" // taken back by the requester before it was decided
	Expired   Decision = "expired"   // got no answer in time
)

// DecisionMoves is the decision's state machine.
var DecisionMoves = Moves[Decision]{
	"":      {Pending, Approved},
	Pending: {Approved, Rejected, Cancelled, Expired},
}
