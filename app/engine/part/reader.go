package part

import (
	"context"
	"errors"
	"io"
	"math"

	"chainglass/app/source"
	"chainglass/fold"
	"chainglass/wire"
)

// Reader reads leaves, of whatever chains. It keeps memory from leaf to leaf and may be
// used by one goroutine at a time; any number of readers may read a chain at the same
// time. The zero Reader is ready for use.
type Reader struct {
	kinds  map[wire.ChainKind]*kindReader
	block  wire.Block
	pushes []uint64       // a bit for each entry of the leaf
	faults map[string]int // groups of the log by what is wrong
}

// kindReader is what a reader keeps for the chains of a kind.
type kindReader struct {
	summarise func(payload []byte, s *summary) error
	classes   *classes
}

func (r *Reader) kind(kind wire.ChainKind) *kindReader {
	k := r.kinds[kind]
	if k == nil {
		if r.kinds == nil {
			r.kinds, r.faults = map[wire.ChainKind]*kindReader{}, map[string]int{}
		}
		k = &kindReader{summariser(kind), newClasses()}
		r.kinds[kind] = k
	}
	return k
}

// Read reads a run of entries of a chain, in one pass. It calls pace, unless that is nil,
// after every block, and stops with the error of ctx once that is done. If reading fails
// the leaf has what was read before, perhaps nothing, and the error is returned with it.
func (r *Reader) Read(ctx context.Context, chain *source.Chain, t Task, pace func()) (*Leaf, error) {
	count := max(min(t.Count, LeafRows, chain.Reader.Len()-t.First), 0)
	x := pass{Reader: r, kindReader: r.kind(t.Kind), chain: chain.Reader, leaf: newLeaf(t.First, count)}
	x.classes.begin()
	clear(r.faults)
	r.pushes = append(r.pushes[:0], make([]uint64, (count+63)/64)...)
	err := x.run(ctx, count, pace)
	return x.finish(), err
}

func newLeaf(first, count int) *Leaf {
	return &Leaf{
		First: first,
		TSNS:  make([]uint64, count), TimeMS: make([]uint64, count), ID: make([]uint64, count), Seq: make([]uint32, count),
		Class: make([]ClassID, count), State: make([]RowState, count),
		AppendTimes: NewSpan(), RecordTimes: NewSpan(),
	}
}

// pass is the reading of one leaf.
type pass struct {
	*Reader
	*kindReader
	chain wire.Reader
	leaf  *Leaf
	rows  int // read so far

	// sound is true if the entry before is, and seq is its sequence number.
	sound  bool
	seq    uint64
	lastMS uint64 // of the last record
	any    bool   // there was a record
	years  yearCount
	shared sharedPayloads
}

func (x *pass) run(ctx context.Context, count int, pace func()) error {
	for x.rows < count {
		if err := ctx.Err(); err != nil {
			return err
		}
		x.block.MaxEntries = count - x.rows
		err := x.chain.ReadBlock(x.leaf.First+x.rows, &x.block)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		clear(x.shared)
		x.add(x.block.Entries)
		x.leaf.SourceBytes += x.block.SourceBytes
		x.leaf.PayloadEnd = max(x.leaf.PayloadEnd, x.block.PayloadEnd)
		if pace != nil {
			pace()
		}
	}
	return nil
}

