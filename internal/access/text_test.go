package access

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/team-idc/team/internal/policy"
)

const testSet = "arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-0000000000000000"

var testNow = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func goodDraft() Draft {
	return Draft{
		BeneficiaryID: "u-ann", Targets: []DraftTarget{{AccountID: "123456789012", PermissionSetARN: testSet}}, Duration: time.Hour,
		Justification: "why", Ticket: "INC-1",
	}
}

func TestDraftCheck(t *testing.T) {
	text := func(s string) func(*Draft) { return func(d *Draft) { d.Justification = s } }
	ticket := func(s string) func(*Draft) { return func(d *Draft) { d.Ticket = s } }
	lasting := func(l time.Duration) func(*Draft) { return func(d *Draft) { d.Duration = l } }
	starting := func(after time.Duration) func(*Draft) { return func(d *Draft) { d.StartAt = testNow.Add(after) } }
	target := func(account, set string) func(*Draft) {
		return func(d *Draft) { d.Targets = append(d.Targets, DraftTarget{account, set}) }
	}
	for name, c := range map[string]struct {
		edit         func(*Draft)
		field, words string // "": accepted
	}{
		"good": {func(*Draft) {}, "", ""},

		"no justification":                      {text(""), "justification", "the justification is required"},
		"a blank justification":                 {text(" \t\r\n\u3000"), "justification", "the justification is required"},
		"an invisible justification":            {text("\u200b\u2060\ufeff"), "justification", "the justification is required"},
		"2,000 characters":                      {text(strings.Repeat("語", MaxJustification)), "", ""},
		"2,001 characters":                      {text(strings.Repeat("x", MaxJustification+1)), "justification", "has 2001 characters; at most 2000 are allowed"},
		"any script":                            {text("Störung: 障害対応, عطل في الخادم, תקלה, सर्वर बंद है, 👩‍🔧"), "", ""},
		"several lines":                         {text("one\r\n\ttwo"), "", ""},
		"a null character":                      {text("a\x00b"), "justification", "control character (U+0000)"},
		"an escape sequence":                    {text("a\x1b[2Jb"), "justification", "control character (U+001B)"},
		"a C1 control":                          {text("a\u0085b"), "justification", "control character (U+0085)"},
		"delete":                                {text("a\x7fb"), "justification", "control character (U+007F)"},
		"an override of direction":              {text("a\u202eb"), "justification", "invisible direction mark (U+202E)"},
		"an isolate":                            {text("a\u2066b"), "justification", "invisible direction mark (U+2066)"},
		"broken UTF-8":                          {text("a\xffb"), "justification", "not valid UTF-8"},
		"no ticket":                             {ticket(""), "ticket", "the ticket is required"},
		"a ticket of 100 characters":            {ticket(strings.Repeat("1", MaxTicket)), "", ""},
		"a ticket of 101 characters":            {ticket(strings.Repeat("1", MaxTicket+1)), "ticket", "has 101 characters"},
		"a ticket of two lines":                 {ticket("INC-1\nINC-2"), "ticket", "one line"},
		"a ticket with a line separator":        {ticket("INC-1\u2028INC-2"), "ticket", "one line"},
		"a ticket with a control character":     {ticket("INC\x07"), "ticket", "control character (U+0007)"},
		"no time":                               {lasting(0), "duration", "must be positive"},
		"less than no time":                     {lasting(-time.Hour), "duration", "must be positive"},
		"the least duration there is":           {lasting(-1 << 63), "duration", "must be positive"},
		"half a second":                         {lasting(time.Second / 2), "duration", "whole seconds"},
		"an hour and a nanosecond":              {lasting(time.Hour + 1), "duration", "whole seconds"},
		"less than the shortest":                {lasting(59 * time.Second), "duration", "the shortest duration is 1m"},
		"the shortest":                          {lasting(time.Minute), "", ""},
		"to the second":                         {lasting(time.Hour + time.Second), "", ""},
		"the longest":                           {lasting(9 * time.Hour), "", ""},
		"more than the longest":                 {lasting(9*time.Hour + time.Second), "duration", "the longest duration is 9h"},
		"the greatest duration there is":        {lasting(time.Duration(1<<63 - 1).Truncate(time.Second)), "duration", "the longest duration is 9h"},
		"a start five minutes ago":              {starting(-StartTolerance), "", ""},
		"a start more than five minutes ago":    {starting(-StartTolerance - time.Microsecond), "startAt", "lies in the past"},
		"a start in the year 1":                 {func(d *Draft) { d.StartAt = time.Unix(-62135596799, 0) }, "startAt", "lies in the past"},
		"the furthest start":                    {starting(90 * 24 * time.Hour), "", ""},
		"a start beyond":                        {starting(90*24*time.Hour + time.Microsecond), "startAt", "at most 2160h ahead"},
		"a start in the year 200,000":           {func(d *Draft) { d.StartAt = time.Date(200000, 1, 1, 0, 0, 0, 0, time.UTC) }, "startAt", "at most 2160h ahead"},
		"no target":                             {func(d *Draft) { d.Targets = nil }, "targets", "name at least one target"},
		"50 targets":                            {func(d *Draft) { d.Targets = manyTargets(50) }, "", ""},
		"51 targets":                            {func(d *Draft) { d.Targets = manyTargets(51) }, "targets", "may name 50 targets; this one names 51"},
		"the same target twice":                 {target("123456789012", testSet), "targets[1]", "targets 1 and 2 are the same account and role"},
		"another account":                       {target("123456789013", testSet), "", ""},
		"an account of eleven digits":           {target("12345678901", testSet), "targets[1]", "twelve digits"},
		"an account of thirteen digits":         {target("1234567890123", testSet), "targets[1]", "twelve digits"},
		"an account with other scripts' digits": {target("１２３４５６７８９０１２", testSet), "targets[1]", "twelve digits"},
		"an account with a line break":          {target("123456789012\n", testSet), "targets[1]", "twelve digits"},
		"an account with a quote":               {target("12345678901'", testSet), "targets[1]", "twelve digits"},
		"a role that is a name":                 {target("123456789013", "Admin"), "targets[1]", "not a permission set's ARN"},
		"a role of another service":             {target("123456789013", "arn:aws:iam::aws:policy/Admin"), "targets[1]", "not a permission set's ARN"},
		"a role in China":                       {target("123456789013", "arn:aws-cn"+testSet[7:]), "", ""},
		"a role in another partition":           {target("123456789013", "arn:aws-mars"+testSet[7:]), "targets[1]", "not a permission set's ARN"},
		"a role with a line break":              {target("123456789013", testSet+"\n"), "targets[1]", "not a permission set's ARN"},
	} {
		t.Run(name, func(t *testing.T) {
			d := goodDraft()
			c.edit(&d)
			got, err := d.Check(policy.DefaultSettings(), testNow)
			if c.field == "" {
				if err != nil {
					t.Fatal(err)
				}
				if got.StartAt.IsZero() {
					t.Error("no start was filled in")
				}
				return
			}
			e, ok := err.(*Error)
			if !ok || e.Code != CodeInvalid || e.Field != c.field || !strings.Contains(e.Message, c.words) {
				t.Errorf("%v, want invalid %s: %s", err, c.field, c.words)
			}
		})
	}
}

