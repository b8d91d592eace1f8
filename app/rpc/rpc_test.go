package rpc_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/synth"
	"chainglass/wire"

	"github.com/google/go-cmp/cmp"
)

// pair is a client and a server joined by channels: files travel as what they
// are, messages as bytes, and all of the client runs on the test's goroutine.
type pair struct {
	client  *rpc.Client[fs.FS]
	server  *rpc.Server
	replies chan []byte
	told    int // chains in reports of opening
}

// Post hands a message to the server.
func (p *pair) Post(message []byte, files []fs.FS) {
	if len(files) > 0 {
		p.server.Receive(message, files[0])
		return
	}
	p.server.Receive(message, nil)
}

func newPair() *pair {
	p := &pair{replies: make(chan []byte, 1<<10)}
	p.server = rpc.NewServer(engine.New(engine.Options{}), func(message []byte) { p.replies <- message })
	p.client = rpc.NewClient[fs.FS](p)
	return p
}

// wait receives replies until done is true.
func (p *pair) wait(t *testing.T, done *bool) {
	t.Helper()
	for !*done {
		if err := p.client.Receive(<-p.replies); err != nil {
			t.Fatal(err)
		}
	}
}

// ask sends a request and waits for its answer.
func ask[Req, Resp any](t *testing.T, p *pair, m rpc.Method[Req, Resp], req Req, files ...fs.FS) (answer Resp, failure error) {
	t.Helper()
	done := false
	rpc.Call(p.client, m, req, rpc.Options[fs.FS]{Files: files}, func(r Resp, err error) {
		answer, failure, done = r, err, true
	})
	p.wait(t, &done)
	return answer, failure
}

func mustAsk[Req, Resp any](t *testing.T, p *pair, m rpc.Method[Req, Resp], req Req, files ...fs.FS) Resp {
	t.Helper()
	answer, err := ask(t, p, m, req, files...)
	if err != nil {
		t.Fatalf("%s: %v", m, err)
	}
	return answer
}

// openFiles opens files, with the chains that the reports tell of.
func openFiles(t *testing.T, p *pair, label string, files fs.FS) (opened engine.Opened) {
	t.Helper()
	var told []engine.ChainInfo
	done := false
	rpc.Call(p.client, rpc.Open, rpc.OpenRequest{Label: label}, rpc.Options[fs.FS]{
		Files: []fs.FS{files},
		Progress: func(report engine.Progress) {
			if len(report.Chains) > 250 {
				t.Errorf("one report tells of %d chains", len(report.Chains))
			}
			for _, c := range report.Chains {
				i, again := slices.BinarySearchFunc(told, c.ID, func(c engine.ChainInfo, id engine.ChainID) int { return int(c.ID) - int(id) })
				if !again {
					told = slices.Insert(told, i, c)
				}
				told[i] = c
				p.told++
			}
		},
	}, func(answer engine.Opened, err error) {
		if err != nil || len(answer.Chains) != 0 {
			t.Fatal(len(answer.Chains), err)
		}
		opened, done = answer, true
	})
	p.wait(t, &done)
	opened.Chains = told
	return opened
}

