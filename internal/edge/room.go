package edge

import (
	"errors"
	"sync"
)

// The memory that bodies take, beyond the firstRoom that each has in any case: what people send by a form, and what ends
// access, is smaller and always finds room.
const (
	roomOfAll     = 64 * mib
	roomOfAddress = 8 * mib
)

// errNoRoom is a body that has to wait for others.
var errNoRoom = errors.New("too many large bodies at a time")

// room is the memory for large bodies that are read or worked on. A client that sends many of them slowly, over as many
// connections as it may have, must not take all there is, nor keep others from sending theirs.
type room struct {
	mu    sync.Mutex
	taken int64
	of    map[string]int64 // by client
}

func newRoom() *room { return &room{of: map[string]int64{}} }

// held is what one request has of the room.
type held struct {
	room   *room
	client string
	taken  int64
}

// take more bytes, if there are any.
func (h *held) take(more int64) error {
	h.room.mu.Lock()
	defer h.room.mu.Unlock()
	if h.room.taken+more > roomOfAll || h.room.of[h.client]+more > roomOfAddress {
		return errNoRoom
	}
	h.room.taken += more
	h.room.of[h.client] += more
	h.taken += more
	return nil
}

// giveBack what was taken, when the request was answered.
func (h *held) giveBack() {
	if h.taken == 0 {
		return
	}
	h.room.mu.Lock()
	defer h.room.mu.Unlock()
	h.room.taken -= h.taken
	if h.room.of[h.client] -= h.taken; h.room.of[h.client] == 0 {
		delete(h.room.of, h.client)
	}
	h.taken = 0
}
