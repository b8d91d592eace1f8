// Package command holds the two commands of the fleet module: chainglass-parquet and
// chainglass-fleet.
//
// Results go to stdout, everything else to stderr. The exit statuses are those of the
// chainglass program:
//
//	0   done; nothing is wrong
//	1   failed, or nothing that was named could be read
//	2   the command line is wrong
//	3   done, but something is damaged or had to be left out, and is located
package command
