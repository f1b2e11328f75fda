// Package audit is the event log's form and its proof: what an event is, the exact bytes that are kept, and the
// Merkle tree over them. It holds hashing and verification only; package store writes the rows.
package audit

import (
	"encoding/json"
	"fmt"
	"time"
)

// ActorKind says what did something.
type ActorKind string

// People sign in, machines hold a machine client's credentials, the system is TEAM itself.
const (
	Person  ActorKind = "person"
	Machine ActorKind = "machine"
	System  ActorKind = "system"
)

// Actor is who did it: a person by identity store user id, a machine by client id, the system by the part's name.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   string    `json:"id"`
	Name string    `json:"name,omitempty"` // the user name at that time, for readers; never compared
}

// Subject names the rows an event is about. Empty fields do not apply.
type Subject struct {
	Request    string `json:"request,omitempty"`
	Target     string `json:"target,omitempty"`
	Elevation  string `json:"elevation,omitempty"`
	Assignment string `json:"assignment,omitempty"`
	User       string `json:"user,omitempty"` // the beneficiary
	Account    string `json:"account,omitempty"`
	Policy     string `json:"policy,omitempty"`
	Alarm      string `json:"alarm,omitempty"`
	Machine    string `json:"machine,omitempty"`
}

// Event is one thing that happened. Kind is subject.verb, as "elevation.active"; Data holds the particulars and must
// contain no secret (P10).
type Event struct {
	Kind    string         `json:"kind"`
	At      time.Time      `json:"at"`
	Actor   Actor          `json:"actor"`
	Subject Subject        `json:"subject"`
	Data    map[string]any `json:"data,omitempty"`
}

// Record is an event in its place in the log. Bytes are what is hashed and must be kept as they are: encoding the
// event anew need not give the same bytes.
type Record struct {
	Sequence int64
	Event    Event
	Bytes    []byte
}

// Encode gives the bytes that are kept for e at its place. Field order is fixed and map keys are sorted, so one
// event has one encoding.
func Encode(sequence int64, e Event) ([]byte, error) {
	e.At = e.At.UTC()
	b, err := json.Marshal(struct {
		Sequence int64 `json:"sequence"`
		Event
	}{sequence, e})
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", e.Kind, err)
	}
	return b, nil
}

// Decode reads what Encode wrote.
func Decode(b []byte) (Record, error) {
	var v struct {
		Sequence int64 `json:"sequence"`
		Event
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return Record{}, fmt.Errorf("decode event: %w", err)
	}
	return Record{Sequence: v.Sequence, Event: v.Event, Bytes: b}, nil
}
