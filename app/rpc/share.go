package rpc

import (
	"errors"
	"io"

	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/app/report"
	"chainglass/app/saveas"
	"chainglass/app/share"
	"chainglass/app/view"
	"chainglass/wire"
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

// PartBytes is how large a part of a result is at most: the page takes it within
// some milliseconds.
const PartBytes = 1 << 20

// PackSizeResponse is how much was chosen, or what is wrong with the filter.
type PackSizeResponse struct {
	Size  engine.PackSize
	Fault *engine.QueryFault
}

// ShareRequest says what to make.
type ShareRequest struct {
	Pack            engine.PackSpec
	Title, Fragment string
	// Redact says how to redact; nil does not.
	Redact *redact.Options
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
	// Redacted says what leaves, if it was redacted, and Samples shows some of it,
	// a few entries of every kind of chain, as they will be seen.
	Redacted *redact.Summary
	Samples  []Sample
}

// Sample is some entries of a chain.
type Sample struct {
	Chain engine.ChainInfo
	Rows  []engine.Row
}

// sampleRows is how many entries of a chain are shown.
const sampleRows = 4

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

// SaveAsRequest says what to save and how.
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
	// Redact says how to redact; nil does not.
	Redact *redact.Options
}

// SaveAsResponse tells what was written.
type SaveAsResponse struct {
	// Entries were written of Total.
	Entries, Total int
	Bytes          int64
	// Redacted says what left, if it was redacted.
	Redacted *redact.Summary
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
	export share.Store
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
		Pack: r.Pack, Title: r.Title, Fragment: r.Fragment, Redact: r.Redact, NoReport: r.NoReport, MaxBytes: r.MaxBytes, Progress: c.progress,
	})
	if tooLarge := (*share.TooLargeError)(nil); errors.As(err, &tooLarge) {
		return ShareResponse{Bytes: tooLarge.Bytes, TooLarge: true}, nil
	} else if err != nil {
		return ShareResponse{}, err
	}
	answer := ShareResponse{
		Packed: made.Packed, Bytes: made.Export.Size(), Redacted: made.Redacted,
		Title: made.Title, Fragment: made.Fragment, Report: made.ReportHTML,
	}
	if made.Redacted != nil {
		if answer.Samples, err = s.samples(c, &made); err != nil {
			return ShareResponse{}, err
		}
	}
	answer.Number = s.keepShared(made.Export)
	return answer, nil
}

// samples takes some entries of every kind of chain out of what was made.
func (s *Server) samples(c call, made *share.Shared) ([]Sample, error) {
	viewed, done, err := made.View(c.ctx, s.engine, c.progress)
	defer done()
	if err != nil {
		return nil, err
	}
	var samples []Sample
	seen := map[wire.ChainKind]bool{}
	for _, chain := range viewed.Chains() {
		if seen[chain.Kind] || chain.Entries == 0 {
			continue
		}
		seen[chain.Kind] = true
		page, err := viewed.Rows(c.ctx, chain.ID, (chain.Entries-1)/2, sampleRows)
		if err != nil {
			return nil, err
		}
		samples = append(samples, Sample{Chain: chain, Rows: page.Rows})
	}
	return samples, nil
}

// keepShared keeps an export in place of the last one and returns its number.
func (s *Server) keepShared(export share.Store) uint64 {
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
	part := make([]byte, PartBytes)
	for at := int64(0); at < export.Size(); at += PartBytes {
		if err := c.ctx.Err(); err != nil {
			return Nothing{}, err
		}
		n, err := export.ReadAt(part[:min(PartBytes, export.Size()-at)], at)
		if err != nil {
			return Nothing{}, err
		}
		c.progress(engine.Progress{Part: part[:n]})
	}
	s.keepShared(nil)
	return Nothing{}, nil
}

func (s *Server) dropShared(call, Nothing) (Nothing, error) {
	s.keepShared(nil)
	return Nothing{}, nil
}

func (s *Server) saveAs(c call, r SaveAsRequest) (SaveAsResponse, error) {
	w := saving{call: c, request: r, engine: s.engine, out: &parts{send: c.progress}}
	answer, err := w.save()
	if err != nil {
		return SaveAsResponse{}, err
	}
	w.out.flush()
	answer.Bytes, answer.Redacted = w.out.bytes, w.redacted
	return answer, nil
}

