package export

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// ChainID names a chain inside one export. A [Writer] counts them from 0.
type ChainID uint64

// ChainInfo says where a chain comes from.
type ChainInfo struct {
	// Node names the node that wrote the chain.
	Node string
	// Channel is the name of the channel, as in "meshos/actions".
	Channel string
	// Kind is the record type of the payloads.
	Kind wire.ChainKind
	// Origin tells a person where the source was found: a path, an archive.
	Origin string
}

// Base is the snapshot that the folds of a node start from.
type Base struct {
	// Node names the node, as its chains do.
	Node string
	// Snapshot is a MeshOsSnapshot in postcard.
	Snapshot []byte
}

// Note is a remark on entries or on a span of time.
type Note struct {
	// ID identifies the note over all exports it is copied to.
	ID string
	// Author is who wrote it.
	Author string
	// Text is the remark.
	Text string
	// CreatedAtMS is when it was first written, Unix milliseconds.
	CreatedAtMS uint64
	// UpdatedAtMS is when it was last changed, Unix milliseconds.
	UpdatedAtMS uint64
	// Anchors are the entries it is about.
	Anchors []Anchor
	// Span is the time it is about, if it is about one.
	Span postcard.Option[Span]
}

// Anchor ties a note to an entry by what the entry is, not by where it lies:
// it still holds when the chain is read from another copy.
type Anchor struct {
	// Chain is the id of the chain in this export.
	Chain ChainID `cbor:"chain"`
	// Seq is the sequence number of the entry.
	Seq uint64 `cbor:"seq"`
	// FlagsAndChecksum is the stored word of the entry.
	FlagsAndChecksum uint32 `cbor:"flags_and_checksum"`
}

// Span is a time from FromMS up to and including ToMS, Unix milliseconds.
type Span struct {
	FromMS uint64 `cbor:"from_ms"`
	ToMS   uint64 `cbor:"to_ms"`
}

// Redaction says that an export is a redacted view of another one.
type Redaction struct {
	// Commitment says which original that is to those who know the salt; see
	// [Commitment].
	Commitment postcard.Option[[sha256.Size]byte]
	// OriginalSHA256 is the SHA-256 of the [File.Content] of the original as older
	// files state it. It is not written: who guesses what was replaced could tell by
	// it that the guess is right.
	OriginalSHA256 postcard.Option[[sha256.Size]byte]
	// Texts says what became of free texts: [TextsTemplate] or [TextsDropped].
	Texts string
	// TimesShifted is true if all times were moved by one unknown amount.
	TimesShifted bool
}

// SaltBytes is the size of the salt of a [Commitment].
const SaltBytes = 32

// commitmentDomain keeps commitments apart from any other hash.
const commitmentDomain = "chainglass redaction commitment 1\n"

// Commitment returns what stands in a redacted view for the SHA-256 of the
// [File.Content] of its original: the SHA-256 of the domain, the salt and that
// hash. Without the salt it tells nothing of the original, and with it nobody can
// name another original.
func Commitment(salt [SaltBytes]byte, content [sha256.Size]byte) [sha256.Size]byte {
	b := append([]byte(commitmentDomain), salt[:]...)
	return sha256.Sum256(append(b, content[:]...))
}

// What a redaction did to free texts.
const (
	// TextsTemplate: values, names and unlisted words were replaced.
	TextsTemplate = "template"
	// TextsDropped: nothing of them is left.
	TextsDropped = "dropped"
)

// The bodies of items as CBOR maps. The encoder sorts the keys.
type (
	chainBody struct {
		Node    string `cbor:"node"`
		Channel string `cbor:"channel"`
		Kind    string `cbor:"kind"`
		Origin  string `cbor:"origin"`
	}
	baseBody struct {
		Node     string `cbor:"node"`
		Snapshot []byte `cbor:"snapshot"`
	}
	noteBody struct {
		ID          string   `cbor:"id"`
		Author      string   `cbor:"author"`
		Text        string   `cbor:"text"`
		CreatedAtMS uint64   `cbor:"created_at_ms"`
		UpdatedAtMS uint64   `cbor:"updated_at_ms"`
		Anchors     []Anchor `cbor:"anchors"`
		Span        *Span    `cbor:"span,omitempty"`
	}
	redactionBody struct {
		Commitment   []byte `cbor:"commitment,omitempty"`
		Texts        string `cbor:"texts"`
		TimesShifted bool   `cbor:"times_shifted"`
	}
	hashedRedactionBody struct {
		OriginalSHA256 []byte `cbor:"original_sha256"`
		Texts          string `cbor:"texts"`
		TimesShifted   bool   `cbor:"times_shifted"`
	}
)

// The CBOR library's limits for the body of an item. A body is a map of at most
// fifteen pairs. The deepest is that of a finding: a list of references, each with a
// message, which nests four levels for every message within another.
const (
	maxBodyPairs  = 16
	maxBodyLevels = 4 + 4*message.MaxDepth
)

// bodyEncoding writes core deterministic encoding.
var bodyEncoding = must(encOptions().EncMode())

