// Package wire is the action chain of a net-mesh node: the record of one action
// and its outcome, its stored form, and the appenders that take records. It
// also names what all chains share: their kinds, their entries and the [Reader]
// that hands entries out.
//
// The stored form of a record is a version byte and a postcard body:
//
//	version        01
//	id             varint u64
//	kind           <len varint> <UTF-8>
//	emitted_at_ms  varint u64          Unix milliseconds
//	disposition    varint u32          0 Dispatched, 1 Failed, 2 Gated
//	  reason       <len varint> <UTF-8>            Failed and Gated only
//	  delay        00 | 01 <varint u64>            retry_after_ms, cooldown_ms
//
// The smallest record is 01 00 00 00 00. Bytes after a record are accepted and
// ignored, as the reference implementation does; [DecodeView] and
// [DecodeRecordPrefix] report how many there are.
//
// The storage of chains is in wire/redex, the one-file form in wire/export.
// This package imports the standard library and its own primitives only.
//
//	payload := wire.EncodeRecord(&wire.ActionChainRecord{
//		ID: 42, Kind: wire.KindPullReplica, EmittedAtMS: 1700000000123,
//		Disposition: wire.Failed{Reason: "boom"},
//	})
//	record, err := wire.DecodeRecord(payload)
package wire
