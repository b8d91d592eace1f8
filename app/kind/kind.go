package kind

import (
	"cmp"
	"fmt"
	"slices"

	"chainglass/wire"
	"chainglass/wire/serdejson"
)

// Kind describes the chains of a kind. It must not be changed once it is in use.
type Kind struct {
	// ID is the number that stands for the kind in indexes, exports and messages.
	ID wire.ChainKind
	// Name is used on the command line, in exports and on screen.
	Name string
	// Channel is the channel that a node of the reference writes, if it is fixed.
	Channel string
	// Version is the byte in front of the fields; 0 if there is none.
	Version byte
	// Fields are what a record is made of, in the order of the encoding; none if the
	// records are not known.
	Fields []Field
	// Outcomes are what can become of a record, by their numbers in the index: the variants
	// of the field in that role, at most [MaxOutcomes]. A kind without such a field has one
	// for all records. [New] names those that the kind does not bring.
	Outcomes []Outcome
	// Ordered is true if the outcomes come in an order, as levels do.
	Ordered bool
	// MaskKind is true if the kind of a record is its source with the values masked, so
	// that action-id:42 and action-id:43 are one.
	MaskKind bool
	// HasAttempts is true if several records can have one id: the attempts at one action.
	HasAttempts bool
	// KindIsText is true if a search for words looks into the kind of a record.
	KindIsText bool
	// HasDetail is true if a row shows the detail of a record in place of its text.
	HasDetail bool
	// StandIns are short payloads that are no records, each for another reason: what
	// stands in a redacted view in place of a payload that fails for the same.
	StandIns []string
	// Headings are those of the columns.
	Headings Headings
	// Lane is the strip on the time axis.
	Lane Lane

	// Read reads a record for the table and filters. The errors are the reference's.
	Read func(payload []byte, r *Record) error
	// NewIndexer returns an indexer, of which any number may be at work.
	NewIndexer func() Indexer
	// AppendJSON appends the record in a payload as the reference's JSON. On an error
	// nothing is appended.
	AppendJSON func(dst, payload []byte) ([]byte, error)
	// Parse reads a record of JSON, the whole text of the cursor, and appends its stored
	// form. On an error nothing is appended. It is nil if records are not read from JSON.
	Parse func(dst []byte, c *serdejson.Cursor) ([]byte, error)
	// Label is what a row shows as the kind.
	Label func(r *Record) string
	// Facet returns the field that a kind of the index is counted and filtered by, and
	// its value there.
	Facet func(kind string) (field, value string)
	// FilterKind is what a filter knows a kind of the index by.
	FilterKind func(kind string) string
	// Presence says whether the records of a kind of the index with some outcome have
	// the numbers that a role stands for.
	Presence func(role Role, kind, outcome string) Presence
	// Fits says how well a payload fits the kind.
	Fits func(payload []byte) Fit
	// Fold is what the chains fold to; nil if that is not known.
	Fold *Fold

	required, implied []string
}

// MaxOutcomes is how many outcomes a kind has at most: an index counts them in a few slots.
const MaxOutcomes = 5

// Outcome is what can become of a record.
type Outcome struct {
	Name string
	// Letter tells it from its neighbours without colour.
	Letter string
	Tone   Tone
}

// Tone is how an outcome is to be taken.
type Tone uint8

// The tones.
const (
	TonePlain Tone = iota
	ToneQuiet
	ToneGood
	ToneHeld
	ToneBad
)

// Headings are the format's names of what the kinds have in common. An empty one leaves
// the column without a heading.
type Headings struct {
	Time, ID, Kind, Outcome, Text string
	// IDTitle says what the id counts.
	IDTitle string
	// DelayTitle says what the delay is; empty if there is no such column.
	DelayTitle string
}

// Lane is the strip of a chain on the time axis.
type Lane struct {
	// Rank orders the strips of a node, the least on top.
	Rank int
	// HeightPX is how high it is, LowPX where there is little room.
	HeightPX, LowPX int
}

// Presence says whether records have a number.
type Presence uint8

