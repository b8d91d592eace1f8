package rpc

import (
	"errors"
	"io"

	"chainglass/app/engine"
	"chainglass/app/report"
	"chainglass/app/saveas"
	"chainglass/app/share"
	"chainglass/wire/postcard"
)

// What is handed over to others. Results that may be large come in parts, each in
// a report of progress.
const (
	// PackSize tells how much a choice of entries is.
	PackSize Method[engine.PackSpec, PackSizeResponse] = "pack-size"
	// Share makes what is to be shared and keeps it until the next is made, it is
	// taken or it is dropped.
	Share Method[ShareRequest, ShareResponse] = "share"
	// TakeShared hands out in parts what was made, and forgets it.
	TakeShared Method[TakeSharedRequest, Nothing] = "take-shared"
	// DropShared forgets what was made.
	DropShared Method[Nothing, Nothing] = "drop-shared"
	// SaveAs writes what a table shows in another form, in parts.
	SaveAs Method[SaveAsRequest, SaveAsResponse] = "save-as"
)

// PartBytes is how large a part of a result is at most.
const PartBytes = 4 << 20

// PackSizeResponse is how much was chosen, or what is wrong with the filter.
type PackSizeResponse struct {
	Size  engine.PackSize
	Fault *engine.QueryFault
}

// ShareRequest says what to make.
type ShareRequest struct {
	Pack            engine.PackSpec
	Title, Fragment string
	// NoReport leaves the report out.
	NoReport bool
	// MaxBytes bounds the export; 0 does not.
	MaxBytes int64
}

// ShareResponse describes what was made.
type ShareResponse struct {
	// Number names it for TakeShared.
	Number uint64
	Packed engine.Packed
	// Bytes is the size of the export. TooLarge is set if that is more than was
	// allowed; it is not kept then.
	Bytes    int64
	TooLarge bool
	// Title, Fragment and Report go into the page.
	Title, Fragment, Report string
}

// TakeSharedRequest names what was made.
type TakeSharedRequest struct{ Number uint64 }

// Form is a form to save in.
type Form string

// The forms.
const (
	FormNDJSON   Form = "ndjson"
	FormCSV      Form = "csv"
	FormChain    Form = "chain"
	FormMarkdown Form = "markdown"
	FormSVG      Form = "svg"
)

// SaveAsRequest says what to save and how. Markdown and SVG are made of all that
// is open.
type SaveAsRequest struct {
	Form  Form
	Table engine.TableSpec
	// FromNS and ToNS bound the time, as in a PackSpec.
	FromNS, ToNS postcard.Option[uint64]
	// MaxEntries and MaxBytes end what is written as lines; 0 does not.
	MaxEntries int
	MaxBytes   int64
	// Title heads the write-up.
	Title string
}

// SaveAsResponse tells what was written.
type SaveAsResponse struct {
	// Entries were written of Total.
	Entries, Total int
	Bytes          int64
}

// parts sends what is written to it in parts.
type parts struct {
	send  func(engine.Progress)
	part  []byte
	bytes int64
}

func (p *parts) Write(b []byte) (int, error) {
	p.bytes += int64(len(b))
	for rest := b; len(rest) > 0; {
		n := min(len(rest), PartBytes-len(p.part))
		p.part = append(p.part, rest[:n]...)
		rest = rest[n:]
		if len(p.part) == PartBytes {
			p.flush()
		}
	}
	return len(b), nil
}

// flush sends what has gathered.
func (p *parts) flush() {
	if len(p.part) > 0 {
		p.send(engine.Progress{Part: p.part})
		p.part = p.part[:0]
	}
}

// shared is what was made and not taken yet.
type shared struct {
	number uint64
	export []byte
}

func (s *Server) packSize(c call, r engine.PackSpec) (PackSizeResponse, error) {
	size, err := s.engine.PackSize(c.ctx, r)
	if fault := (*engine.QueryFault)(nil); errors.As(err, &fault) {
		return PackSizeResponse{Fault: fault}, nil
	}
	return PackSizeResponse{Size: size}, err
}

func (s *Server) share(c call, r ShareRequest) (ShareResponse, error) {
	s.keepShared(nil)
	made, err := share.Make(c.ctx, s.engine, share.Spec{
		Pack: r.Pack, Title: r.Title, Fragment: r.Fragment, NoReport: r.NoReport, Progress: c.progress,
	})
	if err != nil {
		return ShareResponse{}, err
	}
	answer := ShareResponse{
		Packed: made.Packed, Bytes: int64(len(made.Export)),
		Title: made.Title, Fragment: made.Fragment, Report: made.ReportHTML,
	}
	if answer.TooLarge = r.MaxBytes > 0 && answer.Bytes > r.MaxBytes; !answer.TooLarge {
		answer.Number = s.keepShared(made.Export)
	}
	return answer, nil
}

