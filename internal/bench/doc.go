// Package bench measures TEAM against the numbers it has to reach, and tries at a small size, in every run of the
// tests, what it measures:
//
//	make bench                  every figure, on both databases
//	make bench BENCH=lists      the figures whose test is named so
//
// docs/performance.md holds what was measured.
package bench
