package awsclient

import (
	"testing"
	"time"
)

func TestParseISODuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"PT1H": time.Hour, "PT12H": 12 * time.Hour, "PT90M": 90 * time.Minute, "PT1H30M": 90 * time.Minute, "PT3600S": time.Hour,
		"P0Y0M0DT8H0M0S": 8 * time.Hour, "P1DT1H": 25 * time.Hour,
		"": 0, "P": 0, "PT": 0, "1h": 0, "PT0H": 0, "P1M": 0, "PT-1H": 0, "PT99999999999H": 0, "PT1.5H": 0,
	} {
		got, err := parseISODuration(text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
}

func FuzzParseISODuration(f *testing.F) {
	f.Add("PT1H")
	f.Add("P0Y0M1DT1H2M3S")
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := parseISODuration(text); err == nil && d <= 0 {
			t.Errorf("%q is %v", text, d)
		}
	})
}

func TestUnitsOfPath(t *testing.T) {
	got := unitsOfPath("o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/111122223333/")
	if len(got) != 3 || got[0] != "r-ab12" || got[2] != "ou-ab12-22222222" {
		t.Errorf("units are %v", got)
	}
}
