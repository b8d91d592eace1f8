package wire

import (
	"fmt"
	"sync"
	"time"
)

// Appender takes the records of one chain. Implementations are safe for
// concurrent use. An error is an *[AppendError] and is not fatal to the node:
// it goes on with its work.
type Appender[R any] interface {
	Append(record R) error
}

// ActionAppender takes action records.
type ActionAppender = Appender[ActionChainRecord]

// The names of the chains in the texts of append errors.
const (
	ActionChainName  = "action-chain"
	AuditChainName   = "admin-audit-chain"
	LogChainName     = "log-chain"
	FailureChainName = "failure-chain"
)

// AppendError says why a record did not get onto its chain.
type AppendError struct {
	// Chain is one of the chain names.
	Chain string
	// Reason is the text of the cause.
	Reason string
}

// Error returns the reference's text.
func (e *AppendError) Error() string {
	return fmt.Sprintf("%s append failed: %s", e.Chain, e.Reason)
}

// NoOp is an appender that keeps nothing and never fails.
type NoOp[R any] struct{}

// Append drops the record.
func (NoOp[R]) Append(R) error { return nil }

// The default capacities of [Buffering] appenders, in records.
const (
	DefaultActionBuffer  = 4096
	DefaultAuditBuffer   = 4096
	DefaultLogBuffer     = 16384
	DefaultFailureBuffer = 4096
)

// Buffering keeps the newest records in memory. Once full, every append drops
// the oldest record and counts it. It never fails and is safe for concurrent
// use.
type Buffering[R any] struct {
	mu      sync.Mutex
	ring    []R // grows to its capacity, then wraps
	next    int // place of the oldest record once wrapped
	limit   int
	dropped uint64
}

// NewBuffering returns a buffer for capacity records; 0 or less becomes 1.
func NewBuffering[R any](capacity int) *Buffering[R] {
	return &Buffering[R]{limit: max(capacity, 1)}
}

// Append keeps the record, dropping the oldest one if the buffer is full.
func (b *Buffering[R]) Append(record R) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.ring) < b.limit {
		b.ring = append(b.ring, record)
		return nil
	}
	b.ring[b.next] = record
	b.next = (b.next + 1) % b.limit
	b.dropped++
	return nil
}

// Records returns a copy of the buffered records, oldest first.
func (b *Buffering[R]) Records() []R {
	b.mu.Lock()
	defer b.mu.Unlock()
	records := make([]R, 0, len(b.ring))
	records = append(records, b.ring[b.next:]...)
	return append(records, b.ring[:b.next]...)
}

// Len returns how many records are buffered.
func (b *Buffering[R]) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.ring)
}

// Dropped returns how many records have been dropped because the buffer was full.
func (b *Buffering[R]) Dropped() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dropped
}

// Clock returns the current time; time.Now is one.
type Clock func() time.Time

// PendingAction is an action on its way through a node: what a record of its
// outcome needs to know of it.
type PendingAction struct {
	// ID is the process-local action id.
	ID uint64
	// Kind is one of the Kind constants.
	Kind string
}

// RecordFrom builds the record of an action's outcome. The time is the clock's
// at the moment of the call, in whole milliseconds; a clock before 1970 counts
// as 0.
func RecordFrom(action PendingAction, d Disposition, clock Clock) ActionChainRecord {
	return ActionChainRecord{
		ID:          action.ID,
		Kind:        action.Kind,
		EmittedAtMS: uint64(max(clock().UnixMilli(), 0)),
		Disposition: d,
	}
}

// Recorder appends the outcomes of actions to a chain.
type Recorder struct {
	// To takes the records.
	To ActionAppender
	// Clock stamps them; nil means time.Now.
	Clock Clock
}

// AppendDispatched records that the action was carried out.
func (r Recorder) AppendDispatched(action PendingAction) error {
	return r.append(action, Dispatched{})
}

// AppendFailed records that the dispatcher failed the action.
func (r Recorder) AppendFailed(action PendingAction, d Failed) error {
	return r.append(action, d)
}

// AppendGated records that a gate refused the action.
func (r Recorder) AppendGated(action PendingAction, d Gated) error {
	return r.append(action, d)
}

func (r Recorder) append(action PendingAction, d Disposition) error {
	clock := r.Clock
	if clock == nil {
		clock = time.Now
	}
	return r.To.Append(RecordFrom(action, d, clock))
}
