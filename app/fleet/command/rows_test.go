package command

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"chainglass/app/fleet/fleettest"
	"chainglass/app/source"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// naiveRow is what a row of the table has, written down as plainly as it can be: with the
// decoders that own what they return, and texts for all values.
func naiveRow(kind wire.ChainKind, position int, e fleettest.Entry) fleettest.Row {
	row := fleettest.Row{
		"position": strconv.Itoa(position), "seq": strconv.Itoa(position), "run": "1", "status": "ok",
		"ts": strconv.FormatUint(e.TSNS/1000, 10), "ts_ns": strconv.FormatUint(e.TSNS, 10),
	}
	for _, name := range []string{"id", "emitted_at_ms", "kind", "outcome", "reason", "template", "delay", "level", "message", "daemon", "event", "subject", "operators", "error", "payload"} {
		row[name] = nil
	}
	if e.Damaged {
		row["status"], row["payload"] = "bad-checksum", strings.ToUpper(hex.EncodeToString(e.Payload))
		return row
	}
	var err error
	switch kind {
	case wire.ChainAction:
		err = naive(row).action(e.Payload)
	case wire.ChainAudit:
		err = naive(row).audit(e.Payload)
	case wire.ChainLog:
		err = naive(row).log(e.Payload)
	case wire.ChainFailure:
		err = naive(row).failure(e.Payload)
	}
	if err != nil {
		row["error"], row["payload"] = err.Error(), strings.ToUpper(hex.EncodeToString(e.Payload))
	}
	return row
}

// naiveNulls counts the rows and the nulls of each column, by the kind of the chain.
func naiveNulls(t *testing.T, path string) map[string]fleettest.Row {
	t.Helper()
	place, err := openPlace(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer place.close()
	set, err := source.Find(t.Context(), place.files, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	counts := map[string]map[string]int{}
	for _, c := range set.Chains {
		var block wire.Block
		kind := c.Kind.String()
		if counts[kind] == nil {
			counts[kind] = map[string]int{}
		}
		for first := 0; first < c.Reader.Len(); first += len(block.Entries) {
			if err := c.Reader.ReadBlock(first, &block); err != nil {
				t.Fatal(err)
			}
			for _, e := range block.Entries {
				counts[kind]["all_rows"]++
				for name, value := range naiveRow(c.Kind, 0, fleettest.Entry{TSNS: e.TSNS.Value, Payload: e.Payload}) {
					if counts[kind][name] += 0; value == nil {
						counts[kind][name]++
					}
				}
			}
		}
	}
	rows := map[string]fleettest.Row{}
	for kind, of := range counts {
		rows[kind] = fleettest.Row{"chain": kind}
		for name, n := range of {
			rows[kind][name] = strconv.Itoa(n)
		}
	}
	return rows
}

// naive is a row on its way.
type naive fleettest.Row

func (r naive) number(name string, n uint64) { r[name] = strconv.FormatInt(int64(n), 10) }

func (r naive) option(name string, n postcard.Option[uint64]) {
	if n.Some {
		r.number(name, n.Value)
	}
}

func (r naive) because(name, text string) {
	r[name] = text
	if text != "" {
		r["template"] = map[string]string{"peer 77 unreachable": "peer # unreachable", "pull timed out after 512 ms": "pull timed out after # ms"}[text]
		if r["template"] == "" {
			r["template"] = text
		}
	}
}

func (r naive) action(payload []byte) error {
	a, err := wire.DecodeRecord(payload)
	if err != nil {
		return err
	}
	r.number("id", a.ID)
	r.number("emitted_at_ms", a.EmittedAtMS)
	r["kind"], r["outcome"] = a.Kind, a.Disposition.Outcome().String()
	switch d := a.Disposition.(type) {
	case wire.Failed:
		r.because("reason", d.Reason)
		r.option("delay", d.RetryAfterMS)
	case wire.Gated:
		r.because("reason", d.Reason)
		r.option("delay", d.CooldownMS)
	}
	return nil
}

func (r naive) audit(payload []byte) error {
	a, err := snapshot.DecodeAdminAuditRecord(payload)
	if err != nil {
		return err
	}
	r.number("id", a.Seq)
	r.number("emitted_at_ms", a.CommittedAtMS)
	r["event"], r["outcome"] = a.Event.Kind.SnakeName(), "Accepted"
	switch a.Event.Kind {
	case snapshot.EventDrain, snapshot.EventExitMaintenance:
		r["subject"] = strconv.FormatUint(a.Event.Node, 10)
	case snapshot.EventForceRestartDaemon:
		r["subject"] = strconv.FormatUint(a.Event.Daemon.ID, 10)
	}
	if a.Outcome.Kind == snapshot.OutcomeRejected {
		r["outcome"], r["reason"] = "Rejected", a.Outcome.RejectionKind
		r.because("message", a.Outcome.Message)
	}
	r["operators"] = strings.Trim(strings.ReplaceAll(fmt.Sprint(a.OperatorIDs), " ", ","), "[]")
	return nil
}

func (r naive) log(payload []byte) error {
	l, err := snapshot.DecodeLogRecord(payload)
	if err != nil {
		return err
	}
	r.number("id", l.Seq)
	r.number("emitted_at_ms", l.TSMS)
	r["level"] = [...]string{"Trace", "Debug", "Info", "Warn", "Error"}[l.Level]
	if l.DaemonID.Some {
		r["daemon"] = strconv.FormatUint(l.DaemonID.Value, 10)
	}
	r.because("message", l.Message)
	return nil
}

func (r naive) failure(payload []byte) error {
	f, err := snapshot.DecodeFailureRecord(payload)
	if err != nil {
		return err
	}
	r.number("id", f.Seq)
	r.number("emitted_at_ms", f.RecordedAtMS)
	r["kind"] = f.Source
	r.because("reason", f.Reason)
	return nil
}
