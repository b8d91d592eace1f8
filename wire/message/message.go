package message

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of a message, those inside it included.
const (
	// MaxDepth bounds how deep messages lie in messages; the outermost counts.
	MaxDepth = 5
	// MaxParts bounds the values and messages.
	MaxParts = 512
	// MaxFormatBytes bounds one format.
	MaxFormatBytes = 4096
	// MaxBytes bounds formats and texts together.
	MaxBytes = 32 << 10
)

// format is a constant of the program: a variable cannot be passed as one from
// outside this package, so that nothing but our own words gets into it.
type format string

// Message is a sentence, or several, with values in it. The zero value says nothing.
type Message struct {
	_ struct{} `cbor:",toarray"`
	// Format is our own words, with a hole for each of the values.
	Format string
	// Values fill the holes, in their order.
	Values []Value
}

// New returns a message. A format that does not fit its values is a mistake of the
// program: New panics.
func New(f format, values ...Value) Message {
	m := Message{Format: string(f), Values: values}
	if err := m.checkHoles(); err != nil {
		panic(fmt.Sprintf("message: invariant: %v in %q", err, f))
	}
	return m
}

// Own returns a message of words that the program has as a string: the title of one
// of its own problems. Nothing from data may be in it.
func Own(words string) Message {
	if m := (Message{Format: words}); m.Check() == nil {
		return m
	}
	return New("{}", Text(words))
}

// Add puts more words and values behind those that are there.
func (m *Message) Add(f format, values ...Value) {
	more := New(f, values...)
	m.Format += more.Format
	m.Values = append(m.Values[:len(m.Values):len(m.Values)], more.Values...)
}

// Append puts the words and values of another message behind those of m.
func (m *Message) Append(more Message) {
	m.Format += more.Format
	m.Values = append(m.Values[:len(m.Values):len(m.Values)], more.Values...)
}

// Empty reports whether the message says nothing.
func (m Message) Empty() bool { return m.Format == "" }

// What [Message.Check] finds.
var (
	// ErrFormat: the format has a hole that is none, or not one for each value.
	ErrFormat = errors.New("message: format and values do not fit")
	// ErrClass: a value is of a class that is not known.
	ErrClass = errors.New("message: unknown class")
	// ErrLimit: a message is larger or deeper than a limit allows.
	ErrLimit = errors.New("message: exceeds a limit")
	// ErrText: a text is no valid UTF-8.
	ErrText = errors.New("message: text is not UTF-8")
)

// Check reports whether a message from outside is one that [New] could have made.
func (m Message) Check() error {
	left := size{parts: MaxParts, bytes: MaxBytes}
	return m.check(1, &left)
}

// size is what a message may still take.
type size struct{ parts, bytes int }

func (m *Message) check(depth int, left *size) error {
	left.bytes -= len(m.Format)
	left.parts -= 1 + len(m.Values)
	if depth > MaxDepth || len(m.Format) > MaxFormatBytes || left.bytes < 0 || left.parts < 0 {
		return ErrLimit
	}
	if !utf8.ValidString(m.Format) {
		return ErrText
	}
	if err := m.checkHoles(); err != nil {
		return err
	}
	for i := range m.Values {
		v := &m.Values[i]
		left.bytes -= len(v.Text)
		switch {
		case v.Class == 0 || v.Class >= classes:
			return ErrClass
		case left.bytes < 0:
			return ErrLimit
		case !utf8.ValidString(v.Text):
			return ErrText
		case len(v.Messages) > 0 && v.Class != ClassMessages:
			return ErrClass
		}
		for k := range v.Messages {
			if err := v.Messages[k].check(depth+1, left); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkHoles compares the holes with the values.
func (m *Message) checkHoles() error {
	holes := 0
	known := true
	m.walk(func(string) {}, func(hole string) {
		holes++
		known = known && knownHole(hole)
	})
	if holes != len(m.Values) || !known || strings.Count(m.Format, "{") != holes || strings.Count(m.Format, "}") != holes {
		return ErrFormat
	}
	return nil
}

// knownHole reports whether a hole is one of those that doc.go lists.
func knownHole(hole string) bool {
	switch hole {
	case "", "q", "date", "time", "clock", ",", ";":
		return true
	}
	one, many, counts := strings.Cut(hole, "|")
	return counts && one != "" && many != "" && !strings.Contains(many, "|")
}

// walk takes a format apart into words and holes.
func (m *Message) walk(words, hole func(string)) {
	rest := m.Format
	for {
		before, after, opens := strings.Cut(rest, "{")
		if before != "" {
			words(before)
		}
		if !opens {
			return
		}
		inside, behind, closes := strings.Cut(after, "}")
		if !closes {
			words(after)
			return
		}
		hole(inside)
		rest = behind
	}
}

// Words returns the parts of the format that are shown: what stands between the
// holes, and the nouns in them. It leaves out the messages among the values.
func (m Message) Words() []string {
	var all []string
	m.walk(func(w string) { all = append(all, w) }, func(hole string) {
		if one, many, counts := strings.Cut(hole, "|"); counts {
			all = append(all, one, many)
		}
	})
	return all
}

// Map returns a copy of the message with every value as change returns it, those of
// messages inside included: change sees the values, and not the messages that hold
// them. A message that holds false for it is replaced by what it returns.
func (m Message) Map(change func(Value) Value, replace func(Message) (Message, bool)) Message {
	if instead, do := replace(m); do {
		return instead
	}
	values := make([]Value, len(m.Values))
	for i, v := range m.Values {
		if v.Class != ClassMessages {
			values[i] = change(v)
			continue
		}
		inside := make([]Message, len(v.Messages))
		for k := range v.Messages {
			inside[k] = v.Messages[k].Map(change, replace)
		}
		values[i] = Value{Class: ClassMessages, Messages: inside}
	}
	m.Values = values
	return m
}
