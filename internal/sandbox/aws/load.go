package aws

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"
)

//go:embed organizations/small.yaml
var smallFile []byte

// Open returns a built-in organization (small, medium, large) or reads an organization file.
func Open(nameOrPath string) (Organization, error) {
	switch nameOrPath {
	case "small", "medium", "large":
		return Generate(nameOrPath)
	}
	document, err := os.ReadFile(nameOrPath)
	if err != nil {
		return Organization{}, fmt.Errorf("open organization: %w", err)
	}
	org, err := ParseOrganization(document)
	if err != nil {
		return Organization{}, fmt.Errorf("open organization %s: %w", nameOrPath, err)
	}
	return org, nil
}

// ParseOrganization reads an organization file. It refuses unknown keys, names that lead nowhere
// and identifiers that AWS would not give, and fills in what the file leaves out.
func ParseOrganization(document []byte) (Organization, error) {
	dec := yaml.NewDecoder(bytes.NewReader(document))
	dec.KnownFields(true)
	var org Organization
	if err := dec.Decode(&org); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		return Organization{}, fmt.Errorf("parse organization: %w", err)
	}
	if err := dec.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return Organization{}, errors.New("parse organization: the file holds more than one document")
	}
	org, err := org.completed()
	if err != nil {
		return Organization{}, fmt.Errorf("parse organization: %w", err)
	}
	return org, nil
}
