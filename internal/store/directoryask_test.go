package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
)

func TestAskedForPartsAreDueAndTheLogSaysWhoAsked(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		db := d.open(t)
		ctx := t.Context()
		size, err := db.LogSize(ctx)
		if err != nil {
			t.Fatal(err)
		}
		// Every part was read and waits, but that users are being read, groups fail, and accounts are due already.
		passes, err := db.Directory().Passes(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range passes {
			p.Due = midday.Add(time.Hour)
			switch p.Part {
			case directory.PartUsers:
				p.Running = true
			case directory.PartGroups:
				p.Running, p.Failures = true, 3
			case directory.PartAccounts:
				p.Due = midday.Add(-time.Second)
			default:
			}
			if saved, err := db.Directory().SavePass(ctx, p, directory.Write{}); err != nil || !saved {
				t.Fatalf("save %s: %t, %v", p.Part, saved, err)
			}
		}
		by := audit.Actor{Kind: audit.Person, ID: "u-admin", Name: "admin"}
		asked, err := db.AskForDirectory(ctx, by, midday)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range directory.Parts() {
			want := part != directory.PartUsers && part != directory.PartAccounts
			if slices.Contains(asked, part) != want {
				t.Errorf("asked for %s: %t, want %t", part, !want, want)
			}
		}
		after, err := db.Directory().Passes(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range after {
			before := passes[slices.IndexFunc(passes, func(b directory.Pass) bool { return b.Part == p.Part })]
			switch {
			case slices.Contains(asked, p.Part):
				if !p.Due.Equal(midday) || p.Version != before.Version+2 {
					t.Errorf("%s is due at %s in version %d", p.Part, p.Due, p.Version)
				}
			case p.Version != before.Version+1:
				t.Errorf("%s was touched", p.Part)
			}
		}
		grown, err := db.LogSize(ctx)
		if err != nil || grown != size+1 {
			t.Errorf("the log grew by %d, %v", grown-size, err)
		}
		// Asked again there is nothing to do, and nothing is written.
		again, err := db.AskForDirectory(ctx, by, midday)
		if still, _ := db.LogSize(ctx); err != nil || len(again) != 0 || still != grown {
			t.Errorf("asked again: %v, %v, the log grew by %d", again, err, still-grown)
		}
	})
}
