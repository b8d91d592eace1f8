package source

import (
	"bytes"
	"slices"
	"strings"

	"chainglass/app/kind"
	"chainglass/wire"
)

// shape is what a JSON object is, going by its keys.
type shape uint8

const (
	shapeUnknown shape = iota
	shapeRecord        // one of the four record types, kind says which
	shapePayload       // a row with the payload in hex and no record
	shapeFailed        // a row with an error instead of a record
	shapeSnapshot
	shapeOutput // something else that the cluster's tools print
)

// recognised is a shape with what belongs to it.
type recognised struct {
	shape  shape
	kind   wire.ChainKind // of a record
	output *toolOutput    // of an output
}

// recordKinds are the kinds whose records are read from JSON.
func recordKinds() []*kind.Kind { return (kind.Set{}).All() }

// impliedKeys are the keys that records of one kind or another may lack.
func impliedKeys() (keys []string) {
	for _, k := range recordKinds() {
		for _, key := range k.ImpliedKeys() {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// snapshotKeys are keys of which a snapshot has all.
var snapshotKeys = []string{"daemons", "replicas", "peers", "avoid_list", "local_maintenance", "recent_failures"}

// toolOutput is JSON that the cluster's command line prints and that holds no
// records.
type toolOutput struct {
	keys   []string
	name   string
	advice string
	// level is that of the problem told. What a fold printed is a result: taken
	// for the state to start from, its records would be applied twice.
	level Level
}

var toolOutputs = [...]toolOutput{
	{[]string{"entries", "decode_errors", "snapshot"}, "the result of a fold, which is not a source", "To start from its snapshot, save that by itself", LevelNote},
	{[]string{"peers", "daemons", "replica_chains", "recent_failure_count"}, "the output of `snapshot status`, which only counts", "Use the output of `snapshot get`", LevelUnrecognised},
	{[]string{"node", "rtt_ms", "capability_count"}, "the output of `peer ls`", "Use the output of `snapshot get`, which has the peers in it", LevelUnrecognised},
	{[]string{"id", "lifecycle", "restart_state", "placement"}, "the output of `daemon ls`", "Use the output of `snapshot get`, which has the daemons in it", LevelUnrecognised},
	{[]string{"commit_id", "operator_id", "event_kind"}, "the answer to an admin command", "Use the output of `audit recent`, which has the whole event", LevelUnrecognised},
	{[]string{"dry_run", "envelope"}, "the answer to a dry run", "Use the output of `audit recent` after the real run", LevelUnrecognised},
	{[]string{"blast_hash", "blast"}, "the simulation of an ICE command", "Use the output of `audit recent` after the real run", LevelUnrecognised},
	{[]string{"id", "title", "status", "created_ns"}, "a list of tasks from `netdb tasks ls`", "", LevelUnrecognised},
	{[]string{"id", "content", "tags", "source"}, "a list of memories from `netdb memories ls`", "", LevelUnrecognised},
	{[]string{"cli_version", "sdk_version"}, "the output of `version`", "", LevelUnrecognised},
}

// recogniseJSON says what the object text is, or what it is wrapped around.
func recogniseJSON(text []byte) recognised {
	keys := keysOf(text)
	if keys.all([]string{"record"}) {
		if r := recogniseKeys(keysOf(member(text, "record"))); r.shape != shapeUnknown {
			return r
		}
	}
	switch {
	case keys.all([]string{"hex"}):
		return recognised{shape: shapePayload}
	case keys.all([]string{"seq", "error"}):
		return recognised{shape: shapeFailed}
	}
	return recogniseKeys(keys)
}

// recogniseKeys says what an object with these keys is, itself.
func recogniseKeys(keys keySet) recognised {
	if keys.all(snapshotKeys) {
		return recognised{shape: shapeSnapshot}
	}
	for _, k := range recordKinds() {
		if keys.all(k.RequiredKeys()) {
			return recognised{shape: shapeRecord, kind: k.ID}
		}
	}
	for i := range toolOutputs {
		if keys.all(toolOutputs[i].keys) {
			return recognised{shape: shapeOutput, output: &toolOutputs[i]}
		}
	}
	return recognised{}
}

// keySet holds the keys of an object in snake case, in their order.
type keySet []string

// maxKeys bounds what is looked at: no object of ours has more.
const maxKeys = 64

func keysOf(text []byte) (keys keySet) {
	members(text, func(key, _ []byte) {
		if len(keys) < maxKeys {
			keys = append(keys, snakeCase(key))
		}
	})
	return keys
}

// all reports whether every one of wanted is there.
func (k keySet) all(wanted []string) bool {
	for _, key := range wanted {
		if !slices.Contains(k, key) {
			return false
		}
	}
	return true
}

// member returns the value of a member of the object text, nil if it has none.
func member(text []byte, name string) (found []byte) {
	members(text, func(key, value []byte) {
		if snakeCase(key) == name {
			found = value
		}
	})
	return found
}

// snakeCase turns tsMs into ts_ms, as some of the cluster's libraries spell it.
func snakeCase(key []byte) string {
	var b strings.Builder
	for _, c := range key {
		if 'A' <= c && c <= 'Z' {
			b.WriteByte('_')
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

// row is a record with what is known of its entry:
//
//	{"seq":7,"ts":1700000000000000000,"status":"ok","hex":"01..","record":{..}}
//
// All keys but record, hex or error may be missing. An object that is no row is
// a record.
type row struct {
	seq, ts, status, hex, record, failure []byte // JSON values, nil if missing
	bare                                  bool   // the text is the record
}

func rowOf(text []byte) row {
	if !mayBeRow(text) {
		return row{record: text, bare: true}
	}
	var r row
	members(text, func(key, value []byte) {
		switch string(key) {
		case "seq":
			r.seq = value
		case "ts", "ts_ns":
			r.ts = value
		case "status":
			r.status = value
		case "hex":
			r.hex = value
		case "record":
			r.record = value
		case "error":
			r.failure = value
		}
	})
	if r.record == nil && r.hex == nil && (r.failure == nil || r.seq == nil) {
		return row{record: text, bare: true}
	}
	if bytes.Equal(r.record, []byte("null")) {
		r.record = nil
	}
	return r
}

// mayBeRow spares the records of a plain file being taken apart twice.
func mayBeRow(text []byte) bool {
	return bytes.Contains(text, []byte(`"record"`)) || bytes.Contains(text, []byte(`"hex"`)) || bytes.Contains(text, []byte(`"error"`))
}
