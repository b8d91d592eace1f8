package share

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/view"
)

// The size that is measured is that of the export, to the byte, and names what does
// not go.
func TestMeasureIsWhatIsMade(t *testing.T) {
	e, _ := open(t)
	place := view.Place{Node: "node-2", Channel: "meshos/actions", Position: 0}
	place.Time.PinNode, place.Time.PinChannel, place.Time.PinPosition = "node-1", "meshos/actions", 7
	for _, pack := range []engine.PackSpec{{}, {Where: "outcome:failed"}, window()} {
		s := Spec{Pack: pack, Fragment: place.Encode(), NoReport: true}
		m, err := Measure(context.Background(), e, s)
		if err != nil {
			t.Fatal(err)
		}
		made, _ := share(t, e, s)
		if m.Packed.Bytes != made.Export.Size() || m.Packed.Entries != made.Packed.Entries || len(m.Left) != len(made.Left) {
			t.Errorf("%+v: measured %+v, made %d bytes, %+v", pack, m, made.Export.Size(), made.Packed)
		}
		of, err := MeasureExport(made.Export, made.Export.Size())
		// The time of writing is in both, and compresses as it likes.
		if off := of - m.PageBytes; err != nil || off > 100 || off < -100 {
			t.Errorf("%+v: %d bytes in a page, or %d: %v", pack, m.PageBytes, of, err)
		}
		if filtered := pack.Filtered(); filtered != (len(m.Left) == 2) {
			t.Errorf("%+v: left out: %q", pack, m.Left)
		}
	}
}

// What is compressed in part is foretold within five hundredths, whatever kinds of
// chains follow each other.
func TestGzipSizeOfLargeExports(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	r := rand.New(rand.NewPCG(9, 9)) // fixed, so that a failure comes back
	for round := range 2 {
		var data []byte
		for range 1 + round {
			words, text := make([]string, 1+r.IntN(300)), r.IntN(40)
			for i := range words {
				words[i] = strconv.FormatUint(r.Uint64(), 36)
			}
			for end := len(data) + (10+r.IntN(8))<<20; len(data) < end; {
				data = append(data, byte(r.IntN(256)), byte(r.IntN(256)))
				data = append(data, words[r.IntN(len(words))][:min(text, 8)]...)
			}
		}
		var c gzipSize
		for rest := data; len(rest) > 0; {
			n := min(len(rest), 1+r.IntN(3<<20))
			if _, err := c.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		got, err := c.size()
		if err != nil {
			t.Fatal(err)
		}
		var whole bytes.Buffer
		w, err := gzip.NewWriterLevel(&whole, 6)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if off := float64(got)/float64(whole.Len()) - 1; off > 0.05 || off < -0.05 {
			t.Errorf("round %d: %d bytes take %d compressed, foretold %d: %.1f %% off", round, len(data), whole.Len(), got, 100*off)
		}
	}
}
