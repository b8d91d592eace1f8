package part

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"

	"chainglass/app/insight"
	"chainglass/app/kind"
	"chainglass/app/source"
	"chainglass/fold"
	"chainglass/wire"
)

// Reader reads leaves, of whatever chains. It keeps memory from leaf to leaf and may be
// used by one goroutine at a time; any number of readers may read a chain at the same
// time. The zero Reader is ready for use.
type Reader struct {
	// Kinds are the kinds of chain that are known.
	Kinds kind.Set

	kinds  map[wire.ChainKind]*kindReader
	block  wire.Block
	faults map[string]int // groups of the log by what is wrong
	told   []insight.Told // of the leaf
	// record is what the index keeps of the record at hand.
	record kind.Indexed
}

// kindReader is what a reader keeps for the chains of a kind.
type kindReader struct {
	// index is nil for a chain of no known kind.
	index   kind.Indexer
	pushes  func(outcome uint8) bool
	classes *classes
}

func (r *Reader) kind(id wire.ChainKind) *kindReader {
	k := r.kinds[id]
	if k == nil {
		if r.kinds == nil {
			r.kinds, r.faults = map[wire.ChainKind]*kindReader{}, map[string]int{}
		}
		k = newKindReader(r.Kinds.Of(id))
		r.kinds[id] = k
	}
	return k
}

func newKindReader(k *kind.Kind) *kindReader {
	r := &kindReader{pushes: func(uint8) bool { return true }, classes: newClasses()}
	if !k.Known() {
		return r
	}
	r.index, r.pushes = k.NewIndexer(), k.Fold.Pushes
	if !k.MaskKind {
		return r
	}
	whole, scratch := r.index, make([]byte, 0, templateBytes)
	r.index = func(payload []byte, x *kind.Indexed) error {
		err := whole(payload, x)
		if err == nil {
			scratch = AppendTemplate(scratch[:0], x.Kind)
			x.Kind = scratch
		}
		return err
	}
	return r
}

