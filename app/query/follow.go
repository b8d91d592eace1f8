package query

import (
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

// A template stands for many texts, and a regexp often matches all of them or none:
// "timed out after [0-9]+" all of "pull timed out after # ms" where only digits are hidden.
// So the regexp is followed over all texts of a template at once, and what is left to be
// read are the texts of which some match.

// What bounds the following: a regexp with more instructions is not followed, and a
// template that takes more steps or more states is left open. A step takes some
// nanoseconds.
const (
	maxInstructions = 256
	maxFollowSteps  = 1 << 14
	maxStates       = 64
)

// follower follows a regexp over a template.
type follower struct {
	program *syntax.Prog
	steps   int
	// some is true if the regexp has matched some of the texts.
	some bool
	// open are instructions that are to be followed.
	open []uint32
}

// followed is where the regexp can be in one way to read a part of a text, if it has
// matched nothing so far.
type followed struct {
	at     instructions
	before before
}

// instructions is a set of instructions.
type instructions [maxInstructions / 64]uint64

func (s *instructions) add(i uint32) (added bool) {
	was := s[i/64]
	s[i/64] |= 1 << (i % 64)
	return s[i/64] != was
}

// before is the rune before a place, as far as regexps can tell.
type before uint8

const (
	beforeNothing before = iota
	beforeLine
	beforeWord
	beforeOther
)

// runesBefore are runes that stand for all of a kind.
var runesBefore = [...]rune{beforeNothing: -1, beforeLine: '\n', beforeWord: 'a', beforeOther: ' '}

func beforeOf(r rune) before {
	switch {
	case r == '\n':
		return beforeLine
	case syntax.IsWordChar(r):
		return beforeWord
	}
	return beforeOther
}

// programOf returns the program of a regexp; nil if it is too long to be followed.
func programOf(source string) *syntax.Prog {
	// These are the steps and flags of package regexp.
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxInstructions {
		return nil
	}
	return program
}

// follow says what is known of the texts of a template.
func follow(program *syntax.Prog, t *Template) Verdict {
	f := follower{program: program, steps: maxFollowSteps}
	return f.follow(t)
}

func (f *follower) follow(t *Template) Verdict {
	text := t.Text
	for !t.Whole && text != "" && text[len(text)-1] >= utf8.RuneSelf {
		text = text[:len(text)-1] // the rest of the rune may be missing
	}
	masked := t.Masked
	if masked == 0 {
		masked = masked.With([]byte("#"))
	}
	states := []followed{{}}
	for _, r := range text {
		var next []followed
		if r == '#' {
			next = f.hidden(states, masked)
		} else {
			for i := range states {
				next = f.step(next, &states[i], r)
			}
		}
		if f.steps < 0 || len(next) > maxStates {
			return Maybe
		}
		states = next
	}
	switch {
	case len(states) == 0:
		return Yes
	case !t.Whole:
		return Maybe
	}
	some, none := f.some, false
	for i := range states {
		ends := len(f.step(nil, &states[i], -1)) == 0
		some, none = some || ends, none || !ends
	}
	switch {
	case f.steps < 0 || some && none:
		return Maybe
	case some:
		return Yes
	}
	return No
}

// hidden returns the states behind one byte or more of those that a "#" stands for.
func (f *follower) hidden(from []followed, masked WordBytes) (states []followed) {
	for len(from) > 0 && f.steps >= 0 && len(states) <= maxStates {
		old := len(states)
		for i := range from {
			for b := range byte(utf8.RuneSelf) {
				if wordBit(b)&masked != 0 && f.steps >= 0 {
					states = f.step(states, &from[i], rune(b))
				}
			}
		}
		from = slices.Clone(states[old:])
	}
	return states
}

// step adds the state behind a rune, or nothing if the regexp has matched before it. At
// the end of the text r is -1.
func (f *follower) step(states []followed, from *followed, r rune) []followed {
	next := followed{before: beforeOf(r)}
	flags := syntax.EmptyOpContext(runesBefore[from.before], r)
	met := from.at
	f.open = append(f.open[:0], uint32(f.program.Start))
	met.add(uint32(f.program.Start))
	for i := range f.program.Inst {
		if from.at[i/64]&(1<<(i%64)) != 0 {
			f.open = append(f.open, uint32(i))
		}
	}
	to := func(i uint32) {
		if met.add(i) {
			f.open = append(f.open, i)
		}
	}
	for len(f.open) > 0 {
		f.steps--
		inst := &f.program.Inst[f.open[len(f.open)-1]]
		f.open = f.open[:len(f.open)-1]
		switch inst.Op {
		case syntax.InstMatch:
			f.some = true
			return states
		case syntax.InstAlt, syntax.InstAltMatch:
			to(inst.Out)
			to(inst.Arg)
		case syntax.InstCapture, syntax.InstNop:
			to(inst.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(inst.Arg)&^flags == 0 {
				to(inst.Out)
			}
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if r >= 0 && inst.MatchRune(r) {
				next.at.add(inst.Out)
			}
		}
	}
	if slices.Contains(states, next) {
		return states
	}
	return append(states, next)
}
