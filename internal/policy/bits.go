package policy

import "math/bits"

// bitset is a set of small numbers: accounts by their position in the engine.
type bitset []uint64

func newBitset(size int) bitset { return make(bitset, (size+63)/64) }

func (b bitset) add(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

// addAll adds every member of c.
func (b bitset) addAll(c bitset) {
	for i := range c {
		b[i] |= c[i]
	}
}

// removeAll removes every member of c.
func (b bitset) removeAll(c bitset) {
	for i := range c {
		b[i] &^= c[i]
	}
}

// each calls f for every member, in ascending order.
func (b bitset) each(f func(i int)) {
	for w, word := range b {
		for word != 0 {
			f(w*64 + bits.TrailingZeros64(word))
			word &= word - 1
		}
	}
}
