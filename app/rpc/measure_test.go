package rpc_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/app/rpc"
	"chainglass/wire/postcard"
)

// TestMeasuresAreWhatIsSaved: in every form that the engine writes, what is measured
// is what is saved, to the byte.
func TestMeasuresAreWhatIsSaved(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	p, opened := openIncident(t)
	r := rand.New(rand.NewPCG(7, 7)) // fixed, so that a failure comes back
	const firstNS, lengthNS = 1_779_465_600_000_000_000, 3_600_000_000_000
	for round := range 6 {
		request := rpc.SaveAsRequest{Title: "t"}
		if round > 0 {
			from := firstNS + r.Uint64N(lengthNS)
			request.FromNS, request.ToNS = postcard.Some(from), postcard.Some(from+1+r.Uint64N(lengthNS/2))
			c := opened.Chains[r.IntN(len(opened.Chains))]
			request.Table.Query = []string{"", "outcome:failed,error", "node:" + c.Node, fmt.Sprintf("pos:%d..", r.IntN(3000))}[r.IntN(4)]
		}
		if size := mustAsk(t, p, rpc.PackSize, engine.PackSpec{Where: request.Table.Query, FromNS: request.FromNS, ToNS: request.ToNS}); size.Size.Entries == 0 {
			continue
		}
		for _, form := range []rpc.Form{rpc.FormChain, rpc.FormNDJSON, rpc.FormCSV, rpc.FormMarkdown, rpc.FormSVG} {
			request.Form = form
			measured := mustAsk(t, p, rpc.Measure, rpc.MeasureRequest{SaveAsRequest: request})
			_, content := take(t, p, rpc.SaveAs, request)
			if !measured.Known || measured.Bytes != int64(len(content)) || len(content) == 0 {
				t.Errorf("%s of %q: %d bytes were saved, %d measured", form, request.Table.Query, len(content), measured.Bytes)
			}
		}
	}
}

func TestWhatCannotBeMeasuredSaysNothing(t *testing.T) {
	p, _ := openIncident(t)
	redacted := rpc.SaveAsRequest{Form: rpc.FormPage, Redact: &redact.Options{}, Table: engine.TableSpec{Query: "node:node-2 outcome:failed"}}
	if got := mustAsk(t, p, rpc.Measure, rpc.MeasureRequest{SaveAsRequest: redacted}); got.Known {
		t.Errorf("%+v", got)
	}
	made := mustAsk(t, p, rpc.Share, rpc.ShareRequest{NoReport: true, Redact: redacted.Redact, Pack: engine.PackSpec{Where: redacted.Table.Query}})
	if got := mustAsk(t, p, rpc.Measure, rpc.MeasureRequest{SaveAsRequest: redacted, Number: made.Number}); !got.Known || got.Bytes < made.Bytes/10 {
		t.Errorf("%d bytes of %d are %+v", made.Bytes, made.Bytes, got)
	}
	redacted.Form = rpc.FormChain
	if got := mustAsk(t, p, rpc.Measure, rpc.MeasureRequest{SaveAsRequest: redacted, Number: made.Number}); !got.Known || got.Bytes != made.Bytes {
		t.Errorf("%d bytes are %+v", made.Bytes, got)
	}
	wrong := rpc.SaveAsRequest{Form: rpc.FormChain, Table: engine.TableSpec{Query: "outcome:"}}
	if got := mustAsk(t, p, rpc.Measure, rpc.MeasureRequest{SaveAsRequest: wrong}); got.Fault == nil {
		t.Errorf("%+v", got)
	}
}
