package snapshot

import (
	"chainglass/wire/postcard"
	"chainglass/wire/serdejson"
)

func parsePeerHealth(c *serdejson.Cursor) PeerHealthSnapshot {
	return PeerHealthSnapshot(c.Enum(peerHealthEnum, nil))
}

func parseMaintenanceKind(c *serdejson.Cursor) MaintenanceKind {
	return MaintenanceKind(c.Enum(maintenanceKindEnum, nil))
}

func parseDaemonHealth(c *serdejson.Cursor) (h DaemonHealthSnapshot) {
	h.Kind = DaemonHealthKind(c.Enum(daemonHealthEnum, func(int, string) { h.Reason = c.String() }))
	return h
}

func parseRestartState(c *serdejson.Cursor) (s RestartStateSnapshot) {
	s.Kind = RestartStateKind(c.Enum(restartStateEnum, func(int, string) { s.UntilMS = c.U64() }))
	return s
}

func parseMaintenance(c *serdejson.Cursor) (m MaintenanceStateSnapshot) {
	m.Kind = MaintenanceKind(c.Enum(maintenanceEnum, func(_ int, field string) {
		switch field {
		case "since_ms":
			m.SinceMS = c.U64()
		case "deadline_remaining_ms":
			m.DeadlineRemainingMS = parseOption(c, (*serdejson.Cursor).U64)
		case "reason":
			m.Reason = c.String()
		}
	}))
	return m
}

func parseOutcome(c *serdejson.Cursor) (o VerificationOutcome) {
	o.Kind = OutcomeKind(c.Enum(outcomeEnum, func(_ int, field string) {
		switch field {
		case "kind":
			o.RejectionKind = c.String()
		case "message":
			o.Message = c.String()
		}
	}))
	return o
}

func parseScope(c *serdejson.Cursor) (s AvoidScope) {
	s.Kind = AvoidScopeKind(c.Enum(scopeEnum, func(_ int, field string) {
		switch field {
		case "node":
			s.Node = c.U64()
		case "peer":
			s.Peer = c.U64()
		}
	}))
	return s
}

func parseEvent(c *serdejson.Cursor) (e AdminEvent) {
	e.Kind = AdminEventKind(c.Enum(eventEnum, func(variant int, field string) {
		for _, f := range adminEvents[variant].fields {
			if f.String() == field {
				e.parseField(c, f)
			}
		}
	}))
	return e
}

func (e *AdminEvent) parseField(c *serdejson.Cursor, f eventField) {
	switch f {
	case fieldDrainForOption:
		e.DrainFor = parseOption(c, parseDuration)
	case fieldDrainFor:
		e.DrainFor = postcard.Some(parseDuration(c))
	case fieldTTL:
		e.TTL = parseDuration(c)
	case fieldChains:
		e.Chains = parseSeq(c, (*serdejson.Cursor).U64)
	case fieldScope:
		e.Scope = parseScope(c)
	case fieldDaemon:
		e.Daemon = parseDaemonRef(c)
	default:
		*e.id(f) = c.U64()
	}
}

func parseDaemonRef(c *serdejson.Cursor) (d DaemonRef) {
	c.Struct(daemonRefShape, func(field string) {
		switch field {
		case "id":
			d.ID = c.U64()
		case "name":
			d.Name = c.String()
		}
	})
	return d
}

// parseDuration reads seconds and nanoseconds; nanoseconds of a second or more
// are carried, and refused where they carry too far.
func parseDuration(c *serdejson.Cursor) Duration {
	start := c.Offset()
	var d Duration
	c.Struct(durationShape, func(field string) {
		switch field {
		case "secs":
			d.Secs = c.U64()
		case "nanos":
			d.Nanos = c.U32()
		}
	})
	d, ok := d.carry()
	if !ok {
		c.Fail(start, "overflow deserializing Duration")
	}
	return d
}
