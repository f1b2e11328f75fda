package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"regexp"

	"github.com/danielgtaylor/huma/v2"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/idempotency"
)

const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotency-Replayed"
)

// keyPattern: printable ASCII, so that a key means the same in every header, log and database.
var keyPattern = regexp.MustCompile(`^[\x20-\x7e]{1,255}$`)

// onceOnly is an output that says whether the call had been made before.
type onceOnly[T any] struct {
	Replayed string `header:"Idempotency-Replayed" doc:"true where the call with this Idempotency-Key had been made before, and nothing was done now"`
	Body     T
}

// registerOnce adds an operation that creates something. With an Idempotency-Key it does so once, however often it is
// called: f runs under the key, which the store writes with the change, pointing to the change's first event. When the
// key is there already, again makes the answer from that event: it shows what was created as the caller sees it now.
func registerOnce[I, O any](s *server, method, path, id, summary string,
	f func(context.Context, access.Actor, *I) (O, error), again func(context.Context, access.Actor, audit.Event) (O, error),
) {
	registerParts(s, method, path, id, summary, func(ctx context.Context, by access.Actor, in *I) (O, bool, error) {
		return once(ctx, s, "", func(ctx context.Context) (O, error) { return f(ctx, by, in) }, func(ctx context.Context, e audit.Event) (O, error) {
			return again(ctx, by, e)
		})
	})
}

// registerParts is registerOnce for an operation that calls once by itself, for each of its transactions. It says
// whether any of them had been made before.
func registerParts[I, O any](s *server, method, path, id, summary string, f func(context.Context, access.Actor, *I) (O, bool, error)) {
	s.once[id] = true
	op := s.operation(method, path, id, summary)
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: keyHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MinLength: new(1), MaxLength: new(255), Pattern: `^[ -~]+$`},
		Description: "A name for this call that the caller makes up, such as a random UUID: repeated with the same key and body within " +
			"24 hours, the call creates nothing more and answers with what it created the first time",
	})
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*onceOnly[O], error) {
		out, replayed, err := f(ctx, callerFrom(ctx), in)
		if err != nil {
			return nil, s.problem(ctx, id, err)
		}
		answer := &onceOnly[O]{Body: out}
		if replayed {
			answer.Replayed = "true"
		}
		return answer, nil
	})
}

type keyedCallKey struct{}

// keyedCall is a call with an Idempotency-Key.
type keyedCall struct {
	caller, operation, text string
	// sum of method, path and body; the body runs through it while it is read.
	sum hash.Hash
}

func (c *keyedCall) key(part string) idempotency.Key {
	return idempotency.Key{
		Caller: c.caller, Operation: c.operation, Text: c.text, Part: part, Fingerprint: hex.EncodeToString(c.sum.Sum(nil)),
	}
}

// humaContext is huma's, by a name that its own method Context does not have.
type humaContext huma.Context

// bodySummed sums the body of a call while the operation reads it.
type bodySummed struct {
	humaContext

	body io.Reader
}

// BodyReader implements huma.Context.
func (b bodySummed) BodyReader() io.Reader { return b.body }

// keyed runs before every operation, after authorize: keys belong to a caller.
func (s *server) keyed(ctx huma.Context, next func(huma.Context)) {
	text, id := ctx.Header(keyHeader), ctx.Operation().OperationID
	if !s.once[id] || (text == "" && !hasHeader(ctx, keyHeader)) {
		next(ctx)
		return
	}
	if !keyPattern.MatchString(text) {
		p := newProblem(http.StatusUnprocessableEntity, "invalid", "the input is not valid; errors say where")
		p.Errors = []FieldError{{Location: "header." + keyHeader, Message: "expected 1 to 255 printable ASCII characters"}}
		s.refuse(ctx, p)
		return
	}
	by := callerFrom(ctx.Context()).Audit()
	u := ctx.URL()
	call := &keyedCall{caller: string(by.Kind) + ":" + by.ID, operation: id, text: text, sum: sha256.New()}
	io.WriteString(call.sum, ctx.Method()+" "+u.Path+"\n") //nolint:errcheck // a hash does not fail
	next(huma.WithValue(bodySummed{humaContext: ctx, body: io.TeeReader(ctx.BodyReader(), call.sum)}, keyedCallKey{}, call))
}

// hasHeader tells a header without text, such as a script sends whose variable is not set, from none at all: whoever
// sends a key relies on it.
func hasHeader(ctx huma.Context, wanted string) (has bool) {
	ctx.EachHeader(func(name, _ string) { has = has || http.CanonicalHeaderKey(name) == wanted })
	return has
}

// once runs f, unless the transaction it stands for was made before under the call's key: then again says what it did.
// Two calls with one key at the same moment both come to the store, which takes one of them; the other finds then what
// the first did, whatever it was refused for.
func once[O any](ctx context.Context, s *server, part string,
	f func(context.Context) (O, error), again func(context.Context, audit.Event) (O, error),
) (out O, replayed bool, err error) {
	call, ok := ctx.Value(keyedCallKey{}).(*keyedCall)
	if !ok {
		out, err = f(ctx)
		return out, false, err
	}
	k := call.key(part)
	e, used, err := s.madeBefore(ctx, k)
	if err == nil && !used {
		var refusal error
		if out, refusal = f(idempotency.With(ctx, k)); refusal == nil {
			return out, false, nil
		}
		e, used, err = s.madeBefore(ctx, k)
		if err == nil && !used {
			return out, false, refusal
		}
	}
	if err != nil {
		return out, false, err
	}
	out, err = again(ctx, e)
	return out, true, err
}

// madeBefore gives the first event of what a key was used for.
func (s *server) madeBefore(ctx context.Context, k idempotency.Key) (e audit.Event, used bool, err error) {
	all, err := s.Keys.UsedKeys(ctx, k, s.Now())
	if err != nil {
		return e, false, err
	}
	for _, u := range all {
		if u.Fingerprint != k.Fingerprint {
			return e, false, newProblem(http.StatusUnprocessableEntity, "idempotency_mismatch",
				"this Idempotency-Key was used for another call: use a new one for each thing you want")
		}
		if u.Part != k.Part {
			continue
		}
		found, err := s.Lists.Events(ctx, audit.Filter{After: u.Sequence - 1, Limit: 1})
		if err != nil {
			return e, false, err
		}
		if len(found) != 1 || found[0].Sequence != u.Sequence {
			return e, false, errors.New("the event of an idempotency key is missing")
		}
		return found[0].Event, true, nil
	}
	return e, false, nil
}

// requestAgain shows the request that an event created.
func (s *server) requestAgain(ctx context.Context, by access.Actor, e audit.Event) (Request, error) {
	return s.readRequest(ctx, by, &RequestPath{ID: e.Subject.Request})
}

// texts of an event's datum that is a list.
func texts(e audit.Event, name string) []string {
	list, _ := e.Data[name].([]any)
	out := make([]string, 0, len(list))
	for _, v := range list {
		if t, ok := v.(string); ok {
			out = append(out, t)
		}
	}
	return out
}

// text of an event's datum, "" where it has none.
func text(e audit.Event, name string) string {
	v, _ := e.Data[name].(string)
	return v
}
