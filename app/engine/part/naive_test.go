package part

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/insight"
	"chainglass/wire"
)

// naive reads a leaf of an action chain entry by entry, with nothing in mind but to be
// right. Of the columns it keeps what they stand for.
type naive struct {
	Rows                     []naiveRow
	Statuses                 [wire.EntryStatusCount]int
	PayloadBytes             int64
	AppendTimes, RecordTimes Span
	Years                    Years
	Told                     []insight.Told
	Lead                     int
	Breaks                   []Break
	Back                     ClockBack
	FirstTS, LastTS          Stamp
	Trailing                 Group
	Undecodable              int
	Strides                  []Stride
}

type naiveRow struct {
	Seq, TSNS, TimeMS, ID uint64
	State                 RowState
	Kind, Template        string
	Outcome               uint8
	Pushes                bool
}

func readNaively(m memory, first int) *naive {
	n := &naive{AppendTimes: NewSpan(), RecordTimes: NewSpan(), Lead: len(m)}
	lastMS, sum := uint64(0), Stride{}
	for i := range m {
		e, position := &m[i], first+i
		row := naiveRow{Seq: e.Seq, State: RowState(e.Status), TimeMS: lastMS}
		n.Statuses[e.Status]++
		n.PayloadBytes += int64(len(e.Payload))
		if e.Status != wire.EntryOK || i == 0 || m[i-1].Status != wire.EntryOK || e.Seq != m[i-1].Seq+1 || e.Seq == 0 {
			n.Breaks = append(n.Breaks, Break{Row: uint32(i), Status: e.Status, Seq: e.Seq})
		}
		if e.TSNS.Some {
			row.TSNS, row.State = e.TSNS.Value, row.State|HasTS
			n.AppendTimes.Add(row.TSNS)
			n.year(row.TSNS, position)
			n.stamp(Stamp{position, e.Seq, row.TSNS, true})
		}
		n.record(e, position, &row)
		lastMS = row.TimeMS
		n.Rows = append(n.Rows, row)
		sum.AppendedNS = max(sum.AppendedNS, PlaceNS(row.TSNS, row.TimeMS, row.State))
		sum.RecordedMS = max(sum.RecordedMS, row.TimeMS)
		if row.State&Decoded != 0 {
			sum.Counts[row.Outcome]++
		} else {
			sum.Counts[NotRecord]++
		}
		if len(n.Rows)%StrideRows == 0 {
			n.Strides = append(n.Strides, sum)
		}
	}
	return n
}

func (n *naive) record(e *wire.Entry, position int, row *naiveRow) {
	if e.Status != wire.EntryOK {
		return
	}
	r, size, err := wire.DecodeRecordPrefix(e.Payload)
	if err != nil {
		n.Undecodable++
		return
	}
	if n.Lead > len(n.Rows) {
		n.Lead = len(n.Rows)
	}
	if size < len(e.Payload) {
		n.Trailing.add(position, e.Seq)
	}
	row.State |= Decoded
	row.ID, row.TimeMS, row.Kind = r.ID, r.EmittedAtMS, r.Kind
	n.RecordTimes.Add(row.TimeMS)
	if row.State&HasTS == 0 {
		n.year(MillisToNanos(row.TimeMS), position)
	}
	v := wire.View{ID: r.ID}
	switch d := r.Disposition.(type) {
	case wire.Dispatched:
		return
	case wire.Failed:
		v.Outcome, v.Reason, v.DelayMS = wire.OutcomeFailed, []byte(d.Reason), d.RetryAfterMS
	case wire.Gated:
		v.Outcome, v.Reason, v.DelayMS = wire.OutcomeGated, []byte(d.Reason), d.CooldownMS
	}
	row.Outcome, row.Template, row.Pushes = uint8(v.Outcome), maskNaively(string(v.Reason)), true
	n.Told = append(n.Told, new(insight.Teller).Action(&v))
}

func (n *naive) year(ns uint64, position int) {
	n.Years = n.Years.Join(Years{{ns / YearNS * YearNS, TimeGroup{FirstNS: ns, LastNS: ns, Entries: 1, Position: position}}})
}

func (n *naive) stamp(s Stamp) {
	if s.TSNS >= PlausibleToNS {
		return
	}
	if !n.LastTS.Some {
		n.FirstTS = s
	} else if s.TSNS+ClockJitterNS < n.LastTS.TSNS {
		if n.Back.Count == 0 {
			n.Back.TSNS, n.Back.BeforeNS = s.TSNS, n.LastTS.TSNS
		}
		n.Back.add(s.Position, s.Seq)
	}
	n.LastTS = s
}

// told returns what a leaf tells, as readNaively does.
func (l *Leaf) told() *naive {
	n := &naive{
		Statuses: l.Statuses, PayloadBytes: l.PayloadBytes, AppendTimes: l.AppendTimes, RecordTimes: l.RecordTimes, Years: l.Years,
		Told: l.Told, Lead: l.Lead, Breaks: l.Log.Breaks, Back: l.Log.ClockBack, FirstTS: l.Log.FirstTS, LastTS: l.Log.LastTS, Trailing: l.Log.Trailing,
		Strides: l.Strides,
	}
	for i := range l.Log.Undecodable {
		n.Undecodable += l.Log.Undecodable[i].Count
	}
	bits := l.Pushes.Bits()
	for i, id := range l.Class {
		c := l.Classes[id]
		n.Rows = append(n.Rows, naiveRow{
			l.SeqAt(i), l.TSNS[i], l.TimeMS[i], l.ID[i], l.State[i], l.Kinds[c.Kind], l.Templates[c.Template].Text, c.Outcome, bits[i/64]>>(i%64)&1 != 0,
		})
	}
	return n
}

// A leaf is what its entries are, whatever came before it and however they are damaged.
func TestLeavesAreWhatTheirEntriesAre(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var r Reader
	for round := range 60 {
		m := madeUp(1 + random.IntN(4000))
		if round%4 > 0 {
			hurt(random, m)
		}
		first := random.IntN(len(m))
		got := read(t, &r, m, wire.ChainAction, first, len(m)-first).Leaves[0].told()
		want := readNaively(m[first:], first)
		if diff := cmp.Diff(want, got, equalEmpty[Break](), equalEmpty[insight.Told](), equalEmpty[Year](), equalEmpty[Stride]()); diff != "" {
			t.Fatalf("round %d, from %d of %d: %s", round, first, len(m), diff)
		}
	}
}

var (
	words = regexp.MustCompile(`[0-9A-Za-z_]+`)
	value = regexp.MustCompile(`^([0-9].*|[0-9A-Fa-f]{6,})$`)
	digit = regexp.MustCompile(`[0-9]`)
)

func maskNaively(text string) string {
	return words.ReplaceAllStringFunc(text[:min(len(text), templateBytes)], func(word string) string {
		if value.MatchString(word) && digit.MatchString(word) {
			return "#"
		}
		return word
	})
}

func TestTemplates(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	const letters = "09afgAFG_  .-\xff\x00é"
	for range 100_000 {
		text := make([]byte, random.IntN(30))
		if random.IntN(50) == 0 {
			text = make([]byte, 190+random.IntN(30))
		}
		for i := range text {
			text[i] = letters[random.IntN(len(letters))]
		}
		dst := slices.Clone([]byte("before"))
		if got, want := string(AppendTemplate(dst, text)), "before"+maskNaively(string(text)); got != want {
			t.Fatalf("%q becomes %q, want %q", text, got, want)
		}
	}
}
