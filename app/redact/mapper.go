package redact

import (
	"fmt"
	"slices"
	"strings"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// mapper is what is done with the values of a record: they are learned, replaced,
// or checked. Records are rebuilt from what it returns.
type mapper interface {
	// order and measure take values that are kept.
	order(v uint64) uint64
	measure(n int)
	// state takes a variant.
	state(e enum, variant uint8)
	flag()
	time(ms uint64) uint64
	id(class Class, id uint64) uint64
	name(class Class, name string) string
	text(p place, text string) string
	kind(kind string) string
	// refuse says that the record has a value that may not leave.
	refuse()
	// verdict returns an error that ends the redaction, or false if the record is
	// none that may leave. The next record begins with a clean slate.
	verdict() (ok bool, err error)
}

// slate is the verdict on one record.
type slate struct {
	unknown bool
	err     error
}

func (s *slate) state(e enum, variant uint8) {
	s.unknown = s.unknown || int(variant) >= len(variants[e].names)
}

func (s *slate) refuse() { s.unknown = true }

func (s *slate) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *slate) verdict() (bool, error) {
	ok, err := !s.unknown && s.err == nil, s.err
	*s = slate{}
	return ok, err
}

// learner takes note of what is to be replaced.
type learner struct {
	slate
	*secrets
}

func (l *learner) order(v uint64) uint64 { return v }
func (l *learner) measure(int)           {}
func (l *learner) flag()                 {}
func (l *learner) time(ms uint64) uint64 { return ms }
func (l *learner) text(p place, text string) string {
	l.fail(l.texts.learn(text, p))
	return ""
}

func (l *learner) id(class Class, id uint64) uint64 {
	l.fail(l.ids.learn(class, id))
	return id
}

func (l *learner) name(class Class, name string) string {
	if class != ClassChannelName || !knownChannel(name) {
		l.names[class].learn(name)
		l.texts.learnName(name)
		l.fail(l.names[class].err())
	}
	return ""
}

func (l *learner) kind(kind string) string {
	if !knownKind(kind) {
		l.text(placeText, kind)
	}
	return ""
}

// judge has texts decide what of them stays, once everything is learned.
type judge struct{ learner }

func (j *judge) id(_ Class, id uint64) uint64 { return id }
func (j *judge) name(Class, string) string    { return "" }
func (j *judge) text(p place, text string) string {
	j.texts.judge(text, p)
	return ""
}

func (j *judge) kind(kind string) string {
	if !knownKind(kind) {
		j.text(placeText, kind)
	}
	return ""
}

// replacer puts pseudonyms in the place of originals and counts.
type replacer struct {
	slate
	*secrets
	tally *tally
	// shiftMS is by how much times are moved into the past.
	shiftMS uint64
}

func (r *replacer) order(v uint64) uint64 {
	r.tally.kept(ClassOrder)
	return v
}

func (r *replacer) measure(n int) { r.tally.classes[ClassMeasure].Kept += n }
func (r *replacer) flag()         { r.tally.kept(ClassState) }

func (r *replacer) state(e enum, variant uint8) {
	r.tally.kept(ClassState)
	r.slate.state(e, variant)
}

// time moves a time; what would come before 1970 becomes 0.
func (r *replacer) time(ms uint64) uint64 {
	if r.shiftMS == 0 {
		r.tally.kept(ClassTime)
		return ms
	}
	r.tally.replaced(ClassTime)
	return ms - min(ms, r.shiftMS)
}

// written is time for when something was written about the records. The reader
// knows that from elsewhere, from a mail perhaps, and could tell by how much times
// were moved: where they were, it is 0.
func (r *replacer) written(ms uint64) uint64 {
	if r.shiftMS > 0 {
		r.tally.dropped(ClassTime)
		return 0
	}
	return r.time(ms)
}

// timeNS is time for Unix nanoseconds.
func (r *replacer) timeNS(ns uint64) uint64 {
	const perMS = 1_000_000
	r.time(0)
	return ns - min(ns, r.shiftMS*perMS)
}

func (r *replacer) id(class Class, id uint64) uint64 {
	if id == 0 {
		r.tally.kept(class)
		return 0
	}
	r.tally.replaced(class)
	return r.ids.pseudonym(class, id)
}

func (r *replacer) name(class Class, name string) string {
	if name == "" || class == ClassChannelName && knownChannel(name) {
		r.tally.kept(class)
		return name
	}
	r.tally.replaced(class)
	return r.names[class].pseudonym(name)
}

func (r *replacer) text(p place, text string) string { return r.textOf(ClassText, p, text) }

