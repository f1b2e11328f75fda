// Package firewall refuses requests that look like attacks, with Coraza and the OWASP Core Rule Set (CRS).
//
// CRS is made for any application and knows nothing of TEAM, whose people write about production in their own words:
// a justification may hold SQL, shell commands, paths and stack traces. So it is told apart by field what the rules see.
// A sight is what is inspected of a request: the path, the query, the headers, the names and values of the body's
// members, and not
//
//   - the values of fields where people write what they like (fields.go). TEAM interprets none of them, and escapes them
//     wherever they are shown;
//   - values of a closed form, such as ids, instants and numbers (closed.go), in which no rule can find anything;
//   - cookies of other applications of the same domain, which TEAM never reads.
//
// What rules say of a sight depends on nothing else, so that sights which passed are remembered: the requests of a screen
// that looks again and again cost a hash instead of 300 regular expressions.
//
// Only requests are inspected, never answers.
package firewall
