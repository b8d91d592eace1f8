// Package snapshot holds MeshOsSnapshot, the state of a node, and the records
// inside it, as plain Go values with exported fields, together with their two
// encodings and a structural diff.
//
// Both encodings are the reference implementation's to the byte: postcard,
// without any version prefix or header, and JSON as serde_json writes it
// compactly. Fields stand in this order, names as in JSON:
//
//	MeshOsSnapshot     daemons              map u64 -> DaemonSnapshot
//	                   replicas             map u64 -> ReplicaSnapshot
//	                   peers                map u64 -> PeerSnapshot
//	                   avoid_list           map u64 -> AvoidEntrySnapshot
//	                   local_maintenance    MaintenanceStateSnapshot
//	                   recently_emitted     seq of PendingActionSnapshot
//	                   recent_failures      seq of FailureRecord
//	                   freeze_remaining_ms  option u64
//	                   admin_audit          seq of AdminAuditRecord
//	                   log_ring             seq of LogRecord
//	                   in_flight_migrations seq of MigrationSnapshot
//	                   runtime_epoch_id     u64
//	FailureRecord      seq u64 · source string · reason string · recorded_at_ms u64
//	AdminAuditRecord   seq u64 · committed_at_ms u64 · event AdminEvent ·
//	                   operator_ids seq of u64 · outcome VerificationOutcome · chain_pending bool
//	LogRecord          seq u64 · ts_ms u64 · level LogLevel · daemon_id option u64 ·
//	                   node_id option u64 · message string · chain_pending bool
//
// The last three are also the payloads of the failure, audit and log chains.
//
// Reading is exactly as lenient as the reference's: trailing bytes after a
// postcard value are ignored (the Prefix variants tell how many were used),
// JSON may lack what has a default and may give a struct as an array. The
// spellings of the SDKs are accepted as well: camelCase keys, lower-case log
// levels. An enum variant that does not exist is an error in both encodings.
//
// An empty sequence, set or map is nil in every decoded value, so that the
// zero MeshOsSnapshot is what an all-default snapshot decodes to.
//
// The package imports the standard library, wire/postcard and wire/serdejson
// only; it knows no files and no browser, and never panics on input.
package snapshot
