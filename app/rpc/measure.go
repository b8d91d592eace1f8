package rpc

import (
	"errors"

	"chainglass/app/engine"
	"chainglass/app/share"
)

// Measure tells how large what is chosen comes to in a form, by making it and
// keeping nothing. It reports progress and can be cancelled.
const Measure Method[MeasureRequest, MeasureResponse] = "measure"

// The forms that can be measured and are made of an export by the page.
const (
	FormPage Form = "page"
	FormLink Form = "link"
)

// MeasureRequest says what is to be measured.
type MeasureRequest struct {
	// SaveAsRequest says what and in which form.
	SaveAsRequest
	// Fragment is the place that is shown.
	Fragment string
	// Number names what was made and is to be measured instead; 0 for nothing.
	Number uint64
}

// MeasureResponse tells how large something is.
type MeasureResponse struct {
	// Bytes is the size of the file; of a page it is what lies beside the viewer, and
	// about that. Known is false if it is not known before it is made.
	Bytes int64
	Known bool
	// Packed counts what goes, of forms that are an export; Left names what does not.
	Packed engine.Packed
	Left   []string
	// Fault is set if the filter is none.
	Fault *engine.QueryFault
}

func (s *Server) measure(c call, r MeasureRequest) (MeasureResponse, error) {
	answer, err := s.measured(c, &r)
	if fault := (*engine.QueryFault)(nil); errors.As(err, &fault) {
		return MeasureResponse{Fault: fault}, nil
	}
	return answer, err
}

func (s *Server) measured(c call, r *MeasureRequest) (MeasureResponse, error) {
	w := saving{call: c, request: r.SaveAsRequest, engine: s.engine, out: &parts{send: func(engine.Progress) {}}}
	ofExport := r.Form == FormPage || r.Form == FormLink || r.Form == FormChain
	switch {
	case r.Number != 0 && ofExport:
		return s.measureMade(r)
	case r.Redact != nil:
		// What becomes of texts is known once it is done.
		return MeasureResponse{}, nil
	case ofExport:
		pack := w.pack()
		m, err := share.Measure(c.ctx, s.engine, share.Spec{Pack: pack, Fragment: r.Fragment, Progress: c.progress})
		if err != nil {
			return MeasureResponse{}, err
		}
		answer := MeasureResponse{Bytes: m.Packed.Bytes, Known: r.Form != FormLink, Packed: m.Packed, Left: m.Left}
		if r.Form == FormPage {
			answer.Bytes = m.PageBytes
		}
		return answer, nil
	}
	if _, err := w.save(); err != nil {
		return MeasureResponse{}, err
	}
	return MeasureResponse{Bytes: w.out.bytes, Known: true}, nil
}

// measureMade measures what was made and is kept.
func (s *Server) measureMade(r *MeasureRequest) (MeasureResponse, error) {
	s.mu.Lock()
	export := s.shared.export
	if s.shared.number != r.Number {
		export = nil
	}
	s.mu.Unlock()
	if export == nil {
		return MeasureResponse{}, nil
	}
	answer := MeasureResponse{Bytes: export.Size(), Known: r.Form != FormLink}
	if r.Form != FormPage {
		return answer, nil
	}
	var err error
	answer.Bytes, err = share.MeasureExport(export, export.Size())
	return answer, err
}
