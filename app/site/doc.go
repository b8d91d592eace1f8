// Package site puts the page together and serves it. It is native only and
// knows nothing of chains.
//
// One template makes two forms:
//
//	index.html        scripts and styles inside; the program and the sample beside
//	chainglass.html   everything but the sample inside: opens from a disk, with
//	                  the network off, and can carry data and a report of it
//
// Scripts and styles lie inside both, because the policy in the page can then
// name each by its hash and trust no address, and because the worker is
// started from the text of those scripts, which a page opened from a disk
// could not fetch. What is large lies beside index.html under a name made of
// its content, so it is fetched once and kept.
//
// A folder to host has more, all of it optional for the page:
//
//	sw.js                 the service worker: keeps the files of one version,
//	                      each checked against its hash, and answers with them
//	manifest.webmanifest  what a system needs to install the page
//	*.png                 its icons
//	*.gz, *.br            the packed forms of all these
//
// The version is a hash of all files; it stands in the service worker, whose
// text is what browsers compare. A server with data on a loopback address has no
// service worker: another program may have that address tomorrow.
//
// The program, the wasm binary, comes from a build that runs before the native
// one and is embedded from dist/. A binary built without that step still
// works; what needs the page then returns [ErrNotBuilt].
package site
