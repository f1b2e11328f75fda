package main

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	wire "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// receiver is a collector of traces.
type receiver struct {
	*httptest.Server

	t     *testing.T
	mu    sync.Mutex
	spans []*wire.Span
	raw   bytes.Buffer
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body := io.Reader(request.Body)
		if request.Header.Get("Content-Encoding") == "gzip" {
			unzipped, err := gzip.NewReader(body)
			if err != nil {
				t.Error(err)
				return
			}
			body = unzipped
		}
		content, err := io.ReadAll(body)
		if err != nil {
			t.Error(err)
			return
		}
		r.take(content)
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) take(content []byte) {
	var exported collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(content, &exported); err != nil {
		r.t.Error(err)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.raw.Write(content)
	for _, of := range exported.GetResourceSpans() {
		for _, in := range of.GetScopeSpans() {
			r.spans = append(r.spans, in.GetSpans()...)
		}
	}
}

// about are the spans of a name that have an id in an attribute.
func (r *receiver) about(name, attribute, id string) []*wire.Span {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*wire.Span
	for _, s := range r.spans {
		if s.GetName() == name && slices.Contains(values(s, attribute), id) {
			found = append(found, s)
		}
	}
	return found
}

// within are the spans right within another, by name.
func (r *receiver) within(parent *wire.Span) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	for _, s := range r.spans {
		if bytes.Equal(s.GetTraceId(), parent.GetTraceId()) && bytes.Equal(s.GetParentSpanId(), parent.GetSpanId()) {
			names = append(names, s.GetName())
		}
	}
	slices.Sort(names)
	return names
}

func (r *receiver) parent(s *wire.Span) *wire.Span {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.spans {
		if bytes.Equal(p.GetTraceId(), s.GetTraceId()) && bytes.Equal(p.GetSpanId(), s.GetParentSpanId()) {
			return p
		}
	}
	r.t.Fatalf("%s has no parent", s.GetName())
	return nil
}

func values(s *wire.Span, attribute string) []string {
	var out []string
	add := func(v *common.AnyValue) {
		if v.GetStringValue() != "" {
			out = append(out, v.GetStringValue())
		}
	}
	for _, a := range s.GetAttributes() {
		if a.GetKey() != attribute {
			continue
		}
		add(a.GetValue())
		for _, v := range a.GetValue().GetArrayValue().GetValues() {
			add(v)
		}
	}
	return out
}

// A life leaves traces: of each request to the API with its transaction, and of each step from the claim over the call
// to AWS to the record, found by the id of the request. Nothing in them was written by people (P10).
func TestTheTracesOfALife(t *testing.T) {
	into := newReceiver(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", into.URL)
	r := startRig(t, t.TempDir())
	hidden := r.secrets()
	made := r.create("2s")
	hidden["the justification"], hidden["the ticket"], hidden["the comment"] = "Repair the order table", "OPS-8", "go ahead, Jane"
	for _, approver := range []string{"approver", "second-approver"} {
		r.as(approver, "approve", made.ID, "--comment", hidden["the comment"])
	}
	if got := r.as("requester", "request", "show", made.ID, "-o", "json"); got.code != exitOK {
		t.Fatal(got.err)
	}
	awaitEnd(t, r, made.ID)
	asked, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.demo.note.URL+"/api/v1/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	const foreign = "4bf92f3577b34da6a3ce929d0e0e4736"
	asked.Header.Set("Traceparent", "00-"+foreign+"-00f067aa0ba902b7-01")
	asked.Header.Set("Authorization", "Bearer "+hidden["the token of admin"])
	answer, err := http.DefaultClient.Do(asked)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	r.stop() // which sends what waits

	approvals := into.about("approve-request", "team.request", made.ID)
	if len(approvals) == 0 {
		t.Fatal("no approval was traced")
	}
	voted := false
	for _, a := range approvals {
		voted = voted || slices.Contains(into.within(a), "transaction")
	}
	if !voted {
		t.Error("no approval has its transaction in its trace")
	}
	for _, operation := range []string{"sso-admin:CreateAccountAssignment", "sso-admin:DeleteAccountAssignment"} {
		calls := into.about(operation, "team.request", made.ID)
		if len(calls) == 0 {
			t.Fatalf("no %s was traced for the request", operation)
		}
		step := into.parent(calls[0])
		if got := into.within(step); step.GetName() != "step delivery" || !slices.Equal(got, []string{operation, "transaction", "transaction"}) {
			t.Errorf("%s is in %s, beside %v", operation, step.GetName(), got)
		}
	}
	into.checkForeign(foreign, answer.Header.Get("X-Request-ID"))
	out := &outputs{t: t, hidden: hidden}
	out.look("the traces", into.raw.Bytes())
	if out.seen < 1000 {
		t.Errorf("only %d bytes of traces were looked at", out.seen)
	}
}

// checkForeign demands that a caller's trace was linked, and not continued.
func (r *receiver) checkForeign(foreign, requestID string) {
	r.t.Helper()
	linked := false
	for _, s := range r.spans {
		if hex.EncodeToString(s.GetTraceId()) == foreign {
			r.t.Errorf("%s continues a caller's trace", s.GetName())
		}
		if s.GetName() != "read-me" || len(s.GetLinks()) == 0 {
			continue
		}
		linked = hex.EncodeToString(s.GetLinks()[0].GetTraceId()) == foreign
		if got := hex.EncodeToString(s.GetTraceId()); got != requestID {
			r.t.Errorf("the answer names the trace %s, it is %s", requestID, got)
		}
	}
	if !linked {
		r.t.Error("the caller's trace is not linked")
	}
}

func awaitEnd(t *testing.T, r *rig, id string) {
	t.Helper()
	f := follow(t, r.environ(r.secrets(), "admin"), "--after", "0", "--request", id, "--kind", "elevation.ended")
	f.await("every elevation of the request has ended", func() bool { return strings.Count(f.out.String(), "elevation.ended") == 2 })
	f.stop()
	f.ended()
}
