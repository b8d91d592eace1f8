// Package datalink puts a small file, a chain export, into an address, so that
// a link shows it without any file being sent.
//
//	https://host/folder/#data=q1bKzU9RslIqSy0q...&v1&node=...
//	                     |    |                  |
//	                     |    |                  where in it one is, may be missing
//	                     |    the file: raw DEFLATE, base64url without padding
//	                     at the beginning of the fragment
//
// What stands behind the "#" is not sent to the server that the page comes
// from. There is no checksum of its own: a chain export has one for every block.
//
// web/address.js does the same in the browser. The package imports nothing of
// this module.
package datalink
