package delivery

import (
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
)

// work is one assignment with its elevations while a step changes them. It collects what the change must carry, so
// that every move has its event (P6).
type work struct {
	a      Assignment
	es     []access.Elevation
	moves  []access.Elevation // every move of an elevation, in order: the database sees each of them
	events []audit.Event
	alarms []alarm.Signal
	now    time.Time
	timing Timing
	cases  map[string]access.Case // by elevation, for an activation
	wasDue time.Time              // when the assignment was due before this step
}

// newWork happens at now, or when the last step on these rows happened by the clock of the replica that took it: time
// does not move back in a row.
func newWork(a Assignment, es []access.Elevation, now time.Time, t Timing) *work {
	before := []time.Time{a.Since, a.SeenAt, a.CreateSentAt}
	for _, e := range es {
		before = append(before, e.ActivatedAt)
	}
	return &work{a: a, es: es, now: access.InOrder(now, before...), timing: t, wasDue: a.DueAt}
}

var deliveryActor = audit.Actor{Kind: audit.System, ID: "delivery"}

func (w *work) subject() audit.Subject {
	return audit.Subject{Assignment: w.a.ID, User: w.a.UserID, Account: w.a.AccountID}
}

// enter moves the assignment to another phase.
func (w *work) enter(p Phase, data map[string]any) {
	if data == nil {
		data = map[string]any{}
	}
	data["permissionSet"] = w.a.PermissionSetARN
	w.a.Phase, w.a.Since, w.a.Tries = p, w.now, 0
	if p != Creating && p != Deleting {
		w.a.RequestID = ""
	}
	if p == Idle {
		w.a.CreateSentAt, w.a.AbsentAt, w.a.InDoubt, w.a.Problem, w.a.Failure = time.Time{}, time.Time{}, false, "", ""
		w.closeAlarm(alarm.RemovalFailing)
		w.closeAlarm(alarm.Unusable)
	}
	w.events = append(w.events, audit.Event{Kind: "assignment." + string(p), At: w.now, Actor: deliveryActor, Subject: w.subject(), Data: data})
}

// alarm opens or renews a condition of this assignment.
func (w *work) alarm(k alarm.Kind, sentence string) {
	w.alarms = append(w.alarms, alarm.Signal{Kind: k, Subject: w.a.ID, Sentence: sentence, At: w.now})
}

func (w *work) closeAlarm(k alarm.Kind) {
	w.alarms = append(w.alarms, alarm.Signal{Kind: k, Subject: w.a.ID, Close: true, At: w.now})
}

// end begins the end of an elevation, or ends one that never started.
func (w *work) end(e *access.Elevation, r access.Reason, detail string) error {
	if err := e.BeginEnd(r, detail, "", w.now); err != nil {
		return err
	}
	w.moved(e, map[string]any{"reason": string(r), "detail": detail})
	return nil
}

// finish says that an elevation has ended: access by it is over.
func (w *work) finish(e *access.Elevation, heldBy string) error {
	if err := e.Move(access.Ended); err != nil {
		return err
	}
	e.EndedAt, e.HeldBy = w.now, heldBy
	data := map[string]any{"reason": string(e.Reason), "detail": e.Detail}
	if heldBy != "" {
		data["heldBy"] = heldBy
	}
	w.moved(e, data)
	return nil
}

// confirm says that access is there: the time starts now and ends at a fixed instant.
func (w *work) confirm(e *access.Elevation) error {
	if err := e.Move(access.Active); err != nil {
		return err
	}
	e.ActivatedAt, e.EndsAt = w.now, w.now.Add(e.Duration)
	w.moved(e, map[string]any{"endsAt": e.EndsAt})
	return nil
}

func (w *work) moved(e *access.Elevation, data map[string]any) {
	w.saved(e, "elevation."+string(e.State), data)
}

// saved keeps what changed in an elevation, with its event.
func (w *work) saved(e *access.Elevation, event string, data map[string]any) {
	w.moves = append(w.moves, *e)
	e.Version++
	w.events = append(w.events, audit.Event{
		Kind: event, At: w.now, Actor: deliveryActor, Data: data,
		Subject: audit.Subject{Request: e.RequestID, Target: e.TargetID, Elevation: e.ID, Assignment: e.AssignmentID, User: e.UserID, Account: e.AccountID},
	})
}

// change is what the step adds up to, beside the assignment's own row.
func (w *work) change() access.Change {
	return access.Change{Elevations: w.moves, Events: w.events, Alarms: w.alarms}
}

// advance moves on what time and the rows alone decide, without AWS: ends that have come, deadlines that have
// passed, elevations whose assignment another one keeps, and what nobody wants any more.
func (w *work) advance() error {
	for i := range w.es {
		e := &w.es[i]
		var err error
		switch {
		case e.State == access.Active && !w.now.Before(e.EndsAt):
			err = w.end(e, access.ReasonElapsed, "its time was over")
		case e.State == access.Activating && !w.now.Before(e.Deadline):
			err = w.failed(e, "access was not there by the activation deadline: "+orNoAnswer(w.a.Problem))
		case e.State == access.Scheduled && !w.now.Before(e.Deadline):
			err = w.failed(e, "access could not start by the activation deadline: "+orNoAnswer(w.a.Problem))
		}
		if err != nil {
			return err
		}
	}
	if !wanted(w.es, w.now) {
		switch {
		case w.a.Phase == Claimed && w.a.CreateSentAt.IsZero():
			w.enter(Idle, map[string]any{"why": "nothing was sent to AWS"})
		case w.a.Phase == Claimed:
			w.enter(Clearing, nil)
		case w.a.Phase == Verifying || w.a.Phase == Held:
			w.enter(Removing, nil)
		}
	}
	return w.finishEnding()
}

// failed ends an elevation that could not be delivered and says so to who has to know.
func (w *work) failed(e *access.Elevation, detail string) error {
	w.alarms = append(w.alarms, alarm.Signal{
		Kind: alarm.ActivationFailed, Subject: e.ID, At: w.now,
		Sentence: "Elevation " + e.ID + " failed: " + detail + ". Retry it when the cause is gone.",
	})
	return w.end(e, access.ReasonFailed, detail)
}

func orNoAnswer(problem string) string {
	if problem == "" {
		return "TEAM could not act in time"
	}
	return problem
}

// finishEnding ends what is ending where nothing is left to remove, or another elevation keeps the assignment.
func (w *work) finishEnding() error {
	keeper := ""
	for _, e := range w.es {
		if e.Wants(w.now) {
			keeper = e.ID
			break
		}
	}
	for i := range w.es {
		e := &w.es[i]
		if e.State != access.Ending || (keeper == "" && w.a.Phase != Idle) {
			continue
		}
		if err := w.finish(e, keeper); err != nil {
			return err
		}
	}
	return nil
}
