package nearest

import "testing"

func TestDistanceCountsLetters(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"größe", "grösse", 2}, {"same", "same", 0}} {
		if got := Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("from %q to %q are %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestNearIsWhatSomebodyCouldHaveMeant(t *testing.T) {
	for _, tt := range []struct {
		got, name string
		want      bool
	}{{"playgrund", "playground", true}, {"SHOP-PRD", "shop-prod", true}, {"x", "y", true}, {"shop-prod", "data-dev", false}, {"ab", "xyz", false}} {
		if got := Near(tt.got, tt.name); got != tt.want {
			t.Errorf("%q for %q: %t", tt.got, tt.name, got)
		}
	}
}
