package view

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/kind"
	"chainglass/snapshot"
	"chainglass/wire/postcard"
)

// Part is one field of a snapshot as a table. Rows are made one by one because
// a ring may have thousands and few are looked at.
type Part struct {
	// Name is the field's name in the format.
	Name string
	// Note says what the rows are or in which order they come.
	Note string
	// Prose is true if the last column is text of any length.
	Prose bool
	Head  []string
	// Len is the number of rows, Row returns one.
	Len int
	Row func(i int) []PartCell
}

// PartCell is a value in the table of a part.
type PartCell struct {
	Text string
	Tone Tone
}

// EmptyPart is a field that holds nothing, and why.
type EmptyPart struct{ Name, Why string }

// Parts splits a state into the parts that hold something, recent_failures
// first, and those that are empty.
func Parts(s *engine.State, z Zone) (filled []Part, empty []EmptyPart) {
	p := partMaker{zone: z, at: &s.Snapshot}
	all := []Part{
		p.failures("recent_failures", "from the action chain, newest first", s.Snapshot.RecentFailures),
		p.failures("failures chain", "as recorded live, newest first; the texts differ from the fold's", s.LiveFailures),
		p.maintenance(), p.freeze(), p.daemons(), p.replicas(), p.peers(), p.avoidList(),
		p.emitted(), p.migrations(), p.audit(), p.logs(), p.epoch(),
	}
	for _, part := range all {
		switch {
		case part.Len > 0:
			filled = append(filled, part)
		case part.Name != "failures chain":
			empty = append(empty, EmptyPart{part.Name, whyEmpty(part.Name, s.Parts)})
		}
	}
	return filled, empty
}

// kindFilling returns the kind whose chains fill a field of a snapshot, nil if there is none.
func kindFilling(name string) *kind.Kind {
	for _, k := range (kind.Set{}).All() {
		if k.Fold.Part == name {
			return k
		}
	}
	return nil
}

func whyEmpty(name string, parts []engine.StatePart) string {
	k := kindFilling(name)
	if k == nil {
		return "no chain carries it; a base snapshot would"
	}
	for _, part := range parts {
		if part.Kind != k.ID {
			continue
		}
		if part.Error != "" {
			return "its chain could not be read: " + VisibleText(part.Error)
		}
		return "nothing yet at this position"
	}
	return fmt.Sprintf("no %s chain of this node is open", k.Name)
}

// partMaker makes parts of a snapshot.
type partMaker struct {
	zone Zone
	at   *snapshot.MeshOsSnapshot
}

func plain(text string) PartCell { return PartCell{Text: VisibleText(text)} }
func number(n uint64) PartCell   { return PartCell{Text: strconv.FormatUint(n, 10)} }
func ago(ms uint64) PartCell     { return PartCell{Text: Duration(ms)} }

func (p *partMaker) time(ms uint64) PartCell { return PartCell{Text: p.zone.Time(ms)} }

func toned(name string) PartCell {
	o := OutcomeOf(name)
	return PartCell{Text: o.Word, Tone: o.Tone}
}

func optional[T any](o postcard.Option[T], show func(T) PartCell) PartCell {
	if !o.Some {
		return PartCell{Text: Absent}
	}
	return show(o.Value)
}

func numberList(ids []uint64) PartCell {
	if len(ids) == 0 {
		return PartCell{Text: Absent}
	}
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatUint(id, 10)
	}
	return PartCell{Text: strings.Join(texts, ", ")}
}

// ring makes a part of a ring, newest first.
func ring[T any](name, note string, head []string, items []T, row func(*T) []PartCell) Part {
	return Part{Name: name, Note: note, Head: head, Len: len(items), Row: func(i int) []PartCell {
		return row(&items[len(items)-1-i])
	}}
}

// prose marks a part whose last column is text.
func prose(part Part) Part {
	part.Prose = true
	return part
}

// table makes a part of a map, in the order of its ids.
func table[T any](name string, head []string, items map[uint64]T, row func(id uint64, v *T) []PartCell) Part {
	ids := slices.Sorted(maps.Keys(items))
	return Part{Name: name, Head: head, Len: len(ids), Row: func(i int) []PartCell {
		v := items[ids[i]]
		return row(ids[i], &v)
	}}
}

// single makes a part of one value.
func single(name string, present bool, head []string, cells ...PartCell) Part {
	part := Part{Name: name, Head: head, Row: func(int) []PartCell { return cells }}
	if present {
		part.Len = 1
	}
	return part
}

func (p *partMaker) failures(name, note string, records []snapshot.FailureRecord) Part {
	return prose(ring(name, note, []string{"recorded_at_ms", "source", "reason"}, records,
		func(r *snapshot.FailureRecord) []PartCell {
			return []PartCell{p.time(r.RecordedAtMS), plain(r.Source), plain(r.Reason)}
		}))
}

func (p *partMaker) maintenance() Part {
	m := p.at.LocalMaintenance
	present := m != snapshot.MaintenanceStateSnapshot{}
	return single("local_maintenance", present, []string{"state", "since", "deadline", "reason"},
		plain(m.Kind.String()), p.time(m.SinceMS), optional(m.DeadlineRemainingMS, ago), plain(m.Reason))
}

func (p *partMaker) freeze() Part {
	return single("freeze_remaining_ms", p.at.FreezeRemainingMS.Some, []string{"remaining"},
		optional(p.at.FreezeRemainingMS, ago))
}

func (p *partMaker) epoch() Part {
	return single("runtime_epoch_id", p.at.RuntimeEpochID != 0, []string{"id"}, number(p.at.RuntimeEpochID))
}

