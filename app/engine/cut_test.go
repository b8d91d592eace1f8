package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/kind"
	"chainglass/app/source"
	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// naiveChain is a chain as a judge without an index sees it.
type naiveChain struct {
	info    export.ChainInfo
	entries []wire.Entry
	base    *snapshot.MeshOsSnapshot
}

// recordOf makes a record of a kind, and its time.
func recordOf(kind wire.ChainKind, n, ms uint64, r *rand.Rand) []byte {
	text := fmt.Sprintf("text %d", r.IntN(5))
	switch kind {
	case wire.ChainAction:
		var d wire.Disposition = wire.Dispatched{}
		switch r.IntN(3) {
		case 0:
			d = wire.Failed{Reason: text}
		case 1:
			d = wire.Gated{Reason: text}
		}
		return wire.AppendRecord(nil, &wire.ActionChainRecord{ID: n, Kind: "pull_replica", EmittedAtMS: ms, Disposition: d})
	case wire.ChainAudit:
		v := snapshot.AdminAuditRecord{Seq: n, CommittedAtMS: ms}
		return v.AppendPostcard(nil)
	case wire.ChainLog:
		v := snapshot.LogRecord{Seq: n, TSMS: ms, Message: text}
		return v.AppendPostcard(nil)
	}
	v := snapshot.FailureRecord{Seq: n, Source: "action-id:1", Reason: text, RecordedAtMS: ms}
	return v.AppendPostcard(nil)
}

// randomChain makes a chain with everything that makes states hard: rings that
// overflow, damage, payloads that are no records, equal times, entries without a
// time, clocks that go back.
func randomChain(info export.ChainInfo, r *rand.Rand) naiveChain {
	length := []int{0, 1, 5, 300, 700, 2600}[r.IntN(6)]
	c := naiveChain{info: info}
	ms := uint64(1_700_000_000_000) + r.Uint64N(1000)
	steps, timeless := r.IntN(3) == 0, r.IntN(4) == 0
	for n := range uint64(length) {
		switch k := r.IntN(40); {
		case k < 4 && steps:
			ms -= r.Uint64N(2_000)
		case k < 10:
		default:
			ms += r.Uint64N(300)
		}
		e := wire.Entry{Seq: n, Payload: recordOf(info.Kind, n, ms, r)}
		if !timeless || r.IntN(2) == 0 {
			e.TSNS = postcard.Some(ms*1_000_000 + r.Uint64N(2))
		}
		if r.IntN(8) == 0 {
			e.Payload = []byte{0xff}
		}
		e.FlagsAndChecksum = redex.Checksum(e.Payload)
		if r.IntN(30) == 0 {
			e.FlagsAndChecksum ^= 1
		}
		c.entries = append(c.entries, e)
	}
	return c
}

// recordMS is the time in a record.
func recordMS(kind wire.ChainKind, payload []byte) (ms uint64, is bool) {
	switch kind {
	case wire.ChainAction:
		v, err := wire.DecodeRecord(payload)
		return v.EmittedAtMS, err == nil
	case wire.ChainAudit:
		v, err := snapshot.DecodeAdminAuditRecord(payload)
		return v.CommittedAtMS, err == nil
	case wire.ChainLog:
		v, err := snapshot.DecodeLogRecord(payload)
		return v.TSMS, err == nil
	}
	v, err := snapshot.DecodeFailureRecord(payload)
	return v.RecordedAtMS, err == nil
}

func sound(e *wire.Entry) bool { return redex.Checksum(e.Payload) == e.FlagsAndChecksum }

// times are when the entries are.
func (c *naiveChain) times() []uint64 {
	var all []uint64
	var last uint64
	for i := range c.entries {
		e := &c.entries[i]
		if sound(e) {
			if ms, is := recordMS(c.info.Kind, e.Payload); is {
				last = ms
			}
		}
		if e.TSNS.Some {
			all = append(all, e.TSNS.Value)
		} else {
			all = append(all, last*1_000_000)
		}
	}
	return all
}

// through counts the entries up to the first one later than ns.
func (c *naiveChain) through(ns uint64) int {
	times := c.times()
	for i, t := range times {
		if t > ns {
			return i
		}
	}
	return len(times)
}

// replay folds the first so many entries of the chain.
func (c *naiveChain) replay(position int, state *snapshot.MeshOsSnapshot) {
	f := (kind.Set{}).Of(c.info.Kind).Fold.New()
	for i := range c.entries[:position] {
		if e := &c.entries[i]; sound(e) {
			_ = f.Apply(fold.Event{Seq: e.Seq, Payload: e.Payload}, state)
		}
	}
}

// naiveSource is a source of some nodes.
type naiveSource []naiveChain

