package kind

import (
	"chainglass/app/insight"
	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
)

// action describes the chain of what a node did. An event with origin 0 of a CortEX
// chain decodes as an action record with id 0 and no kind.
func action() *Kind {
	return New(Kind{
		ID: wire.ChainAction, Name: wire.ChainAction.String(), Channel: "meshos/actions",
		Version: wire.WireFormatVersion,
		Fields: []Field{
			NewNumber("id", SortOrder).As(RoleID),
			NewText("kind", SortWord).As(RoleKind),
			NewNumber("emitted_at_ms", SortTime).As(RoleTime),
			NewEnum("disposition",
				NewStruct("Dispatched"),
				NewStruct("Failed", NewText("reason", SortReason).As(RoleText), NewOption("retry_after_ms", NewNumber("", SortSpan).As(RoleRetry))),
				NewStruct("Gated", NewText("reason", SortReason).As(RoleText), NewOption("cooldown_ms", NewNumber("", SortSpan).As(RoleCooldown))),
			).As(RoleOutcome),
		},
		Outcomes:    []Outcome{{"Dispatched", "D", ToneGood}, {"Failed", "F", ToneBad}, {"Gated", "G", ToneHeld}},
		HasAttempts: true,
		KindIsText:  true,
		Headings: Headings{
			Text:       "reason",
			IDTitle:    "Counts the actions of one process; a retried action has several records",
			DelayTitle: "retry_after_ms of a failure, cooldown_ms of a gate",
		},
		Lane: Lane{Rank: 0, HeightPX: 28, LowPX: 18},

		StandIns: []string{
			"",
			"\x01",
			"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", // id
			"\x01\x00\x01\xff",             // kind
			"\x01\x00\x00\x00\x03",         // disposition
			"\x01\x00\x00\x00\x01\x00\x02", // retry_after_ms
		},

		Read:       readAction,
		NewIndexer: newActionIndexer,
		AppendJSON: jsonAppender(wire.DecodeRecord, (*wire.ActionChainRecord).AppendJSON),
		Parse:      jsonParser(wire.NewRecordParser().Read, appendAction),
		Fits:       fitsAction,
		Fold: ringFold("recent_failures", func(outcome uint8) bool { return wire.Outcome(outcome) != wire.OutcomeDispatched },
			fold.Action(), func(s *State) *[]snapshot.FailureRecord { return &s.Snapshot.RecentFailures }),
	})
}

func appendAction(r *wire.ActionChainRecord, dst []byte) []byte { return wire.AppendRecord(dst, r) }

func readAction(payload []byte, r *Record) error {
	var v wire.View
	if _, err := wire.DecodeView(payload, &v); err != nil {
		return err
	}
	*r = Record{TimeMS: v.EmittedAtMS, ID: v.ID, Kind: v.Kind, Outcome: v.Outcome.String(), Text: v.Reason, DelayMS: v.DelayMS}
	return nil
}

func newActionIndexer() Indexer {
	var teller insight.Teller
	return func(payload []byte, x *Indexed) error {
		n, err := wire.DecodeView(payload, &x.View)
		if x.Tells = x.Outcome != wire.OutcomeDispatched; x.Tells && err == nil {
			x.Told = teller.Action(&x.View)
		}
		x.Size = n
		return err
	}
}

// fitsAction takes a known kind of action as proof enough; any other must look
// like one and come with a time.
func fitsAction(payload []byte) Fit {
	var v wire.View
	n, err := wire.DecodeView(payload, &v)
	if len(payload) > 1 && payload[0] > wire.WireFormatVersion && payload[0] < 16 {
		return FitNewer
	}
	known := err == nil && wire.KnownActionKind(v.Kind)
	ms := v.EmittedAtMS
	return grade(payload, n, err, known || err == nil && ms != 0 && plausibleMS(ms) && isSnakeWord(v.Kind))
}

// isSnakeWord reports whether name looks like the name of an action.
func isSnakeWord(name []byte) bool {
	if len(name) == 0 || len(name) > 64 || name[0] < 'a' || name[0] > 'z' {
		return false
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}
