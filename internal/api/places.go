package api

import (
	"sync"

	"github.com/team-idc/team/internal/access"
)

// places bound what goes on at once on this replica and lasts: of one caller, and in all.
type places struct {
	perCaller, total int
	tooMany          func(detail string) *Problem
	own, all         string // what is said where the caller, and where everybody, has as many as there may be

	mu    sync.Mutex
	by    map[string]int
	taken int
}

func newPlaces(perCaller, total int, tooMany func(detail string) *Problem, own, all string) *places {
	return &places{perCaller: perCaller, total: total, tooMany: tooMany, own: own, all: all, by: map[string]int{}}
}

// take a place, until leave is called.
func (p *places) take(by access.Actor) (leave func(), err error) {
	who := string(by.Kind) + ":" + by.UserID + by.MachineID
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.by[who] >= p.perCaller:
		return nil, p.tooMany(p.own)
	case p.taken >= p.total:
		return nil, p.tooMany(p.all)
	}
	p.by[who]++
	p.taken++
	return sync.OnceFunc(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.taken--
		if p.by[who]--; p.by[who] == 0 {
			delete(p.by, who)
		}
	}), nil
}
