package message

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestMessages(t *testing.T) {
	at := uint64(time.Date(2026, 5, 22, 16, 8, 3, 117_000_000, time.UTC).UnixNano())
	var joined Message
	joined.Add("One. ")
	joined.Append(New("{failure|failures}.", Count(2)))
	for want, m := range map[string]Message{
		"":                               {},
		"937 of 17,062 entries are here": New("{} of {entry|entries} are here", Count(937), Count(17062)),
		"1 entry":                        New("{entry|entries}", Count(1)),
		"0 entries":                      New("{entry|entries}", Count(-3)),
		"seq goes from 17062 to 3":       New("seq goes from {} to {}", Number(17062), Number(3)),
		"after 8m9s, -1.5ms and +3.021s": New("after {}, {} and {}", Duration(489_200_000_000), Offset(-1_500_000), Offset(3_021_000_000)),
		"0.5, 12.3, 1,235":               New("{}, {}, {}", Rate(0.5), Rate(12.345), Rate(1234.6)),
		"at 2026-05-22 16:08:03.117 UTC": New("at {}", Time(at)),
		"2026-05-22 16:08:03.117, 16:08:03.117 UTC, 16:08:03.117": New("{date}, {time}, {clock}", Time(at), Time(at), Time(at)),
		`mostly "a\nb" (redacted)`:                                New("mostly {q} {}", Reason("a\nb"), Hidden()),
		"node 7 of daemon x; a, b; c d":                           New("node {} of daemon {}; {,}; {}", ID(ClassNodeID, 7), Name(ClassDaemon, "x"), List(New("a"), New("b")), List(New("c"), New("d"))),
		"One. 2 failures.":                                        joined,
	} {
		if got := m.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if err := m.Check(); err != nil {
			t.Errorf("%q: %v", want, err)
		}
	}
	if got := New("at {time}", Time(at)).In(func(ns uint64, how string) string { return how + "!" }); got != "at time!" {
		t.Errorf("%q", got)
	}
}

// A message that New cannot make is none.
func TestCheck(t *testing.T) {
	one := []Value{Count(1)}
	for _, m := range []Message{
		{Format: "{}"}, {Format: "x", Values: one}, {Format: "{", Values: one}, {Format: "}{}", Values: one}, {Format: "{|}", Values: one},
		{Format: "{a|}", Values: one}, {Format: "{a|b|c}", Values: one}, {Format: "{zone}", Values: one}, {Format: "{{}}", Values: one},
		{Format: "\xff"}, {Format: "{}", Values: []Value{{}}}, {Format: "{}", Values: []Value{{Class: classes}}}, {Format: "{}", Values: []Value{{Class: ClassText, Text: "\xff"}}},
		{Format: "{}", Values: []Value{{Class: ClassCount, Messages: make([]Message, 1)}}},
		{Format: strings.Repeat("{}", MaxParts), Values: make([]Value, MaxParts)},
		{Format: "{}", Values: []Value{{Class: ClassText, Text: strings.Repeat("x", MaxBytes+1)}}},
		{Format: "{}", Values: []Value{{Class: ClassMessages, Messages: make([]Message, MaxParts)}}},
	} {
		if m.Check() == nil {
			t.Errorf("%.40q with %d values is a message", m.Format, len(m.Values))
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("New takes a format that does not fit its values")
		}
	}()
	New("{}")
}

// What is too long for a value is cut where it is made.
func TestLongTexts(t *testing.T) {
	v := Text(strings.Repeat("ä", MaxTextBytes))
	if len(v.Text) > MaxTextBytes+len("…") || !strings.HasSuffix(v.Text, "ä…") || New("{}", v).Check() != nil {
		t.Errorf("%d bytes", len(v.Text))
	}
}

// Map visits every value, and nothing changes what it was made of.
func TestMap(t *testing.T) {
	m := New("{} {}", Count(1), List(New("{}", Count(2)), New("{}", Count(3))))
	sum := uint64(0)
	doubled := m.Map(func(v Value) Value {
		sum += v.Number
		v.Number *= 2
		return v
	}, func(Message) (Message, bool) { return Message{}, false })
	if sum != 6 || doubled.String() != "2 4 6" || m.String() != "1 2 3" {
		t.Errorf("%d, %q, %q", sum, doubled, m)
	}
}

// Nothing that can be in memory makes rendering fail, whether it was checked or not.
func FuzzRender(f *testing.F) {
	f.Add("{} {a|b} {q} {;} {", uint64(3))
	f.Fuzz(func(t *testing.T, format string, seed uint64) {
		m := hostile(rand.New(rand.NewPCG(seed, 0)), format, 0)
		text := m.String()
		m.Words()
		if m.Check() == nil && strings.ContainsAny(text, "{}") && !strings.ContainsAny(allTexts(m), "{}") {
			t.Errorf("%q shows %q", format, text)
		}
	})
}

func hostile(r *rand.Rand, format string, depth int) Message {
	m := Message{Format: format[:r.IntN(len(format)+1)]}
	for range r.IntN(4) {
		v := Value{Class: Class(r.IntN(int(classes) + 2)), Number: r.Uint64(), Text: format}
		if depth < 9 {
			for range r.IntN(3) {
				v.Messages = append(v.Messages, hostile(r, format, depth+1))
			}
		}
		m.Values = append(m.Values, v)
	}
	return m
}

func allTexts(m Message) string {
	all := ""
	for _, v := range m.Values {
		all += v.Text
		for _, inside := range v.Messages {
			all += allTexts(inside)
		}
	}
	return all
}
