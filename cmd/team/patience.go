package main

import (
	"fmt"
	"os"
	"time"
)

// patiently does what may take a while. Whoever sits at a terminal is told, after a second, that it goes on.
func patiently(c console, doing string, do func() error) error {
	terminal, ok := c.err.(*os.File)
	if ok {
		about, err := terminal.Stat()
		ok = err == nil && about.Mode()&os.ModeCharDevice != 0
	}
	if !ok {
		return do()
	}
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		turn(terminal, doing, done)
	}()
	err := do()
	close(done)
	<-gone
	return err
}

// turn writes a line anew every second, until done, and takes it away.
func turn(terminal *os.File, doing string, done <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	const erase = "\r\x1b[K"
	for turns := 1; ; turns++ {
		select {
		case <-done:
			if turns > 1 {
				fmt.Fprint(terminal, erase)
			}
			return
		case <-tick.C:
			fmt.Fprintf(terminal, "%s%c %s … %d s", erase, []rune("|/-\\")[turns%4], doing, turns)
		}
	}
}
