package config

// edgeKeys are about what is between the network and TEAM.
func (c *Config) edgeKeys() []Key {
	const within = " within five minutes, of which each moment counts the five before it. 0: as many as anybody likes."
	return []Key{
		text(&c.RedirectListen, Key{
			Name: "listen_redirect", Default: "",
			Help: "Address and port, as [::]:80, where plain HTTP is answered by sending browsers to HTTPS, and where an ACME authority " +
				"finds its proof. Empty: none.",
		}, optional(address)),
		text(&c.TLS.CertificateFile, Key{
			Name: "tls.certificate_file", Default: "",
			Help: "PEM file with the certificate and those that lead to its authority. Taken anew when it changes; connections go on.",
		}, nil),
		text(&c.TLS.KeyFile, Key{Name: "tls.key_file", Default: "", Help: "PEM file with the certificate's private key."}, nil),
		text(&c.TLS.ACME.Hosts, Key{
			Name: "tls.acme.hosts", Default: "",
			Help: "Names, separated by commas, for which TEAM gets certificates by ACME. The authority must reach it on port 443 " +
				"(TLS-ALPN-01) or by listen_redirect on port 80 (HTTP-01).",
		}, nil),
		text(&c.TLS.ACME.Email, Key{Name: "tls.acme.email", Default: "", Help: "Whom the authority writes to when a certificate is in trouble."}, nil),
		text(&c.TLS.ACME.Directory, Key{
			Name: "tls.acme.directory", Default: "https://acme-v02.api.letsencrypt.org/directory",
			Help: "The authority's directory. Whoever runs TEAM agrees to its terms by naming hosts.",
		}, providerURL),
		text(&c.TLS.ACME.KeyFile, Key{
			Name: "tls.acme.key_file", Default: "",
			Help: "File with at least 32 random bytes (openssl rand -base64 32) that encrypts what ACME keeps in the database, the same on every replica. " +
				"When it is lost, new certificates are got.",
		}, nil),
		text(&c.TLS.ACME.RootsFile, Key{
			Name: "tls.acme.roots_file", Default: "",
			Help: "PEM file with the certificates by which a private authority's directory is recognized. Empty: those of the system.",
		}, nil),
		text(&c.Proxies.Trusted, Key{
			Name: "proxies.trusted", Default: "",
			Help: "Addresses and networks, separated by commas, of the proxies and load balancers before TEAM. What they say about where a request " +
				"comes from is believed, and nobody else; through them plain HTTP is accepted.",
		}, networks),
		text(&c.Proxies.Header, Key{
			Name: "proxies.header", Default: "x-forwarded-for",
			Help: "What they write: x-forwarded-for (with x-forwarded-proto) or forwarded (RFC 7239).",
		}, oneOf("x-forwarded-for", "forwarded")),
		text(&c.MetricsFrom, Key{
			Name: "metrics.from", Default: "127.0.0.0/8, ::1",
			Help: "Addresses and networks, separated by commas, to which /metrics is shown: those that Prometheus asks from. They tell how many there " +
				"are of what, and how TEAM stands. Empty: to nobody.",
		}, networks),
		integer(&c.Rates.Address, Key{
			Name: "rates.address", Default: "2000", Help: "Requests of one address (of IPv6, one network of 64 bits)" + within,
		}, 0, 1_000_000),
		integer(&c.Rates.User, Key{Name: "rates.user", Default: "3000", Help: "API calls of one person or machine client" + within}, 0, 1_000_000),
		integer(&c.Rates.SignIn, Key{
			Name: "rates.sign_in", Default: "300",
			Help: "Requests of one address for the pages of sign-in and step-up" + within + " Counted over all replicas.",
		}, 0, 1_000_000),
		integer(&c.Rates.Tokens, Key{
			Name: "rates.tokens", Default: "300", Help: "Requests of one address for tokens" + within + " Counted over all replicas.",
		}, 0, 1_000_000),
		integer(&c.Rates.FailedSignIns, Key{
			Name: "rates.failed_sign_ins", Default: "30",
			Help: "Failed sign-ins of one address, after which it cannot open the pages of sign-in," + within + " Counted over all replicas.",
		}, 0, 1_000_000),
		integer(&c.Connections.PerAddress, Key{
			Name: "connections.per_address", Default: "200",
			Help: "Connections that one address may have to one replica; this machine and trusted proxies may have all. 0: as many as it likes.",
		}, 0, 1_000_000),
		integer(&c.Connections.Total, Key{
			Name: "connections.total", Default: "5000", Help: "Connections that one replica keeps. 0: as many as come.",
		}, 0, 1_000_000),
		text(&c.AccessLog.To, Key{
			Name: "access_log.to", Default: "stdout",
			Help: "Where a line of JSON for each request goes: stdout, a file (taken anew when it was moved, and at SIGHUP), s3://BUCKET/PREFIX " +
				"(an object every five minutes or 5 MiB), or off.",
		}, accessLogTo),
		text(&c.AccessLog.Region, Key{
			Name: "access_log.bucket_region", Default: "", Help: "Region of the bucket of access_log.to. Empty: aws.region.",
		}, optional(awsRegion)),
	}
}
