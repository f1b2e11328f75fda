// Package loopback says what is on this machine itself: what goes there cannot be read or changed by anybody on the way.
package loopback

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// Host says whether a host without a port, as of url.URL.Hostname, is this machine.
func Host(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Zone() == "" && a.Unmap().IsLoopback()
}

// CheckURL refuses an address that others on the way could change what comes from: only https is taken, and http on this
// machine.
func CheckURL(u *url.URL) error {
	switch {
	case u.Host == "" || u.User != nil || u.Fragment != "":
		return errors.New("must be a web address without user and fragment")
	case u.Scheme == "https", u.Scheme == "http" && Host(u.Hostname()):
		return nil
	}
	return errors.New("must begin with https:// (http:// only on this machine)")
}
