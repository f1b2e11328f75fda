package config

// Firewall says what is done about requests that look like attacks.
type Firewall struct {
	Mode     string // block, detect or off
	Paranoia int    // of the OWASP Core Rule Set
}

func (c *Config) firewallKeys() []Key {
	return []Key{
		text(&c.Firewall.Mode, Key{
			Name: "firewall.mode", Default: "block",
			Help: "What is done about requests that look like attacks: block refuses them, detect logs and counts them, off looks at none.",
		}, oneOf("block", "detect", "off")),
		integer(&c.Firewall.Paranoia, Key{
			Name: "firewall.paranoia", Default: "1",
			Help: "Paranoia level of the OWASP Core Rule Set. Level 2 finds more, and blocks honest requests more often.",
		}, 1, 2),
	}
}
