package export

import (
	"time"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// Appender appends records to a chain of an export. It implements
// [wire.Appender] and is safe for concurrent use; several may share a Writer,
// even a chain.
type Appender[R any] struct {
	w      *Writer
	id     ChainID
	encode func(dst []byte, record R) []byte
	clock  func() time.Time
	name   string
}

// NewAppender returns an appender onto a chain that w has added. encode appends
// the bytes of a record to dst and returns the result; it is not called
// concurrently for one Writer. clock stamps the entries; nil means time.Now.
// Sequence numbers go on from the last entry of the chain, or start at 0.
//
// Records gather in blocks: [Writer.Flush] or [Writer.Close] write out the last.
func NewAppender[R any](w *Writer, id ChainID, encode func(dst []byte, record R) []byte, clock func() time.Time) *Appender[R] {
	if clock == nil {
		clock = time.Now
	}
	return &Appender[R]{w: w, id: id, encode: encode, clock: clock, name: w.chainName(id)}
}

// Append appends one record. An error is a *[wire.AppendError].
func (a *Appender[R]) Append(record R) error {
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	err := a.w.appendNext(a.id, a.clock(), func(dst []byte) []byte { return a.encode(dst, record) })
	if err != nil {
		return &wire.AppendError{Chain: a.name, Reason: err.Error()}
	}
	return nil
}

// chainNames are the names of chains in append errors.
var chainNames = [...]string{
	wire.ChainAction:  wire.ActionChainName,
	wire.ChainAudit:   wire.AuditChainName,
	wire.ChainLog:     wire.LogChainName,
	wire.ChainFailure: wire.FailureChainName,
}

// chainName returns what append errors call a chain; one of no known kind goes
// by its channel.
func (w *Writer) chainName(id ChainID) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id >= ChainID(len(w.chains)) {
		return "unknown-chain"
	}
	info := w.chains[id].info
	if int(info.Kind) < len(chainNames) && chainNames[info.Kind] != "" {
		return chainNames[info.Kind]
	}
	return info.Channel
}

// appendNext appends an entry that follows the last one of its chain. A clock
// before 1970 counts as 0.
func (w *Writer) appendNext(id ChainID, at time.Time, encode func([]byte) []byte) error {
	w.payload = encode(w.payload[:0])
	e := wire.Entry{
		TSNS:             postcard.Some(uint64(max(at.UnixNano(), 0))),
		FlagsAndChecksum: payloadChecksum(w.payload),
		Payload:          w.payload,
	}
	if id < ChainID(len(w.chains)) {
		e.Seq = w.chains[id].nextSeq
	}
	return w.appendEntry(id, &e)
}
