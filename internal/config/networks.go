package config

import (
	"fmt"
	"net/netip"
)

// Networks reads addresses and networks (10.0.0.0/8) that are separated by commas or blanks.
func Networks(text string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, word := range Words(text) {
		p, err := netip.ParsePrefix(word)
		if a, single := netip.ParseAddr(word); err != nil && single == nil {
			a = a.Unmap().WithZone("")
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("is %q; %q is no address and no network such as 10.0.0.0/8", text, word)
		}
		if p.Bits() == 0 {
			return nil, fmt.Errorf("is %q: %s is every address there is", text, word)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

func networks(s string) error {
	_, err := Networks(s)
	return err
}
