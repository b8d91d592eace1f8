package snapshot

import (
	"bytes"
	"slices"
	"strconv"
)

// ChangeOp says what happened to a value between two snapshots.
type ChangeOp uint8

// What can happen to a value.
const (
	// Appeared: the second snapshot has the value, the first has not.
	Appeared ChangeOp = iota
	// Changed: both have it, with different content.
	Changed
	// Went: the first snapshot has the value, the second has not.
	Went
)

var changeOpNames = []string{"appeared", "changed", "went"}

// String returns appeared, changed or went.
func (op ChangeOp) String() string { return enumName(changeOpNames, uint8(op)) }

// Change is one difference between two snapshots.
type Change struct {
	// Path names the value: local_maintenance, daemons[7].restart_state,
	// recent_failures[3]. What stands in brackets is the key of a map, the id of
	// a recently emitted action, the daemon_origin of a migration, and for the
	// rings a position: in the first snapshot for what changed or went, in the
	// second for what appeared.
	Path string
	Op   ChangeOp
	// Before and After are compact JSON; Before is empty for what appeared and
	// After for what went.
	Before, After string
}

// Diff lists what is different in b, in the order of the fields, map keys
// ascending. Structs in maps are compared field by field. A ring that moved on
// is recognised: what it lost at one end went, what it gained at the other
// appeared, and nothing is said of the records in between.
//
// Values are compared by their JSON text. The time taken is proportional to the
// size of the two snapshots, apart from the sorting of keys.
func Diff(a, b *MeshOsSnapshot) []Change {
	d := differ{}
	diffMap(&d, "daemons", a.Daemons, b.Daemons, daemonFields)
	diffMap(&d, "replicas", a.Replicas, b.Replicas, replicaFields)
	diffMap(&d, "peers", a.Peers, b.Peers, peerFields)
	diffMap(&d, "avoid_list", a.AvoidList, b.AvoidList, avoidEntryFields)
	diffField(&d, "local_maintenance", a, b)
	diffKeyed(&d, "recently_emitted", a.RecentlyEmitted, b.RecentlyEmitted, pendingActionFields, pendingActionID)
	diffRing(&d, "recent_failures", a.RecentFailures, b.RecentFailures, failureRing)
	diffField(&d, "freeze_remaining_ms", a, b)
	diffRing(&d, "admin_audit", a.AdminAudit, b.AdminAudit, auditRing)
	diffRing(&d, "log_ring", a.LogRing, b.LogRing, logRing)
	diffKeyed(&d, "in_flight_migrations", a.InFlightMigrations, b.InFlightMigrations, migrationFields, migrationID)
	diffField(&d, "runtime_epoch_id", a, b)
	return d.changes
}

// differ collects changes; its two buffers hold the texts being compared.
type differ struct {
	changes       []Change
	before, after []byte
}

func (d *differ) add(path string, op ChangeOp, before, after []byte) {
	d.changes = append(d.changes, Change{Path: path, Op: op, Before: string(before), After: string(after)})
}

// compare puts the texts of a field of two structs into the buffers and reports
// whether they differ.
func compare[T any](d *differ, f jsonField[T], a, b *T) bool {
	d.before = f.appendValue(d.before[:0], a)
	d.after = f.appendValue(d.after[:0], b)
	return !bytes.Equal(d.before, d.after)
}

// diffField compares the field of the snapshot itself that is called name.
func diffField(d *differ, name string, a, b *MeshOsSnapshot) {
	i := slices.IndexFunc(snapshotFields, func(f jsonField[MeshOsSnapshot]) bool { return f.name == name })
	if compare(d, snapshotFields[i], a, b) {
		d.add(name, Changed, d.before, d.after)
	}
}

// diffFields compares two structs field by field.
func diffFields[T any](d *differ, name string, key uint64, a, b *T, fields []jsonField[T]) {
	for _, f := range fields {
		if compare(d, f, a, b) {
			d.add(elementName(name, key)+"."+f.name, Changed, d.before, d.after)
		}
	}
}

func appeared[T any](d *differ, name string, key uint64, v *T, fields []jsonField[T]) {
	d.after = appendObject(d.after[:0], fields, v)
	d.add(elementName(name, key), Appeared, nil, d.after)
}

func went[T any](d *differ, name string, key uint64, v *T, fields []jsonField[T]) {
	d.before = appendObject(d.before[:0], fields, v)
	d.add(elementName(name, key), Went, d.before, nil)
}

func diffMap[T any](d *differ, name string, a, b map[uint64]T, fields []jsonField[T]) {
	for _, key := range unionKeys(a, b) {
		before, inA := a[key]
		after, inB := b[key]
		switch {
		case !inB:
			went(d, name, key, &before, fields)
		case !inA:
			appeared(d, name, key, &after, fields)
		default:
			diffFields(d, name, key, &before, &after, fields)
		}
	}
}

// unionKeys returns the keys of a and b in ascending order, each once.
func unionKeys[T any](a, b map[uint64]T) []uint64 {
	keys := make([]uint64, 0, max(len(a), len(b)))
	for key := range a {
		keys = append(keys, key)
	}
	for key := range b {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func pendingActionID(a *PendingActionSnapshot) uint64 { return a.ID }
func migrationID(m *MigrationSnapshot) uint64         { return m.DaemonOrigin }

// diffKeyed compares two lists whose elements carry a key. The nth element with
// a key is compared with the nth element with that key in the other list. What
// went comes first, then the elements of b in their order.
func diffKeyed[T any](d *differ, name string, a, b []T, fields []jsonField[T], key func(*T) uint64) {
	counterpart := matchKeyed(a, b, key)
	matched := make([]bool, len(a))
	for _, i := range counterpart {
		if i >= 0 {
			matched[i] = true
		}
	}
	for i := range a {
		if !matched[i] {
			went(d, name, key(&a[i]), &a[i], fields)
		}
	}
	for j := range b {
		if i := counterpart[j]; i >= 0 {
			diffFields(d, name, key(&b[j]), &a[i], &b[j], fields)
		} else {
			appeared(d, name, key(&b[j]), &b[j], fields)
		}
	}
}

// matchKeyed returns for each element of b the position of its counterpart in
// a, or -1.
func matchKeyed[T any](a, b []T, key func(*T) uint64) []int {
	unmatched := make(map[uint64][]int, len(a))
	for i := range a {
		k := key(&a[i])
		unmatched[k] = append(unmatched[k], i)
	}
	counterpart := make([]int, len(b))
	for j := range b {
		k := key(&b[j])
		counterpart[j] = -1
		if waiting := unmatched[k]; len(waiting) > 0 {
			counterpart[j], unmatched[k] = waiting[0], waiting[1:]
		}
	}
	return counterpart
}

// elementName is the path of an element: name[key].
func elementName(name string, key uint64) string {
	return name + "[" + strconv.FormatUint(key, 10) + "]"
}
