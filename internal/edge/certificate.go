package edge

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// CertificateFiles serves a certificate from files, and takes a new one when they change. While the files hold no pair
// that works, the one before goes on.
type CertificateFiles struct {
	certificateFile, keyFile string

	mu      sync.Mutex
	current *tls.Certificate
	seen    [2]fileMark
	failed  error
}

// fileMark tells a file from what it was: whoever renews certificates writes new files, or links to others.
type fileMark struct {
	size     int64
	modified time.Time
}

// LookForCertificate is how often files are looked at.
const LookForCertificate = 5 * time.Second

// LoadCertificate reads the files: PEM, the certificate with what leads to its authority after it.
func LoadCertificate(certificateFile, keyFile string) (*CertificateFiles, error) {
	c := &CertificateFiles{certificateFile: certificateFile, keyFile: keyFile}
	if _, err := c.Look(); err != nil {
		return nil, err
	}
	return c, nil
}

// Look reads the files if they changed since the last time, and says whether there is a new certificate. An error says
// why the files are not used; it is told until they are mended.
func (c *CertificateFiles) Look() (renewed bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	marks, err := c.marks()
	if err != nil {
		c.failed, c.seen = err, [2]fileMark{} // when they are back they are read, even if they are what they were
		return false, err
	}
	if c.current != nil && marks == c.seen {
		return false, c.failed
	}
	c.seen = marks
	pair, err := tls.LoadX509KeyPair(c.certificateFile, c.keyFile)
	if err != nil {
		c.failed = fmt.Errorf("read certificate %s with key %s: %w", c.certificateFile, c.keyFile, err)
		return false, c.failed
	}
	c.failed = nil
	renewed = c.current == nil || !sameCertificate(c.current, &pair)
	c.current = &pair
	return renewed, nil
}

func sameCertificate(a, b *tls.Certificate) bool {
	return len(a.Certificate) == len(b.Certificate) && string(a.Certificate[0]) == string(b.Certificate[0])
}

func (c *CertificateFiles) marks() (marks [2]fileMark, err error) {
	for i, name := range []string{c.certificateFile, c.keyFile} {
		info, err := os.Stat(name) // of what a link leads to
		if err != nil {
			return marks, fmt.Errorf("read certificate: %w", err)
		}
		marks[i] = fileMark{info.Size(), info.ModTime()}
	}
	return marks, nil
}

// Get is for tls.Config.GetCertificate.
func (c *CertificateFiles) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == nil {
		return nil, errors.New("there is no certificate")
	}
	return c.current, nil
}

// Leaf is the certificate in force.
func (c *CertificateFiles) Leaf() *x509.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == nil {
		return nil
	}
	return c.current.Leaf
}
