package edge

import (
	"net"
	"net/netip"
	"sync"
)

// ConnectionLimits are how many connections one replica keeps, at all its listeners; 0: as many as come.
type ConnectionLimits struct {
	PerAddress int
	Total      int
}

// Connections counts those of all listeners of a replica together.
type Connections struct {
	limits  ConnectionLimits
	proxies Proxies
	refused func()

	mu    sync.Mutex
	total int
	by    map[string]int
}

// NewConnections counts connections. Declared proxies and this machine itself may have as many as there are in all.
// refused hears of each that is beyond the limits; it must not block.
func NewConnections(limits ConnectionLimits, proxies Proxies, refused func()) *Connections {
	return &Connections{limits: limits, proxies: proxies, refused: refused, by: map[string]int{}}
}

// Limit closes connections beyond the limits as soon as they are made, before anything is read.
func (c *Connections) Limit(l net.Listener) net.Listener {
	return &limitedListener{Listener: l, all: c}
}

type limitedListener struct {
	net.Listener

	all *Connections
}

// Accept gives the next connection within the limits.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err //nolint:wrapcheck // the server knows the listener's errors
		}
		key := l.all.keyOf(c)
		if l.all.take(key) {
			return &limitedConn{Conn: c, leave: sync.OnceFunc(func() { l.all.leave(key) })}, nil
		}
		_ = c.Close()
		l.all.refused()
	}
}

// keyOf is what connections of an address are counted under; "" where the address has no limit of its own.
func (c *Connections) keyOf(of net.Conn) string {
	a, err := netip.ParseAddrPort(of.RemoteAddr().String())
	if err != nil {
		return ""
	}
	address := plain(a.Addr())
	if address.IsLoopback() || c.proxies.trusts(address) {
		return ""
	}
	return clientKey(address)
}

func (c *Connections) take(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.limits.Total > 0 && c.total >= c.limits.Total || key != "" && c.limits.PerAddress > 0 && c.by[key] >= c.limits.PerAddress {
		return false
	}
	c.total++
	if key != "" {
		c.by[key]++
	}
	return true
}

func (c *Connections) leave(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total--
	if key == "" {
		return
	}
	if c.by[key]--; c.by[key] == 0 {
		delete(c.by, key)
	}
}

type limitedConn struct {
	net.Conn

	leave func()
}

// Close gives the place back.
func (c *limitedConn) Close() error {
	c.leave()
	return c.Conn.Close() //nolint:wrapcheck // it stands in between
}
