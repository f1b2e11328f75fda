package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// progress tells on the error stream how something goes on: in lines that stay, and on a terminal in a block below them
// that is written anew as things move.
type progress struct {
	to    io.Writer
	width func() int // columns of the terminal; nil or 0: there is none
	drawn int        // lines of the block that stand on the screen
	turn  int
}

// progress goes to the error stream, so that the output stays what it is. Texts of others do not steer the terminal.
func (c console) progress() *progress { return &progress{to: c.err, width: c.screen} }

func (p *progress) columns() int {
	if p.width == nil {
		return 0
	}
	return p.width()
}

// say writes a line that stays.
func (p *progress) say(line string) {
	p.clear()
	fmt.Fprintln(plain{p.to}, line)
}

// show replaces the block. Without a terminal it shows nothing.
func (p *progress) show(lines ...string) {
	most := p.columns()
	if most == 0 {
		return
	}
	p.clear()
	for _, line := range lines {
		// A line that wraps would be two to erase.
		fmt.Fprintln(plain{p.to}, cut(line, max(most-1, 2)))
	}
	p.drawn = len(lines)
}

// cut shortens a line, and keeps its columns where they are.
func cut(line string, most int) string {
	if r := []rune(line); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return line
}

// clear takes the block away.
func (p *progress) clear() {
	if p.drawn > 0 {
		fmt.Fprintf(p.to, "\x1b[%dA\x1b[J", p.drawn) // up, and erase to the end of the screen
	}
	p.drawn = 0
}

// turning is a sign that moves with every call.
func (p *progress) turning() string {
	signs := []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}
	p.turn++
	return signs[p.turn%len(signs)]
}

// bar draws how much of a whole is done.
func bar(done, whole, width int) string {
	if whole <= 0 {
		return strings.Repeat("·", width)
	}
	full := min(done*width/whole, width)
	return strings.Repeat("█", full) + strings.Repeat("░", width-full)
}

// during shows that something goes on while f runs, where it takes longer than a moment.
func (p *progress) during(what string, f func() error) error {
	if p.columns() == 0 {
		return f()
	}
	done := make(chan error, 1)
	go func() { done <- f() }()
	tick := time.NewTicker(progressPause)
	defer tick.Stop()
	defer p.clear()
	for begun := time.Now(); ; {
		select {
		case err := <-done:
			return err
		case <-tick.C:
		}
		if passed := time.Since(begun); passed > time.Second {
			p.show(fmt.Sprintf("%s %s, %d s", p.turning(), what, int(passed.Seconds())))
		}
	}
}

const progressPause = 100 * time.Millisecond
