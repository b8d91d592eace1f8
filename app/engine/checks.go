package engine

import (
	"fmt"
	"slices"

	"chainglass/wire"
)

// checks collects what is wrong with a chain while it is read. Entries in a row
// with the same trouble make one finding, and what repeats without end is
// counted, not listed.
type checks struct {
	chain    ChainID
	findings []Finding
	// run is the finding that the next entry may extend, -1 for none.
	run int
	// groups finds the findings that collect entries from all over the chain.
	groups map[string]int
	// listed counts the findings of a rule.
	listed map[string]int
	prev   uint64
	any    bool
}

// maxFindingsPerRule bounds how many findings of one rule are listed apart; the
// last one listed collects the rest.
const maxFindingsPerRule = 200

func newChecks(chain ChainID) *checks {
	return &checks{chain: chain, run: -1, groups: map[string]int{}, listed: map[string]int{}}
}

// statusFindings describes the entry statuses that are findings.
var statusFindings = map[wire.EntryStatus]Finding{
	wire.EntryBadChecksum: {
		Severity: SeverityDamage, Rule: "bad-checksum",
		Title:  "Payload does not match its checksum",
		Detail: "The stored bytes have changed since they were written. The index row still gives their place, length and checksum; the bytes are shown but not decoded.",
	},
	wire.EntryOutOfRange: {
		Severity: SeverityDamage, Rule: "out-of-range",
		Title:  "Payload lies outside the payload file",
		Detail: "The index row points past the end of dat although later entries lie inside it: the row itself is damaged.",
	},
	wire.EntryTorn: {
		Severity: SeverityDamage, Rule: "torn",
		Title:  "Payload is cut off at the end of the file",
		Detail: "dat ends before this payload does, and nothing after it is complete: an interrupted write or a copy that stopped early.",
	},
	wire.EntryTooLarge: {
		Severity: SeverityNote, Rule: "too-large",
		Title:  "Payload is too large to decode here",
		Detail: "The checksum matches, but the payload is larger than this program holds in memory.",
	},
}

// entry looks at one entry. Entries come in order.
func (k *checks) entry(position int, e *wire.Entry) {
	if e.Status != wire.EntryOK {
		k.status(position, e)
	} else if k.run >= 0 {
		k.run = -1
	}
	// A row whose payload is bad may have a bad sequence number too: only rows
	// with good payloads are held against each other.
	if !e.Status.Readable() {
		return
	}
	if k.any && e.Seq != k.prev+1 || !k.any && e.Seq != 0 {
		k.sequence(position, e.Seq)
	}
	k.prev, k.any = e.Seq, true
}

func (k *checks) status(position int, e *wire.Entry) {
	f, known := statusFindings[e.Status]
	if !known {
		return
	}
	if k.run >= 0 && k.findings[k.run].Rule == f.Rule && k.findings[k.run].LastPosition == position-1 {
		k.extend(k.run, position)
		return
	}
	f.Position, f.Seq = position, e.Seq
	k.run = k.add(f)
}

// sequence reports an entry whose number is not the one after the last.
func (k *checks) sequence(position int, seq uint64) {
	f := Finding{Position: position, Seq: seq}
	switch {
	case !k.any:
		f.Severity, f.Rule = SeverityNote, "head-removed"
		f.Title = fmt.Sprintf("The chain begins at seq %d", seq)
		f.Detail = "Earlier entries are not here, usually because retention removed them."
	case seq <= k.prev:
		f.Severity, f.Rule = SeverityWarning, "seq-back"
		f.Title = fmt.Sprintf("seq goes from %d to %d", k.prev, seq)
		f.Detail = "A node of v0.34.0 would cut the chain here on opening it; one of v0.21.0 would keep it. A number that repeats usually means that the entry before it was lost once and its number given out again."
	default:
		f.Severity, f.Rule = SeverityWarning, "seq-gap"
		f.Title = fmt.Sprintf("%d sequence numbers are missing before seq %d", seq-k.prev-1, seq)
		f.Detail = fmt.Sprintf("The entry before has seq %d. Gaps inside a chain come from damage only.", k.prev)
	}
	k.add(f)
}

// undecodable reports a good payload that is no record of the chain's type.
// Entries with the same error make one finding.
func (k *checks) undecodable(position int, e *wire.Entry, err error) {
	k.group("undecodable", err.Error(), Finding{
		Severity: SeverityWarning, Position: position, Seq: e.Seq,
		Title:  "Payload is not a record of this chain",
		Detail: "The checksum matches, so this is what was written. The decoder says: " + err.Error(),
	})
}

// trailing reports bytes after a record.
func (k *checks) trailing(position int, e *wire.Entry) {
	k.group("trailing-bytes", "", Finding{
		Severity: SeverityNote, Position: position, Seq: e.Seq,
		Title:  "Bytes after the end of the record",
		Detail: "The reference decoder ignores them. They belong to no field.",
	})
}

// clockBack reports an append time earlier than the one before it.
func (k *checks) clockBack(position int, seq uint64) {
	k.group("clock-back", "", Finding{
		Severity: SeverityNote, Position: position, Seq: seq,
		Title:  "The node's clock went backwards",
		Detail: "The append time of this entry is earlier than that of the entry before it.",
	})
}

// group adds one entry to the finding that collects all entries of a key.
func (k *checks) group(rule, key string, f Finding) {
	key = rule + "\x00" + key
	if i, known := k.groups[key]; known {
		k.extend(i, f.Position)
		return
	}
	f.Rule = rule
	k.groups[key] = k.add(f)
}

func (k *checks) extend(i, position int) {
	k.findings[i].Count++
	k.findings[i].LastPosition = position
}

// add lists a finding about one entry and returns its index. Past the limit of
// its rule the entry is counted with the last one listed.
func (k *checks) add(f Finding) int {
	if k.listed[f.Rule] >= maxFindingsPerRule {
		for i := len(k.findings) - 1; ; i-- {
			if k.findings[i].Rule == f.Rule {
				k.extend(i, f.Position)
				return i
			}
		}
	}
	k.listed[f.Rule]++
	f.Chain, f.Count, f.LastPosition = k.chain, 1, f.Position
	k.findings = append(k.findings, f)
	return len(k.findings) - 1
}

// sorted returns the findings, worst first, in the order of their positions.
func (k *checks) sorted() []Finding {
	sorted := slices.Clone(k.findings)
	slices.SortStableFunc(sorted, func(a, b Finding) int {
		if a.Severity != b.Severity {
			return int(b.Severity) - int(a.Severity)
		}
		return a.Position - b.Position
	})
	return sorted
}
