package firewall

import (
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/corazawaf/coraza-coreruleset/v4"
)

func TestClosedForms(t *testing.T) {
	for _, value := range []string{
		"111122223333", "0", "0190c0de-0000-7000-8000-000000000000", "9067c4a0a1-0190c0de-0000-7000-8000-000000000000",
		"req_0190c0de-0000-7000-8000-000000000000", `"3"`, "2026-11-25T09:00:00Z", "2026-11-25T09:00:00.123+01:00",
		"arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef", "arn:aws-us-gov:sso:::permissionSet/ssoins-0123456789abcdef/ps-00000000000000ad",
		"203.0.113.7", "2001:db8::1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	} {
		if !closed(value) {
			t.Errorf("%q is not known", value)
		}
	}
	for _, value := range []string{
		"", " ", "-", "-1", "1-", "1--1", "1 ", "1;", "0x1f", "A1", "select", "a_", "toolong_1", "ou-ab12-cdefgh34", "r-ab12", `"3`, `""`, `"3";`, "'3'",
		"arn:aws:sso:::permissionSet/ssoins-1/ps-'", "arn:aws:iam::111122223333:role/x", "arn:aws--x:sso:::permissionSet/ssoins-1/ps-1", "2026-11-25T25:00:00Z",
		"2026-11-25T09:00:00Z--", "203.0.113", "fe80::1%eth0", "1.2.3.4;id", "203.0.113.7, 10.0.0.2", "../1", "1\n1", strings.Repeat("1", 129), "１２", "req_'",
	} {
		if closed(value) {
			t.Errorf("%q is taken for known", value)
		}
	}
}

// No rule of either level finds anything in a value of a closed form, wherever it stands. Values are made at random, and
// of every word of CRS's own lists that has such a form.
func TestNoRuleFindsAnythingInClosedForms(t *testing.T) {
	values := closedSamples(t)
	for _, level := range []int{1, 2} {
		r, err := newRules(level)
		if err != nil {
			t.Fatal(err)
		}
		for len(values) > 0 {
			n := min(20, len(values))
			s := &sight{method: "POST", proto: "HTTP/1.1", uri: "/x", headers: []pair{
				{"Host", "team.example.com"}, {"User-Agent", "team/1.0"}, {"Accept", "*/*"}, {"Content-Type", "application/json"}, {"Content-Length", "2"},
			}}
			for i, v := range values[:n] {
				s.uri += "/" + strings.ReplaceAll(strings.ReplaceAll(v, `"`, "%22"), " ", "%20")
				s.headers = append(s.headers, pair{"X-Header-" + string(rune('a'+i)), v})
				if err := s.add("body.x", v); err != nil {
					t.Fatal(err)
				}
			}
			j, err := r.judge(s)
			if err != nil {
				t.Fatal(err)
			}
			if j.attack {
				t.Fatalf("level %d: %+v in one of %q", level, j.broken, values[:n])
			}
			values = values[n:]
		}
		values = closedSamples(t)
	}
	t.Attr("closed", "no rule finds anything in closed forms")
}

func closedSamples(t *testing.T) []string {
	t.Helper()
	draw := rand.New(rand.NewPCG(4, 2))
	digits := func(from string, n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte(from[draw.IntN(len(from))])
		}
		return b.String()
	}
	const hex = "0123456789abcdef"
	var values []string
	for range 60 {
		values = append(values,
			digits("0123456789", 1+draw.IntN(20)), digits(hex, 1+draw.IntN(40)), digits(hex, 8)+"-"+digits(hex, 4)+"-"+digits(hex, 1+draw.IntN(12)),
			digits("abcdefghijklmnopqrstuvwxyz", 2+draw.IntN(3))+"_"+digits(hex, 1+draw.IntN(36)),
			"arn:aws-"+digits("abcdefghijklmnopqrstuvwxyz", 3)+":sso:::permissionSet/ssoins-"+digits(hex, 16)+"/ps-"+digits(hex, 16),
			`"`+digits("0123456789", 1+draw.IntN(20))+`"`, "2026-11-25T09:00:"+digits("012345", 2)+"."+digits("0123456789", 9)+"-0"+digits("0123456789", 1)+":30",
			digits("12", 2)+"."+digits("12", 2)+".0.1", digits(hex, 4)+"::"+digits(hex, 4))
	}
	// Long, so that what a rule asks for in number is there too. Not 4294967295 and its like, for which 942220 looks: they
	// overflow in other languages, and here are out of range or what they are.
	values = append(values, strings.Repeat("0-", 63)+"0", strings.Repeat("f", 128))
	files, err := fs.Glob(coreruleset.FS, "@owasp_crs/*.data")
	if err != nil || len(files) == 0 {
		t.Fatalf("no lists of CRS: %v", err)
	}
	for _, file := range files {
		content, err := fs.ReadFile(coreruleset.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		for word := range strings.FieldsSeq(string(content)) {
			for _, v := range []string{word, "ab_" + word} {
				// Lists of addresses of metadata services are meant: as a value alone they lead nowhere.
				if closed(v) && !isAddress(v) {
					values = append(values, v)
				}
			}
		}
	}
	for _, v := range values {
		if !closed(v) {
			t.Fatalf("the sample %q has no closed form", v)
		}
	}
	return values
}
