package snapshot

import "chainglass/wire/serdejson"

// AppendJSON appends s to dst as compact JSON, byte for byte as serde_json
// writes it: map keys in quotes in ascending numeric order, u64 whole.
func (s *MeshOsSnapshot) AppendJSON(dst []byte) []byte { return appendObject(dst, snapshotFields, s) }

// AppendJSON appends r to dst as compact JSON, byte for byte as serde_json writes it.
func (r *FailureRecord) AppendJSON(dst []byte) []byte { return appendObject(dst, failureFields, r) }

// AppendJSON appends r to dst as compact JSON, byte for byte as serde_json writes it.
func (r *AdminAuditRecord) AppendJSON(dst []byte) []byte { return appendObject(dst, auditFields, r) }

// AppendJSON appends r to dst as compact JSON, byte for byte as serde_json writes it.
func (r *LogRecord) AppendJSON(dst []byte) []byte { return appendObject(dst, logFields, r) }

// AppendJSON appends e to dst as compact JSON: "ThawCluster", or an object with
// the kind as its one key and the arguments below it.
func (e *AdminEvent) AppendJSON(dst []byte) []byte {
	fields := e.fields()
	if len(fields) == 0 {
		return jsonUnit(dst, e.Kind.String())
	}
	dst = openVariant(dst, e.Kind.String())
	for i, f := range fields {
		dst = appendKey(dst, f.String(), i == 0)
		dst = e.jsonField(dst, f)
	}
	return closeVariant(dst)
}

func (e *AdminEvent) jsonField(dst []byte, f eventField) []byte {
	switch f {
	case fieldDrainForOption:
		return jsonOption(dst, e.DrainFor, jsonDuration)
	case fieldDrainFor:
		return jsonDuration(dst, e.DrainFor.Value)
	case fieldTTL:
		return jsonDuration(dst, e.TTL)
	case fieldChains:
		return jsonIDs(dst, e.Chains)
	case fieldScope:
		return jsonScope(dst, e.Scope)
	case fieldDaemon:
		dst = serdejson.AppendU64(append(dst, `{"id":`...), e.Daemon.ID)
		dst = serdejson.AppendString(append(dst, `,"name":`...), e.Daemon.Name)
		return append(dst, '}')
	}
	return serdejson.AppendU64(dst, *e.id(f))
}

func jsonDuration(dst []byte, d Duration) []byte {
	dst = serdejson.AppendU64(append(dst, `{"secs":`...), d.Secs)
	dst = jsonUint(append(dst, `,"nanos":`...), d.Nanos)
	return append(dst, '}')
}

func jsonPeerHealth(dst []byte, h PeerHealthSnapshot) []byte { return jsonUnit(dst, h.String()) }

func jsonMaintenanceKind(dst []byte, k MaintenanceKind) []byte { return jsonUnit(dst, k.String()) }

func jsonDaemonHealth(dst []byte, h DaemonHealthSnapshot) []byte {
	if h.Kind != DaemonDegraded {
		return jsonUnit(dst, h.Kind.String())
	}
	dst = openVariant(dst, h.Kind.String())
	dst = serdejson.AppendString(appendKey(dst, "reason", true), h.Reason)
	return closeVariant(dst)
}

func jsonRestartState(dst []byte, s RestartStateSnapshot) []byte {
	if s.Kind == RestartIdle {
		return jsonUnit(dst, s.Kind.String())
	}
	dst = openVariant(dst, s.Kind.String())
	dst = serdejson.AppendU64(appendKey(dst, "until_ms", true), s.UntilMS)
	return closeVariant(dst)
}

func jsonMaintenance(dst []byte, m MaintenanceStateSnapshot) []byte {
	if m.Kind == MaintenanceActive {
		return jsonUnit(dst, m.Kind.String())
	}
	dst = openVariant(dst, m.Kind.String())
	dst = serdejson.AppendU64(appendKey(dst, "since_ms", true), m.SinceMS)
	switch m.Kind {
	case MaintenanceEntering:
		dst = jsonOptionU64(appendKey(dst, "deadline_remaining_ms", false), m.DeadlineRemainingMS)
	case MaintenanceDrainFailed:
		dst = serdejson.AppendString(appendKey(dst, "reason", false), m.Reason)
	}
	return closeVariant(dst)
}

func jsonOutcome(dst []byte, o VerificationOutcome) []byte {
	if o.Kind != OutcomeRejected {
		return jsonUnit(dst, o.Kind.String())
	}
	dst = openVariant(dst, o.Kind.String())
	dst = serdejson.AppendString(appendKey(dst, "kind", true), o.RejectionKind)
	dst = serdejson.AppendString(appendKey(dst, "message", false), o.Message)
	return closeVariant(dst)
}

func jsonScope(dst []byte, s AvoidScope) []byte {
	switch s.Kind {
	case ScopeLocal:
		dst = appendKey(openVariant(dst, s.Kind.String()), "node", true)
		return closeVariant(serdejson.AppendU64(dst, s.Node))
	case ScopeOnPeer:
		dst = appendKey(openVariant(dst, s.Kind.String()), "peer", true)
		return closeVariant(serdejson.AppendU64(dst, s.Peer))
	}
	return jsonUnit(dst, s.Kind.String())
}

// jsonUnit appends a variant without data; no name needs an escape.
func jsonUnit(dst []byte, name string) []byte {
	return append(append(append(dst, '"'), name...), '"')
}

// openVariant begins a variant with data: {"Name":{
func openVariant(dst []byte, name string) []byte {
	return append(jsonUnit(append(dst, '{'), name), ":{"...)
}

func closeVariant(dst []byte) []byte { return append(dst, "}}"...) }
