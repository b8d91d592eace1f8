package insight

import (
	"time"

	"chainglass/wire/message"
)

const (
	nanosPerMilli = uint64(time.Millisecond)
	nanosPerSec   = uint64(time.Second)
)

// between says from when to when. Where a finding is shown, its day and zone are.
func between(from, to uint64) message.Value {
	if from/nanosPerSec/86400 == to/nanosPerSec/86400 {
		return message.List(message.New("from {clock} to {clock}", message.Time(from), message.Time(to)))
	}
	return message.List(message.New("from {} to {}", message.Time(from), message.Time(to)))
}

// span is how long it is from one time to another.
func span(from, to uint64) message.Value {
	if to < from {
		from, to = to, from
	}
	return message.Duration(to - from)
}

// channel names the channel of a chain.
func (s *subject) channel() message.Value { return message.Channel(s.chain.Channel()) }

// nodeName names the node of a chain.
func (s *subject) nodeName() message.Value { return message.Node(s.chain.Node()) }

// reason is a text from a chain, shortened to what fits a line.
func reason(text string) message.Value { return message.Reason(cut(text)) }

// cut shortens text from a chain to what fits a line.
func cut(text string) string {
	const most = 160
	if len(text) <= most {
		return text
	}
	end := most
	for end > 0 && text[end]&0xc0 == 0x80 {
		end--
	}
	return text[:end] + "…"
}

// millis is a length of time in milliseconds.
func millis(ms uint64) message.Value {
	return message.Duration(later(0, min(ms, 1<<63/nanosPerMilli)*nanosPerMilli))
}

// ago returns t less d, not below 0.
func ago(t, d uint64) uint64 { return t - min(t, d) }

// later returns t and d, not above what a time holds.
func later(t, d uint64) uint64 {
	if t+d < t {
		return ^uint64(0)
	}
	return t + d
}
