// Package bench says what is measured of Chainglass, against what, and prints it: one
// description of every figure and one table for the program natively and for the page
// in Chromium. The command in native measures the first, BenchmarkChromium of the
// package above the second; `make bench` runs both.
//
//	figure.go    Figure: title, unit, budget, yardsticks; how it grows
//	figures.go   the figures of both tables
//	table.go     a table of measured columns
//	inputs.go    the same records as a chain, as lines of JSON, and as MCAP
//	machine.go   the machine that it is measured on
//	process.go   what processes have used
//
// A yardstick is another program that reads the same records, or the same bytes,
// measured in the same run. On a machine that does other work as well, the ratio of the
// two is what can be compared with another run.
package bench
