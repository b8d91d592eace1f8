package part

import (
	"chainglass/app/kind"
	"chainglass/wire"
)

// sharedPayloadBytes is the size from which on a payload that several entries of a block
// share is decoded once. Only damage and malice make such entries.
const sharedPayloadBytes = 16 << 10

// sharedPayloads remembers what the large payloads of one block are.
type sharedPayloads map[*byte]sharedPayload

type sharedPayload struct {
	bytes  int
	class  ClassID
	record kind.Indexed
	err    error
}

// shares returns the class of an entry with a large payload and puts its record into s; s
// means something only if the class is FirstClass or above. Of entries of a block that share
// a large payload the first is decoded.
func (x *pass) shares(position int, e *wire.Entry, s *kind.Indexed) ClassID {
	first := &e.Payload[0]
	was, again := x.shared[first]
	if !again || was.bytes != len(e.Payload) {
		was = sharedPayload{bytes: len(e.Payload), err: x.index(e.Payload, s)}
		if was.err == nil {
			was.record, was.class = *s, x.classes.of(s)
		}
		if x.shared == nil {
			x.shared = sharedPayloads{}
		}
		x.shared[first] = was
	}
	if was.err != nil {
		x.undecodable(position, e, was.err)
		return ClassUndecodable
	}
	*s = was.record
	if s.Size < len(e.Payload) {
		x.leaf.Log.Trailing.add(position, e.Seq)
	}
	return was.class
}
