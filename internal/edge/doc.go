// Package edge stands between the network and everything TEAM serves. It finds out where a request comes from, bounds
// what and how much may come, gives every answer its headers, refuses what another site's page sends, counts, and writes
// a line about each request. What is behind it asks From(ctx) for what the edge knows.
//
// The table in class.go says which rules hold for which paths; nothing here knows what is behind a path.
package edge
