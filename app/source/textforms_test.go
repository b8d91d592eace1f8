package source

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/serdejson"
)

// logEpoch is when the first line of every log of these tests was written.
const logEpoch = 1_700_000_000_123_456_789

func logTime(i int) time.Time { return time.Unix(0, logEpoch+int64(i)*1_000_000_007).UTC() }

// logWrapper puts something around each line of a text.
type logWrapper struct {
	name string
	wrap func(i int, line string) string
	// node is what it says of the node; timed if it tells the time to the nanosecond or
	// to coarser.
	node  string
	timed time.Duration
	// whole is true if it wraps values of one line only.
	whole bool
}

func quotedJSON(s string) string { return string(serdejson.AppendString(nil, s)) }

var logWrappers = []logWrapper{
	{name: "none", wrap: func(_ int, l string) string { return l + "\n" }},
	{name: "compose", node: "mesh-1", wrap: func(_ int, l string) string { return "mesh-1  | " + l + "\n" }},
	{name: "compose, colours", node: "mesh-1", wrap: func(_ int, l string) string { return "\x1b[36mmesh-1  |\x1b[0m " + l + "\n" }},
	{name: "compose, times", node: "mesh-1", timed: 1, wrap: func(i int, l string) string {
		return "mesh-1  | " + logTime(i).Format(time.RFC3339Nano) + " " + l + "\n"
	}},
	{name: "kubectl", node: "mesh-0", wrap: func(_ int, l string) string { return "[pod/mesh-0/net-mesh] " + l + "\n" }},
	{name: "kubectl, times", timed: 1, wrap: func(i int, l string) string { return logTime(i).Format(time.RFC3339Nano) + " " + l + "\n" }},
	{name: "kubectl, both", node: "mesh-0", timed: 1, wrap: func(i int, l string) string {
		return "[pod/mesh-0/net-mesh] " + logTime(i).In(time.FixedZone("", 7200)).Format(time.RFC3339Nano) + " " + l + "\n"
	}},
	{name: "CRI", timed: 1, wrap: func(i int, l string) string {
		at := logTime(i).Format(time.RFC3339Nano)
		if len(l) > 20 && i%3 == 0 && !strings.HasPrefix(l, "net-mesh") {
			return at + " stdout P " + l[:9] + "\n" + at + " stdout F " + l[9:] + "\n"
		}
		return at + " stdout F " + l + "\n"
	}},
	{name: "syslog", node: "host-7", timed: time.Microsecond, wrap: func(i int, l string) string {
		return logTime(i).Format("2006-01-02T15:04:05.000000-07:00") + " host-7 net-mesh[42]: " + l + "\n"
	}},
	{name: "syslog, old", node: "host-7", timed: time.Second, whole: true, wrap: func(i int, l string) string {
		return logTime(i).Format("Jan _2 15:04:05") + " host-7 net-mesh[42]: " + l + "\n"
	}},
	{name: "syslog, 5424", node: "host-7", timed: time.Millisecond, wrap: func(i int, l string) string {
		return "<14>1 " + logTime(i).Format("2006-01-02T15:04:05.000Z07:00") + ` host-7 net-mesh 42 - [a@1 b="c"] ` + l + "\n"
	}},
	{name: "docker", timed: 1, wrap: func(i int, l string) string {
		at := quotedJSON(logTime(i).Format(time.RFC3339Nano))
		if len(l) > 20 && i%3 == 0 && !strings.HasPrefix(l, "net-mesh") {
			return `{"log":` + quotedJSON(l[:9]) + `,"stream":"stdout","time":` + at + "}\n" + `{"log":` + quotedJSON(l[9:]+"\n") + `,"stream":"stdout","time":` + at + "}\n"
		}
		return `{"log":` + quotedJSON(l+"\n") + `,"stream":"stdout","time":` + at + "}\n"
	}},
	{name: "journal", node: "n1", timed: time.Microsecond, wrap: func(i int, l string) string {
		return fmt.Sprintf(`{"__REALTIME_TIMESTAMP":"%d","_HOSTNAME":"n1","MESSAGE":%s}`, logTime(i).UnixMicro(), quotedJSON(l)) + "\n"
	}},
	{name: "journal, bytes", node: "n1", timed: time.Microsecond, wrap: func(i int, l string) string {
		b, _ := json.Marshal(strings.Split(strings.Trim(fmt.Sprint([]byte(l)), "[]"), " "))
		return fmt.Sprintf(`{"__REALTIME_TIMESTAMP":"%d","_HOSTNAME":"n1","MESSAGE":%s}`, logTime(i).UnixMicro(), strings.ReplaceAll(string(b), `"`, "")) + "\n"
	}},
	{name: "journal, pretty", node: "n1", timed: time.Microsecond, wrap: func(i int, l string) string {
		return fmt.Sprintf("{\n\t\"__REALTIME_TIMESTAMP\" : \"%d\",\n\t\"_HOSTNAME\" : \"n1\",\n\t\"MESSAGE\" : %s\n}\n", logTime(i).UnixMicro(), quotedJSON(l))
	}},
	{name: "journal in compose", node: "n1", timed: time.Microsecond, wrap: func(i int, l string) string {
		return "mesh-1  | " + fmt.Sprintf(`{"__REALTIME_TIMESTAMP":"%d","_HOSTNAME":"n1","MESSAGE":%s}`, logTime(i).UnixMicro(), quotedJSON(l)) + "\n"
	}},
	{name: "fluent", node: "mesh-0", wrap: func(_ int, l string) string {
		return `{"kubernetes":{"pod_name":"mesh-0"},"message":` + quotedJSON(l) + "}\n"
	}},
}

