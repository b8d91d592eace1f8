package export

import (
	"fmt"
	"math"
	"slices"

	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// Finding is something noticed about the chains of an export: what was wrong with
// their source, or what the program that wrote the export concluded from them.
type Finding struct {
	// Chain is the id of the chain concerned, if it is one chain.
	Chain postcard.Option[ChainID]
	// By says how it is known: [BySource] or [BySender].
	By string
	// Rule is a short name that programs may compare: [FindingNotRead],
	// [FindingFiltered], [FindingLeftOut] or one of its writer's own.
	Rule string
	// Severity is one of [Severities].
	Severity string
	// Confidence says how sure the finding is; empty where that is no question.
	Confidence string
	// Title says what it is in a few words, Detail what is known about it.
	Title, Detail message.Message
	// Where is the place in the source: a file, for people. Offset is the byte in it.
	Where  string
	Offset postcard.Option[uint64]
	// Place is the entries concerned, if they are in this export.
	Place postcard.Option[FindingPlace]
	// Count is how many entries, actions or events it is about.
	Count uint64
	// Time is when it began and ended.
	Time postcard.Option[FindingTime]
	// Before is true if it began before the entries of this export, After if it went
	// on behind them.
	Before, After bool
	// Refs lead to entries that have to do with it.
	Refs []FindingRef
}

// FindingPlace is the first and the last of the entries that a finding concerns.
type FindingPlace struct {
	// First and Last are positions in the chain of this export, Seq is the first
	// one's number.
	First uint64 `cbor:"first"`
	Last  uint64 `cbor:"last"`
	Seq   uint64 `cbor:"seq"`
}

// FindingTime is a time from FromNS up to and including ToNS, Unix nanoseconds.
type FindingTime struct {
	FromNS uint64 `cbor:"from_ns"`
	ToNS   uint64 `cbor:"to_ns"`
}

// FindingRef leads to an entry.
type FindingRef struct {
	Chain ChainID `cbor:"chain"`
	// Position is the entry's place in its chain in this export.
	Position uint64 `cbor:"position"`
	// What says what is there.
	What message.Message `cbor:"what"`
}

// How a finding is known.
const (
	// BySource: by reading the source, which is not at hand any more.
	BySource = "source"
	// BySender: it is what the sender's program concluded from the chains. A reader
	// of the export can look for itself.
	BySender = "sender"
)

// The rules that every program may know.
const (
	// FindingNotRead: something of the source could not be read.
	FindingNotRead = "not-read"
	// FindingFiltered: entries of the chain were left out on purpose, so that gaps
	// in it are no damage.
	FindingFiltered = "filtered"
	// FindingLeftOut: bytes of the chain's folder that are in none of the entries
	// were left out on purpose.
	FindingLeftOut = "left-out"
)

// Severities returns the severities: those of what is wrong with a source, then
// those of what was concluded, each from mild to grave.
func Severities() []string { return slices.Clone(severityNames[:]) }

var severityNames = [...]string{"note", "warning", "damage", "info", "notice", "serious"}

// The severities of findings of the source.
const (
	SeverityNote    = "note"
	SeverityWarning = "warning"
	SeverityDamage  = "damage"
)

// MaxFindingBytes bounds the body of a finding, and MaxFindingRefs the entries that
// it leads to.
const (
	MaxFindingBytes = 64 << 10
	MaxFindingRefs  = 64
)

// maxPosition is the last position that a block can have.
const maxPosition = math.MaxInt64 - MaxBlockEntries

// findingWeight is how many bytes of memory a byte of a finding's body takes at most,
// about: the emptiest message has three bytes.
const findingWeight = 16

type (
	findingBody struct {
		Chain      *ChainID        `cbor:"chain,omitempty"`
		By         string          `cbor:"by"`
		Rule       string          `cbor:"rule"`
		Severity   string          `cbor:"severity"`
		Confidence string          `cbor:"confidence,omitempty"`
		Title      message.Message `cbor:"title"`
		Detail     message.Message `cbor:"detail"`
		Where      string          `cbor:"where,omitempty"`
		Offset     *uint64         `cbor:"offset,omitempty"`
		Place      *FindingPlace   `cbor:"place,omitempty"`
		Count      uint64          `cbor:"count"`
		Time       *FindingTime    `cbor:"time,omitempty"`
		Before     bool            `cbor:"before,omitempty"`
		After      bool            `cbor:"after,omitempty"`
		Refs       []FindingRef    `cbor:"refs,omitempty"`
	}
	// plainFindingBody is what findings were before they were typed.
	plainFindingBody struct {
		Chain *ChainID `cbor:"chain,omitempty"`
		Kind  string   `cbor:"kind"`
		Where string   `cbor:"where"`
		Text  string   `cbor:"text"`
	}
)

// check refuses what is no finding.
func (f *Finding) check() error {
	switch {
	case f.By != BySource && f.By != BySender:
		return fmt.Errorf("%w: by %q", ErrMalformed, f.By)
	case !slices.Contains(severityNames[:], f.Severity):
		return fmt.Errorf("%w: severity %q", ErrMalformed, f.Severity)
	case len(f.Refs) > MaxFindingRefs:
		return ErrTooLarge
	}
	if p, some := f.Place.Get(); some && (p.First > p.Last || p.Last > maxPosition) {
		return fmt.Errorf("%w: positions %d to %d", ErrMalformed, p.First, p.Last)
	}
	for _, m := range append([]message.Message{f.Title, f.Detail}, whats(f.Refs)...) {
		if err := m.Check(); err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
	}
	for _, r := range f.Refs {
		if r.Position > maxPosition {
			return fmt.Errorf("%w: position %d", ErrMalformed, r.Position)
		}
	}
	return nil
}

func whats(refs []FindingRef) []message.Message {
	all := make([]message.Message, len(refs))
	for i := range refs {
		all[i] = refs[i].What
	}
	return all
}

func encodeFinding(f Finding) ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	b, err := encodeBody(findingBody{
		Chain: pointer(f.Chain), By: f.By, Rule: f.Rule, Severity: f.Severity, Confidence: f.Confidence,
		Title: f.Title, Detail: f.Detail, Where: f.Where, Offset: pointer(f.Offset), Place: pointer(f.Place),
		Count: f.Count, Time: pointer(f.Time), Before: f.Before, After: f.After, Refs: f.Refs,
	})
	if err == nil && len(b) > MaxFindingBytes {
		err = ErrTooLarge
	}
	return b, err
}

