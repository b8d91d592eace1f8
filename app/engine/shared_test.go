package engine_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/wire"
	"chainglass/wire/redex"
)

// Large payloads that several rows name count for each of them, as those do that every row
// has for itself.
func TestEntriesThatShareLargePayloads(t *testing.T) {
	record := func(id uint64) []byte {
		return wire.EncodeRecord(&wire.ActionChainRecord{
			ID: id, Kind: "pull_replica", EmittedAtMS: 1700000000000 + id,
			Disposition: wire.Failed{Reason: strings.Repeat("timed out ", 10_000)},
		})
	}
	broken := record(3)
	broken[0] = 9
	payloads := [][]byte{record(1), append(record(2), "trailing"...), broken}
	sharing, own := fstest.MapFS{}, fstest.MapFS{}
	var idx, dat, ownIdx, ownDat, times []byte
	var at [3]uint32
	for i, p := range payloads {
		at[i] = uint32(len(dat))
		dat = append(dat, p...)
	}
	for i := range 60 {
		p := [...]int{0, 0, 1, 0, 2, 0}[i%6]
		idx = redex.AppendRow(idx, redex.HeapRow(uint64(i), at[p], payloads[p]))
		ownIdx = redex.AppendRow(ownIdx, redex.HeapRow(uint64(i), uint32(len(ownDat)), payloads[p]))
		ownDat = append(ownDat, payloads[p]...)
		times = redex.AppendTS(times, uint64(i)+1_700_000_000_000_000_000)
	}
	for _, f := range []struct {
		to       fstest.MapFS
		idx, dat []byte
	}{{sharing, idx, dat}, {own, ownIdx, ownDat}} {
		for name, b := range map[string][]byte{"idx": f.idx, "dat": f.dat, "ts": times} {
			f.to["n/actions/"+name] = &fstest.MapFile{Data: b}
		}
	}
	var told [2][]engine.Finding
	for i, fsys := range []fstest.MapFS{sharing, own} {
		e, opened := openAll(t, fsys)
		findings, err := e.Findings(opened.Chains[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if f.Rule == "undecodable" || f.Rule == "trailing-bytes" {
				f.Location = engine.Finding{}.Location
				told[i] = append(told[i], f)
			}
		}
	}
	if diff := cmp.Diff(told[1], told[0]); diff != "" || len(told[0]) != 2 {
		t.Errorf("%d findings: %s", len(told[0]), diff)
	}
}
