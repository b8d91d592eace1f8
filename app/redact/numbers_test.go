package redact

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"

	"github.com/google/go-cmp/cmp"
)

// marked returns a text with its measures in brackets.
func marked(text string) string {
	var b strings.Builder
	at := 0
	for _, m := range measuresIn(text) {
		b.WriteString(text[at:m.from] + "[" + text[m.from:m.to] + "]")
		at = m.to
	}
	return b.String() + text[at:]
}

func TestMeasures(t *testing.T) {
	for _, want := range []string{
		"pull timed out after [5000] ms", "took [1.5s], then [12] MiB", "[12MiB] of [40GiB]", "[3] of [5] votes", "attempt [3]", "Attempt #[3]: refused", "retry=[3]",
		"attempt [3]/[5]", "[99]%", "[99] % full", "in [30s]", "[x3] and ×4", "the [2nd] try", "[12]µs", "[1h30m] ago", "[1,234,567] bytes", "rtt=[5ms]", "~[7] entries", "(+[5] ms)",
		"[5] MiB/s", "[3] attempts, [17] times",
		// What is none.
		"port 5432", "node 5", "customer 4711", "attempt 4711", "10.0.0.5 ms", "5-12 s", "a5 ms", "5.6.7 s", "user@5 ms", "16:08:15 s", "007 ms", "1234567890123456 bytes",
		"1779465600 s", "600000000000 ns", "99%41", "5 customers", "5 ms-east", "5 ms@home", "22 May", "x3y", "1a2b3c ms", "path/5 ms", "5 mser",
	} {
		text := strings.NewReplacer("[", "", "]", "").Replace(want)
		if got := marked(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A number is read alike in every notation, and written again in it.
func TestNotations(t *testing.T) {
	const id, other = uint64(0x51b7e0c2d4a89f33), uint64(0x0123456789abcdef)
	for text, want := range map[string]string{
		"0x51b7e0c2d4a89f33": "0x0123456789abcdef", "51B7E0C2D4A89F33": "0123456789ABCDEF", "0X000051b7e0c2d4a89f33": "0X00000123456789abcdef",
		"5888422165206310707": strconv.FormatUint(other, 10), "005888422165206310707": fmt.Sprintf("%021d", other),
		"5_888_422_165_206_310_707": "0_081_985_529_216_486_895",
	} {
		all, count := readings(text)
		found := false
		for _, n := range all[:count] {
			if n.value == id {
				found = true
				if got := string(n.append(nil, other)); got != want {
					t.Errorf("%s became %s, want %s", text, got, want)
				}
			}
		}
		if !found {
			t.Errorf("%s is read as %+v", text, all[:count])
		}
	}
	n, end := groupedAt("at 5,888,422,165,206,310,707 it", 3)
	if n.value != id || end != 28 || string(n.append(nil, other)) != "0,081,985,529,216,486,895" || string(n.append(nil, 1<<63)) != "9,223,372,036,854,775,808" {
		t.Errorf("%+v, %d", n, end)
	}
}

// One id has one pseudonym in fields and in texts, in the notation of each place.
func TestOneIDIsOnePseudonym(t *testing.T) {
	for _, id := range []uint64{0x51b7e0c2d4a89f33, 0x7f3a21c4, 659_918, 1 << 32} {
		texts := []string{
			fmt.Sprintf("%d", id), fmt.Sprintf("0x%x", id), fmt.Sprintf("0X%X", id), fmt.Sprintf("0x%016x", id), fmt.Sprintf("%024d", id),
			grouped(id, ","), grouped(id, "_"), grouped(id, "."), fmt.Sprintf("node-0x%x", id),
		}
		var payloads [][]byte
		for _, text := range texts {
			payloads = append(payloads, logged(1, id, "lost "+text+" again"))
		}
		b := write(t, func(w *export.Writer) error {
			return addChain(w, export.ChainInfo{Node: "east", Kind: wire.ChainLog}, payloads...)
		})
		out, _ := rewritten(t, b, Options{})
		for i, e := range entriesOf(t, out, 0) {
			r, err := snapshot.DecodeLogRecord(e.Payload)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.TrimSuffix(strings.TrimPrefix(r.Message, "lost "), " again")
			plain := strings.NewReplacer(",", "", "_", "", ".", "", "node-", "").Replace(strings.ToLower(text))
			v, err := strconv.ParseUint(strings.TrimLeft(strings.TrimPrefix(plain, "0x"), "0"), map[bool]int{true: 16, false: 10}[strings.HasPrefix(plain, "0x")], 64)
			if err != nil || v != r.NodeID.Value || v == id {
				t.Errorf("%s became %s, the field %d", texts[i], text, r.NodeID.Value)
			}
		}
	}
}

// A number that only texts have is one in every notation as well.
func TestNumbersOfTextsAreOne(t *testing.T) {
	b := chainOf(t, wire.ChainAction, failed(1, "lost 0x51b7e0c2d4a89f33"), failed(2, "lost 5888422165206310707"), failed(3, "lost 0x1f2e"), failed(4, "lost 7982"))
	out, _ := rewritten(t, b, Options{})
	got := reasons(t, out)
	v, err := strconv.ParseUint(strings.TrimPrefix(got[0], "lost 0x"), 16, 64)
	if err != nil || got[1] != fmt.Sprint("lost ", v) || got[2] != got[3] {
		t.Errorf("%q", got)
	}
}

// Where an id stands in the place of a measure, no measure of the template is shown:
// the one number that never appears would be known for it.
func TestNoMeasureStaysWhereAnIDStands(t *testing.T) {
	actions := func(w *export.Writer) error {
		var payloads [][]byte
		for i := range 20 {
			payloads = append(payloads, failed(uint64(i), fmt.Sprintf("rtt %d ms", i)), failed(uint64(i), fmt.Sprintf("lag %d entries", 100+i)))
		}
		return addChain(w, export.ChainInfo{Node: "east", Kind: wire.ChainAction}, payloads...)
	}
	plain, _ := rewritten(t, write(t, actions), Options{})
	if got := reasons(t, plain); got[0] != "rtt 0 ms" || got[1] != "lag 100 entries" || got[14] != "rtt 7 ms" {
		t.Errorf("%q", got)
	}
	both := write(t, func(w *export.Writer) error { // and there is a daemon 7
		return errors.Join(actions(w), addChain(w, export.ChainInfo{Node: "east", Kind: wire.ChainLog}, logged(7, 0, "x")))
	})
	out, s := rewritten(t, both, Options{})
	for i, text := range reasons(t, out) {
		if shown := measuresIn(text) != nil; shown != strings.HasPrefix(text, "lag") {
			t.Errorf("%d: %q", i, text)
		}
	}
	for _, c := range s.Templates {
		if c.Original == "rtt # ms" && (!c.Held || c.Stays > 0) || c.Original == "lag # entries" && (c.Held || c.Stays != 20 || c.Example != "lag 100 entries") {
			t.Errorf("%+v", c)
		}
	}
	// Who keeps the template all the same keeps all but the id, and is told.
	out, s = rewritten(t, both, Options{Keep: []string{"rtt # ms", "nothing #"}})
	got := reasons(t, out)
	if got[0] != "rtt 0 ms" || got[12] != "rtt 6 ms" || got[14] == "rtt 7 ms" || got[16] != "rtt 8 ms" {
		t.Errorf("%q", got)
	}
	withheld := 0
	for _, c := range s.Templates {
		withheld += c.Withheld
	}
	if withheld != 1 || !cmp.Equal(s.Unknown, []string{"nothing #"}) {
		t.Errorf("%d withheld, unknown %q", withheld, s.Unknown)
	}
}

// The sender moves a template from one group to the other.
func TestTemplatesAreMoved(t *testing.T) {
	b := chainOf(t, wire.ChainAction, failed(1, "pull timed out after 500 ms"), failed(2, "exited: signal 11"), failed(3, "exited: signal 0x51b7e0c2"))
	was, _ := rewritten(t, b, Options{})
	is, _ := rewritten(t, b, Options{Hide: []string{"pull timed out after # ms"}, Keep: []string{"exited: signal #"}})
	if got := reasons(t, was); got[0] != "pull timed out after 500 ms" || got[1] == "exited: signal 11" {
		t.Errorf("%q", got)
	}
	if got := reasons(t, is); got[0] == "pull timed out after 500 ms" || got[1] != "exited: signal 11" || got[2] != "exited: signal 0x51b7e0c2" {
		t.Errorf("%q", got)
	}
	// What is an id stays hidden whatever is asked for.
	ids := write(t, func(w *export.Writer) error {
		return addChain(w, export.ChainInfo{Node: "4711", Kind: wire.ChainLog}, logged(11, 0x51b7e0c2, "exited: signal 11"), logged(11, 5, "exited: signal 0x51b7e0c2"), logged(11, 5, "exited: signal 9"), logged(11, 5, "exited: signal 4711"))
	})
	out, _ := rewritten(t, ids, Options{Keep: []string{"exited: signal #"}})
	var got []string
	for _, e := range entriesOf(t, out, 0) {
		got = append(got, textOf(wire.ChainLog, e.Payload))
	}
	if got[0] == "exited: signal 11" || strings.Contains(got[1], "51b7e0c2") || got[2] != "exited: signal 9" || got[3] == "exited: signal 4711" {
		t.Errorf("%q", got)
	}
}

// Unix times in a text are no measures: they would undo a shift.
func TestTimesAreNoMeasures(t *testing.T) {
	b := chainOf(t, wire.ChainAction, failed(1, "started 1779465600 s ago"), failed(2, "since 1779465600001 ms"), failed(3, "since 1779465600001"))
	out, _ := rewritten(t, b, Options{ShiftTimes: true})
	for _, text := range reasons(t, out) {
		if strings.Contains(text, "17794656") {
			t.Errorf("%q", text)
		}
	}
}