func decodeFinding(b []byte) (Finding, error) {
	if len(b) > MaxFindingBytes {
		return Finding{}, ErrTooLarge
	}
	body, err := decodeBody[findingBody](b)
	if err != nil {
		return Finding{}, err
	}
	f := Finding{
		Chain: option(body.Chain), By: body.By, Rule: body.Rule, Severity: body.Severity, Confidence: body.Confidence,
		Title: body.Title, Detail: body.Detail, Where: body.Where, Offset: option(body.Offset), Place: option(body.Place),
		Count: body.Count, Time: option(body.Time), Before: body.Before, After: body.After, Refs: body.Refs,
	}
	if err := f.check(); err != nil {
		return f, err
	}
	tidy(&f.Title)
	tidy(&f.Detail)
	for i := range f.Refs {
		tidy(&f.Refs[i].What)
	}
	return f, nil
}

// tidy makes the empty lists of a message nil, as they were when it was made.
func tidy(m *message.Message) {
	if len(m.Values) == 0 {
		m.Values = nil
	}
	for i := range m.Values {
		v := &m.Values[i]
		if len(v.Messages) == 0 {
			v.Messages = nil
		}
		for k := range v.Messages {
			tidy(&v.Messages[k])
		}
	}
}

// decodePlainFinding reads a finding as it was before findings were typed. Its text
// may hold anything, so all of it is a value.
func decodePlainFinding(b []byte) (Finding, error) {
	body, err := decodeBody[plainFindingBody](b)
	if err != nil {
		return Finding{}, err
	}
	f := Finding{Chain: option(body.Chain), By: BySource, Rule: body.Kind, Severity: SeverityWarning, Where: body.Where, Count: 1}
	switch body.Kind {
	case FindingNotRead:
		f.Title = message.New("Something of the source could not be read")
	case FindingFiltered:
		f.Severity = SeverityNote
		f.Title = message.New("Entries of this chain were left out on purpose")
	default:
		f.Title = message.New("Something was wrong with the source")
	}
	if body.Text != "" {
		f.Detail = message.New("{}", message.Text(body.Text))
	}
	return f, f.check()
}