// saving writes what was chosen in another form.
type saving struct {
	call
	request SaveAsRequest
	engine  *engine.Engine
	out     *parts
	remarks []string
	// redacted says what leaves, if it is redacted.
	redacted *redact.Summary
}

func (w *saving) save() (SaveAsResponse, error) {
	write, known := map[Form]func() (SaveAsResponse, error){
		FormNDJSON: w.lines, FormCSV: w.lines, FormChain: w.chain, FormMarkdown: w.report, FormSVG: w.report,
	}[w.request.Form]
	if !known {
		return SaveAsResponse{}, errors.New("no form " + string(w.request.Form))
	}
	if w.viewed() {
		done, err := w.view()
		defer done()
		if err != nil {
			return SaveAsResponse{}, err
		}
	}
	return write()
}

// pack chooses the entries.
func (w *saving) pack() engine.PackSpec {
	r := &w.request
	return engine.PackSpec{
		Chains: r.Table.Chains, Where: r.Table.Query, Zone: r.Table.Zone,
		FromNS: r.FromNS, ToNS: r.ToNS, Progress: w.progress,
	}
}

// viewed reports whether what is written is made of a view of its own: redacted
// entries, or a report of some entries only.
func (w *saving) viewed() bool {
	pack := w.pack()
	ofAll := w.request.Form == FormMarkdown || w.request.Form == FormSVG
	return w.request.Redact != nil || ofAll && (pack.Filtered() || len(pack.Chains) > 0)
}

// view makes the view and has everything else look at it.
func (w *saving) view() (done func(), err error) {
	pack := w.pack()
	made, err := share.Make(w.ctx, w.engine, share.Spec{Pack: pack, Redact: w.request.Redact, NoReport: true, Progress: w.progress})
	if err != nil {
		return func() {}, err
	}
	w.remarks, w.redacted = made.Remarks(w.engine, &pack), made.Redacted
	w.engine, done, err = made.View(w.ctx, w.engine, w.progress)
	w.request.Table = engine.TableSpec{Order: w.request.Table.Order}
	w.request.FromNS, w.request.ToNS = postcard.None[uint64](), postcard.None[uint64]()
	return done, err
}

// errEnough ends a walk that has written as much as was allowed.
var errEnough = errors.New("as much as was allowed")

// lines writes entries as lines.
func (w *saving) lines() (SaveAsResponse, error) {
	r := &w.request
	spec := engine.EntriesSpec{TableSpec: r.Table, FromNS: r.FromNS, ToNS: r.ToNS, MaxEntries: r.MaxEntries, Progress: w.progress}
	var line, plain []byte
	named := false
	walked, err := w.engine.Entries(w.ctx, spec, func(walked engine.Walked) error {
		named = walked.Chains > 1
		if r.Form == FormCSV {
			_, err := w.out.Write(saveas.AppendCSVHeader(nil))
			return err
		}
		return nil
	}, func(e *engine.WalkedEntry) error {
		name := ""
		if named {
			name = saveas.ChainName(e.Node, e.Channel)
		}
		if r.Form == FormCSV {
			line = saveas.AppendCSV(line[:0], e)
		} else {
			// As the command line prints them: files of lines are read in terminals.
			plain = saveas.AppendNDJSON(plain[:0], name, e.Kind, &e.Entry, e.ParseError)
			line = view.AppendEscapedJSON(line[:0], plain)
		}
		if r.MaxBytes > 0 && w.out.bytes+int64(len(line)) > r.MaxBytes {
			return errEnough
		}
		_, err := w.out.Write(line)
		return err
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return SaveAsResponse{Entries: walked.Entries, Total: walked.Total}, err
}

// chain writes a chain export.
func (w *saving) chain() (SaveAsResponse, error) {
	packed, err := w.engine.Pack(w.ctx, w.pack(), w.out)
	return SaveAsResponse{Entries: packed.Entries, Total: packed.Entries}, err
}

// report writes what there is to say about everything.
func (w *saving) report() (SaveAsResponse, error) {
	w.progress(engine.Progress{Phase: "writing the report"})
	made, err := report.New(w.ctx, w.engine, report.Options{Title: w.request.Title, Remarks: w.remarks})
	if err != nil {
		return SaveAsResponse{}, err
	}
	text := made.Markdown()
	if w.request.Form == FormSVG {
		text = made.SVG()
	}
	if text == "" {
		return SaveAsResponse{}, errors.New("there is no time axis: no entry has a time")
	}
	_, err = io.WriteString(w.out, text)
	return SaveAsResponse{}, err
}
