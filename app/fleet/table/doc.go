// Package table writes chains as Parquet: a row for each entry, damaged ones included, in
// the order of the chain.
//
//	node          text       the node, and
//	channel       text       the channel of the chain
//	position      int64      the place of the entry in its chain, from 0
//	seq           int64      the sequence number stored with the entry
//	run           int32      which process of the node wrote it, from 1: ids begin again with each
//	status        text       ok, bad-checksum, out-of-range, torn, too-large or lost
//	ts            timestamp  the append time, UTC, cut to microseconds; null where there is none
//	ts_ns         int64      the append time in Unix nanoseconds
//	id            int64      the action id, or the record's own seq on the other chains
//	emitted_at_ms int64      the record's own time in Unix milliseconds
//	kind          text       the action kind, or the source of a failure
//	outcome       text       the disposition of an action, or the outcome of an admin command
//	reason        text       why an action failed or was gated, why a command was rejected, what failed
//	template      text       the reason or message with its values masked by '#'
//	delay         int64      the retry hint or the cooldown in milliseconds
//	level         text       the level of a log record
//	message       text       the message of a log record or of a rejected command
//	daemon        text       the daemon of a log record, in decimal
//	event         text       the admin command
//	subject       text       the id that the command is about, in decimal
//	operators     text       the operators who signed it, in decimal, with commas between
//	error         text       why the payload is no record; null where it is one
//	payload       bytes      of damaged entries and of those that are no record; of all if asked for
//
// Every column but the first six is null where there is nothing to say. The columns from id to
// operators are null where the payload is damaged or no record. Numbers are 64 bits wide and
// are stored as they are: one of 2^63 or more reads as that minus 2^64. What names
// something, nodes, daemons, subjects and operators, is text, so that it is never negative.
//
// The same chain gives the same bytes. The columns are written through the column API of
// parquet-go, with a definition level for every value: the struct API writes zeros for
// nulls.
package table