func (r *replacer) textOf(class Class, p place, text string) string {
	if text == "" {
		return ""
	}
	done := r.texts.redact(text, p)
	switch {
	case done.text == "":
		r.tally.dropped(class)
	case done.changed:
		r.tally.replaced(class)
	default:
		r.tally.kept(class)
	}
	return done.text
}

func (r *replacer) kind(kind string) string {
	if knownKind(kind) {
		r.tally.kept(ClassKind)
		return kind
	}
	return r.textOf(ClassKind, placeText, kind)
}

// checker looks at values that were read back from what is written.
type checker struct {
	slate
	*secrets
}

func (c *checker) order(v uint64) uint64 { return v }
func (c *checker) measure(int)           {}
func (c *checker) flag()                 {}
func (c *checker) time(ms uint64) uint64 { return ms }

func (c *checker) state(e enum, variant uint8) {
	if c.slate.state(e, variant); c.unknown {
		c.leaks(ClassState)
	}
}

func (c *checker) leaks(class Class) { c.fail(&LeakError{Class: class.String(), Offset: -1}) }

func (c *checker) id(class Class, id uint64) uint64 {
	if !c.ids.isGiven(id) {
		c.leaks(class)
	}
	return id
}

func (c *checker) name(class Class, name string) string {
	_, given := c.texts.given[name]
	if name != "" && !given && !(class == ClassChannelName && knownChannel(name)) {
		c.leaks(class)
	}
	return name
}

func (c *checker) text(p place, text string) string {
	if !c.texts.check(text, p) {
		c.leaks(ClassText)
	}
	return text
}

func (c *checker) kind(kind string) string {
	if !knownKind(kind) && !c.texts.check(kind, placeText) {
		c.leaks(ClassKind)
	}
	return kind
}

// LeakError says that something of the original would be in the result. It does
// not say what.
type LeakError struct {
	// Class is the sort of value.
	Class string
	// Offset is where it begins in the result, in bytes; -1 where the value was found
	// before it was written.
	Offset int64
	// Where names the entry or item, if the value was found in one.
	Where string
}

// Error names the sort of value and the place.
func (e *LeakError) Error() string {
	text := "redact: an original " + e.Class + " would remain"
	if e.Where != "" {
		text += " in " + e.Where
	}
	if e.Offset >= 0 {
		text += fmt.Sprintf(" at byte %d", e.Offset)
	}
	return text
}

// secrets are the originals and their pseudonyms.
type secrets struct {
	ids   *ids
	names [classes]*names
	texts *texts
}

func newSecrets(o *Options) *secrets {
	s := &secrets{ids: newIDs(o.Random)}
	s.texts = newTexts(o, s.ids)
	for class, prefix := range map[Class]string{ClassNodeName: "node", ClassDaemonName: "daemon", ClassChannelName: "channel", ClassAuthor: "author"} {
		s.names[class] = newNames(prefix)
	}
	return s
}

// all returns the names of all classes.
func (s *secrets) all() []*names {
	var all []*names
	for _, n := range s.names {
		if n != nil {
			all = append(all, n)
		}
	}
	return all
}

// assign gives all originals their pseudonyms.
func (s *secrets) assign() error {
	if err := s.ids.draw(); err != nil {
		return err
	}
	chance, err := s.ids.uint64()
	if err != nil {
		return err
	}
	s.texts.values.assign(chance)
	originals := map[string]struct{}{}
	for _, n := range append(s.all(), s.texts.words) {
		for _, name := range n.order {
			originals[strings.ToLower(name)] = struct{}{}
		}
	}
	taken := func(name string) bool { _, is := originals[name]; return is }
	for _, n := range append(s.all(), s.texts.words) {
		n.assign(taken, s.texts.numbered)
	}
	s.texts.ready(s.all())
	return nil
}

// knownKind reports whether a kind is the format's own.
func knownKind(kind string) bool {
	return kind == "" || wire.KnownActionKind([]byte(kind)) || slices.Contains(rejectionKinds[:], kind) || knownName(kind)
}

// rejectionKinds are why a command is refused.
var rejectionKinds = [...]string{
	"not_authorized", "signature_invalid", "insufficient_signatures", "envelope_expired", "envelope_from_future",
	"simulation_required", "ice_cooldown_active",
}

// channelParts are the parts of the names of channels that are the format's own or
// its documentation's.
var channelParts = [...]string{"meshos", "actions", "action", "admin-audit", "audit", "log", "failures", "cortex", "tasks", "memories", "snapshots"}

func knownChannel(name string) bool {
	for part := range strings.SplitSeq(strings.TrimSuffix(name, redex.SalvagedSuffix), "/") {
		if part != "" && !slices.Contains(channelParts[:], part) {
			return false
		}
	}
	return true
}
