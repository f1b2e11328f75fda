//go:build !unix

package main

import "os"

// columns is the width of the terminal behind a file. Here no terminal is taken for one.
func columns(*os.File) int { return 0 }

// terminalSignalsUs: consoles here tell every process that is attached to them.
func terminalSignalsUs() bool { return true }
