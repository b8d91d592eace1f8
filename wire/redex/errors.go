package redex

import "fmt"

// ErrorKind is the class of an [Error]. It is an error itself, so that
// errors.Is(err, redex.Closed) works.
type ErrorKind uint8

// The classes of error a node reports for a channel.
const (
	// PayloadTooLarge: Size bytes do not fit into the Max bytes left.
	PayloadTooLarge ErrorKind = iota
	// SegmentOffsetOverflow: Offset does not fit into 32 bits.
	SegmentOffsetOverflow
	// SeqOutOfRange: Seq is not in the retained range from Lo up to Hi.
	SeqOutOfRange
	// ChannelFailed: Text says what is wrong with the channel.
	ChannelFailed
	// EncodeFailed: Text is the cause.
	EncodeFailed
	// DecodeFailed: Text is the cause.
	DecodeFailed
	// Unauthorized: the caller may not use the channel.
	Unauthorized
	// IOFailed: Text is the cause.
	IOFailed
	// Closed: the channel has been closed.
	Closed
	// Lagged: a subscriber fell too far behind.
	Lagged

	errorKinds // count
)

var errorKindNames = [errorKinds]string{
	"payload too large", "segment offset overflow", "sequence out of range", "channel error",
	"encode failed", "decode failed", "unauthorized", "io", "file closed", "lagged",
}

// Error returns the name of the class.
func (k ErrorKind) Error() string {
	if k < errorKinds {
		return errorKindNames[k]
	}
	return fmt.Sprintf("ErrorKind(%#02x)", uint8(k))
}

// Error is a channel error with the text a node gives it.
type Error struct {
	// Kind says which of the other fields are in use.
	Kind ErrorKind
	// Size and Max are in bytes.
	Size, Max uint64
	// Offset is in bytes.
	Offset uint64
	// Seq, Lo and Hi are sequence numbers.
	Seq, Lo, Hi uint64
	// Text says what failed.
	Text string
	// Err is the cause, if there is one.
	Err error
}

// Error returns the reference's text.
func (e *Error) Error() string {
	switch e.Kind {
	case PayloadTooLarge:
		return fmt.Sprintf("payload too large: %d bytes (max %d)", e.Size, e.Max)
	case SegmentOffsetOverflow:
		return fmt.Sprintf("segment offset overflow: offset %d exceeds u32::MAX", e.Offset)
	case SeqOutOfRange:
		return fmt.Sprintf("sequence %d is outside the retained range [%d, %d)", e.Seq, e.Lo, e.Hi)
	case Lagged:
		return "tail subscriber lagged; stream disconnected"
	case ChannelFailed, EncodeFailed, DecodeFailed, IOFailed:
		return e.Kind.Error() + ": " + e.Text
	default:
		return e.Kind.Error()
	}
}

// Unwrap returns the class and, if there is one, the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

func channelError(text string) *Error { return &Error{Kind: ChannelFailed, Text: text} }

func ioError(err error) *Error { return &Error{Kind: IOFailed, Text: err.Error(), Err: err} }