// spellings are what other programs make of the same record.
func spelled(rng *rand.Rand, record string) string {
	if rng.IntN(3) == 0 {
		record = camelCase(record)
	}
	kind := rng.IntN(4)
	if kind == 0 {
		return record
	}
	// The times of the records, which are numbers of 13 digits, in another form.
	var b strings.Builder
	for i := 0; i < len(record); {
		end := i
		for end < len(record) && record[end] >= '0' && record[end] <= '9' {
			end++
		}
		if end-i != 13 || i == 0 || record[i-1] != ':' {
			end = max(end, i+1)
			b.WriteString(record[i:end])
		} else {
			b.WriteString(fmt.Sprintf([]string{"%s", `"%s"`, `"%sn"`, "%s.0"}[kind], record[i:end]))
		}
		i = end
	}
	return b.String()
}

// textDocuments writes records as documents, one behind the other, in any form.
func textDocuments(rng *rand.Rand, records []string) string {
	var b strings.Builder
	for len(records) > 0 {
		n := 1 + rng.IntN(len(records))
		some := records[:n]
		records = records[n:]
		switch rng.IntN(6) {
		case 0:
			b.WriteString(strings.Join(some, "\n") + "\n")
		case 1:
			b.WriteString("[" + strings.Join(some, ",") + "]\n")
		case 2:
			for i, r := range some {
				some[i] = indented(r)
			}
			b.WriteString("[\n  " + strings.Join(some, ",\n  ") + "\n]\n")
		case 3:
			b.WriteString(strings.Join(some, "") + "\n")
		case 4:
			for _, r := range some {
				b.WriteString(indented(r) + "\n")
			}
		case 5:
			for _, r := range some {
				b.WriteString("[" + r + "]\n")
			}
		}
	}
	return b.String()
}

