package engine

import "chainglass/wire"

// sharedPayloadBytes is the size from which on a payload that several entries of a block
// share is decoded once. Only damage and malice make such entries.
const sharedPayloadBytes = 16 << 10

// sharedPayloads remembers what the large payloads of one block are.
type sharedPayloads map[*byte]sharedClass

type sharedClass struct {
	bytes    int
	class    classID
	summary  summary
	err      error
	trailing bool
}

// summarise is summariseOwn for entries that may share their payload with others of the
// same block.
func (c *chain) summarise(position int, e *wire.Entry, s *summary) classID {
	if len(e.Payload) < sharedPayloadBytes || e.Status != wire.EntryOK || c.kind.summarise == nil {
		return c.summariseOwn(position, e, s)
	}
	first := &e.Payload[0]
	was, again := c.shared[first]
	if !again || was.bytes != len(e.Payload) {
		was = sharedClass{bytes: len(e.Payload), err: c.kind.summarise(e.Payload, s)}
		if was.err == nil {
			was.summary, was.class, was.trailing = *s, c.classes.of(s), s.size < len(e.Payload)
		}
		if c.shared == nil {
			c.shared = sharedPayloads{}
		}
		c.shared[first] = was
	}
	if was.err != nil {
		c.checks.undecodable(position, e, was.err)
		return classUndecodable
	}
	*s = was.summary
	if was.trailing {
		c.checks.trailing(position, e)
	}
	return was.class
}
