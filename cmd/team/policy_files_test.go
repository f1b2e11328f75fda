package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestFoldersOfPoliciesMayBeLinks: a mounted volume of Kubernetes shows ..data/a.yaml as a link to a hidden folder, and
// a.yaml as a link into that; each file counts once.
func TestFoldersOfPoliciesMayBeLinks(t *testing.T) {
	mount := filepath.Join(t.TempDir(), "mount")
	hidden := filepath.Join(mount, "..2026_11_25")
	if err := os.MkdirAll(hidden, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(hidden, "a.yaml"), []byte("kind: settings\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	for from, to := range map[string]string{
		filepath.Join(mount, "..data"): "..2026_11_25",
		filepath.Join(mount, "a.yaml"): "..data/a.yaml",
		link:                           mount,
	} {
		if err := os.Symlink(to, from); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{mount, link} {
		docs, err := readDocuments([]string{name})
		if err != nil || len(docs) != 1 || docs[0].Name != filepath.Join(name, "a.yaml") || docs[0].Text != "kind: settings\n" {
			t.Errorf("%s: %v %v", name, docs, err)
		}
	}
}
