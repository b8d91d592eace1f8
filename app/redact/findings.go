package redact

import (
	_ "embed"
	"errors"
	"slices"
	"strings"
	"sync"

	"chainglass/wire/export"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// Findings are sentences of our own words with values in them. The words stay if
// every one of them is listed, in words.txt or in ownwords.txt: a format comes from
// the file, and who made that may have written anything in it. Every value is
// treated as the same value is in a record.

//go:embed ownwords.txt
var ownWordsFile string

// ownWords returns the words of ownwords.txt.
var ownWords = sync.OnceValue(func() map[string]struct{} {
	own := map[string]struct{}{}
	for line := range strings.Lines(ownWordsFile) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			own[word] = struct{}{}
		}
	}
	return own
})

// isOwn reports whether every word of a message's format is on a list.
func isOwn(m *message.Message) bool {
	for _, part := range m.Words() {
		if len(unlisted(part)) > 0 {
			return false
		}
	}
	return true
}

// unlisted returns the words of a part of a format that are on no list, and what
// between words may not stay.
func unlisted(part string) []string {
	var found []string
	word := func(w string) {
		_, own := ownWords()[strings.ToLower(w)]
		if w != "" && !own && !listed().has(w, true) {
			found = append(found, w)
		}
	}
	start := 0
	for i, r := range part {
		if isWordRune(r) {
			continue
		}
		word(part[start:i])
		start = i + len(string(r))
		if !mayStay(r) {
			found = append(found, string(r))
		}
	}
	word(part[min(start, len(part)):])
	return found
}

// findingNames are the rules of findings and what else is a name of ours in one:
// releases, and what a node does to a folder.
var findingNames = [...]string{
	export.FindingNotRead, export.FindingFiltered, export.FindingLeftOut, "cut", "chain-base",
	"bad-checksum", "out-of-range", "torn", "lost", "too-large", "text-cut", "text-too-long", "text-no-record", "list-not-closed", "list-not-opened", "zero-bytes", "text-fragment",
	"text-left-out", "many-nodes", "text-beside", "text-between", "json-values", "json-other", "numbers-rounded", "text-encoding", "lines-wrapped",
	"zero-tail", "text-mode", "salvaged", "seq-back", "seq-gap", "head-removed", "undecodable", "trailing-bytes", "clock-back", "stray-time", "reading-stopped",
	"partial-row", "times-missing", "manifest", "manifest-tmp", "other-generations", "recovery", "recovery-v0.21.0", "recovery-v0.34.0",
	"restart", "retry-storm", "retries-exhausted", "crash-loop", "failure-burst", "network-split", "first-occurrence", "panic", "silence", "clock-step",
	"clock-skew", "operator", "live-failures",
	"v0.21.0", "v0.34.0", "create", "truncate", "rewrite", "drop", "delete", "move",
}

// knownName reports whether a name in a finding is one of ours.
func knownName(name string) bool {
	if _, is := redex.ParseGenerationDir(name); is {
		return true
	}
	return slices.Contains(findingNames[:], name)
}

// confidences are how sure a finding can be.
var confidences = [...]string{"", "possible", "likely", "certain"}

// findingThrough returns a finding with its values as m makes them. What names a
// place in the source is not among them, and what has ids of this export neither.
func findingThrough(m mapper, f *export.Finding) export.Finding {
	out := export.Finding{
		By: f.By, Rule: m.kind(f.Rule), Severity: f.Severity,
		Title: messageThrough(m, f.Title), Detail: messageThrough(m, f.Detail),
		Count: f.Count, Before: f.Before, After: f.After,
	}
	if slices.Contains(confidences[:], f.Confidence) {
		out.Confidence = f.Confidence
	}
	if p, some := f.Place.Get(); some {
		out.Place = postcard.Some(export.FindingPlace{First: m.order(p.First), Last: m.order(p.Last), Seq: m.order(p.Seq)})
	}
	if t, some := f.Time.Get(); some {
		out.Time = postcard.Some(export.FindingTime{FromNS: nanosThrough(m, t.FromNS), ToNS: nanosThrough(m, t.ToNS)})
	}
	for _, r := range f.Refs {
		out.Refs = append(out.Refs, export.FindingRef{Chain: r.Chain, Position: m.order(r.Position), What: messageThrough(m, r.What)})
	}
	return out
}

// messageThrough returns a message with its values as m makes them; one with a word
// that is not our own is hidden.
func messageThrough(m mapper, text message.Message) message.Message {
	return text.Map(
		func(v message.Value) message.Value { return valueThrough(m, v) },
		func(x message.Message) (message.Message, bool) {
			return message.New("{}", message.Hidden()), !isOwn(&x)
		})
}

func valueThrough(m mapper, v message.Value) message.Value {
	name := func(text string) message.Value {
		if text == "" && v.Text != "" {
			return message.Hidden() // texts are dropped
		}
		return message.Value{Class: v.Class, Text: text}
	}
	id := func(c Class) message.Value { return message.ID(v.Class, m.id(c, v.Number)) }
	switch v.Class {
	case message.ClassCount, message.ClassRate, message.ClassDuration, message.ClassOffset:
		m.measure(1)
		return message.Value{Class: v.Class, Number: v.Number}
	case message.ClassNumber, message.ClassAction:
		return message.Value{Class: v.Class, Number: m.order(v.Number)}
	case message.ClassTime:
		return message.Time(nanosThrough(m, v.Number))
	case message.ClassNodeID:
		return id(ClassNode)
	case message.ClassDaemonID:
		return id(ClassDaemon)
	case message.ClassChainID:
		return id(ClassChain)
	case message.ClassOperator:
		return id(ClassOperator)
	case message.ClassMigration:
		return id(ClassMigration)
	case message.ClassNode:
		return name(m.name(ClassNodeName, v.Text))
	case message.ClassChannel:
		return name(m.name(ClassChannelName, v.Text))
	case message.ClassDaemon:
		return name(m.name(ClassDaemonName, v.Text))
	case message.ClassKind:
		return name(m.kind(v.Text))
	case message.ClassReason:
		return name(m.text(placeReason, v.Text))
	}
	return message.Hidden()
}

// nanosThrough moves a time in Unix nanoseconds as times are.
func nanosThrough(m mapper, ns uint64) uint64 {
	const perMS = 1_000_000
	ms := ns / perMS
	return ns - (ms-m.time(ms))*perMS
}

// writeFindings writes the findings that may leave.
func (r *rewriter) writeFindings() error {
	for _, f := range r.src.Findings() {
		if f.Where != "" || f.Offset.Some {
			r.tally.dropped(ClassDropped)
		}
		out := findingThrough(r.replacer, &f)
		if id, some := f.Chain.Get(); some {
			if now, written := r.chains[id]; written {
				out.Chain = postcard.Some(now)
			}
		}
		out.Refs = slices.DeleteFunc(out.Refs, func(x export.FindingRef) bool { _, written := r.chains[x.Chain]; return !written })
		for i := range out.Refs {
			out.Refs[i].Chain = r.chains[out.Refs[i].Chain]
		}
		findingThrough(r.checker, &out)
		if err := errors.Join(r.checked("a finding"), r.w.AddFinding(out)); err != nil {
			return err
		}
		r.summary.Findings++
	}
	return nil
}
