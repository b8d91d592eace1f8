package redact

// Class says what becomes of the values of a field.
type Class uint8

// The classes. A field that is in none of them does not leave.
const (
	// ClassOrder: positions in time and sequence: seqs, action ids. Kept.
	ClassOrder Class = iota
	// ClassState: variants of enums and flags of the format. Kept; a payload with a
	// variant that is not in [variants] is dropped.
	ClassState
	// ClassMeasure: counts, sizes, loads and lengths of time. Kept. What counts from
	// a node's last tick is one, unless it is so large that it is a time.
	ClassMeasure
	// ClassTime: Unix times. Kept, or shifted, all by the same.
	ClassTime
	// ClassKind: kinds of actions, rejections and findings. The format's own are
	// kept, any other is a free text.
	ClassKind
	// ClassNode: ids of nodes and peers. Pseudonym.
	ClassNode
	// ClassDaemon: ids of daemons. Pseudonym.
	ClassDaemon
	// ClassChain: ids of chains. Pseudonym.
	ClassChain
	// ClassOperator: ids of operators. Pseudonym.
	ClassOperator
	// ClassMigration: ids of migrations. Pseudonym.
	ClassMigration
	// ClassEpoch: ids of runs of a process. Pseudonym.
	ClassEpoch
	// ClassNumber: large numbers that only texts and names have. Pseudonym.
	ClassNumber
	// ClassNodeName: names of nodes. Pseudonym.
	ClassNodeName
	// ClassDaemonName: names of daemons. Pseudonym.
	ClassDaemonName
	// ClassChannelName: names of channels. The format's own are kept, any other is
	// a pseudonym.
	ClassChannelName
	// ClassAuthor: names of people. Pseudonym.
	ClassAuthor
	// ClassText: free text. See [TextMode].
	ClassText
	// ClassDerived: made anew from what is written: checksums, ids inside the file,
	// origins.
	ClassDerived
	// ClassDropped: does not leave.
	ClassDropped

	classes // count
)

var classNames = [classes]string{
	"order", "state", "measure", "time", "kind",
	"node id", "daemon id", "chain id", "operator id", "migration id", "epoch id", "large number",
	"node name", "daemon name", "channel name", "author",
	"free text", "made anew", "dropped",
}

// String returns the name for people.
func (c Class) String() string {
	if c >= classes {
		return "unknown"
	}
	return classNames[c]
}

// isID reports whether values of the class are numbers that get a pseudonym.
func (c Class) isID() bool { return c >= ClassNode && c <= ClassNumber }

// Field is a field of a record or of the export and its class.
type Field struct {
	// Type is the name of the type the field belongs to, Name that of the field in
	// the format.
	Type, Name string
	Class      Class
}

// Fields lists every field that may leave and what becomes of it, but for those of records,
// which the kinds of chain describe; see [kind.Sort]. What is not listed does not leave:
// everything is put together anew from these fields, nothing is copied as a whole.
func Fields() []Field { return append([]Field(nil), fields[:]...) }

