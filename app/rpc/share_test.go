package rpc_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/app/rpc"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// take asks for something that comes in parts and puts them together.
func take[Req, Resp any](t *testing.T, p *pair, m rpc.Method[Req, Resp], req Req) (answer Resp, whole []byte) {
	t.Helper()
	done := false
	rpc.Call(p.client, m, req, rpc.Options[fs.FS]{Progress: func(report engine.Progress) {
		if len(report.Part) > rpc.PartBytes {
			t.Errorf("a part of %d bytes", len(report.Part))
		}
		whole = append(whole, report.Part...)
	}}, func(r Resp, err error) {
		if err != nil {
			t.Errorf("%s: %v", m, err)
		}
		answer, done = r, true
	})
	p.wait(t, &done)
	return answer, whole
}

// openIncident opens the incident behind a pair.
func openIncident(t *testing.T) (*pair, engine.Opened) {
	t.Helper()
	p := newPair()
	return p, openFiles(t, p, "incident", os.DirFS(incident))
}

func TestWhatWasMadeIsTakenOnce(t *testing.T) {
	p, opened := openIncident(t)
	made := mustAsk(t, p, rpc.Share, rpc.ShareRequest{Title: "one night"})
	if made.Packed.Chains != len(opened.Chains) || made.Title != "one night" || !strings.Contains(made.Report, "one night") {
		t.Errorf("%+v", made.Packed)
	}
	_, content := take(t, p, rpc.TakeShared, rpc.TakeSharedRequest{Number: made.Number})
	if int64(len(content)) != made.Bytes || len(content) <= rpc.PartBytes {
		t.Fatalf("%d bytes of %d", len(content), made.Bytes)
	}
	file, err := export.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(file.Chains()) != len(opened.Chains) {
		t.Fatal(err)
	}
	if _, err := ask(t, p, rpc.TakeShared, rpc.TakeSharedRequest{Number: made.Number}); err == nil {
		t.Error("it was taken twice")
	}
}

func TestOnlyTheLastThatWasMadeIsKept(t *testing.T) {
	p, _ := openIncident(t)
	request := rpc.ShareRequest{NoReport: true, Pack: engine.PackSpec{Where: "outcome:failed"}}
	first := mustAsk(t, p, rpc.Share, request)
	second := mustAsk(t, p, rpc.Share, request)
	if _, err := ask(t, p, rpc.TakeShared, rpc.TakeSharedRequest{Number: first.Number}); err == nil {
		t.Error("the first is still there")
	}
	mustAsk(t, p, rpc.DropShared, rpc.Nothing{})
	if _, err := ask(t, p, rpc.TakeShared, rpc.TakeSharedRequest{Number: second.Number}); err == nil {
		t.Error("it was not dropped")
	}
}

func TestWhatIsTooLargeIsNotKept(t *testing.T) {
	p, _ := openIncident(t)
	made := mustAsk(t, p, rpc.Share, rpc.ShareRequest{NoReport: true, MaxBytes: 1 << 20})
	if !made.TooLarge || made.Bytes <= 1<<20 {
		t.Errorf("%d bytes, too large: %v", made.Bytes, made.TooLarge)
	}
	if _, err := ask(t, p, rpc.TakeShared, rpc.TakeSharedRequest{Number: made.Number}); err == nil {
		t.Error("it was kept")
	}
}

func TestSizesAreForetold(t *testing.T) {
	p, _ := openIncident(t)
	if got := mustAsk(t, p, rpc.PackSize, engine.PackSpec{}); got.Size.Entries != 57365 || got.Fault != nil {
		t.Errorf("%+v", got)
	}
	if got := mustAsk(t, p, rpc.PackSize, engine.PackSpec{Where: "outcome:"}); got.Fault == nil {
		t.Errorf("%+v", got)
	}
}

