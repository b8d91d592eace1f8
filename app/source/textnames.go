package source

import (
	"strings"

	"chainglass/wire"
)

// maxNames is how many nodes one text may name; the records of all others are of the
// node that the file is of.
const maxNames = 1000

// textStream is the records of one kind of one node in a text.
type textStream struct {
	node, channel string
	kind          wire.ChainKind
	// decided is false as long as no record has told the kind.
	decided bool
}

// streamKey finds a stream.
type streamKey struct {
	node, channel string
	kind          wire.ChainKind
}

// nameTable tells which stream an element belongs to: a record to that of its node and
// its kind, anything else to that of the record before it. The first pass over a text
// fills the table, later ones read it.
type nameTable struct {
	streams []textStream
	index   map[streamKey]int // those that are decided
	// last is the stream of the latest record of each node.
	last   map[string]int
	nodes  map[string]bool
	closed bool
	// crowded counts the elements of nodes beyond the limit.
	crowded int
}

func newNameTable() *nameTable {
	return &nameTable{index: map[streamKey]int{}, last: map[string]int{}, nodes: map[string]bool{}}
}

// reader returns a table for a pass that begins at an element of a stream.
func (t *nameTable) reader(stream int) *nameTable {
	r := &nameTable{streams: t.streams, index: t.index, nodes: t.nodes, last: map[string]int{}, closed: true}
	r.last[t.streams[stream].node] = stream
	return r
}

// nodeOf returns the node that an element is of, "" for that of the file.
func (t *nameTable) nodeOf(e *textElement) string {
	node := e.ctx.node
	switch {
	case node == "" || t.nodes[node]:
		return node
	case t.closed || len(t.nodes) >= maxNames:
		t.crowded++
		return ""
	}
	t.nodes[node] = true
	return node
}

// streamOf returns the stream an element belongs to.
func (t *nameTable) streamOf(e *textElement) int {
	node := t.nodeOf(e)
	last, any := t.last[node]
	if e.kind != elementRecord {
		if !any {
			last = t.find(node, e.ctx.channel, wire.ChainUnknown, false)
			t.last[node] = last
		}
		return last
	}
	if any {
		s := &t.streams[last]
		if !s.decided {
			s.kind, s.channel, s.decided = e.chain, e.ctx.channel, true
			t.index[streamKey{node, s.channel, s.kind}] = last
		}
		if s.kind == e.chain && s.channel == e.ctx.channel {
			return last
		}
	}
	at := t.find(node, e.ctx.channel, e.chain, true)
	t.last[node] = at
	return at
}

// find returns the stream of a node and a kind, or of a kind that no record has told
// yet. A table that is only read knows no others: -1.
func (t *nameTable) find(node, channel string, kind wire.ChainKind, decided bool) int {
	key := streamKey{node, channel, kind}
	if at, known := t.index[key]; known && decided {
		return at
	}
	if t.closed {
		return -1
	}
	t.streams = append(t.streams, textStream{node, channel, kind, decided})
	at := len(t.streams) - 1
	if decided {
		t.index[key] = at
	}
	return at
}

// splitChainName divides the name of a chain, as cat prints it, into node and channel.
func splitChainName(name string, kind wire.ChainKind) (node, channel string) {
	if usual := usualChannel(kind); strings.HasSuffix(name, "/"+usual) {
		return strings.TrimSuffix(name, "/"+usual), usual
	}
	node, channel, found := strings.Cut(name, "/")
	if !found {
		return "", name
	}
	return node, channel
}