func randomSource(r *rand.Rand) naiveSource {
	var s naiveSource
	for node := range 1 + r.IntN(2) {
		var base *snapshot.MeshOsSnapshot
		if r.IntN(2) == 0 {
			base = &snapshot.MeshOsSnapshot{RuntimeEpochID: r.Uint64()}
			for range r.IntN(400) {
				base.RecentFailures = append(base.RecentFailures, snapshot.FailureRecord{Source: "before", RecordedAtMS: r.Uint64()})
				base.AdminAudit = append(base.AdminAudit, snapshot.AdminAuditRecord{Seq: r.Uint64()})
			}
		}
		for _, kind := range []wire.ChainKind{wire.ChainAction, wire.ChainAudit, wire.ChainLog, wire.ChainFailure} {
			if r.IntN(6) == 0 {
				continue
			}
			c := randomChain(export.ChainInfo{Node: fmt.Sprintf("node-%d", node), Channel: kind.String(), Kind: kind}, r)
			c.base = base
			s = append(s, c)
		}
	}
	return s
}

// write makes an export of the source.
func (s naiveSource) write(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := export.NewWriter(&b, export.Options{})
	must(t, err)
	for _, c := range s {
		id, err := w.AddChain(c.info)
		must(t, err)
		must(t, w.AppendEntries(id, c.entries))
		if c.base != nil {
			must(t, w.AddBase(export.Base{Node: c.info.Node, Snapshot: c.base.AppendPostcard(nil)}))
		}
	}
	must(t, w.Close())
	return b.Bytes()
}

