package firewall

import "sync"

// remembered is how many sights that passed are kept at least; twice as many at most, of about 50 bytes each.
const remembered = 4096

// memory keeps the last keys that were added or asked for. When the young ones are many, the old ones are forgotten and
// the young grow old.
type memory struct {
	most int

	mu         sync.Mutex
	young, old map[[32]byte]struct{}
}

func newMemory(most int) *memory {
	return &memory{most: most, young: map[[32]byte]struct{}{}}
}

func (m *memory) has(key [32]byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.young[key]; ok {
		return true
	}
	_, ok := m.old[key]
	if ok {
		m.put(key)
	}
	return ok
}

func (m *memory) add(key [32]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key)
}

func (m *memory) put(key [32]byte) {
	if len(m.young) >= m.most {
		m.old, m.young = m.young, make(map[[32]byte]struct{}, m.most)
	}
	m.young[key] = struct{}{}
}
