// Package rpc carries requests from the page to the engine and answers back. A
// message is one CBOR item; a request has a number, and everything that comes
// back carries the same number: any number of progress reports, then one
// answer or one error. A cancel names the number of the request it ends.
//
//	page -> engine   [number, method, body]
//	engine -> page   [number, answer | progress | error, body]
//
// The package does not know what carries the messages. In a browser it is a
// worker's message channel, in tests a pair of functions.
package rpc