func manyTargets(n int) (ts []DraftTarget) {
	for i := range n {
		ts = append(ts, DraftTarget{AccountID: "1000000000" + string(rune('0'+i/10)) + string(rune('0'+i%10)), PermissionSetARN: testSet})
	}
	return ts
}

// FuzzCheckText: whatever is accepted is text that reads as it is written, within its limit.
func FuzzCheckText(f *testing.F) {
	for _, seed := range []string{"", " ", "why", "a\x00", "\u202e", "\xff", "語", "\u200b"} {
		f.Add(seed, 3, true)
	}
	f.Fuzz(func(t *testing.T, text string, most int, required bool) {
		err := checkText("f", "it", text, most, required)
		if err != nil {
			if CodeOf(err) != CodeInvalid {
				t.Fatalf("code of %v", err)
			}
			return
		}
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > most {
			t.Fatalf("accepted %q", text)
		}
		if required && strings.IndexFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }) < 0 {
			t.Fatalf("accepted %q, which shows nothing", text)
		}
		for _, r := range text {
			if unicode.Is(unicode.Bidi_Control, r) && r != '\u061c' && r != '\u200e' && r != '\u200f' {
				t.Fatalf("accepted %q with a direction mark", text)
			}
			if unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) {
				t.Fatalf("accepted %q with a control character", text)
			}
		}
	})
}
