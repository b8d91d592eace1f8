package job

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"chainglass/app/fleet/table"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/serdejson"
)

const (
	// ReportFile is written when all else is there: a line of JSON for each chain.
	ReportFile = "report.ndjson"
	// FailuresFile has a line of JSON for each reason and minute.
	FailuresFile = "failures.ndjson"
)

// chainResult is a chain that has been folded.
type chainResult struct {
	Task    chainTask
	Partial Partial
	// Errors counts the kept entries that are no record, up to where the fold halts.
	Errors int
	// State is what the chain folds to, as postcard.
	State []byte
}

// file is the name of the chain's file.
func (r *chainResult) file() string {
	return "chains/" + table.FileName(r.Task.Node, r.Task.Channel) + ".json"
}

// appendJSON appends what chainglass fold gives for the chain: without the list of all
// numbers and the hash of all payloads, which take all entries in their order.
func (r *chainResult) appendJSON(dst []byte) []byte {
	dst = serdejson.AppendString(append(dst, `{"node":`...), r.Task.Node)
	dst = serdejson.AppendString(append(dst, `,"channel":`...), r.Task.Channel)
	dst = serdejson.AppendString(append(dst, `,"kind":`...), r.Task.Kind.String())
	dst = serdejson.AppendU64(append(dst, `,"entries":`...), uint64(r.Partial.Kept))
	dst = serdejson.AppendU64(append(dst, `,"next_seq":`...), r.nextSeq())
	dst = appendEnds(append(dst, `,"seqs":`...), &r.Partial, func(k Kept) (uint64, bool) { return k.Seq, true })
	dst = appendEnds(append(dst, `,"ts":`...), &r.Partial, func(k Kept) (uint64, bool) { return k.TSNS, k.HasTS })
	dst = serdejson.AppendU64(append(dst, `,"decode_errors":`...), uint64(r.Errors))
	dst = serdejson.AppendSeq(append(dst, `,"decode_error_texts":`...), r.Partial.Faults, func(dst []byte, f Fault) []byte {
		dst = serdejson.AppendString(append(dst, `{"error":`...), f.Text)
		dst = serdejson.AppendU64(append(dst, `,"first_seq":`...), f.Seq)
		return append(serdejson.AppendU64(append(dst, `,"count":`...), uint64(f.Count)), '}')
	})
	dst = append(dst, `,"snapshot":`...)
	return append(appendSnapshot(dst, r.State), "}\n"...)
}

func (r *chainResult) nextSeq() uint64 {
	if !r.Partial.Last.Some {
		return 0
	}
	return r.Partial.Last.Seq + 1
}

// appendEnds appends a number of the first and of the last entry that is kept.
func appendEnds(dst []byte, p *Partial, number func(Kept) (uint64, bool)) []byte {
	end := func(dst []byte, k Kept) []byte {
		n, has := number(k)
		return serdejson.AppendOptionU64(dst, n, has && k.Some)
	}
	dst = end(append(dst, `{"first":`...), p.First)
	return append(end(append(dst, `,"last":`...), p.Last), '}')
}

// appendSnapshot appends a snapshot that this package has encoded as JSON.
func appendSnapshot(dst, state []byte) []byte {
	s, err := snapshot.DecodeMeshOsSnapshot(state)
	if err != nil {
		return serdejson.AppendNull(dst)
	}
	return s.AppendJSON(dst)
}

// line is the chain's line in the report.
func (r *chainResult) line() Line {
	return Line{
		Node: r.Task.Node, Channel: r.Task.Channel, Kind: r.Task.Kind.String(), Origin: r.Task.Origin, File: r.file(),
		Entries: r.Task.Entries, Kept: r.Partial.Kept, DecodeErrors: r.Errors, Faults: r.faults(),
	}
}

// faults says in words what is wrong with the chain.
func (r *chainResult) faults() (said []string) {
	if !r.Partial.Whole(r.Task.Entries) {
		said = append(said, "not every entry was read")
	}
	for status, n := range r.Partial.Statuses {
		if n > 0 && !wire.EntryStatus(status).Readable() {
			said = append(said, fmt.Sprintf("%d of %d entries are %v", n, r.Task.Entries, wire.EntryStatus(status)))
		}
	}
	if r.Task.Incomplete != "" {
		said = append(said, r.Task.Incomplete)
	}
	return said
}