func (p *partMaker) daemons() Part {
	head := []string{"id", "name", "lifecycle", "health", "saturation", "restart_state", "placement", "age"}
	return table("daemons", head, p.at.Daemons, func(id uint64, d *snapshot.DaemonSnapshot) []PartCell {
		return []PartCell{
			number(id), plain(d.Name), plain(d.Lifecycle.String()),
			optional(d.Health, func(h snapshot.DaemonHealthSnapshot) PartCell {
				return plain(joined(h.Kind.String(), h.Reason))
			}),
			plain(strconv.FormatFloat(float64(d.Saturation), 'g', -1, 32)),
			p.restart(d.RestartState), number(d.Placement), ago(d.AgeMS),
		}
	})
}

func (p *partMaker) restart(s snapshot.RestartStateSnapshot) PartCell {
	if s.Kind == snapshot.RestartIdle {
		return plain(s.Kind.String())
	}
	return plain(s.Kind.String() + " until " + p.zone.Time(s.UntilMS))
}

func joined(word, reason string) string {
	if reason == "" {
		return word
	}
	return word + ": " + reason
}

func (p *partMaker) replicas() Part {
	return table("replicas", []string{"chain", "holders", "desired", "leader"}, p.at.Replicas,
		func(id uint64, r *snapshot.ReplicaSnapshot) []PartCell {
			return []PartCell{
				number(id), numberList(r.Holders),
				optional(r.DesiredCount, func(n uint32) PartCell { return number(uint64(n)) }),
				optional(r.Leader, number),
			}
		})
}

func (p *partMaker) peers() Part {
	return table("peers", []string{"node", "health", "rtt", "maintenance", "memory", "disk", "version"}, p.at.Peers,
		func(id uint64, r *snapshot.PeerSnapshot) []PartCell {
			return []PartCell{
				number(id),
				optional(r.Health, func(h snapshot.PeerHealthSnapshot) PartCell { return plain(h.String()) }),
				optional(r.RTTMS, ago),
				optional(r.Maintenance, func(m snapshot.MaintenanceMirrorSnapshot) PartCell { return plain(m.String()) }),
				usage(r.MemUsedBytes, r.MemTotalBytes), usage(r.DiskUsedBytes, r.DiskTotalBytes),
				optional(r.SoftwareVersion, plain),
			}
		})
}

func usage(used, total postcard.Option[uint64]) PartCell {
	if !used.Some && !total.Some {
		return PartCell{Text: Absent}
	}
	size := func(n uint64) PartCell { return PartCell{Text: Bytes(int64(min(n, 1<<62)))} }
	return PartCell{Text: optional(used, size).Text + " of " + optional(total, size).Text}
}

func (p *partMaker) avoidList() Part {
	return table("avoid_list", []string{"node", "reason", "ttl"}, p.at.AvoidList,
		func(id uint64, a *snapshot.AvoidEntrySnapshot) []PartCell {
			return []PartCell{number(id), plain(a.Reason), ago(a.TTLMS)}
		})
}

func (p *partMaker) emitted() Part {
	return ring("recently_emitted", "newest first", []string{"id", "kind", "age"}, p.at.RecentlyEmitted,
		func(a *snapshot.PendingActionSnapshot) []PartCell {
			return []PartCell{number(a.ID), plain(a.Kind), ago(a.AgeMS)}
		})
}

func (p *partMaker) migrations() Part {
	head := []string{"daemon_origin", "phase", "from", "to", "elapsed", "in phase", "retries", "progress"}
	return ring("in_flight_migrations", "", head, p.at.InFlightMigrations,
		func(m *snapshot.MigrationSnapshot) []PartCell {
			return []PartCell{
				number(m.DaemonOrigin), plain(m.Phase.String()), number(m.SourceNode), number(m.TargetNode),
				ago(m.ElapsedMS), ago(m.AgeInPhaseMS), number(uint64(m.Retries)),
				optional(m.ProgressPct, func(n uint8) PartCell { return plain(strconv.Itoa(int(n)) + " %") }),
			}
		})
}

func (p *partMaker) audit() Part {
	return prose(ring("admin_audit", "newest first", []string{"committed_at_ms", "event", "operators", "outcome"}, p.at.AdminAudit,
		func(r *snapshot.AdminAuditRecord) []PartCell {
			outcome := toned(r.Outcome.Kind.String())
			outcome.Text = joined(outcome.Text, VisibleText(r.Outcome.Message))
			return []PartCell{p.time(r.CommittedAtMS), plain(r.Event.Kind.SnakeName()), numberList(r.OperatorIDs), outcome}
		}))
}

func (p *partMaker) logs() Part {
	return prose(ring("log_ring", "newest first", []string{"ts_ms", "level", "daemon", "message"}, p.at.LogRing,
		func(r *snapshot.LogRecord) []PartCell {
			return []PartCell{p.time(r.TSMS), toned(r.Level.String()), optional(r.DaemonID, number), plain(r.Message)}
		}))
}

// EmptyGroup is the empty parts that are empty for the same reason.
type EmptyGroup struct{ Names, Why string }

// GroupEmpty puts parts of the same reason together, in order.
func GroupEmpty(parts []EmptyPart) []EmptyGroup {
	var groups []EmptyGroup
	for _, p := range parts {
		i := slices.IndexFunc(groups, func(g EmptyGroup) bool { return g.Why == p.Why })
		if i < 0 {
			groups = append(groups, EmptyGroup{Names: p.Name, Why: p.Why})
			continue
		}
		groups[i].Names += ", " + p.Name
	}
	return groups
}
