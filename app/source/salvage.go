package source

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/bits"
	"path"
	"slices"
	"strings"

	"chainglass/app/kind"
	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
	"chainglass/wire/salvage"
)

// Salvaged are the records of a payload file that no row of idx leads to. It implements
// [wire.Reader]: records that are [salvage.Doubtful] are left out.
type Salvaged struct {
	*salvage.Result
	// FirstSeq is the sequence number of the record in the first place. A record's own
	// is as many higher as its place says.
	FirstSeq uint64
	// Times are the append times by place, if the Result is aligned.
	Times []uint64
	// Taken are the records without those that are doubtful.
	Taken []salvage.Found

	dat io.ReaderAt
}

// SalvageTail looks for records in the payload file of g behind its last row. channel is
// the name of the channel, which may be empty.
func SalvageTail(ctx context.Context, g *redex.Generation, channel string) (*Salvaged, error) {
	tail, err := g.UnreachedTail()
	if err != nil {
		return nil, err
	}
	_, size := g.DAT()
	return salvageUnled(ctx, g, &redex.Unled{Spans: []redex.Span{{Start: size - tail, End: size}}}, channel)
}

// SalvageAll looks for records wherever in the payload file of g no sound row leads.
func SalvageAll(ctx context.Context, g *redex.Generation, channel string) (*Salvaged, error) {
	unled, err := g.Unled()
	if err != nil {
		return nil, err
	}
	if len(unled.Spans) == 0 {
		return &Salvaged{Result: &salvage.Result{}}, nil
	}
	return salvageUnled(ctx, g, unled, channel)
}

func salvageUnled(ctx context.Context, g *redex.Generation, unled *redex.Unled, channel string) (*Salvaged, error) {
	dat, size := g.DAT()
	s := &Salvaged{dat: dat}
	in := salvage.Input{DAT: dat, DATSize: size, Ranges: make([]salvage.Range, 0, len(unled.Spans))}
	for _, p := range unled.Spans {
		in.Ranges = append(in.Ranges, salvage.Range(p))
	}
	rows, err := rowsWritten(g)
	if err != nil {
		return nil, err
	}
	tail, err := g.UnreachedTail()
	if err != nil {
		return nil, err
	}
	// Of records between others it is not known which rows they had.
	if len(in.Ranges) == 1 && in.Ranges[0].Start == size-tail {
		if in.Times, err = g.TimesFrom(rows); err != nil {
			return nil, err
		}
		s.Times = in.Times
	}
	if s.Result, err = salvage.Run(ctx, in); err != nil {
		return nil, err
	}
	if usual := (kind.Set{}).OfChannel(channel); s.Kind == wire.ChainUnknown && usual.Known() {
		in.Kind = usual.ID
		if s.Result, err = salvage.Run(ctx, in); err != nil {
			return nil, err
		}
	}
	if rows > 0 {
		l, err := g.Locate(rows - 1)
		if err != nil {
			return nil, err
		}
		s.FirstSeq = l.Row.Seq + 1
	}
	return s, s.take(unled.Disputed)
}

// rowsWritten returns how many rows idx has, without the zeros it may end in.
func rowsWritten(g *redex.Generation) (int, error) {
	z, err := g.ZeroTail()
	return g.Len() - z.Rows, err
}

// take settles what rows say of the records that they lead to, and takes those that are
// not doubtful. A checksum of which one bit is wrong proves its payload: that bit was
// turned. One that is wrong altogether proves that the payload is.
func (s *Salvaged) take(disputed []redex.Row) error {
	var payload []byte
	for i := range s.Found {
		f := &s.Found[i]
		at, leads := slices.BinarySearchFunc(disputed, f.Offset, func(r redex.Row, offset uint32) int { return cmp.Compare(r.PayloadOffset, offset) })
		if leads && disputed[at].PayloadLen == f.Size {
			payload = slices.Grow(payload[:0], int(f.Size))[:f.Size]
			if err := s.read(payload, int64(f.Offset)); err != nil {
				return err
			}
			f.Doubt = salvage.Doubtful
			if bits.OnesCount32(redex.Checksum(payload)^disputed[at].Checksum()) == 1 {
				f.Doubt = salvage.Sure
			}
		}
		if f.Doubt != salvage.Doubtful {
			s.Taken = append(s.Taken, *f)
		}
	}
	return nil
}

// read fills b from an offset of dat on.
func (s *Salvaged) read(b []byte, offset int64) error {
	got, err := s.dat.ReadAt(b, offset)
	if got == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("source: dat at byte %d: %w", offset+int64(got), err)
}

// Len implements [wire.Reader].
func (s *Salvaged) Len() int { return len(s.Taken) }

const (
	salvagedBlock      = 4096
	salvagedBlockBytes = 4 << 20
)