// add indexes the entries of a block. This is the hot path of opening: it allocates for a
// new class and for what is out of the ordinary, and nothing else.
func (x *pass) add(entries []wire.Entry) {
	l := x.leaf
	if x.rows == 0 && len(entries) > 0 {
		l.BaseSeq = entries[0].Seq
	}
	var s summary
	for i := range entries {
		e := &entries[i]
		at := x.rows + i
		state := RowState(e.Status)
		if delta := e.Seq - l.BaseSeq; l.WideSeq == nil && delta <= math.MaxUint32 {
			l.Seq[at] = uint32(delta)
		} else {
			l.setSeq(at, e.Seq)
		}
		if e.TSNS.Some {
			state |= HasTS
			l.TSNS[at] = e.TSNS.Value
			if e.TSNS.Value < PlausibleToNS { // else the next one would be said to go back
				if last := &l.Log.LastTS; !last.Some || last.TSNS > ClockJitterNS && e.TSNS.Value < last.TSNS-ClockJitterNS {
					x.clock(at, e)
				}
				l.Log.LastTS.TSNS = e.TSNS.Value
			}
			l.AppendTimes.Add(e.TSNS.Value)
			x.years.add(e.TSNS.Value, l.First+at)
		}
		if e.Status != wire.EntryOK || !x.sound || e.Seq != x.seq+1 || e.Seq == 0 {
			l.Log.Breaks = append(l.Log.Breaks, Break{Row: uint32(at), Status: e.Status, Seq: e.Seq})
		}
		x.sound, x.seq = e.Status == wire.EntryOK, e.Seq
		class := x.classOf(l.First+at, e, &s)
		if class >= FirstClass {
			state |= Decoded
			l.TimeMS[at], l.ID[at] = s.EmittedAtMS, s.ID
			l.RecordTimes.Add(s.EmittedAtMS)
			if !x.any {
				x.any, l.Lead = true, at
			}
			x.lastMS = s.EmittedAtMS
			if !e.TSNS.Some {
				x.years.add(MillisToNanos(s.EmittedAtMS), l.First+at)
			}
			if s.pushes {
				x.pushes[at/64] |= 1 << (at % 64)
			}
			if s.tells {
				l.Told = append(l.Told, s.told)
			}
		} else {
			l.TimeMS[at] = x.lastMS
		}
		l.Class[at], l.State[at] = class, state
		x.classes.count(class)
		l.Statuses[e.Status]++
		l.PayloadBytes += int64(len(e.Payload))
	}
	x.rows += len(entries)
}

// clock notes an append time that is the leaf's first, or well before the one before it.
func (x *pass) clock(at int, e *wire.Entry) {
	log := &x.leaf.Log
	stamp := Stamp{Position: x.leaf.First + at, Seq: e.Seq, TSNS: e.TSNS.Value, Some: true}
	if !log.LastTS.Some {
		log.FirstTS, log.LastTS = stamp, stamp
		return
	}
	if log.ClockBack.Count == 0 {
		log.ClockBack.TSNS, log.ClockBack.BeforeNS = stamp.TSNS, log.LastTS.TSNS
	}
	log.ClockBack.add(stamp.Position, e.Seq)
}

// decode decodes the payload of an entry into s and returns its class.
func (x *pass) decode(position int, e *wire.Entry, s *summary) ClassID {
	if err := x.summarise(e.Payload, s); err != nil {
		x.undecodable(position, e, Translated(x.chain, position, e, err))
		return ClassUndecodable
	}
	if s.size < len(e.Payload) {
		x.leaf.Log.Trailing.add(position, e.Seq)
	}
	return x.classes.of(s)
}

func (x *pass) undecodable(position int, e *wire.Entry, err error) {
	log := &x.leaf.Log
	text, class := "", ""
	bytes := len(e.Payload) > 0
	if parse := (*source.ParseError)(nil); errors.As(err, &parse) {
		text, class = parse.Cause(), parse.Class()
	} else {
		text = err.Error()
		class = text
	}
	i, known := x.faults[class]
	if !known {
		i = len(log.Undecodable)
		x.faults[class] = i
		log.Undecodable = append(log.Undecodable, Group{Text: text, Class: class, TooLong: errors.Is(err, source.ErrTextTooLong), Bytes: bytes})
	}
	log.Undecodable[i].add(position, e.Seq)
}

// finish returns the leaf, no longer than what was read.
func (x *pass) finish() *Leaf {
	l, n := x.leaf, x.rows
	l.TSNS, l.TimeMS, l.ID, l.Seq = l.TSNS[:n], l.TimeMS[:n], l.ID[:n], l.Seq[:n]
	l.Class, l.State = l.Class[:n], l.State[:n]
	if l.WideSeq != nil {
		l.WideSeq = l.WideSeq[:n]
	}
	if !x.any {
		l.Lead = n
	}
	x.classes.finish(l)
	l.Pushes = &fold.Pushes{}
	l.Pushes.AppendBits(x.pushes, n)
	l.Years = x.years.years
	l.Strides = l.SumUp(l.TimeMS, 0)
	if l.Log.LastTS.Some {
		for i := n - 1; ; i-- {
			if l.State[i]&HasTS != 0 && l.TSNS[i] < PlausibleToNS {
				l.Log.LastTS.Position, l.Log.LastTS.Seq = l.First+i, l.SeqAt(i)
				break
			}
		}
	}
	return l
}

// Translated returns what really is wrong with an entry whose payload was made from
// something else, for example a line of JSON that is no record.
func Translated(r wire.Reader, position int, e *wire.Entry, err error) error {
	if len(e.Payload) > 0 {
		return err
	}
	if p, translates := r.(source.ParseErrorer); translates {
		if cause := p.ParseError(position); cause != nil {
			return cause
		}
	}
	return err
}