// Line is what the report says of a chain.
type Line struct {
	Node    string `json:"node"`
	Channel string `json:"channel"`
	Kind    string `json:"kind"`
	// Origin is where the chain is, File the file of what it folds to.
	Origin string `json:"origin"`
	File   string `json:"file"`
	// Entries is how many the chain has, Kept how many the rules keep, DecodeErrors how
	// many of those are no record.
	Entries      int `json:"entries"`
	Kept         int `json:"kept"`
	DecodeErrors int `json:"decode_errors"`
	// Faults are sentences about what is damaged or missing; none for a sound chain.
	Faults []string `json:"faults,omitempty"`
}

// nodeResult is the state of a node from all of its chains.
type nodeResult struct {
	node     string
	channels []string
	state    snapshot.MeshOsSnapshot
	// live are the failures as recorded live.
	live []snapshot.FailureRecord
}

// newNodeResult takes of each chain what it folds to. The failures that were recorded live
// are worded differently from those of the action chain, and are kept apart.
func newNodeResult(node string, chains []*chainResult) (*nodeResult, error) {
	n := &nodeResult{node: node}
	for i, r := range chains {
		s, err := snapshot.DecodeMeshOsSnapshot(r.State)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			if n.state, err = snapshot.DecodeMeshOsSnapshot(r.Task.NodeBase); err != nil {
				return nil, err
			}
		}
		switch r.Task.Kind {
		case wire.ChainAction:
			n.state.RecentFailures = s.RecentFailures
		case wire.ChainAudit:
			n.state.AdminAudit = s.AdminAudit
		case wire.ChainLog:
			n.state.LogRing = s.LogRing
		case wire.ChainFailure:
			n.live = s.RecentFailures
		}
		n.channels = append(n.channels, r.Task.Channel)
	}
	return n, nil
}

func (n *nodeResult) file() string {
	name, _, _ := strings.Cut(table.FileName(n.node, "-"), "~~")
	return "nodes/" + name + ".json"
}

func (n *nodeResult) appendJSON(dst []byte) []byte {
	dst = serdejson.AppendString(append(dst, `{"node":`...), n.node)
	dst = serdejson.AppendSeq(append(dst, `,"channels":`...), n.channels, func(dst []byte, name string) []byte { return serdejson.AppendString(dst, name) })
	dst = n.state.AppendJSON(append(dst, `,"snapshot":`...))
	live := snapshot.MeshOsSnapshot{RecentFailures: n.live}
	dst = live.AppendJSON(append(dst, `,"live":`...))
	return append(dst, "}\n"...)
}

// failureKey is what failures are summed up by.
func failureKey(m minute) string { return fmt.Sprintf("%020d %s", m.StartNS, m.Template) }

// failureText makes a line of JSON of a sum.
func failureText(key string, count int64) (report string, line []byte) {
	var ns uint64
	_, _ = fmt.Sscanf(key, "%020d", &ns) // the key is that of failureKey
	dst := serdejson.AppendString([]byte(`{"minute":`), time.Unix(0, int64(ns)).UTC().Format("2006-01-02T15:04Z"))
	dst = serdejson.AppendString(append(dst, `,"template":`...), key[21:])
	dst = serdejson.AppendU64(append(dst, `,"failures":`...), uint64(count))
	return reportKey, append(dst, "}\n"...)
}

// collect makes the two files of the report.
func collect(lines, failures func(*[]byte) bool) (report, counts []byte, err error) {
	var all []Line
	for b := []byte(nil); lines(&b); b = nil {
		var l Line
		if err := decode(b, &l); err != nil {
			return nil, nil, err
		}
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b Line) int {
		return cmp.Or(strings.Compare(a.Node, b.Node), strings.Compare(a.Channel, b.Channel))
	})
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	for i := range all {
		if err := e.Encode(&all[i]); err != nil {
			return nil, nil, err
		}
	}
	var texts [][]byte
	for b := []byte(nil); failures(&b); b = nil {
		texts = append(texts, b)
	}
	slices.SortFunc(texts, bytes.Compare)
	return text.Bytes(), bytes.Join(texts, nil), nil
}
