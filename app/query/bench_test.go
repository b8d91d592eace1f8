package query

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"chainglass/app/kind"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// typical are queries as they are asked, from quick to slow.
var typical = []string{
	"kind:pull_replica outcome:failed",
	"time:16:08..16:15",
	"kind:pull_replica disposition:failed time:16:08..16:15 id:42..99",
	"id:1,5,9,20..30 -status:ok",
	`reason:"timed out" retry:>500 -node:node-2`,
}

func typicalTables() *Tables {
	hex := WordBytes(0).With([]byte("0123456789abcdef"))
	tables := &Tables{Node: "node-1", Channel: "meshos/actions", Chain: wire.ChainAction, Classes: []Class{{}, {State: ClassUnreadable}}}
	for _, kind := range []string{"pull_replica", "start_daemon", "migrate_blob"} {
		for _, outcome := range outcomesOf[wire.ChainAction] {
			for _, text := range []string{"pull of # timed out after # ms", "daemon-backoff", "peer # refused"} {
				tables.Classes = append(tables.Classes, Class{State: ClassRecord, Kind: kind, Outcome: outcome, Text: Template{text, true, hex}})
			}
		}
	}
	return tables
}

func typicalRows(tables *Tables) []Row {
	r := rand.New(rand.NewPCG(3, 4))
	rows := make([]Row, 1<<12)
	for i := range rows {
		ms := uint64(incident.Day.UnixMilli()) + uint64(i)*500
		rows[i] = Row{uint64(i), uint64(i), ms * 1e6, ms, r.Uint64N(200), uint16(r.IntN(len(tables.Classes))), wire.EntryOK}
	}
	return rows
}

func TestMatchingAllocatesNothing(t *testing.T) {
	tables := typicalTables()
	row := &Row{TimeNS: uint64(incident.Day.UnixNano())}
	record := &Record{Record: kind.Record{Kind: []byte("pull_replica"), Outcome: "Failed", Text: []byte("Pull of 7 timed out after 900 ms"), DelayMS: postcard.Some(uint64(900))}}
	for _, text := range append(typical, "timed or refused", "kind:*_x template:*y /z+/") {
		m := Compile(mustParse(t, text), tables)
		allocs := testing.AllocsPerRun(100, func() {
			m.Row(row)
			m.Record(row, record)
		})
		if allocs != 0 {
			t.Errorf("%s allocates %v times", text, allocs)
		}
	}
}

// go test -bench Row -count 10 ./app/query | benchstat -
func BenchmarkRow(b *testing.B) {
	tables := typicalTables()
	rows := typicalRows(tables)
	for _, text := range typical {
		b.Run(text, func(b *testing.B) {
			m := Compile(mustParse(b, text), tables)
			b.ReportAllocs()
			matches := 0
			for i := range b.N {
				if m.Row(&rows[i%len(rows)]) == Yes {
					matches++
				}
			}
			b.ReportMetric(float64(matches)/float64(b.N), "matches/row")
		})
	}
}

func BenchmarkRecordText(b *testing.B) {
	record := &Record{Record: kind.Record{Outcome: "Failed", Kind: []byte("pull_replica"), Text: []byte("pull of replica 0x7f31 from peer 9 was refused after 3 attempts and 5000 ms")}}
	for _, text := range []string{`reason:"timed out"`, "telemetry", "/time.*out/"} {
		b.Run(text, func(b *testing.B) {
			m := Compile(mustParse(b, text), &Tables{Chain: wire.ChainAction, Classes: []Class{{}}})
			b.SetBytes(int64(len(record.Text)))
			b.ReportAllocs()
			for range b.N {
				m.Record(&Row{}, record)
			}
		})
	}
}

// A hostile chain has as many classes as an index keeps.
func BenchmarkCompile(b *testing.B) {
	tables := typicalTables()
	for i := range 1 << 16 {
		text := fmt.Sprintf("pull number %c%c%c of # timed out after # ms", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26)
		tables.Classes = append(tables.Classes, Class{State: ClassRecord, Kind: "pull_replica", Outcome: "Failed", Text: Template{text, true, AllWordBytes}})
	}
	for _, text := range typical {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			q := mustParse(b, text)
			for range b.N {
				Compile(q, tables)
			}
		})
	}
}
