//go:build !js

// Package cli holds the commands of the chainglass program. It is native only:
// nothing here gets into the page.
//
//	decode, encode    one record a line, hex to JSON and back
//	fold              the snapshot a chain folds to, under the rules of a release
//	verify            what is damaged or missing, and where
//	cat               the records of a chain, one JSON object a line
//	export, import    chains to one file, and back to channel folders
//	generate          a chain of any size to try things with
//	page, report      chains for others: viewer and data in one file, a write-up
//	serve, site       the page: on the loopback interface, into a folder
//	link              small chains in an address
//
// The commands are thin: what they do lies in the packages below. They read
// paths through [source.Find], so each takes what the page takes: channel
// folders and any folder above such, archives, exports, JSON. Nothing that is
// read is ever written to.
//
// What a command leaves behind it writes through package output, whole or not at
// all. What it prints it prints through console and text, which show every
// character of names and texts from data that would act on a terminal.
//
// Results go to stdout, everything else to stderr. The exit status is part of
// the contract:
//
//	0   done; for verify: nothing is wrong
//	1   failed, or nothing that was named could be read
//	2   the command line is wrong
//	3   done, but something is damaged or had to be left out, and is located
package cli