func TestSavesInEveryForm(t *testing.T) {
	p, opened := openIncident(t)
	i := slices.IndexFunc(opened.Chains, func(c engine.ChainInfo) bool { return c.Name() == "node-2 meshos/actions" })
	table := engine.TableSpec{Chains: []engine.ChainID{opened.Chains[i].ID}, Query: "outcome:failed"}
	want := mustAsk(t, p, rpc.Search, table).Rows
	save := func(form rpc.Form) (rpc.SaveAsResponse, string) {
		answer, content := take(t, p, rpc.SaveAs, rpc.SaveAsRequest{Form: form, Table: table})
		if answer.Bytes != int64(len(content)) {
			t.Errorf("%s: %d bytes of %d", form, len(content), answer.Bytes)
		}
		return answer, string(content)
	}
	answer, lines := save(rpc.FormNDJSON)
	if strings.Count(lines, "\n") != want || answer.Entries != want || !strings.HasPrefix(lines, `{"seq":`) {
		t.Errorf("%+v, %.100s", answer, lines)
	}
	_, text := save(rpc.FormCSV)
	if rows, err := csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil || len(rows) != want+1 {
		t.Errorf("%d rows of %d, %v", len(rows)-1, want, err)
	}
	_, content := save(rpc.FormChain)
	file, err := export.Open(strings.NewReader(content), int64(len(content)))
	if err != nil || file.Chains()[0].Entries != want {
		t.Errorf("%v", err)
	}
	if _, markdown := save(rpc.FormMarkdown); !strings.HasPrefix(markdown, "# ") {
		t.Errorf("%.100s", markdown)
	}
	if _, svg := save(rpc.FormSVG); !strings.HasPrefix(svg, "<svg") {
		t.Errorf("%.100s", svg)
	}
	if _, err := ask(t, p, rpc.SaveAs, rpc.SaveAsRequest{Form: "clay"}); err == nil {
		t.Error("clay is a form")
	}
}

func TestLinesCanBeBounded(t *testing.T) {
	p, _ := openIncident(t)
	answer, content := take(t, p, rpc.SaveAs, rpc.SaveAsRequest{Form: rpc.FormNDJSON, MaxEntries: 7})
	if answer.Entries != 7 || answer.Total != 57365 || bytes.Count(content, []byte("\n")) != 7 {
		t.Errorf("%+v", answer)
	}
	if !bytes.HasPrefix(content, []byte(`{"chain":"`)) {
		t.Errorf("%.100s", content)
	}
	answer, content = take(t, p, rpc.SaveAs, rpc.SaveAsRequest{Form: rpc.FormNDJSON, MaxBytes: 1000})
	if len(content) > 1000 || answer.Entries == 0 || answer.Entries >= answer.Total {
		t.Errorf("%+v, %d bytes", answer, len(content))
	}
}