// Read reads a run of entries of a chain, in one pass. It calls pace, unless that is nil,
// after every block, and stops with the error of ctx once that is done. If reading fails
// the leaf has what was read before, perhaps nothing, and the error is returned with it.
func (r *Reader) Read(ctx context.Context, chain *source.Chain, t Task, pace func()) (*Leaf, error) {
	count := max(min(t.Count, LeafRows, chain.Reader.Len()-t.First), 0)
	x := pass{Reader: r, kindReader: r.kind(t.Kind), chain: chain.Reader, leaf: newLeaf(t.First, count)}
	x.classes.begin()
	clear(r.faults)
	r.told = r.told[:0]
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

// add indexes the entries of a block, column by column. This is the hot path of opening: it
// allocates for a new class and for what is out of the ordinary, and nothing else.
func (x *pass) add(entries []wire.Entry) {
	if len(entries) == 0 {
		return
	}
	if x.rows == 0 {
		x.leaf.BaseSeq = entries[0].Seq
	}
	x.sequence(entries)
	x.stamps(entries)
	x.records(entries)
	x.rows += len(entries)
}

// sequence takes the sequence numbers, the statuses and the sizes of a block.
func (x *pass) sequence(entries []wire.Entry) {
	l := x.leaf
	seqs, states := l.Seq[x.rows:][:len(entries)], l.State[x.rows:][:len(entries)]
	sound, seq, base, wide, unsound, bytes := x.sound, x.seq, l.BaseSeq, uint64(0), 0, 0
	for i := range entries {
		e := &entries[i]
		delta := e.Seq - base
		wide |= delta
		bytes += len(e.Payload)
		seqs[i], states[i] = uint32(delta), RowState(e.Status)
		if e.Status != wire.EntryOK || !sound || e.Seq != seq+1 || e.Seq == 0 {
			l.Log.Breaks = append(l.Log.Breaks, Break{Row: uint32(x.rows + i), Status: e.Status, Seq: e.Seq})
			if sound = e.Status == wire.EntryOK; !sound {
				unsound++
				l.Statuses[e.Status]++
			}
		}
		seq = e.Seq
	}
	x.sound, x.seq = sound, seq
	l.PayloadBytes += int64(bytes)
	l.Statuses[wire.EntryOK] += len(entries) - unsound
	if wide > math.MaxUint32 || l.WideSeq != nil {
		clear(seqs)
		for i := range entries {
			l.setSeq(x.rows+i, entries[i].Seq)
		}
	}
}

// stamps takes the append times of a block. Nearly always there is one for each entry, in
// one year, and none goes back.
func (x *pass) stamps(entries []wire.Entry) {
	l := x.leaf
	times, states := l.TSNS[x.rows:][:len(entries)], l.State[x.rows:][:len(entries)]
	begun := 0
	if !l.Log.LastTS.Some && entries[0].TSNS.Some {
		begun = 1
		x.stamp(x.rows, &entries[0])
	}
	prev, back, least, most, stamped := l.Log.LastTS.TSNS, uint64(0), uint64(math.MaxUint64), uint64(0), 0
	for i := range entries {
		e := &entries[i]
		ns := uint64(0)
		if e.TSNS.Some {
			ns = e.TSNS.Value
			stamped++
			states[i] |= HasTS
		}
		times[i] = ns
		back = max(back, prev-min(ns, prev))
		least, most, prev = min(least, ns), max(most, ns), ns
	}
	if l.Log.LastTS.Some && stamped == len(entries) && back <= ClockJitterNS && most < PlausibleToNS &&
		x.years.addRun(least, most, len(entries)-begun) {
		l.Log.LastTS.TSNS = prev
		l.AppendTimes.Join(Span{least, most})
		return
	}
	for i := begun; i < len(entries); i++ {
		if entries[i].TSNS.Some {
			x.stamp(x.rows+i, &entries[i])
		}
	}
}

// stamp takes an append time.
func (x *pass) stamp(at int, e *wire.Entry) {
	l := x.leaf
	if e.TSNS.Value < PlausibleToNS { // else the next one would be said to go back
		if last := &l.Log.LastTS; !last.Some || last.TSNS > ClockJitterNS && e.TSNS.Value < last.TSNS-ClockJitterNS {
			x.clock(at, e)
		}
		l.Log.LastTS.TSNS = e.TSNS.Value
	}
	l.AppendTimes.Add(e.TSNS.Value)
	x.years.add(e.TSNS.Value, l.First+at)
}

// records decodes the payloads of a block. What does not need them waits until all are
// decoded: a loop without calls costs a fraction.
func (x *pass) records(entries []wire.Entry) {
	l := x.leaf
	first := x.rows
	times, ids, classes := l.TimeMS[first:][:len(entries)], l.ID[first:][:len(entries)], l.Class[first:][:len(entries)]
	s, index, others := &x.record, x.index, 0
	for i := range entries {
		e := &entries[i]
		var class ClassID
		if e.Status != wire.EntryOK || index == nil || len(e.Payload) >= sharedPayloadBytes {
			class = x.unusual(l.First+first+i, e)
		} else if err := index(e.Payload, s); err != nil {
			x.undecodable(l.First+first+i, e, Translated(x.chain, l.First+first+i, e, err))
			class = ClassUndecodable
		} else {
			class = x.classes.of(s)
			if s.Size < len(e.Payload) {
				l.Log.Trailing.add(l.First+first+i, e.Seq)
			}
		}
		classes[i] = class
		if class < FirstClass {
			others++
			continue
		}
		times[i], ids[i] = s.EmittedAtMS, s.ID
		if s.Tells {
			x.told = append(x.told, s.Told)
		}
	}
	x.classes.count(classes)
	x.recordTimes(entries, others)
}

// recordTimes takes the times of the records of a block, in which so many entries are no
// records.
func (x *pass) recordTimes(entries []wire.Entry, others int) {
	l, first := x.leaf, x.rows
	times, classes, states := l.TimeMS[first:][:len(entries)], l.Class[first:][:len(entries)], l.State[first:][:len(entries)]
	if others > 0 {
		for i, class := range classes {
			if class < FirstClass {
				times[i] = x.lastMS
				continue
			}
			x.lastMS = times[i]
			x.recordTime(first + i)
		}
		return
	}
	stamped, span := HasTS, l.RecordTimes
	for i, ms := range times {
		stamped &= states[i]
		states[i] |= Decoded
		span.First, span.Last = min(span.First, ms), max(span.Last, ms)
	}
	x.lastMS, l.RecordTimes = times[len(times)-1], span
	if !x.any {
		x.any, l.Lead = true, first
	}
	if stamped == 0 {
		for i := range states {
			x.recordTime(first + i)
		}
	}
}

// recordTime takes the time of a record.
func (x *pass) recordTime(at int) {
	l := x.leaf
	l.State[at] |= Decoded
	l.RecordTimes.Add(l.TimeMS[at])
	if !x.any {
		x.any, l.Lead = true, at
	}
	if l.State[at]&HasTS == 0 {
		x.years.add(MillisToNanos(l.TimeMS[at]), l.First+at)
	}
}

// unusual returns the class of an entry whose payload is not read or large, and its record.
func (x *pass) unusual(position int, e *wire.Entry) ClassID {
	switch {
	case e.Status != wire.EntryOK:
		return ClassUnreadable
	case x.index == nil:
		return ClassUndecodable
	}
	return x.shares(position, e, &x.record)
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
	l.Pushes.AppendBits(l.pushes(x.pushes), n)
	l.Years = x.years.years
	l.Told = slices.Clone(x.told)
	l.Strides = l.SumUp(l.TimeMS, 0)
	l.Digest = insight.DigestOf(&insight.Rows{TSNS: l.TSNS, TimeMS: l.TimeMS, ID: l.ID, State: l.State})
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
