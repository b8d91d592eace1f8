package ui

import (
	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// review is what the page knows beside the records: the story in them, what
// belongs to the selected one, how two chains differ, what people noted.
type review struct {
	insights  insights
	related   lane[rpc.PositionRequest, engine.Related]
	notes     notes
	comparing comparing
}

func newReview() review {
	return review{
		insights:  newInsights(),
		related:   lane[rpc.PositionRequest, engine.Related]{method: rpc.Related},
		notes:     newNotes(),
		comparing: newComparing(),
	}
}

// reviewChanged takes notice that other chains are open, or that they are read
// as something else, once nothing is being read any more.
func (s *store) reviewChanged() {
	if len(s.loads) == 0 {
		s.askInsights()
		s.forgetReasons()
		s.askNotes()
		s.forgetComparison()
	}
}