// The answers.
const (
	// NeverHas: and have no place for it.
	NeverHas Presence = iota
	MayHave
	Has
	HasNot
)

// New returns the kind with everything that it does not bring made of its fields. It panics
// if the outcomes are too many or not those of the fields.
func New(k Kind) *Kind {
	if len(k.Fields) > 0 {
		k.Outcomes = k.outcomes()
	}
	if k.Read == nil {
		k.Read = func(payload []byte, r *Record) error {
			_, _, err := k.readFields(payload, r)
			return err
		}
	}
	if k.NewIndexer == nil {
		k.NewIndexer = k.newFieldsIndexer
	}
	if k.AppendJSON == nil {
		k.AppendJSON = k.appendFieldsJSON
	}
	if k.Label == nil {
		k.Label = func(r *Record) string { return string(r.Kind) }
	}
	if k.Facet == nil {
		k.Facet = func(kind string) (field, value string) { return "kind", kind }
	}
	if k.FilterKind == nil {
		k.FilterKind = func(kind string) string { return kind }
	}
	if k.Presence == nil {
		k.Presence = func(role Role, _, outcome string) Presence {
			if hasRole(k.Fields, role, outcome) {
				return MayHave
			}
			return NeverHas
		}
	}
	if k.Fits == nil {
		k.Fits = k.fitsFields
	}
	if k.Fold == nil {
		k.Fold = k.newFieldsFold()
	}
	for i := range k.Fields {
		if f := &k.Fields[i]; f.Implied {
			k.implied = append(k.implied, f.Name)
		} else {
			k.required = append(k.required, f.Name)
		}
	}
	k.Headings = k.headings()
	if k.Lane == (Lane{}) {
		k.Lane = Lane{Rank: 3, HeightPX: 8, LowPX: 4}
	}
	return &k
}

// Known reports whether it is known what the records are made of.
func (k *Kind) Known() bool { return len(k.Fields) > 0 }

// OutcomeNames returns what the outcomes are called, by their numbers.
func (k *Kind) OutcomeNames() []string {
	var names []string
	for _, o := range k.Outcomes {
		names = append(names, o.Name)
	}
	return names
}

// HeadBytes returns how many bytes come in front of the first field.
func (k *Kind) HeadBytes() int {
	if k.Version != 0 {
		return 1
	}
	return 0
}

// Decode reads a record by its fields and returns how many bytes it took.
func (k *Kind) Decode(payload []byte) (n int, err error) {
	var r Record
	n, _, err = k.readFields(payload, &r)
	return n, err
}

// Text returns what a row shows as the text of a record. It aliases the record.
func (k *Kind) Text(r *Record) []byte {
	if k.HasDetail {
		return r.Detail
	}
	return r.Text
}

// RequiredKeys returns the keys that a record as JSON cannot do without. They must not be
// changed.
func (k *Kind) RequiredKeys() []string { return k.required }

// ImpliedKeys returns the keys that a record as JSON may lack. They must not be changed.
func (k *Kind) ImpliedKeys() []string { return k.implied }

// hasRole reports whether one of fields, or what is in them, is in a role. Of outcomes it
// looks into the one named only.
func hasRole(fields []Field, role Role, outcome string) bool {
	for i := range fields {
		f := &fields[i]
		if f.Role == role || f.Elem != nil && f.Elem.Role == role || hasRole(f.Fields, role, outcome) {
			return true
		}
		for j := range f.Variants {
			if v := &f.Variants[j]; (f.Role != RoleOutcome || v.Name == outcome) && hasRole(v.Fields, role, outcome) {
				return true
			}
		}
	}
	return false
}

// nameOf returns the name of the field in a role.
func nameOf(fields []Field, role Role) string {
	for i := range fields {
		if fields[i].Role == role {
			return fields[i].Name
		}
	}
	return ""
}

// NameOf returns the name of the field of the record itself that is in a role, "" if
// there is none.
func (k *Kind) NameOf(role Role) string { return nameOf(k.Fields, role) }