// keepShared keeps an export in place of the last one and returns its number.
func (s *Server) keepShared(export []byte) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shared.number++
	s.shared.export = export
	return s.shared.number
}

func (s *Server) takeShared(c call, r TakeSharedRequest) (Nothing, error) {
	s.mu.Lock()
	export := s.shared.export
	if s.shared.number != r.Number {
		export = nil
	}
	s.mu.Unlock()
	if export == nil {
		return Nothing{}, errors.New("what was made is no more: something else was made since")
	}
	for len(export) > 0 {
		if err := c.ctx.Err(); err != nil {
			return Nothing{}, err
		}
		n := min(len(export), PartBytes)
		c.progress(engine.Progress{Part: export[:n]})
		export = export[n:]
	}
	s.keepShared(nil)
	return Nothing{}, nil
}

func (s *Server) dropShared(call, Nothing) (Nothing, error) {
	s.keepShared(nil)
	return Nothing{}, nil
}

func (s *Server) saveAs(c call, r SaveAsRequest) (SaveAsResponse, error) {
	out := &parts{send: c.progress}
	var answer SaveAsResponse
	var err error
	switch r.Form {
	case FormNDJSON, FormCSV:
		answer, err = s.saveEntries(c, r, out)
	case FormChain:
		answer, err = s.saveChain(c, r, out)
	case FormMarkdown, FormSVG:
		err = s.saveReport(c, r, out)
	default:
		err = errors.New("no form " + string(r.Form))
	}
	if err != nil {
		return SaveAsResponse{}, err
	}
	out.flush()
	answer.Bytes = out.bytes
	return answer, nil
}

// errEnough ends a walk that has written as much as was allowed.
var errEnough = errors.New("as much as was allowed")

// saveEntries writes entries as lines.
func (s *Server) saveEntries(c call, r SaveAsRequest, out *parts) (SaveAsResponse, error) {
	spec := engine.EntriesSpec{TableSpec: r.Table, FromNS: r.FromNS, ToNS: r.ToNS, MaxEntries: r.MaxEntries, Progress: c.progress}
	var line []byte
	named := false
	walked, err := s.engine.Entries(c.ctx, spec, func(w engine.Walked) error {
		named = w.Chains > 1
		if r.Form == FormCSV {
			_, err := out.Write(saveas.AppendCSVHeader(nil))
			return err
		}
		return nil
	}, func(e *engine.WalkedEntry) error {
		switch {
		case r.Form == FormCSV:
			line = saveas.AppendCSV(line[:0], e)
		case named:
			line = saveas.AppendNDJSON(line[:0], saveas.ChainName(e.Node, e.Channel), e.Kind, &e.Entry, e.ParseError)
		default:
			line = saveas.AppendNDJSON(line[:0], "", e.Kind, &e.Entry, e.ParseError)
		}
		if r.MaxBytes > 0 && out.bytes+int64(len(line)) > r.MaxBytes {
			return errEnough
		}
		_, err := out.Write(line)
		return err
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return SaveAsResponse{Entries: walked.Entries, Total: walked.Total}, err
}

// saveChain writes a chain export.
func (s *Server) saveChain(c call, r SaveAsRequest, out io.Writer) (SaveAsResponse, error) {
	packed, err := s.engine.Pack(c.ctx, engine.PackSpec{
		Chains: r.Table.Chains, Where: r.Table.Query, ZoneMinutes: r.Table.ZoneMinutes,
		FromNS: r.FromNS, ToNS: r.ToNS, Progress: c.progress,
	}, out)
	return SaveAsResponse{Entries: packed.Entries, Total: packed.Entries}, err
}

// saveReport writes what there is to say about all that is open.
func (s *Server) saveReport(c call, r SaveAsRequest, out io.Writer) error {
	c.progress(engine.Progress{Phase: "writing the report"})
	made, err := report.New(c.ctx, s.engine, report.Options{Title: r.Title})
	if err != nil {
		return err
	}
	text := made.Markdown()
	if r.Form == FormSVG {
		text = made.SVG()
	}
	_, err = io.WriteString(out, text)
	return err
}