// The same records give the same chain through whatever wrapper, form of documents,
// spelling and encoding, with lines of other text in between.
func TestEveryWrapperFormAndEncoding(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	kinds := []struct {
		file string
		kind wire.ChainKind
	}{
		{"wire/testdata/records.jsonl", wire.ChainAction}, {"snapshot/testdata/audit.jsonl", wire.ChainAudit},
		{"snapshot/testdata/log.jsonl", wire.ChainLog}, {"snapshot/testdata/failure.jsonl", wire.ChainFailure},
	}
	all := map[wire.ChainKind][]vector{}
	for _, k := range kinds {
		all[k.kind] = vectors(t, k.file)
	}
	for seed := range uint64(600) {
		rng := rand.New(rand.NewPCG(seed, 7))
		kind := kinds[rng.IntN(len(kinds))].kind
		var list []vector
		var records []string
		for range 1 + rng.IntN(12) {
			v := all[kind][rng.IntN(len(all[kind]))]
			list = append(list, v)
			records = append(records, spelled(rng, string(v.Record)))
		}
		w := logWrappers[rng.IntN(len(logWrappers))]
		document := textDocuments(rng, records)
		if w.whole {
			document = strings.Join(records, "\n") + "\n"
		}
		var b strings.Builder
		banners := 0
		for i, line := range strings.Split(strings.TrimSuffix(document, "\n"), "\n") {
			if rng.IntN(6) == 0 {
				banners++
				b.WriteString(w.wrap(i, "net-mesh: warning: lagged, resuming"))
			}
			b.WriteString(w.wrap(i, line))
		}
		text := b.String()
		if rng.IntN(2) == 0 {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		name := fmt.Sprintf("seed %d: %s of %v", seed, w.name, kind)
		switch rng.IntN(4) {
		case 0:
			text = "\uFEFF" + text
		case 1:
			text, name = wideText16(text), name+" in UTF-16"
		}
		set := find(t, files{"x/f": text}.fsys())
		if len(set.Chains) != 1 {
			t.Fatalf("%s: %q, %v\n%s", name, chainLines(set), set.Problems, text)
		}
		c := set.Chains[0]
		node := w.node
		if node == "" {
			node = "x"
		}
		for _, f := range c.Faults {
			if f.Damage {
				t.Fatalf("%s: %s: %v\n%s", name, f.Title, f.Detail, text)
			}
			if f.Rule == "text-between" && !strings.HasPrefix(f.Title.String(), strconv.Itoa(banners)+" line") {
				t.Fatalf("%s: %s, there are %d", name, f.Title, banners)
			}
		}
		var got, want []string

		for i, e := range entriesOf(t, c.Reader, 1+rng.IntN(5)) {
			got = append(got, fmt.Sprintf("%x %v", e.Payload, e.Status))
			if e.TSNS.Some != (w.timed > 0 && (w.timed < time.Second || e.TSNS.Some)) {
				t.Fatalf("%s: entry %d has time %v\n%s", name, i, e.TSNS, text)
			}
		}
		for _, v := range list {
			want = append(want, v.Hex+" ok")
		}
		backwards := len(set.Problems) > 0 && set.Problems[0].Title == "listed newest first"
		if diff := cmp.Diff(want, got); diff != "" && !backwards || c.Node != node || c.Kind != kind {
			t.Fatalf("%s: %s, %v\n%s\n%s", name, c.Node, c.Kind, diff, text)
		}
		locatesAll(t, name, c)
	}
}

// locatesAll holds that a chain locates what it read.
func locatesAll(t *testing.T, name string, c Chain) {
	t.Helper()
	for i := range c.Reader.Len() {
		at, err := c.Reader.(Locator).Locate(i)
		if err != nil || at.PayloadOffset < 0 || at.PayloadBytes <= 0 || at.PayloadOffset+at.PayloadBytes > c.Bytes {
			t.Fatalf("%s: entry %d at %+v of %d bytes, %v", name, i, at, c.Bytes, err)
		}
	}
}

// wideText16 is a text in UTF-16 with pairs, the low byte first.
func wideText16(text string) string {
	b := []byte{0xff, 0xfe}
	for _, r := range text {
		if r > 0xffff {
			r -= 0x10000
			high, low := 0xd800+r>>10, 0xdc00+r&0x3ff
			b = append(b, byte(high), byte(high>>8), byte(low), byte(low>>8))
			continue
		}
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

// However a text is cut, overwritten with zero bytes or torn and written on, every whole
// record in it is read, and what is missing is damage.
func TestWholeRecordsOfDamagedText(t *testing.T) {
	for seed := range uint64(600) {
		rng := rand.New(rand.NewPCG(seed, 9))
		n := 3 + rng.IntN(8)
		at := 1 + rng.IntN(n-1) // the record that is damaged
		var before, after []string
		for i := range n {
			switch line := failureLine(i, "deferred \\ \"twice\""); {
			case i < at:
				before = append(before, line)
			case i > at:
				after = append(after, line)
			}
		}
		broken := failureLine(at, "deferred \\ \"twice\"")
		cut := 1 + rng.IntN(len(broken)-1)
		between := []string{"\n", ",\n", "\r\n"}[rng.IntN(3)]
		text := strings.Join(before, between) + between + broken[:cut]
		switch rng.IntN(4) {
		case 0: // the text ends
			after = nil
		case 1: // the next record follows at once
			text += strings.Join(after, between)
		case 2: // zero bytes, and what is left of the record
			text += strings.Repeat("\x00", 1+rng.IntN(300)) + broken[cut:] + between + strings.Join(after, between)
		case 3: // a line end
			text += "\n" + strings.Join(after, between)
		}
		if rng.IntN(3) == 0 {
			text = "[" + text
		}
		set := find(t, files{"x/f": text}.fsys())
		if len(set.Chains) != 1 {
			t.Fatalf("seed %d: %q\n%s", seed, chainLines(set), text)
		}
		var got []string
		torn := 0
		for _, e := range entriesOf(t, set.Chains[0].Reader, 0) {
			if e.Status == wire.EntryTorn {
				torn++
			} else if len(e.Payload) > 0 {
				got = append(got, fmt.Sprintf("%x", e.Payload))
			}
		}
		for _, f := range set.Chains[0].Faults {
			if f.Damage {
				torn++
			}
		}
		var want []string
		for _, line := range append(before, after...) {
			payload, err := appendRecord(nil, wire.ChainFailure, []byte(line))
			must(t, err)
			want = append(want, fmt.Sprintf("%x", payload))
		}
		if diff := cmp.Diff(want, got); diff != "" || torn == 0 {
			t.Fatalf("seed %d, cut at %d of %s, %d damaged\n%s\n%q", seed, cut, broken, torn, diff, text)
		}
	}
}
