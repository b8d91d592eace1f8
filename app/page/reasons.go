package page

import (
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// Reasons is what was given as a reason in a span of time, masked and counted.
type Reasons struct {
	page *Page
	// Span is what the user wrote, "" for all time; Wrong says what is wrong
	// with it.
	Span  string
	Wrong string
	// Groups are replaced whole, the most frequent first; Err is set instead.
	Groups []insight.Group
	Err    error
	Known  bool
	asking Newest[rpc.Nothing, rpc.ReasonsResponse]
}

// Ask asks which reasons were given in a span of time.
func (r *Reasons) Ask(span string) {
	r.Span, r.Wrong = span, ""
	r.page.Rev.Details++
	r.page.Address.keep()
	r.page.host.Field(ReasonsFieldID).SetText(span)
	from, to, err := view.ParseSpan(span, r.page.Sources.FirstDayMS(), r.page.Zone())
	if err != nil {
		r.Wrong = err.Error()
		return
	}
	request := rpc.ReasonsRequest{FromNS: from, ToNS: to}
	r.asking.replace(rpc.Nothing{}, func(_ rpc.Nothing, answer func(rpc.ReasonsResponse, error)) func() {
		return rpc.Call(r.page.client, rpc.Reasons, request, openOptions{}, answer)
	}, func() {
		r.Known, r.Groups, r.Err = true, nil, r.asking.Err()
		if answer := r.asking.Last(); answer != nil {
			r.Groups = answer.Groups
		}
		r.page.Rev.Details++
	})
}

// Busy reports whether the reasons are being counted.
func (r *Reasons) Busy() bool { return r.asking.Busy() }

// forget has the reasons asked for again when they are looked at.
func (r *Reasons) forget() {
	r.asking.stop()
	r.Known = false
	if r.page.Details.Tab == TabFindings && r.page.Findings.ShownPage == PageReasons {
		r.Ask(r.Span)
	}
}
