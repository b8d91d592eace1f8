package redact

import "strings"

// Which numbers of texts leave is decided by template. Everything is read once more
// for it when all ids are known: where one text of a template has an id, no other
// shows a number in that place. Else the one number that never appears would be
// known for an id.

// template is what is known of all texts that are the same but for their values.
type template struct {
	// text is the template as it was, values masked; example one of the texts.
	text, example string
	count         int
	// held are the places, counted over the values, that hold an id in some text.
	held []bool
	// measures is set if some text has a measure, values if some has a value.
	measures, values bool
	// hide and keep are what the sender asked for.
	hide, keep bool
	// withheld counts values that were to be kept and are ids.
	withheld int
}

// templateOf returns the template of a text, nil for none that is known.
func (x *texts) templateOf(text string) *template {
	x.mask = appendTemplate(x.mask[:0], text)
	return x.templates[string(x.mask)]
}

// judge takes a text into account that is to be redacted.
func (x *texts) judge(text string, p place) {
	if x.mode == TextDrop || text == "" {
		return
	}
	holes := holesOf(text)
	if len(holes) == 0 && strings.Contains(text, "#") {
		return // a template, as findings quote them, or the like: no value is in it
	}
	t := x.templateOf(text)
	if t == nil {
		if len(x.templates) >= MaxTemplatesCounted {
			return // no number of it leaves
		}
		name := string(x.mask)
		t = &template{text: name, example: text}
		for _, asked := range [...]string{name, cutText(name)} { // long ones are shown cut
			t.hide, t.keep = t.hide || x.hide[asked], t.keep || x.keep[asked]
			x.met[asked] = x.met[asked] || x.hide[asked] || x.keep[asked]
		}
		x.templates[name] = t
	}
	t.count++
	if _, again := x.judged[p][text]; again {
		return
	}
	remember(x.judged[p], text)
	if t.held == nil {
		t.held = make([]bool, len(holes))
	}
	if len(t.held) != len(holes) {
		// A text with a "#" of its own is like one with a value there: which place is
		// which is not known, so all are held.
		for len(t.held) < len(holes) {
			t.held = append(t.held, true)
		}
		for i := range t.held {
			t.held[i] = true
		}
	}
	t.values = t.values || len(holes) > 0
	for i, hole := range holes {
		t.held[i] = t.held[i] || x.isSecretNumber(text[hole.from:hole.to]) || looksLikeID(text[hole.from:hole.to])
	}
	for _, m := range x.measures(text, p) {
		t.measures = true
		if x.isSecretMeasure(&m) {
			t.hold(holes, m.span)
		}
	}
	if t.keep && !t.hide {
		for _, hole := range holes {
			if value := text[hole.from:hole.to]; x.isSecretNumber(value) {
				t.withheld++
			} else {
				x.kept[value], x.keptSame[sameValue(value)] = struct{}{}, struct{}{}
			}
		}
	}
}

// hold marks the places of a part of a text.
func (t *template) hold(holes []span, part span) {
	for i, hole := range holes {
		if hole.from >= part.from && hole.to <= part.to {
			t.held[i] = true
		}
	}
}

// holds reports whether any place of a part of a text holds an id.
func (t *template) holds(holes []span, part span) bool {
	for i, hole := range holes {
		if hole.from >= part.from && hole.to <= part.to && (i >= len(t.held) || t.held[i]) {
			return true
		}
	}
	return false
}

// measures returns the measures of a text, those of a wording included: its counts
// are measures whatever stands beside them.
func (x *texts) measures(text string, p place) []quantity {
	all := measuresIn(text)
	if s, known := recognise(text, p, false); known {
		for i, slot := range s.wording.slots {
			if _, is := number(s.slots[i]); is && slot == slotCount {
				all = append(all, quantity{span{s.at[i], s.at[i] + len(s.slots[i])}, []string{s.slots[i]}})
			}
		}
	}
	return all
}

// stays returns the parts of a text whose numbers leave as they are.
func (x *texts) stays(text string, p place, t *template) []span {
	if t == nil || t.hide || x.mode == TextDrop {
		return nil
	}
	holes := holesOf(text)
	var all []span
	if t.keep {
		for _, hole := range holes {
			if !x.isSecretNumber(text[hole.from:hole.to]) {
				all = append(all, hole)
			}
		}
		return all
	}
	for _, m := range x.measures(text, p) {
		if !t.holds(holes, m.span) && !x.isSecretMeasure(&m) {
			all = append(all, m.span)
		}
	}
	return all
}

// isSecretMeasure reports whether any number of a measure is an id's or a name.
func (x *texts) isSecretMeasure(m *quantity) bool {
	for _, digits := range m.numbers {
		if isKnownNumber(digits, x.isSpoken) {
			return true
		}
	}
	return false
}

// isSpoken reports whether v is an id, or a large number that is hidden in some text.
func (x *texts) isSpoken(v uint64) bool {
	_, is := x.ids.byClass[ClassNumber][v]
	return is || x.isSecret(v)
}

// isSecretNumber reports whether a value can be read as an id, or as a name that is
// a number; the digits in front of a unit are looked at by themselves.
func (x *texts) isSecretNumber(value string) bool {
	all, count := readings(value)
	for _, n := range all[:count] {
		if n.value != 0 && x.isSecret(n.value) {
			return true
		}
	}
	digits := value[:digitsEnd(value, 0)]
	return digits != "" && digits != value && isKnownNumber(digits, x.isSecret)
}

// isSecret reports whether v is an id of any class, or the name of something.
func (x *texts) isSecret(v uint64) bool {
	if _, is := x.ids.originals[v]; is {
		return true
	}
	_, is := x.numberNames[v]
	return is
}

// looksLikeID reports whether a value can hardly be anything but an id.
func looksLikeID(value string) bool {
	if strings.HasPrefix(value, "0x") || strings.HasPrefix(value, "0X") {
		return true
	}
	all, count := readings(value)
	return count > 0 && all[0].value >= largeID && all[0].value > maxMeasure || count > 0 && all[0].base == 16
}

// holesOf returns where the values of a text are.
func holesOf(text string) []span {
	var all []span
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && isWordByte(text[end]) {
			end++
		}
		if end > i && isValue(text[i:end]) {
			all = append(all, span{i, end})
		}
		i = max(end, i+1)
	}
	return all
}
