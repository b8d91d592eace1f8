package part

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"github.com/fxamacker/cbor/v2"

	"chainglass/app/insight"
	"chainglass/fold"
	"chainglass/wire"
)

// The encoding of a part is that of its leaves, one after the other:
//
//	8 bytes   length of the head
//	8 bytes   number of entries, 2^63 added if sequence numbers are wide
//	head      CBOR, padded with zeros to a multiple of 8 bytes
//	columns   ts_ns, time_ms, id, wide seq (if wide), strides, push bits, bits of ids that come
//	          again; of what is told: keys, delays, bits of delays, how many values are named (a
//	          byte each, padded), the values; seq, class, state. The numbers are as in memory,
//	          little-endian; all is padded to 8 bytes at the end
//
// What each entry has is a column: CBOR takes as long for a number as reading its record does.
// The encoding is for workers of one build that hand parts to each other, not for storage.

// leafHead is what a leaf has besides its columns.
type leafHead struct {
	_                         struct{} `cbor:",toarray"`
	First                     int
	BaseSeq                   uint64
	Kinds                     []string
	Templates                 []Template
	Classes                   []Class
	Counts                    []int
	Statuses                  [wire.EntryStatusCount]int
	PayloadBytes, SourceBytes int64
	PayloadEnd                uint64
	AppendTimes, RecordTimes  Span
	Years                     Years
	Lead                      int
	Log                       Log
	// Told is how many entries tell something.
	Told int
	// Digest is without its column.
	Digest insight.Digest
}

const wideMark = 1 << 63

// errEncoding says that bytes are no part.
var errEncoding = errors.New("part: not an encoded part")

// MarshalBinary encodes a part.
func (p *Part) MarshalBinary() ([]byte, error) {
	var b []byte
	for _, l := range p.Leaves {
		digest := l.Digest
		digest.Again = nil
		head, err := cbor.Marshal(&leafHead{
			First: l.First, BaseSeq: l.BaseSeq, Kinds: l.Kinds, Templates: l.Templates, Classes: l.Classes, Counts: l.Counts,
			Statuses: l.Statuses, PayloadBytes: l.PayloadBytes, SourceBytes: l.SourceBytes, PayloadEnd: l.PayloadEnd,
			AppendTimes: l.AppendTimes, RecordTimes: l.RecordTimes, Years: l.Years, Lead: l.Lead, Log: l.Log, Told: len(l.Told), Digest: digest,
		})
		if err != nil {
			return nil, err
		}
		rows := uint64(len(l.State))
		if l.WideSeq != nil {
			rows |= wideMark
		}
		if b == nil {
			b = make([]byte, 0, len(p.Leaves)*(len(head)+1024+33*len(l.State)+26*len(l.Told)))
		}
		b = binary.LittleEndian.AppendUint64(b, uint64(len(head)))
		b = binary.LittleEndian.AppendUint64(b, rows)
		b = pad(append(b, head...))
		b = appendColumn(b, l.TSNS)
		b = appendColumn(b, l.TimeMS)
		b = appendColumn(b, l.ID)
		b = appendColumn(b, l.WideSeq)
		b = appendColumn(b, l.Strides)
		b = appendColumn(b, l.Pushes.Bits())
		b = appendColumn(b, l.Digest.Again)
		b = appendTold(b, l.Told)
		b = appendColumn(b, l.Seq)
		b = appendColumn(b, l.Class)
		b = pad(appendColumn(b, l.State))
	}
	return b, nil
}

func pad(b []byte) []byte {
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	return b
}

// number is what columns are made of; a stride is made of numbers only.
type number interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | Stride
}

// appendColumn appends the memory of a column. Every machine that Go runs a browser on is
// little-endian, and so are those that read parts for each other.
func appendColumn[T number](b []byte, column []T) []byte {
	if len(column) == 0 {
		return b
	}
	size := len(column) * int(unsafe.Sizeof(column[0]))
	return append(b, unsafe.Slice((*byte)(unsafe.Pointer(&column[0])), size)...)
}

// appendTold appends the columns of what is told.
func appendTold(b []byte, told []insight.Told) []byte {
	for i := range told {
		b = binary.LittleEndian.AppendUint64(b, told[i].Live)
	}
	for i := range told {
		b = binary.LittleEndian.AppendUint64(b, told[i].DelayMS.Value)
	}
	for first := 0; first < len(told); first += 64 {
		hinted := uint64(0)
		for i := range told[first:min(first+64, len(told))] {
			if told[first+i].DelayMS.Some {
				hinted |= 1 << i
			}
		}
		b = binary.LittleEndian.AppendUint64(b, hinted)
	}
	return appendNames(b, told)
}

// appendNames appends what is named: of each record how many values, then all values.
func appendNames(b []byte, told []insight.Told) []byte {
	for i := range told {
		b = append(b, namesOf(&told[i].Names))
	}
	b = pad(b)
	for i := range told {
		for _, value := range told[i].Names[:namesOf(&told[i].Names)] {
			b = binary.LittleEndian.AppendUint64(b, value)
		}
	}
	return b
}

// namesOf returns how many values are named: those behind the first 0 are 0 as well.
func namesOf(names *insight.Names) (n byte) {
	for int(n) < len(names) && names[n] != 0 {
		n++
	}
	return n
}