var fields = [...]Field{
	{"MeshOsSnapshot", "Daemons.key", ClassDaemon},
	{"MeshOsSnapshot", "Replicas.key", ClassChain},
	{"MeshOsSnapshot", "Peers.key", ClassNode},
	{"MeshOsSnapshot", "AvoidList.key", ClassNode},
	{"MeshOsSnapshot", "FreezeRemainingMS", ClassMeasure},
	{"MeshOsSnapshot", "RuntimeEpochID", ClassEpoch},
	{"DaemonSnapshot", "Name", ClassDaemonName},
	{"DaemonSnapshot", "Lifecycle", ClassState},
	{"DaemonSnapshot", "Saturation", ClassMeasure},
	{"DaemonSnapshot", "Placement", ClassNode},
	{"DaemonSnapshot", "AgeMS", ClassMeasure},
	{"DaemonHealthSnapshot", "Kind", ClassState},
	{"DaemonHealthSnapshot", "Reason", ClassText},
	{"RestartStateSnapshot", "Kind", ClassState},
	{"RestartStateSnapshot", "UntilMS", ClassMeasure},
	{"ReplicaSnapshot", "Holders", ClassNode},
	{"ReplicaSnapshot", "DesiredCount", ClassMeasure},
	{"ReplicaSnapshot", "Leader", ClassNode},
	{"PeerSnapshot", "RTTMS", ClassMeasure},
	{"PeerSnapshot", "Health", ClassState},
	{"PeerSnapshot", "Maintenance", ClassState},
	{"PeerSnapshot", "CPULoad1M", ClassMeasure},
	{"PeerSnapshot", "MemUsedBytes", ClassMeasure},
	{"PeerSnapshot", "MemTotalBytes", ClassMeasure},
	{"PeerSnapshot", "DiskUsedBytes", ClassMeasure},
	{"PeerSnapshot", "DiskTotalBytes", ClassMeasure},
	{"PeerSnapshot", "SaturationTrend", ClassMeasure},
	{"PeerSnapshot", "CapabilitySet", ClassText},
	{"PeerSnapshot", "SoftwareVersion", ClassText},
	{"PeerSnapshot", "ForkedFrom", ClassNode},
	{"AvoidEntrySnapshot", "Reason", ClassText},
	{"AvoidEntrySnapshot", "TTLMS", ClassMeasure},
	{"MaintenanceStateSnapshot", "Kind", ClassState},
	{"MaintenanceStateSnapshot", "SinceMS", ClassMeasure},
	{"MaintenanceStateSnapshot", "DeadlineRemainingMS", ClassMeasure},
	{"MaintenanceStateSnapshot", "Reason", ClassText},
	{"PendingActionSnapshot", "ID", ClassOrder},
	{"PendingActionSnapshot", "Kind", ClassKind},
	{"PendingActionSnapshot", "AgeMS", ClassMeasure},
	{"MigrationSnapshot", "DaemonOrigin", ClassMigration},
	{"MigrationSnapshot", "Phase", ClassState},
	{"MigrationSnapshot", "ElapsedMS", ClassMeasure},
	{"MigrationSnapshot", "SourceNode", ClassNode},
	{"MigrationSnapshot", "TargetNode", ClassNode},
	{"MigrationSnapshot", "AgeInPhaseMS", ClassMeasure},
	{"MigrationSnapshot", "SnapshotBytes", ClassMeasure},
	{"MigrationSnapshot", "Retries", ClassMeasure},
	{"MigrationSnapshot", "ProgressPct", ClassMeasure},
	{"MigrationSnapshot", "BufferedEvents", ClassMeasure},

	{"Entry", "Seq", ClassOrder},
	{"Entry", "TSNS", ClassTime},
	{"Entry", "FlagsAndChecksum", ClassDerived},
	{"Entry", "Status", ClassState},
	{"Entry", "Payload", ClassDerived},

	{"Header", "Version", ClassDerived},
	{"Header", "Tool", ClassDropped},
	{"Header", "CreatedAtMS", ClassTime},
	{"ChainInfo", "Node", ClassNodeName},
	{"ChainInfo", "Channel", ClassChannelName},
	{"ChainInfo", "Kind", ClassState},
	{"ChainInfo", "Origin", ClassDerived},
	{"Base", "Node", ClassNodeName},
	{"Base", "Snapshot", ClassDerived},
	{"Note", "ID", ClassDerived},
	{"Note", "Author", ClassAuthor},
	{"Note", "Text", ClassText},
	{"Note", "CreatedAtMS", ClassTime},
	{"Note", "UpdatedAtMS", ClassTime},
	{"Anchor", "Chain", ClassDerived},
	{"Anchor", "Seq", ClassOrder},
	{"Anchor", "FlagsAndChecksum", ClassDerived},
	{"Span", "FromMS", ClassTime},
	{"Span", "ToMS", ClassTime},
	{"Finding", "Chain", ClassDerived},
	{"Finding", "By", ClassState},
	{"Finding", "Rule", ClassKind},
	{"Finding", "Severity", ClassState},
	{"Finding", "Confidence", ClassState},
	{"Finding", "Where", ClassDropped},
	{"Finding", "Offset", ClassDropped},
	{"Finding", "Count", ClassMeasure},
	{"Finding", "Before", ClassState},
	{"Finding", "After", ClassState},
	{"FindingPlace", "First", ClassOrder},
	{"FindingPlace", "Last", ClassOrder},
	{"FindingPlace", "Seq", ClassOrder},
	{"FindingTime", "FromNS", ClassTime},
	{"FindingTime", "ToNS", ClassTime},
	{"FindingRef", "Chain", ClassDerived},
	{"FindingRef", "Position", ClassOrder},
	{"Message", "Format", ClassKind},
	{"Value", "Class", ClassState},
	{"Value", "Number", ClassDerived},
	{"Value", "Text", ClassDerived},
	{"Redaction", "Commitment", ClassDerived},
	{"Redaction", "OriginalSHA256", ClassDropped},
	{"Redaction", "Texts", ClassDerived},
	{"Redaction", "TimesShifted", ClassDerived},
}

// variants lists, by enum, the variants that may leave, in the order of the
// encoding. A record with any other is not known here and is dropped.
var variants = [...]struct {
	enum  string
	names []string
}{
	enumLifecycle:   {"DaemonLifecycleSnapshot", []string{"Stopped", "Starting", "Running", "Stopping"}},
	enumHealth:      {"DaemonHealthKind", []string{"Healthy", "Degraded", "Unhealthy"}},
	enumRestart:     {"RestartStateKind", []string{"Idle", "BackingOff", "CrashLooping"}},
	enumPeerHealth:  {"PeerHealthSnapshot", []string{"Healthy", "Degraded", "Unreachable"}},
	enumMaintenance: {"MaintenanceKind", []string{"Active", "EnteringMaintenance", "Maintenance", "ExitingMaintenance", "DrainFailed", "Recovery"}},
	enumPhase:       {"MigrationPhaseSnapshot", []string{"Snapshot", "Transfer", "Restore", "Replay", "Cutover", "Complete"}},
	enumStatus:      {"EntryStatus", []string{"ok", "bad-checksum", "out-of-range", "torn", "too-large", "lost"}},
	enumChainKind:   {"ChainKind", []string{"unknown", "action", "audit", "log", "failure"}},
}

// enum is an index of [variants].
type enum uint8

const (
	enumLifecycle enum = iota
	enumHealth
	enumRestart
	enumPeerHealth
	enumMaintenance
	enumPhase
	enumStatus
	enumChainKind
)
