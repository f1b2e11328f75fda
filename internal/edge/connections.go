package edge

import (
	"net"
	"net/netip"
	"sync"
)

// ConnectionLimits are how many connections one replica keeps; 0: as many as come.
type ConnectionLimits struct {
	PerAddress int
	Total      int
}

// LimitConnections closes connections beyond the limits as soon as they are made, before anything is read. Declared
// proxies and this machine itself may have as many as there are in all. refused hears of each; it must not block.
func LimitConnections(l net.Listener, limits ConnectionLimits, proxies Proxies, refused func()) net.Listener {
	return &limitedListener{Listener: l, limits: limits, proxies: proxies, refused: refused, by: map[string]int{}}
}

type limitedListener struct {
	net.Listener

	limits  ConnectionLimits
	proxies Proxies
	refused func()

	mu    sync.Mutex
	total int
	by    map[string]int
}

// Accept gives the next connection within the limits.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err //nolint:wrapcheck // the server knows the listener's errors
		}
		key := l.keyOf(c)
		if l.take(key) {
			return &limitedConn{Conn: c, leave: sync.OnceFunc(func() { l.leave(key) })}, nil
		}
		_ = c.Close()
		l.refused()
	}
}

// keyOf is what connections of an address are counted under; "" where the address has no limit of its own.
func (l *limitedListener) keyOf(c net.Conn) string {
	a, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return ""
	}
	address := plain(a.Addr())
	if address.IsLoopback() || l.proxies.trusts(address) {
		return ""
	}
	return clientKey(address)
}

func (l *limitedListener) take(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.limits.Total > 0 && l.total >= l.limits.Total || key != "" && l.limits.PerAddress > 0 && l.by[key] >= l.limits.PerAddress {
		return false
	}
	l.total++
	if key != "" {
		l.by[key]++
	}
	return true
}

func (l *limitedListener) leave(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if key == "" {
		return
	}
	if l.by[key]--; l.by[key] == 0 {
		delete(l.by, key)
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