// takeNames cuts off what is named.
func (c *columns) takeNames(told []insight.Told) {
	size := (len(told) + 7) &^ 7
	if c.err != nil || size > len(c.b) {
		c.err = errEncoding
		return
	}
	counts := c.b[:len(told)]
	c.b = c.b[size:]
	for i, n := range counts {
		if int(n) > len(told[i].Names) || 8*int(n) > len(c.b) {
			c.err = errEncoding
			return
		}
		for k := range int(n) {
			told[i].Names[k] = binary.LittleEndian.Uint64(c.b)
			c.b = c.b[8:]
		}
	}
}

// takeTold cuts off the columns of what is told.
func (c *columns) takeTold(n int) []insight.Told {
	words := (n + 63) / 64
	size := 8 * (2*n + words)
	if c.err != nil || n == 0 || size > len(c.b) {
		if n > 0 {
			c.err = errEncoding
		}
		return nil
	}
	live, delays, hinted := c.b[:8*n], c.b[8*n:16*n], c.b[16*n:size]
	c.b = c.b[size:]
	told := make([]insight.Told, n)
	for i := range told {
		t := &told[i]
		t.Live = binary.LittleEndian.Uint64(live[8*i:])
		t.DelayMS.Value = binary.LittleEndian.Uint64(delays[8*i:])
		t.DelayMS.Some = hinted[i/8]>>(i%8)&1 != 0
	}
	c.takeNames(told)
	return told
}

// columns cuts columns off the front of bytes that begin at a multiple of 8 bytes.
type columns struct {
	b   []byte
	err error
}

func take[T number](c *columns, n int) []T {
	var one T
	size := n * int(unsafe.Sizeof(one))
	if c.err != nil || n == 0 || size > len(c.b) {
		if n > 0 {
			c.err = errEncoding
		}
		return make([]T, 0)
	}
	from := unsafe.Pointer(unsafe.SliceData(c.b))
	if uintptr(from)%unsafe.Alignof(one) == 0 {
		c.b = c.b[size:]
		return slices.Clone(unsafe.Slice((*T)(from), n)) // which need not be zeroed first
	}
	column := make([]T, n)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&column[0])), size), c.b)
	c.b = c.b[size:]
	return column
}

// UnmarshalBinary decodes a part. It copies what it keeps.
func (p *Part) UnmarshalBinary(b []byte) error {
	p.Leaves = nil
	for len(b) > 0 {
		if len(b) < 16 {
			return errEncoding
		}
		headBytes, rows := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
		wide := rows&wideMark != 0
		rows &^= wideMark
		b = b[16:]
		if headBytes > uint64(len(b)) || rows > LeafRows {
			return errEncoding
		}
		var head leafHead
		if err := cbor.Unmarshal(b[:headBytes], &head); err != nil {
			return fmt.Errorf("%w: %w", errEncoding, err)
		}
		c := columns{b: b[min((headBytes+7)&^7, uint64(len(b))):]}
		l, err := head.leaf(&c, int(rows), wide)
		if err != nil {
			return err
		}
		p.Leaves = append(p.Leaves, l)
		b = c.b
	}
	return nil
}

// leaf returns the leaf with its columns.
func (h *leafHead) leaf(c *columns, rows int, wide bool) (*Leaf, error) {
	l := &Leaf{
		First: h.First, BaseSeq: h.BaseSeq, Names: Names{Kinds: h.Kinds, Templates: h.Templates, Classes: h.Classes}, Counts: h.Counts,
		Statuses: h.Statuses, PayloadBytes: h.PayloadBytes, SourceBytes: h.SourceBytes, PayloadEnd: h.PayloadEnd,
		AppendTimes: h.AppendTimes, RecordTimes: h.RecordTimes, Years: h.Years, Lead: h.Lead, Log: h.Log, Digest: h.Digest, Pushes: &fold.Pushes{},
	}
	l.TSNS, l.TimeMS, l.ID = take[uint64](c, rows), take[uint64](c, rows), take[uint64](c, rows)
	if wide {
		l.WideSeq = take[uint64](c, rows)
	}
	l.Strides = take[Stride](c, rows/StrideRows)
	bits := take[uint64](c, (rows+63)/64)
	l.Digest.Again = take[uint64](c, (rows+63)/64)
	if h.Told < 0 || h.Told > rows {
		return nil, errEncoding
	}
	l.Told = c.takeTold(h.Told)
	l.Seq, l.Class, l.State = take[uint32](c, rows), take[ClassID](c, rows), take[RowState](c, rows)
	if c.err != nil {
		return nil, c.err
	}
	c.b = c.b[min((8-rows*7%8)%8, len(c.b)):]
	l.Pushes.AppendBits(bits, rows)
	return l, l.valid()
}

// valid reports whether the numbers in a leaf lead to something.
func (l *Leaf) valid() error {
	if l.First < 0 || l.Lead < 0 || l.Lead > len(l.State) || len(l.Classes) < int(FirstClass) || len(l.Counts) != len(l.Classes) ||
		len(l.Kinds) == 0 || len(l.Templates) == 0 {
		return errEncoding
	}
	for _, k := range l.Classes {
		if int(k.Kind) >= len(l.Kinds) || int(k.Template) >= len(l.Templates) || k.Outcome >= OutcomeSlots {
			return errEncoding
		}
	}
	class, status := ClassID(0), RowState(0)
	for _, id := range l.Class {
		class = max(class, id)
	}
	for _, s := range l.State {
		status = max(status, s&insight.RowStatusMask)
	}
	if int(class) >= len(l.Classes) || wire.EntryStatus(status) >= wire.EntryStatusCount {
		return errEncoding
	}
	return nil
}
