// Package web is the application that people use in their browsers, and how it is served. What it consists of is built
// into the folder dist (make build) before the program that holds it.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var embedded embed.FS

// Built is the application as it was built into this program, for New.
func Built() fs.FS {
	dist, err := fs.Sub(embedded, "dist")
	if err != nil {
		panic("read the web application: " + err.Error()) // the folder's name is not a valid one
	}
	return dist
}
