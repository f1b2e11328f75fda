package config

import (
	"fmt"
	"net/netip"
	"strings"
)

// Networks reads a list of networks, as 10.0.0.0/8, divided by commas. Empty is none.
func Networks(list string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(text)
		if err != nil || p != p.Masked() {
			return nil, fmt.Errorf("names %q; a network is written as 10.0.0.0/8 or fd00::/8, without further bits", text)
		}
		all = append(all, p)
	}
	return all, nil
}

func networks(list string) error {
	_, err := Networks(list)
	return err
}
