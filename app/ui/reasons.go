package ui

import (
	"chainglass/app/browser"
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// reasons is what was given as a reason in a span of time, masked and counted.
type reasons struct {
	// span is what the user wrote, "" for all time; wrong says what is wrong
	// with it.
	span  string
	wrong string
	// groups are replaced whole, the most frequent first; err is set instead.
	groups []insight.Group
	err    error
	known  bool
	busy   bool
	cancel func()
	// asked counts the questions: an answer to an older one is of no interest.
	asked int
}

// firstDayMS is the time whose day stands for times without one.
func (s *store) firstDayMS() uint64 {
	return view.MixRange(s.allChains()).FirstMS.Value
}

// askReasons asks which reasons were given in a span of time.
func (s *store) askReasons(span string) {
	r := &s.insights.reasons
	r.span, r.wrong = span, ""
	s.rev.details++
	s.keepPlace()
	browser.ElementByID(reasonsFieldID).SetText(span)
	from, to, err := view.ParseSpan(span, s.firstDayMS(), s.zone())
	if err != nil {
		r.wrong = err.Error()
		return
	}
	s.stopReasons()
	r.busy = true
	asked := r.asked
	r.cancel = rpc.Call(s.client, rpc.Reasons, rpc.ReasonsRequest{FromNS: from, ToNS: to}, openOptions{},
		func(answer rpc.ReasonsResponse, err error) {
			if asked != r.asked {
				return
			}
			r.busy, r.known = false, true
			r.groups, r.err = answer.Groups, err
			s.rev.details++
		})
}

// stopReasons lets go of the question that is under way.
func (s *store) stopReasons() {
	r := &s.insights.reasons
	r.asked++
	if r.busy {
		r.busy = false
		r.cancel()
	}
}

// forgetReasons has the reasons asked for again when they are looked at.
func (s *store) forgetReasons() {
	s.stopReasons()
	s.insights.reasons.known = false
	if s.tab == tabFindings && s.insights.page == pageReasons {
		s.askReasons(s.insights.reasons.span)
	}
}
