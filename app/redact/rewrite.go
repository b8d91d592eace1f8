package redact

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"chainglass/app/kind"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// tool is what the result says wrote it.
const tool = "chainglass"

// Rewrite writes a redacted view of an export. On an error, what has been written
// must not be passed on: a *[LeakError] says that an original would have remained.
// Damage of src is no error; what it has taken is missing in the result as well.
func Rewrite(dst io.Writer, src *export.File, o Options) (Summary, error) {
	if o.Texts >= textModes {
		return Summary{}, fmt.Errorf("redact: unknown text mode %d", o.Texts)
	}
	if o.Pace == nil {
		o.Pace = func() error { return nil }
	}
	r := &rewriter{src: src, options: o, secrets: newSecrets(&o), tally: newTally()}
	r.texts.tell = r.tally.text
	steps := []func() error{r.commit, r.learn, r.judge, r.assign, func() error { return r.write(dst) }}
	for _, step := range steps {
		if err := step(); err != nil {
			return Summary{}, err
		}
	}
	return r.summary, nil
}

// rewriter redacts one export.
type rewriter struct {
	src     *export.File
	options Options
	*secrets
	tally   *tally
	summary Summary

	replacer *replacer
	checker  *checker
	out      *searchingWriter
	w        *export.Writer
	chains   map[export.ChainID]export.ChainID
	// anchors are the entries that notes are tied to and, once written, their new
	// words.
	anchors map[anchor]postcard.Option[uint32]
	// entries are some of a block, rewritten, and payloads what they alias.
	entries  []wire.Entry
	payloads []byte
	again    []byte // scratch
	versions versions
}

// anchor is an entry as a note knows it.
type anchor struct {
	chain export.ChainID
	seq   uint64
	word  uint32
}

// paceBytes and paceEntries are how much is done between two calls of Pace.
const (
	paceBytes   = 256 << 10
	paceEntries = 512
)

// commit draws a salt and commits to the original.
func (r *rewriter) commit() error {
	r.summary.Texts, r.summary.TimesShifted = r.options.Texts, r.options.ShiftTimes
	content, err := contentSHA256(r.src, r.options.Pace)
	if err != nil {
		return err
	}
	if err := r.ids.fill(r.summary.Salt[:]); err != nil {
		return err
	}
	r.summary.Commitment = export.Commitment(r.summary.Salt, content)
	return nil
}

// learn reads everything to know what there is to be replaced.
func (r *rewriter) learn() error {
	r.anchors = map[anchor]postcard.Option[uint32]{}
	for _, n := range r.src.Notes() {
		for _, a := range n.Anchors {
			r.anchors[anchor{a.Chain, a.Seq, a.FlagsAndChecksum}] = postcard.Option[uint32]{}
		}
	}
	return r.everything(&learner{secrets: r.secrets})
}

// judge reads everything again to know which numbers of texts may stay.
func (r *rewriter) judge() error {
	if r.options.Texts == TextDrop {
		return nil
	}
	return r.everything(&judge{learner{secrets: r.secrets}})
}

