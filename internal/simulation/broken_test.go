package simulation

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBrokenBuildsAreCaught builds the program with one defect at a time and demands that the simulation finds it,
// naming the promise. A check that cannot fail proves nothing; this shows that these can. The defects are patches
// beside the tests, laid over the source by the go command, so that no product code carries a switch that weakens it.
func TestBrokenBuildsAreCaught(t *testing.T) {
	patches, err := filepath.Glob("testdata/broken/*.patch")
	if err != nil || len(patches) < 5 {
		t.Fatalf("found %d patches, %v", len(patches), err)
	}
	for _, patch := range patches {
		t.Run(strings.TrimSuffix(filepath.Base(patch), ".patch"), func(t *testing.T) {
			promise, overlay := overlayOf(t, patch)
			cmd := exec.CommandContext(t.Context(), "go", "test", "-overlay", overlay, "-count=1", "-failfast", "-run", "^TestSimulation$", ".")
			cmd.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false")
			out, err := cmd.CombinedOutput()
			text := string(out)
			if err == nil {
				t.Fatalf("the simulation found nothing wrong with a build in which %s", patch)
			}
			if strings.Contains(text, "[build failed]") || strings.Contains(text, "[setup failed]") {
				t.Fatalf("the patched program does not build:\n%s", text)
			}
			if !strings.Contains(text, promise+": ") {
				t.Fatalf("the simulation did not name %s:\n%s", promise, text[:min(len(text), 3000)])
			}
		})
	}
}

// overlayOf applies a patch to a copy and returns the promise it breaks and an overlay file for the go command. A
// patch is the promise, a sentence, the file, and blocks of what to find exactly once and what to put there.
func overlayOf(t *testing.T, patch string) (promise, overlay string) {
	t.Helper()
	raw, err := os.ReadFile(patch)
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := strings.Cut(string(raw), "<<<<\n")
	if !ok {
		t.Fatalf("%s has no block", patch)
	}
	var file string
	for line := range strings.Lines(head) {
		if v, ok := strings.CutPrefix(line, "Promise: "); ok {
			promise = strings.TrimSpace(v)
		}
		if v, ok := strings.CutPrefix(line, "File: "); ok {
			file = strings.TrimSpace(v)
		}
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	original := filepath.Join(root, file)
	source, err := os.ReadFile(original)
	if err != nil {
		t.Fatal(err)
	}
	text := string(source)
	for block := range strings.SplitSeq(body, "<<<<\n") {
		find, put, ok := strings.Cut(strings.SplitN(block, ">>>>", 2)[0], "====\n")
		if !ok || strings.Count(text, find) != 1 {
			t.Fatalf("%s: what it is to find stands %d times in %s:\n%s", patch, strings.Count(text, find), file, find)
		}
		text = strings.Replace(text, find, put, 1)
	}
	dir := t.TempDir()
	patched := filepath.Join(dir, filepath.Base(file))
	if err := os.WriteFile(patched, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(map[string]any{"Replace": map[string]string{original: patched}})
	if err != nil {
		t.Fatal(err)
	}
	overlay = filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return promise, overlay
}
