package kind

import (
	"chainglass/app/insight"
	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
)

// failure describes the chain of failures as a node recorded them live.
func failure() *Kind {
	return New(Kind{
		ID: wire.ChainFailure, Name: wire.ChainFailure.String(), Channel: "failures",
		Fields: []Field{
			NewNumber("seq", SortOrder).As(RoleID),
			NewText("source", SortSource).As(RoleSource),
			NewText("reason", SortReason).As(RoleText),
			NewNumber("recorded_at_ms", SortTime).As(RoleTime),
		},
		Outcomes: []Outcome{{failureOutcome, "F", ToneBad}},
		MaskKind: true,
		Headings: Headings{Kind: "source"},
		Lane:     Lane{Rank: 1, HeightPX: 8, LowPX: 4},

		StandIns: []string{
			"",
			"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", // seq
			"\x00\x01\xff", // source
		},

		Read:       readFailure,
		NewIndexer: newFailureIndexer,
		AppendJSON: jsonAppender(snapshot.DecodeFailureRecord, (*snapshot.FailureRecord).AppendJSON),
		Parse:      jsonParser(snapshot.ReadJSONFailure, (*snapshot.FailureRecord).AppendPostcard),
		Label:      func(r *Record) string { return string(r.Source) },
		Fits:       fitsFailure,
		Fold:       failureFold(),
	})
}

func failureFold() *Fold {
	f := ringFold("live_failures", always, fold.Failure(),
		func(s *State) *[]snapshot.FailureRecord { return &s.LiveFailures })
	f.Live = true
	return f
}

// failureOutcome is the outcome of all failures.
const failureOutcome = "Failure"

func readFailure(payload []byte, r *Record) error {
	var v snapshot.FailureView
	if _, err := snapshot.DecodeFailureView(payload, &v); err != nil {
		return err
	}
	*r = Record{TimeMS: v.RecordedAtMS, ID: v.Seq, Outcome: failureOutcome, Text: v.Reason, Source: v.Source}
	return nil
}

func newFailureIndexer() Indexer {
	var teller insight.Teller
	return func(payload []byte, x *Indexed) error {
		var v snapshot.FailureView
		n, err := snapshot.DecodeFailureView(payload, &v)
		if err != nil {
			return err
		}
		x.EmittedAtMS, x.ID, x.Kind = v.RecordedAtMS, v.Seq, v.Source
		x.Outcome, x.Reason = 0, v.Reason
		x.Size = n
		x.Tells, x.Told = true, teller.Failure(&v)
		return nil
	}
}

func fitsFailure(payload []byte) Fit {
	var v snapshot.FailureView
	n, err := snapshot.DecodeFailureView(payload, &v)
	return grade(payload, n, err, plausibleMS(v.RecordedAtMS) && len(v.Source) > 0)
}