// HasSource reports whether records have a text that says who or what they are about.
func (k *Kind) HasSource() bool { return k.NameOf(RoleSource) != "" }

// outcomes returns the outcomes of the fields, as the kind names them if it does.
func (k *Kind) outcomes() []Outcome {
	outcomes := []Outcome{{Name: "Record", Letter: "R"}}
	for i := range k.Fields {
		if f := &k.Fields[i]; f.Role == RoleOutcome {
			outcomes = nil
			for j := range f.Variants {
				name := f.Variants[j].Name
				outcomes = append(outcomes, Outcome{Name: name, Letter: name[:1]})
			}
		}
	}
	if n := len(outcomes); n > MaxOutcomes || len(k.Outcomes) > 0 && len(k.Outcomes) != n {
		panic(fmt.Sprintf("invariant: kind %s has %d outcomes and names %d", k.Name, n, len(k.Outcomes)))
	}
	if len(k.Outcomes) > 0 {
		return k.Outcomes
	}
	return outcomes
}

// headings fills in the headings that the kind does not bring.
func (k *Kind) headings() Headings {
	h := k.Headings
	id := k.NameOf(RoleID)
	if id == "seq" {
		id = "rec.seq" // seq is that of the entry
	}
	h.Time = cmp.Or(h.Time, k.NameOf(RoleTime))
	h.ID = cmp.Or(h.ID, id)
	h.Kind = cmp.Or(h.Kind, k.NameOf(RoleKind))
	h.Outcome = cmp.Or(h.Outcome, k.NameOf(RoleOutcome))
	h.Text = cmp.Or(h.Text, k.NameOf(RoleText))
	h.IDTitle = cmp.Or(h.IDTitle, "The record's own sequence number, which begins again with the process")
	return h
}

// Set is the kinds that a program knows: those of the reference, and others that were
// added. It is a value; none that is in use changes.
type Set struct{ more []*Kind }

// With returns the set with others added. Their numbers must be free, and all kinds together
// may have 64 different outcomes.
func (s Set) With(more ...*Kind) Set {
	return Set{append(s.more[:len(s.more):len(s.more)], more...)}
}

// Of returns the kind with a number, and [Unknown] for a number that none has.
func (s Set) Of(id wire.ChainKind) *Kind {
	if int(id) < len(reference) {
		return reference[id]
	}
	for _, k := range s.more {
		if k.ID == id {
			return k
		}
	}
	return Unknown()
}

// All returns the kinds that are known, those of the reference first: where a payload
// fits several, the first one is taken. The list must not be changed.
func (s Set) All() []*Kind {
	if len(s.more) == 0 {
		return reference[1:]
	}
	return slices.Concat(reference[1:], s.more)
}

// OfChannel returns the kind whose chains the reference writes to a channel, [Unknown] if
// there is none.
func (s Set) OfChannel(channel string) *Kind {
	for _, k := range s.All() {
		if k.Channel == channel && channel != "" {
			return k
		}
	}
	return Unknown()
}

// Parse returns the kind with a name.
func (s Set) Parse(name string) (k *Kind, known bool) {
	for _, k := range slices.Concat(s.All(), reference[:1]) {
		if k.Name == name {
			return k, true
		}
	}
	return nil, false
}

// Unknown returns the kind of chains whose records are of no known kind. They still
// have entries, times, checksums and bytes.
func Unknown() *Kind { return reference[wire.ChainUnknown] }

// reference are the kinds of the reference, by their numbers.
var reference = []*Kind{
	wire.ChainUnknown: unknown(),
	wire.ChainAction:  action(),
	wire.ChainAudit:   audit(),
	wire.ChainLog:     log(),
	wire.ChainFailure: failure(),
}

func unknown() *Kind {
	k := New(Kind{
		ID: wire.ChainUnknown, Name: wire.ChainUnknown.String(),
		Headings: Headings{Outcome: "status", Text: "payload"},
		Lane:     Lane{Rank: 4, HeightPX: 12, LowPX: 8},
	})
	k.Fold, k.Fits, k.NewIndexer = nil, nil, nil
	return k
}