// What is said of very many chains while they are read is what has changed, a bounded
// number at a time, and at the end what the engine knows.
func TestReportsTellWhatChanged(t *testing.T) {
	const blobs = 600
	files := fstest.MapFS{}
	for f := range synth.Blobs(blobs, 3) {
		files["node-1/"+f.Name] = &fstest.MapFile{Data: bytes.Clone(f.Content)}
	}
	p := newPair()
	opened := openFiles(t, p, "store", files)
	direct, err := engine.New(engine.Options{}).Open(t.Context(), "store", files, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(direct.Chains, opened.Chains); diff != "" || len(opened.Chains) != blobs {
		t.Errorf("%d chains: %s", len(opened.Chains), diff)
	}
	if p.told > 2*blobs {
		t.Errorf("%d chains were told of %d times", blobs, p.told)
	}
}

const incident = "../../wire/redex/testdata/incident"

// What comes over the wire is what the engine says.
func TestAnswersAreTheEngines(t *testing.T) {
	p := newPair()
	opened := openFiles(t, p, "incident", os.DirFS(incident))
	if len(opened.Chains) != 12 {
		t.Fatalf("%d chains", len(opened.Chains))
	}
	e := engine.New(engine.Options{})
	direct, err := e.Open(t.Context(), "incident", os.DirFS(incident), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(direct.Chains, opened.Chains); diff != "" {
		t.Error(diff)
	}
	for _, c := range opened.Chains {
		wantRows, err := e.Rows(context.Background(), c.ID, c.Entries-50, 100)
		compare(t, wantRows, mustAsk(t, p, rpc.Rows, rpc.RowsRequest{Chain: c.ID, First: c.Entries - 50, Count: 100}), err)
		at := rpc.PositionRequest{Chain: c.ID, Position: c.Entries / 2}
		wantDetail, err := e.Detail(context.Background(), c.ID, at.Position)
		compare(t, wantDetail, mustAsk(t, p, rpc.Detail, at), err)
		wantState, err := e.State(context.Background(), c.ID, at.Position)
		compare(t, wantState, mustAsk(t, p, rpc.State, at), err)
		wantFindings, err := e.Findings(c.ID)
		compare(t, rpc.FindingsResponse{Findings: wantFindings}, mustAsk(t, p, rpc.Findings, rpc.ChainRequest{Chain: c.ID}), err)
	}
}

func compare[T any](t *testing.T, want, got T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPasteSetKindAndClose(t *testing.T) {
	p := newPair()
	opened := mustAsk(t, p, rpc.Paste, rpc.PasteRequest{Text: "0100000000"})
	id := opened.Chains[0].ID
	info := mustAsk(t, p, rpc.SetKind, rpc.SetKindRequest{Chain: id, Kind: wire.ChainLog})
	if info.Kind != wire.ChainLog {
		t.Errorf("%+v", info)
	}
	mustAsk(t, p, rpc.Close, rpc.CloseRequest{Source: opened.Source})
	if _, err := ask(t, p, rpc.Rows, rpc.RowsRequest{Chain: id, Count: 1}); err == nil {
		t.Error("rows of a closed chain")
	}
}

func TestProgressAndCancel(t *testing.T) {
	p := newPair()
	var reports int
	var opened engine.Opened
	done := false
	var cancel func()
	cancel = rpc.Call(p.client, rpc.Open, rpc.OpenRequest{Label: "incident"}, rpc.Options[fs.FS]{
		Files: []fs.FS{os.DirFS(incident)},
		Progress: func(engine.Progress) {
			reports++
			cancel()
		},
	}, func(o engine.Opened, err error) {
		if err != nil {
			t.Error(err)
		}
		opened, done = o, true
	})
	p.wait(t, &done)
	if reports == 0 {
		t.Error("no progress was reported")
	}
	if !opened.Cancelled {
		t.Error("not cancelled")
	}
	cancel() // ends nothing, says nothing
}

func TestFailuresReachTheCaller(t *testing.T) {
	p := newPair()
	if _, err := ask(t, p, rpc.Open, rpc.OpenRequest{Label: "x"}); err == nil || !strings.Contains(err.Error(), `no files came with the request to open "x"`) {
		t.Errorf("open without files: %v", err)
	}
	unknown := rpc.Method[rpc.Nothing, rpc.Nothing]("dance")
	if _, err := ask(t, p, unknown, rpc.Nothing{}); err == nil || err.Error() != `unknown method "dance"` {
		t.Errorf("unknown method: %v", err)
	}
	wrongBody := rpc.Method[string, rpc.Nothing]("rows")
	if _, err := ask(t, p, wrongBody, "no struct"); err == nil || !strings.HasPrefix(err.Error(), "request body: ") {
		t.Errorf("wrong body: %v", err)
	}
	if err := p.client.Receive([]byte("nonsense")); err == nil {
		t.Error("nonsense is a message")
	}
}

func TestACrashEndsEveryRequest(t *testing.T) {
	p := newPair()
	failed := 0
	for range 3 {
		rpc.Call(p.client, rpc.Rows, rpc.RowsRequest{}, rpc.Options[fs.FS]{}, func(_ engine.RowPage, err error) {
			if err == rpc.ErrEngineGone {
				failed++
			}
		})
	}
	p.client.Fail(rpc.ErrEngineGone)
	if failed != 3 {
		t.Errorf("%d of 3 requests ended", failed)
	}
}

func FuzzServer(f *testing.F) {
	f.Add([]byte{0x83, 0x01, 0x64, 'r', 'o', 'w', 's', 0xa0})
	f.Add([]byte{0x80})
	f.Fuzz(func(t *testing.T, message []byte) {
		replies := make(chan []byte, 4)
		s := rpc.NewServer(engine.New(engine.Options{}), func(m []byte) { replies <- m })
		s.Receive(message, nil)
	})
}