func (s naiveSource) chain(node, channel string) *naiveChain {
	for i := range s {
		if s[i].info.Node == node && s[i].info.Channel == channel {
			return &s[i]
		}
	}
	return nil
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// openBytes opens an export.
func openBytes(t *testing.T, b []byte) *engine.Engine {
	t.Helper()
	e := engine.New(engine.Options{})
	_, err := e.Open(context.Background(), "", source.OneFile("x.chain", bytes.NewReader(b), int64(len(b))), nil)
	must(t, err)
	return e
}

// randomCut chooses entries in one of the ways that people do.
func (s naiveSource) randomCut(e *engine.Engine, r *rand.Rand) engine.PackSpec {
	var spec engine.PackSpec
	var times []uint64
	for i := range s {
		times = append(times, s[i].times()...)
	}
	moment := func() postcard.Option[uint64] {
		if len(times) == 0 || r.IntN(8) == 0 {
			return postcard.Option[uint64]{}
		}
		return postcard.Some(times[r.IntN(len(times))] + r.Uint64N(3) - 1)
	}
	switch r.IntN(8) {
	case 0:
		spec.Where = fmt.Sprintf("pos:%d..", r.IntN(400))
	case 1:
		first := r.IntN(400)
		spec.Where = fmt.Sprintf("seq:%d..%d", first, first+r.IntN(400))
	case 2:
		spec.Where = "outcome:failed"
	case 3:
		spec.Where = "node:node-0"
		spec.FromNS = moment()
	case 4:
		spec.Where = fmt.Sprintf("-pos:%d", r.IntN(300))
	default:
		spec.FromNS, spec.ToNS = moment(), moment()
		if from, to := spec.FromNS, spec.ToNS; from.Some && to.Some && from.Value >= to.Value {
			spec.FromNS, spec.ToNS = to, postcard.Some(from.Value+1)
		}
	}
	if r.IntN(4) == 0 {
		for _, c := range e.Chains() {
			if r.IntN(2) == 0 {
				spec.Chains = append(spec.Chains, c.ID)
			}
		}
	}
	return spec
}

// TestEveryStateOfACutIsTheSources cuts random chains, and what came of that once
// more. Every state in the cut is the source's, or says that it is not. The judge
// folds from scratch.
func TestEveryStateOfACutIsTheSources(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const rounds = 40
	var compared, some, elsewhere int
	for seed := range uint64(rounds) {
		r := rand.New(rand.NewPCG(seed, 8)) // fixed, so that a failure comes back
		s := randomSource(r)
		e := openBytes(t, s.write(t))
		for depth := range 3 {
			for _, c := range e.Chains() {
				for range 4 {
					a, b, d := s.compare(t, e, &c, r.IntN(c.Entries+1))
					compared, some, elsewhere = compared+a, some+b, elsewhere+d
				}
				for _, position := range []int{0, 1, 2, c.Entries} {
					s.compare(t, e, &c, min(position, c.Entries))
				}
			}
			if t.Failed() {
				t.Fatalf("seed %d, after %d cuts", seed, depth)
			}
			var out bytes.Buffer
			spec := s.randomCut(e, r)
			packed, err := e.Pack(context.Background(), spec, &out)
			must(t, err)
			chosen := len(spec.Chains)
			if chosen == 0 {
				chosen = len(e.Chains())
			}
			if spec.Where == "" && packed.Chains != chosen {
				t.Errorf("seed %d: of %d chains %d have a state in the time that goes", seed, chosen, packed.Chains)
			}
			e = openBytes(t, out.Bytes())
		}
	}
	t.Logf("%d states compared, %d of filtered chains, %d at other times", compared, some, elsewhere)
	if compared < 500 || some < 50 || elsewhere < 50 {
		t.Errorf("too few of a kind: %d compared, %d filtered, %d elsewhere", compared, some, elsewhere)
	}
}

// compare holds one state against the source's. It returns how many parts were the
// source's, were filtered, and were elsewhere in time.
func (s naiveSource) compare(t *testing.T, e *engine.Engine, c *engine.ChainInfo, position int) (same, some, elsewhere int) {
	t.Helper()
	state, err := e.State(context.Background(), c.ID, position)
	must(t, err)
	own := s.chain(c.Node, c.Channel)
	var at postcard.Option[uint64]
	if p := c.Cut.Position + position; p > 0 && c.Cut.Exact() {
		if at = postcard.Some(own.times()[p-1]); state.AtTSNS != at {
			t.Errorf("%s at %d: the time is %v, the source's %v", c.Name(), position, state.AtTSNS, at)
		}
	}
	var want, live snapshot.MeshOsSnapshot
	if own.base != nil {
		want = *own.base
	}
	exact := true
	for _, part := range state.Parts {
		source := s.chain(c.Node, part.Channel)
		switch {
		case part.Error != "":
			t.Errorf("%s: %s", part.Channel, part.Error)
		case !part.Cut.Exact():
			if part.Cut.Kind != engine.CutSome || part.Cut.Entries != len(source.entries) || part.Entries >= len(source.entries) {
				t.Errorf("%s: %+v of %d entries", part.Channel, part, len(source.entries))
			}
			some++
			exact = false
			continue
		case part.Cut.Kind == engine.CutNone && part.Entries != len(source.entries), part.Cut.Kind == engine.CutRun && part.Cut.Entries != len(source.entries):
			t.Errorf("%s: %+v of %d entries", part.Channel, part, len(source.entries))
		}
		is := part.Cut.Position + part.Position
		if part.Chain != c.ID && c.Cut.Exact() {
			should := 0
			if at.Some {
				should = source.through(at.Value)
			}
			if part.Elsewhere != (is != should) {
				t.Errorf("%s at %d: %s is at %d, the source at %d, and it says elsewhere: %v", c.Name(), position, part.Channel, is, should, part.Elsewhere)
			}
		}
		if part.Elsewhere {
			elsewhere++
			exact = false
		}
		if part.Kind == wire.ChainFailure {
			source.replay(is, &live)
		} else {
			source.replay(is, &want)
		}
		same++
	}
	if exact {
		if !bytes.Equal(state.Snapshot.AppendPostcard(nil), want.AppendPostcard(nil)) {
			t.Errorf("%s at %d (%+v): the state is not the source's", c.Name(), position, c.Cut)
		}
		got := snapshot.MeshOsSnapshot{RecentFailures: state.LiveFailures}
		if !bytes.Equal(got.AppendPostcard(nil), live.AppendPostcard(nil)) {
			t.Errorf("%s at %d (%+v): the live failures are not the source's", c.Name(), position, c.Cut)
		}
	}
	return same, some, elsewhere
}

// A clock that goes back right behind the run that was cut out, before it, or in
// it, does not move the other chains of the node.
func TestCutWhereTheClockWentBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var s naiveSource
	for kind, times := range map[wire.ChainKind][]uint64{wire.ChainAction: {10, 20, 30, 40, 50}, wire.ChainLog: {10, 50, 20, 30, 60}} {
		c := naiveChain{info: export.ChainInfo{Node: "n", Channel: kind.String(), Kind: kind}}
		for n, at := range times {
			e := wire.Entry{Seq: uint64(n), TSNS: postcard.Some(at * 1_000_000_000), Payload: recordOf(kind, uint64(n), at, r)}
			e.FlagsAndChecksum = redex.Checksum(e.Payload)
			c.entries = append(c.entries, e)
		}
		s = append(s, c)
	}
	for first := range 5 {
		for last := first; last < 5; last++ {
			e := openBytes(t, s.write(t))
			var out bytes.Buffer
			_, err := e.Pack(context.Background(), engine.PackSpec{Where: fmt.Sprintf("pos:%d..%d", first, last)}, &out)
			must(t, err)
			e = openBytes(t, out.Bytes())
			for _, c := range e.Chains() {
				for position := range c.Entries + 1 {
					s.compare(t, e, &c, position)
				}
			}
		}
	}
}
