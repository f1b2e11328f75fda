package lint

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/team-idc/team/internal/policy"
)

// limits finds durations and ticket patterns under which nothing can be asked for, or that do not hold.
func (l *linter) limits() {
	s := &l.set.Settings
	if impossible(s.TicketPattern) {
		l.add(CodeNoTicket, policy.SettingsID, fmt.Sprintf("No ticket can match the settings' pattern %s.", s.TicketPattern), at(s.Ref(), "ticketPattern"))
	}
	for i := range l.set.Eligibility {
		p := &l.set.Eligibility[i]
		switch {
		case p.MaxDuration < s.MinDuration:
			text := fmt.Sprintf("%s allows at most %s, but the settings let nobody ask for less than %s.",
				title(p.Ref()), policy.Spell(p.MaxDuration), policy.Spell(s.MinDuration))
			l.add(CodeTooShort, p.ID, text, at(p.Ref(), "maxDuration"))
		case p.MaxDuration > s.MaxDuration:
			text := fmt.Sprintf("%s allows %s, but the settings' maximum of %s holds.",
				title(p.Ref()), policy.Spell(p.MaxDuration), policy.Spell(s.MaxDuration))
			l.add(CodeCapped, p.ID, text, at(p.Ref(), "maxDuration"))
		}
		l.ticket(p)
	}
}

func (l *linter) ticket(p *policy.Eligibility) {
	s := &l.set.Settings
	switch {
	case p.TicketPattern == "":
	case impossible(p.TicketPattern):
		text := fmt.Sprintf("No ticket can match the pattern %s of %s.", p.TicketPattern, lower(p.Ref()))
		l.add(CodeNoTicket, p.ID, text, at(p.Ref(), "ticketPattern"))
	case s.TicketPattern != "" && contradict(p.TicketPattern, s.TicketPattern):
		text := fmt.Sprintf("No ticket can match both the pattern %s of %s and the settings' pattern %s.", p.TicketPattern, lower(p.Ref()), s.TicketPattern)
		l.add(CodeNoTicket, p.ID, text, at(p.Ref(), "ticketPattern"))
	}
}

// impossible says of some patterns that nothing matches them: those that the parser of regular expressions reduces to
// no text at all. Patterns that cannot be read at all are refused before they are stored.
func impossible(pattern string) bool {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	return err == nil && empty(parsed.Simplify())
}

func empty(r *syntax.Regexp) bool {
	switch r.Op {
	case syntax.OpNoMatch:
		return true
	case syntax.OpCharClass:
		return len(r.Rune) == 0
	case syntax.OpConcat:
		return slices.ContainsFunc(r.Sub, empty)
	case syntax.OpAlternate:
		return len(r.Sub) > 0 && !slices.ContainsFunc(r.Sub, func(sub *syntax.Regexp) bool { return !empty(sub) })
	case syntax.OpCapture, syntax.OpPlus:
		return empty(r.Sub[0])
	default: // matches something, or might
	}
	return false
}

// contradict says of some pairs of patterns that nothing matches both: where one is plain text that the other does not
// accept, or where they demand different beginnings.
func contradict(a, b string) bool {
	begin, whole := beginning(a)
	other, otherWhole := beginning(b)
	switch {
	case whole && otherWhole:
		return begin != other
	case whole:
		return !accepts(b, begin)
	case otherWhole:
		return !accepts(a, other)
	}
	return !strings.HasPrefix(begin, other) && !strings.HasPrefix(other, begin)
}

// beginning is the text with which everything begins that a pattern matches; whole where it matches nothing else.
func beginning(pattern string) (text string, whole bool) {
	expr, err := regexp.Compile(pattern)
	if err != nil {
		return "", false
	}
	return expr.LiteralPrefix()
}

func accepts(pattern, text string) bool {
	expr, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	return err != nil || expr.MatchString(text)
}