// everything shows all values there are to m.
func (r *rewriter) everything(m mapper) error {
	for _, c := range r.src.Chains() {
		m.name(ClassNodeName, c.Node)
		m.name(ClassChannelName, c.Channel)
		if err := readChainBase(&c, m); err != nil {
			return err
		}
	}
	for _, b := range r.src.Bases() {
		m.name(ClassNodeName, b.Node)
		if _, _, err := rebuildBase(b.Snapshot, m); err != nil {
			return err
		}
	}
	for _, n := range r.src.Notes() {
		m.name(ClassAuthor, n.Author)
		m.text(placeText, n.Text)
	}
	for _, f := range r.src.Findings() {
		findingThrough(m, &f)
	}
	if _, err := m.verdict(); err != nil {
		return err
	}
	for i, c := range r.src.Chains() {
		err := r.blocks(i, func(entries []wire.Entry) error {
			for k := range entries {
				if e := &entries[k]; e.Status == wire.EntryOK {
					var err error
					if r.again, _, err = rebuild(r.options.Kinds.Of(c.Kind), e.Payload, r.again[:0], m); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// blocks reads a chain, some entries at a time.
func (r *rewriter) blocks(i int, visit func([]wire.Entry) error) error {
	var b wire.Block
	for reader, at := r.src.Chain(i), 0; ; at += len(b.Entries) {
		err := reader.ReadBlock(at, &b)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("redact: chain %d, position %d: %w", i, at, err)
		}
		for some := range slices.Chunk(b.Entries, paceEntries) {
			if err := visit(some); err != nil {
				return err
			}
			if err := r.options.Pace(); err != nil {
				return err
			}
		}
	}
}

// The bounds of a shift, in minutes: a day and ten years.
const (
	minShiftMinutes = 24 * 60
	maxShiftMinutes = 3650 * 24 * 60
	minuteMS        = 60_000
)

// assign draws everything that is left to chance.
func (r *rewriter) assign() error {
	if err := r.secrets.assign(); err != nil {
		return err
	}
	r.replacer = &replacer{secrets: r.secrets, tally: r.tally}
	r.checker = &checker{secrets: r.secrets}
	if r.options.ShiftTimes {
		v, err := r.ids.uint64()
		if err != nil {
			return err
		}
		r.replacer.shiftMS = (minShiftMinutes + v%(maxShiftMinutes-minShiftMinutes)) * minuteMS
	}
	return nil
}

// write reads everything again and writes what may leave.
func (r *rewriter) write(dst io.Writer) (err error) {
	r.out = &searchingWriter{out: dst, search: patternsOf(r.secrets, r.src.Size())}
	r.summary.PatternsSearched = r.out.search.patterns
	options := export.Options{Tool: tool, CreatedAtMS: r.replacer.written(r.src.Header().CreatedAtMS)}
	if r.w, err = export.NewWriter(r.out, options); err != nil {
		return err
	}
	for _, part := range []func() error{r.label, r.writeChains, r.writeBases, r.writeNotes, r.writeFindings, r.leftOut, r.w.Close} {
		if err := part(); err != nil {
			return err
		}
	}
	if r.out.hit != nil {
		return r.out.hit
	}
	r.finish()
	return nil
}

// label says that the result is a redacted view, and of what; what src says of
// itself in this regard goes along.
func (r *rewriter) label() error {
	own := export.Redaction{Commitment: postcard.Some(r.summary.Commitment), Texts: export.TextsTemplate, TimesShifted: r.options.ShiftTimes}
	if r.options.Texts == TextDrop {
		own.Texts = export.TextsDropped
	}
	for _, earlier := range r.src.Redactions() {
		if earlier.Texts != export.TextsDropped {
			earlier.Texts = export.TextsTemplate
		}
		if err := r.w.AddRedaction(earlier); err != nil {
			return err
		}
	}
	return r.w.AddRedaction(own)
}

func (r *rewriter) writeChains() error {
	r.chains = map[export.ChainID]export.ChainID{}
	for i, c := range r.src.Chains() {
		info := export.ChainInfo{
			Node:    r.replacer.name(ClassNodeName, c.Node),
			Channel: r.replacer.name(ClassChannelName, c.Channel),
			Kind:    c.Kind,
		}
		r.replacer.state(enumChainKind, uint8(c.Kind))
		info.Origin = origin(&info, c.Origin)
		r.checker.name(ClassNodeName, info.Node)
		r.checker.name(ClassChannelName, info.Channel)
		if err := r.checked("a chain item"); err != nil {
			return err
		}
		id, err := r.w.AddChain(info)
		if err != nil {
			return err
		}
		r.chains[c.ID] = id
		for _, part := range r.src.RawParts(i) {
			r.summary.RawDropped++
			r.summary.RawBytes += part.Length
			r.tally.dropped(ClassDropped)
		}
		r.summary.Chains++
		if err := r.writeChainBase(&c, id); err != nil {
			return err
		}
		if err := r.writeEntries(i, &c, id); err != nil {
			return err
		}
	}
	return nil
}

// origin is where a chain could be from: its node, channel and generation.
func origin(info *export.ChainInfo, original string) string {
	o := path.Join(info.Node, info.Channel)
	if strings.HasSuffix(original, redex.SalvagedOrigin) {
		o += redex.SalvagedOrigin // what it says is known of a chain of salvaged records
	}
	if n, is := redex.ParseGenerationDir(path.Base(original)); is {
		o = path.Join(o, redex.GenerationDir(n))
	}
	return o
}

// checked returns the verdict of the checker, and of the replacer along with it.
func (r *rewriter) checked(where string) error {
	_, err := r.replacer.verdict()
	if _, leak := r.checker.verdict(); err == nil {
		err = leak
	}
	return located(err, where)
}

func located(err error, where string) error {
	if leak := (*LeakError)(nil); errors.As(err, &leak) {
		leak.Where = where
	}
	return err
}

func (r *rewriter) writeEntries(i int, c *export.Chain, id export.ChainID) error {
	position := 0
	return r.blocks(i, func(entries []wire.Entry) error {
		r.entries, r.payloads = r.entries[:0], r.payloads[:0]
		for k := range entries {
			e, err := r.entry(c, &entries[k])
			if err != nil {
				return located(err, fmt.Sprintf("chain %d, position %d", i, position))
			}
			position++
			r.entries = append(r.entries, e)
		}
		r.summary.Entries += len(entries)
		return r.w.AppendEntries(id, r.entries)
	})
}

// entry returns what may leave of an entry.
func (r *rewriter) entry(c *export.Chain, e *wire.Entry) (wire.Entry, error) {
	out := wire.Entry{Seq: r.replacer.order(e.Seq), Status: e.Status}
	r.replacer.state(enumStatus, uint8(e.Status))
	if ts, some := e.TSNS.Get(); some {
		out.TSNS = postcard.Some(r.replacer.timeNS(ts))
	}
	if k := r.options.Kinds.Of(c.Kind); e.Status == wire.EntryOK {
		start := len(r.payloads)
		payloads, ok, err := rebuild(k, e.Payload, r.payloads, r.replacer)
		if err != nil {
			return out, err
		}
		if ok {
			out.Payload, r.payloads = payloads[start:], payloads
			if err := r.check(k, out.Payload); err != nil {
				return out, err
			}
		} else {
			out.Payload = r.standIn(k, e.Payload)
			r.drops(e.Payload)
		}
	} else {
		r.drops(e.Payload)
	}
	out.FlagsAndChecksum = word(e, &out)
	if known := (anchor{c.ID, e.Seq, e.FlagsAndChecksum}); len(r.anchors) > 0 {
		if now, tied := r.anchors[known]; tied && !now.Some {
			r.anchors[known] = postcard.Some(out.FlagsAndChecksum)
		}
	}
	return out, nil
}

// drops counts a payload that does not leave.
func (r *rewriter) drops(payload []byte) {
	if len(payload) > 0 {
		r.summary.PayloadsDropped++
		r.tally.dropped(ClassDropped)
	}
}

// check decodes what was encoded and looks at every value in it.
func (r *rewriter) check(k *kind.Kind, payload []byte) error {
	again, ok, err := rebuild(k, payload, r.again[:0], r.checker)
	r.again = again
	if err == nil && (!ok || string(again) != string(payload)) {
		err = &LeakError{Class: "record", Offset: -1}
	}
	return err
}

// word is the stored word of a rewritten entry: a checksum is worth as much as the
// payload to who can guess it, so none of the original's stays. An entry in the
// index file has eight bytes.
func word(was, is *wire.Entry) uint32 {
	const inlineBytes = 8
	flags := was.FlagsAndChecksum &^ redex.ChecksumMask
	if len(is.Payload) != inlineBytes {
		flags &^= redex.FlagInline
	}
	switch is.Status {
	case wire.EntryOK:
		return flags | redex.Checksum(is.Payload)
	case wire.EntryBadChecksum:
		return flags | redex.Checksum(is.Payload) ^ 1
	}
	return flags
}

// finish completes the summary.
func (r *rewriter) finish() {
	for p := range places {
		r.texts.forget(p)
	}
	s := &r.summary
	s.Review = r.texts.review(r.all())
	for _, asked := range [...][]string{r.options.Hide, r.options.Keep} {
		for _, t := range asked {
			if !r.texts.met[t] && !slices.Contains(s.Unknown, t) {
				s.Unknown = append(s.Unknown, t)
			}
		}
	}
	s.Bytes = r.out.offset
	r.tally.into(s)
	for class := range classes {
		if n := len(r.ids.byClass[class]); n > 0 {
			s.Pseudonyms = append(s.Pseudonyms, PseudonymCount{class.String() + "s", n})
		}
	}
	for class, n := range r.names {
		if n != nil && len(n.order) > 0 {
			s.Pseudonyms = append(s.Pseudonyms, PseudonymCount{Class(class).String() + "s", len(n.order)})
		}
	}
	if n := len(r.texts.words.order); n > 0 {
		s.Pseudonyms = append(s.Pseudonyms, PseudonymCount{"words", n})
	}
	if n := len(r.texts.values.order); n > 0 {
		s.Pseudonyms = append(s.Pseudonyms, PseudonymCount{"values", n})
	}
}