// ReadBlock implements [wire.Reader].
func (s *Salvaged) ReadBlock(first int, b *wire.Block) error {
	if first < 0 {
		return fmt.Errorf("source: no entry at position %d", first)
	}
	if first >= len(s.Taken) {
		return io.EOF
	}
	n := min(len(s.Taken)-first, salvagedBlock)
	if b.MaxEntries > 0 {
		n = min(n, b.MaxEntries)
	}
	start, end := int64(s.Taken[first].Offset), s.Taken[first].End()
	for i := 1; i < n; i++ {
		if end = s.Taken[first+i].End(); end-start > salvagedBlockBytes {
			n, end = i, s.Taken[first+i-1].End()
			break
		}
	}
	buf := b.Buffer(int(end - start))
	if err := s.read(buf, start); err != nil {
		return err
	}
	b.First, b.Entries, b.SourceBytes = first, b.Entries[:0], end-start
	for i := range s.Taken[first : first+n] {
		f := &s.Taken[first+i]
		from := int64(f.Offset) - start
		payload := buf[from : from+int64(f.Size) : from+int64(f.Size)]
		b.Entries = append(b.Entries, wire.Entry{
			Seq: s.FirstSeq + uint64(f.Place), TSNS: s.time(f), Payload: payload, FlagsAndChecksum: redex.Checksum(payload),
		})
	}
	return nil
}

// time returns the append time of a record, if it is known.
func (s *Salvaged) time(f *salvage.Found) postcard.Option[uint64] {
	if !s.Aligned || int(f.Place) >= len(s.Times) {
		return postcard.None[uint64]()
	}
	return postcard.Some(s.Times[f.Place])
}

// salvagedReader adds where the payloads lie in what was opened.
type salvagedReader struct {
	*Salvaged
	file  string
	watch *Watch
}

// ReadBlock implements [wire.Reader].
func (r *salvagedReader) ReadBlock(first int, b *wire.Block) error {
	return r.watch.after(r.Salvaged.ReadBlock(first, b))
}

// Locate implements [Locator].
func (r *salvagedReader) Locate(position int) (Location, error) {
	if position < 0 || position >= len(r.Taken) {
		return Location{}, fmt.Errorf("source: %s: no entry at position %d of %d", r.file, position, len(r.Taken))
	}
	f := &r.Taken[position]
	return Location{PayloadFile: r.file, PayloadOffset: int64(f.Offset), PayloadBytes: int64(f.Size)}, nil
}

// salvagedOrigin ends the origin of a chain of salvaged records, behind the path of the
// payload file: [redex.SalvagedOrigin] of one in a folder of its own.
const salvagedOrigin = "/salvaged"

// SalvagedFrom returns the payload file that a chain with an origin was salvaged from, and
// whether it was.
func SalvagedFrom(origin string) (dat string, salvaged bool) {
	dat, salvaged = strings.CutSuffix(origin, salvagedOrigin)
	return dat, salvaged && path.Base(dat) == "dat"
}

// maxInFlight is how many records behind the last row of files that were written just now
// are taken for an append that goes on: a node writes dat before idx.
const maxInFlight = 8

// lookForSalvage looks at what lies in the payload file of a chain behind the last row: a
// node would cut it off.
func (x *explorer) lookForSalvage(found *foundChannel, p place, c *Chain) {
	g := c.Redex.Generation
	if g.ReachesEnd() {
		return
	}
	tail, err := g.UnreachedTail()
	if err != nil || tail == 0 || x.ctx.Err() != nil || c.Watch.Await().Change != Unchanged {
		return // an error is met again when the chain is read; what is being written gets its rows
	}
	s, err := SalvageTail(x.ctx, g, c.Channel)
	if err != nil || len(s.Taken) == 0 || g.Len() > 0 && len(s.Taken) <= maxInFlight && c.Watch.fresh() {
		return
	}
	_, dat, _ := g.Paths()
	_, size := g.DAT()
	file := p.origin(dat)
	channel := c.Channel
	if !c.Live {
		channel += "." + path.Base(c.Origin)
	}
	n := Chain{
		Node: c.Node, Channel: channel + redex.SalvagedSuffix, Origin: file + salvagedOrigin, Live: true, Salvaged: true,
		Kind: s.Kind, KindBasis: ByContent, Layout: "salvaged from dat", Bytes: tail, Watch: c.Watch, home: c.home,
		Reader: &salvagedReader{Salvaged: s, file: file, watch: c.Watch},
		Faults: []Fault{{
			Rule: "salvaged", Damage: true, File: file, Offset: size - tail, Bytes: tail,
			Title:  message.New("{record is|records are} salvaged from dat, where idx does not lead", message.Count(len(s.Taken))),
			Detail: s.describe(),
		}},
	}
	x.settle(&n)
	found.chains = append(found.chains, n)
}

// describe says how sure the records are and what is missing.
func (s *Salvaged) describe() message.Message {
	m := message.New("They were found by their form and have no checksum: {} where the record before ends, {} beside bytes that are no record.",
		message.Count(s.Count(salvage.Sure)), message.Count(s.Count(salvage.BesideDamage)))
	if n := s.Count(salvage.Doubtful); n > 0 {
		m.Add(" {more record is|more records are} left out as doubtful: one bit tells them from what is usual here.", message.Count(n))
	}
	if s.LostBytes > 0 {
		m.Add(" {byte|bytes} in {place|places} are no record.", message.Count(s.LostBytes), message.Count(len(s.Gaps)+s.MoreGaps))
	}
	if s.Aligned {
		m.Add(" Their append times are those of ts, in order.")
	} else {
		m.Add(" Their append times are not known.")
	}
	m.Add(" Their sequence numbers are counted. A node cuts them off when it opens the folder; {} writes a folder that it keeps.", message.Kind("chainglass salvage"))
	return m
}
