package share

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
)

// seeded is a source of pseudonyms that can be had again.
func seeded() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{1}) }

// The same choice of the same chains gives the same bytes, also redacted, given
// where its pseudonyms come from. The time in an export is that of its spec.
func TestSharedTwiceIsTheSame(t *testing.T) {
	const from, to = 1779465600_000_000_000, 1779469200_000_000_000
	specs := map[string]Spec{
		"all":      {},
		"titled":   {Title: "Night", NoReport: true},
		"filtered": {Pack: engine.PackSpec{Where: "outcome:failed"}},
		"window":   {Pack: engine.PackSpec{FromNS: postcard.Some[uint64](from), ToNS: postcard.Some[uint64](to)}},
		"redacted": {Redact: &redact.Options{}},
		"dropped":  {Redact: &redact.Options{Texts: redact.TextDrop, ShiftTimes: true}},
	}
	for name, s := range specs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			make := func(createdAtMS uint64) Shared {
				e, _ := open(t)
				s := s
				s.Pack.CreatedAtMS = createdAtMS
				if s.Redact != nil {
					o := *s.Redact
					o.Random = seeded()
					s.Redact = &o
				}
				shared, _ := share(t, e, s)
				return shared
			}
			const now = from / 1_000_000
			one, two := make(now), make(now)
			if !bytes.Equal(contentOf(t, one.Export), contentOf(t, two.Export)) {
				t.Error("two exports differ")
			}
			if one.ReportHTML != two.ReportHTML || one.Title != two.Title || one.Fragment != two.Fragment {
				t.Error("two reports, titles or places differ")
			}
			if name != "titled" {
				return
			}
			// Nothing but its time tells two shares of the same apart.
			later := make(now + 1)
			file, err := export.Open(later.Export, later.Export.Size())
			if err != nil || file.Header().CreatedAtMS != now+1 {
				t.Errorf("made at %d, %v", file.Header().CreatedAtMS, err)
			}
			if bytes.Equal(contentOf(t, one.Export), contentOf(t, later.Export)) || one.Export.Size() != later.Export.Size() || one.Title != later.Title {
				t.Errorf("more than the time differs: %d and %d bytes", one.Export.Size(), later.Export.Size())
			}
		})
	}
}
