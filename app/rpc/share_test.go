package rpc_test

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/wire/export"
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
	return p, mustAsk(t, p, rpc.Open, rpc.OpenRequest{Label: "incident"}, os.DirFS(incident))
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