// Nothing that is planted leaves in any form, if it is redacted.
func TestPlantedSecretsLeaveInNoForm(t *testing.T) {
	const id, name = uint64(0x51b7e0c2d4a89f33), "zqvacme"
	secrets := []string{name, "5888422165206310707", "51b7e0c2d4a89f33", "5,888,422,165,206,310,707", "mark.frost", "10.131.142.153", "home/mark", "eyjhbgcioijiuzi1nij9", "UbfgwtSonzM", "M5-o1MLgt1E"}
	text := "lost " + name + " at 5888422165206310707, 0x51B7E0C2D4A89F33 and 5,888,422,165,206,310,707 for mark.frost@" + name +
		".com on 10.131.142.153, /home/mark/" + name + " eyJhbGciOiJIUzI1NiJ9 UbfgwtSonzM= M5-o1MLgt1E after 500 ms"
	planted := plantedExport(t, id, name, text)
	p := newPair()
	mustAsk(t, p, rpc.Open, rpc.OpenRequest{Label: "planted"}, fstest.MapFS{name + ".chain": &fstest.MapFile{Data: planted}})
	seek := func(t *testing.T, content []byte, how string) {
		t.Helper()
		lower := strings.ToLower(string(content))
		for _, secret := range secrets {
			if at := strings.Index(lower, strings.ToLower(secret)); at >= 0 {
				t.Errorf("%s: %q is there: %q", how, secret, lower[max(0, at-40):min(len(lower), at+40)])
			}
		}
	}
	for mode, o := range map[string]redact.Options{"template": {}, "drop": {Texts: redact.TextDrop}, "shifted": {ShiftTimes: true}} {
		for _, form := range []rpc.Form{rpc.FormNDJSON, rpc.FormCSV, rpc.FormChain, rpc.FormMarkdown, rpc.FormSVG} {
			t.Run(mode+"/"+string(form), func(t *testing.T) {
				answer, content := take(t, p, rpc.SaveAs, rpc.SaveAsRequest{Form: form, Redact: &o})
				_, open := take(t, p, rpc.SaveAs, rpc.SaveAsRequest{Form: form})
				if len(content) == 0 || len(open) == 0 || form != rpc.FormSVG && !strings.Contains(string(open), name) {
					t.Fatalf("%d and %d bytes", len(content), len(open))
				}
				seek(t, content, "the file")
				if answer.Redacted == nil || answer.Redacted.Commitment == [32]byte{} {
					t.Error("the sender is not told what leaves")
				}
			})
		}
		t.Run(mode+"/page and link", func(t *testing.T) {
			place := "v1&node=" + name + "&channel=x/" + name + "&at=1&q=" + name
			made := mustAsk(t, p, rpc.Share, rpc.ShareRequest{Redact: &o, Fragment: place})
			_, content := take(t, p, rpc.TakeShared, rpc.TakeSharedRequest{Number: made.Number})
			seek(t, content, "the export")
			seek(t, []byte(made.Title+"\n"+made.Fragment+"\n"+made.Report), "the page")
			if !strings.Contains(made.Report, "Commitment to the original") {
				t.Error("the report lacks the commitment")
			}
		})
	}
}

// plantedExport has an id, a name and a text in all places.
func plantedExport(t *testing.T, id uint64, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := export.NewWriter(&b, export.Options{Tool: "test", CreatedAtMS: 1_779_465_600_000})
	add := func(kind wire.ChainKind, channel string, payloads ...[]byte) {
		var entries []wire.Entry
		for i, p := range payloads {
			entries = append(entries, wire.Entry{Seq: uint64(i), TSNS: postcard.Some(1_779_465_600_000_000_000 + uint64(i)), FlagsAndChecksum: redex.Checksum(p), Payload: p})
		}
		chain, failed := w.AddChain(export.ChainInfo{Node: name, Channel: channel, Kind: kind, Origin: "/srv/" + name})
		err = errors.Join(err, failed, w.AppendEntries(chain, entries))
	}
	action := wire.EncodeRecord(&wire.ActionChainRecord{ID: 1, Kind: "restart " + text, EmittedAtMS: 1_779_465_600_000, Disposition: wire.Failed{Reason: text}})
	log := snapshot.LogRecord{TSMS: 1_779_465_600_000, DaemonID: postcard.Some(id), NodeID: postcard.Some(id), Message: text}
	audit := snapshot.AdminAuditRecord{
		Event:       snapshot.AdminEvent{Kind: snapshot.EventForceRestartDaemon, Daemon: snapshot.DaemonRef{ID: id, Name: name}},
		OperatorIDs: []uint64{id}, Outcome: snapshot.VerificationOutcome{Kind: snapshot.OutcomeRejected, RejectionKind: text, Message: text},
	}
	failure := snapshot.FailureRecord{Source: "daemon:" + name, Reason: text, RecordedAtMS: 1_779_465_600_000}
	add(wire.ChainAction, "x/"+name, action, action)
	add(wire.ChainLog, "log", log.AppendPostcard(nil))
	add(wire.ChainAudit, "audit", audit.AppendPostcard(nil))
	add(wire.ChainFailure, "failures", failure.AppendPostcard(nil))
	err = errors.Join(err, w.AddNote(export.Note{ID: name, Author: name, Text: text, CreatedAtMS: 1_779_465_600_000, UpdatedAtMS: 1_779_465_600_000}), w.Close())
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