// bodyDecoding takes nothing that this format does not write.
var bodyDecoding = must(cbor.DecOptions{
	DupMapKey:         cbor.DupMapKeyEnforcedAPF,
	MaxNestedLevels:   maxBodyLevels,
	MaxArrayElements:  max(MaxAnchors, MaxFolderFiles),
	MaxMapPairs:       maxBodyPairs,
	IndefLength:       cbor.IndefLengthForbidden,
	TagsMd:            cbor.TagsForbidden,
	ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
	UTF8:              cbor.UTF8RejectInvalid,
	FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
}.DecMode())

func encOptions() cbor.EncOptions {
	o := cbor.CoreDetEncOptions()
	o.NilContainers = cbor.NilContainerAsEmpty
	o.IndefLength = cbor.IndefLengthForbidden
	o.TagsMd = cbor.TagsForbidden
	return o
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("export: invariant: CBOR options: %v", err))
	}
	return v
}

// encodeBody returns the deterministic encoding of a body.
func encodeBody(body any) ([]byte, error) {
	b, err := bodyEncoding.Marshal(body)
	if err == nil && len(b) > MaxBodyBytes {
		err = ErrTooLarge
	}
	return b, err
}

// decodeBody reads a body and refuses any encoding but the one a writer gives
// it: no key missing, none out of order, nothing longer than it needs to be.
func decodeBody[T any](b []byte) (T, error) {
	var body T
	if err := bodyDecoding.Unmarshal(b, &body); err != nil {
		return body, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	again, err := bodyEncoding.Marshal(body)
	if err != nil || !bytes.Equal(again, b) {
		return body, fmt.Errorf("%w: not the deterministic encoding", ErrMalformed)
	}
	return body, nil
}

func encodeChain(c ChainInfo) ([]byte, error) {
	return encodeBody(chainBody{Node: c.Node, Channel: c.Channel, Kind: c.Kind.String(), Origin: c.Origin})
}

func decodeChain(b []byte) (ChainInfo, error) {
	body, err := decodeBody[chainBody](b)
	if err != nil {
		return ChainInfo{}, err
	}
	kind, ok := wire.ParseChainKind(body.Kind)
	if !ok {
		return ChainInfo{}, fmt.Errorf("%w: kind %q", ErrMalformed, body.Kind)
	}
	return ChainInfo{Node: body.Node, Channel: body.Channel, Kind: kind, Origin: body.Origin}, nil
}

func decodeBase(b []byte) (Base, error) {
	body, err := decodeBody[baseBody](b)
	return Base(body), err
}

func encodeNote(n Note) ([]byte, error) {
	if len(n.Anchors) > MaxAnchors {
		return nil, ErrTooLarge
	}
	return encodeBody(noteBody{ID: n.ID, Author: n.Author, Text: n.Text, CreatedAtMS: n.CreatedAtMS, UpdatedAtMS: n.UpdatedAtMS,
		Anchors: n.Anchors, Span: pointer(n.Span)})
}

func decodeNote(b []byte) (Note, error) {
	n, err := decodeBody[noteBody](b)
	return Note{ID: n.ID, Author: n.Author, Text: n.Text, CreatedAtMS: n.CreatedAtMS, UpdatedAtMS: n.UpdatedAtMS,
		Anchors: n.Anchors, Span: option(n.Span)}, err
}

func encodeRedaction(r Redaction) ([]byte, error) {
	body := redactionBody{Texts: r.Texts, TimesShifted: r.TimesShifted}
	if r.Commitment.Some {
		body.Commitment = r.Commitment.Value[:]
	}
	return encodeBody(body)
}

func decodeRedaction(b []byte) (Redaction, error) {
	body, err := decodeBody[redactionBody](b)
	if err != nil || body.Commitment == nil {
		return Redaction{Texts: body.Texts, TimesShifted: body.TimesShifted}, err
	}
	sum, err := sha256Of("commitment", body.Commitment)
	return Redaction{Commitment: sum, Texts: body.Texts, TimesShifted: body.TimesShifted}, err
}

func decodeHashedRedaction(b []byte) (Redaction, error) {
	body, err := decodeBody[hashedRedactionBody](b)
	if err != nil {
		return Redaction{}, err
	}
	sum, err := sha256Of("original_sha256", body.OriginalSHA256)
	return Redaction{OriginalSHA256: sum, Texts: body.Texts, TimesShifted: body.TimesShifted}, err
}

// sha256Of reads a hash.
func sha256Of(field string, b []byte) (sum postcard.Option[[sha256.Size]byte], err error) {
	if len(b) != sha256.Size {
		return sum, fmt.Errorf("%w: %s of %d bytes", ErrMalformed, field, len(b))
	}
	return postcard.Some([sha256.Size]byte(b)), nil
}

func pointer[T any](o postcard.Option[T]) *T {
	if !o.Some {
		return nil
	}
	return &o.Value
}

func option[T any](p *T) postcard.Option[T] {
	if p == nil {
		return postcard.None[T]()
	}
	return postcard.Some(*p)
}

// textField is a string to be written and its name.
type textField struct{ name, text string }

// checkText returns the name of the first field that is not valid UTF-8.
func checkText(fields ...textField) (name string, ok bool) {
	for _, f := range fields {
		if !utf8.ValidString(f.text) {
			return f.name, false
		}
	}
	return "", true
}
