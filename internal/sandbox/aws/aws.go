package aws

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// maxBody is the largest request AWS's JSON services take, in bytes.
const maxBody = 1 << 20

// keptCalls bounds the log of calls, so that a demo can be left running.
const keptCalls = 200_000

// AWS is one simulated organization. It is safe for concurrent use.
type AWS struct {
	options     Options
	operations  map[string]operation
	credentials map[string]*credential
	control     http.Handler
	// organizationsRates are requests a second and burst of each API.
	organizationsRates map[string][2]float64

	mu       sync.Mutex
	state    *state
	record   *record
	work     *work
	draw     *rand.Rand
	buckets  map[string]*bucket
	faults   []*Fault
	faultSeq int
	switches Switches
}

// New starts a simulated organization. It fails where the organization or a credential is faulty,
// and says which.
func New(org Organization, o Options) (*AWS, error) {
	org, err := org.completed()
	if err != nil {
		return nil, fmt.Errorf("start organization: %w", err)
	}
	o = o.completed()
	if err := o.Switches.check(); err != nil {
		return nil, fmt.Errorf("start organization: %w", err)
	}
	a := &AWS{
		options: o, switches: o.Switches, operations: operations(), organizationsRates: organizationsRates(), credentials: map[string]*credential{},
		record: newRecord(), work: newWork(), buckets: map[string]*bucket{},
		draw: rand.New(rand.NewPCG(o.Seed, 0x7ea3)),
	}
	for _, c := range o.Credentials {
		if err := a.addCredential(org, c); err != nil {
			return nil, fmt.Errorf("start organization: %w", err)
		}
	}
	a.state = newState(org, o.Started, o.Seed)
	a.control = a.controlHandler()
	for _, t := range sortedTriples(a.state.assignments) {
		a.refreshTriple(o.Started, t, Origin{Kind: "initial"})
	}
	return a, nil
}

func (a *AWS) now() time.Time { return a.options.Now().UTC() }

// view is the instant that eventually consistent reads see.
func (a *AWS) view(now time.Time) time.Time { return now.Add(-a.switches.ReadLag) }

// ServeHTTP answers AWS's wire protocols at / and the control API under /_sandbox/.
func (a *AWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPrefix) {
		a.serveControl(w, r)
		return
	}
	answer, err := a.exchange(r)
	if err != nil {
		// The answer is lost: the connection breaks without a word, as when a network fails.
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), answer.header)
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

// Transport returns the same AWS without sockets, for simulation: a request whose context has
// ended does nothing at all, and no goroutine is started.
func (a *AWS) Transport() http.RoundTripper { return transport{a} }

type transport struct{ aws *AWS }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	answer, err := t.aws.exchange(r)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", answer.status, http.StatusText(answer.status)), StatusCode: answer.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: answer.header, Body: io.NopCloser(bytes.NewReader(answer.body)),
		ContentLength: int64(len(answer.body)), Request: r,
	}, nil
}

// errLost is a connection that broke before the answer came.
func errLost() error {
	return &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
}

// exchange answers one request. An error means that no answer reaches the caller.
func (a *AWS) exchange(r *http.Request) (answer, error) {
	if err := r.Context().Err(); err != nil {
		return answer{}, err
	}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1)); err != nil {
			return answer{}, fmt.Errorf("read request: %w", err)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	c := &call{aws: a}
	a.tick(c)
	c.requestID = a.newID()
	out, err := c.run(r, body)
	if errors.Is(err, errAnswerLost) {
		a.note(c, "answer lost")
		return answer{}, errLost()
	}
	if err != nil && r.Context().Err() != nil && errors.Is(err, r.Context().Err()) {
		a.note(c, "caller gave up")
		return answer{}, err
	}
	if err != nil {
		failure := asAPIError(err)
		a.note(c, failure.Code)
		return failure.answer(c), nil
	}
	a.note(c, "ok")
	return success(c, out), nil
}

// tick sets a call's clock and completes what is due by then.
func (a *AWS) tick(c *call) {
	c.now = a.now()
	c.view = a.view(c.now)
	a.settle(c.now)
}

func (a *AWS) note(c *call, outcome string) {
	accessKey := ""
	if c.credential != nil {
		accessKey = c.credential.AccessKeyID
	}
	if len(a.record.calls) >= keptCalls {
		a.record.calls = slices.Delete(a.record.calls, 0, keptCalls/2)
	}
	a.record.callCount++
	a.record.calls = append(a.record.calls, Call{
		Number: a.record.callCount, At: c.now, AccessKeyID: accessKey, Action: c.action, Triple: c.triple, RequestID: c.requestID,
		OperationID: c.operationID, Outcome: outcome, Worked: c.worked,
	})
}

// newID draws an identifier in the form of a GUID.
func (a *AWS) newID() string {
	var sum [32]byte
	for i := 0; i < 16; i += 8 {
		v := a.draw.Uint64()
		for j := range 8 {
			sum[i+j] = byte(v >> (8 * j))
		}
	}
	return guidOf(sum)
}

// pause waits for an injected delay without holding the organization.
func (a *AWS) pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	a.mu.Unlock()
	defer a.mu.Lock()
	return a.options.Sleep(ctx, d)
}
