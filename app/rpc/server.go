package rpc

import (
	"context"
	"fmt"
	"io/fs"
	"runtime/debug"
	"sync"

	"chainglass/app/engine"
)

// Server answers requests from an engine. Requests run in goroutines of their
// own; the engine is safe for that.
type Server struct {
	engine  *engine.Engine
	codec   codec
	post    func(message []byte)
	methods map[string]handler

	mu     sync.Mutex
	cancel map[uint64]context.CancelFunc
	shared shared
}

// call is one request on its way through a handler.
type call struct {
	ctx      context.Context
	files    fs.FS
	progress func(engine.Progress)
}

type handler func(s *Server, c call, body []byte) (answer any, err error)

// NewServer returns a server that sends its replies with post, which must be
// safe for concurrent use.
func NewServer(e *engine.Engine, post func(message []byte)) *Server {
	s := &Server{engine: e, codec: newCodec(), post: post, cancel: map[uint64]context.CancelFunc{}}
	s.methods = map[string]handler{
		string(Open):         handle(Open, s.open),
		string(ReadOn):       handle(ReadOn, s.readOn),
		string(Paste):        handle(Paste, s.paste),
		string(Close):        handle(Close, s.close),
		string(Rows):         handle(Rows, s.rows),
		string(Detail):       handle(Detail, s.detail),
		string(State):        handle(State, s.state),
		string(Findings):     handle(Findings, s.findings),
		string(Search):       handle(Search, s.search),
		string(TableRows):    handle(TableRows, s.tableRows),
		string(FindRow):      handle(FindRow, s.findRow),
		string(FindTime):     handle(FindTime, s.findTime),
		string(Histogram):    handle(Histogram, s.histogram),
		string(Related):      handle(Related, s.related),
		string(DiffStates):   handle(DiffStates, s.diffStates),
		string(Compare):      handle(Compare, s.compare),
		string(SetKind):      handle(SetKind, s.setKind),
		string(SetBase):      handle(SetBase, s.setBase),
		string(Insights):     handle(Insights, s.insights),
		string(Reasons):      handle(Reasons, s.reasons),
		string(ClockOffsets): handle(ClockOffsets, s.clockOffsets),
		string(Notes):        handle(Notes, s.notes),
		string(PutNote):      handle(PutNote, s.putNote),
		string(DeleteNote):   handle(DeleteNote, s.deleteNote),
		string(PackSize):     handle(PackSize, s.packSize),
		string(Share):        handle(Share, s.share),
		string(Measure):      handle(Measure, s.measure),
		string(TakeShared):   handle(TakeShared, s.takeShared),
		string(DropShared):   handle(DropShared, s.dropShared),
		string(SaveAs):       handle(SaveAs, s.saveAs),
	}
	return s
}

// handle makes a handler of a typed function.
func handle[Req, Resp any](_ Method[Req, Resp], f func(call, Req) (Resp, error)) handler {
	return func(s *Server, c call, body []byte) (any, error) {
		var req Req
		if err := s.codec.dec.Unmarshal(body, &req); err != nil {
			return nil, fmt.Errorf("request body: %w", err)
		}
		return f(c, req)
	}
}

// Receive takes a message from the page; files are what travelled beside it,
// or nil. It returns at once.
func (s *Server) Receive(message []byte, files fs.FS) {
	var r request
	if err := s.codec.dec.Unmarshal(message, &r); err != nil {
		s.reply(0, replyError, "message from the page: "+err.Error())
		return
	}
	if r.Method == cancelMethod {
		s.stop(r.Body)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.mu.Lock()
	s.cancel[r.Number] = cancel
	s.mu.Unlock()
	go s.serve(ctx, r, files)
}

// stop cancels the request named in body, if it is still running.
func (s *Server) stop(body []byte) {
	var number uint64
	if s.codec.dec.Unmarshal(body, &number) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel, open := s.cancel[number]; open {
		cancel()
	}
}

func (s *Server) serve(ctx context.Context, r request, files fs.FS) {
	defer func() {
		if p := recover(); p != nil {
			s.reply(r.Number, replyError, fmt.Sprintf("internal error in %s: %v\n%s", r.Method, p, debug.Stack()))
		}
		s.mu.Lock()
		s.cancel[r.Number]()
		delete(s.cancel, r.Number)
		s.mu.Unlock()
	}()
	h, known := s.methods[r.Method]
	if !known {
		s.reply(r.Number, replyError, fmt.Sprintf("unknown method %q", r.Method))
		return
	}
	progress := func(p engine.Progress) { s.reply(r.Number, replyProgress, p) }
	answer, err := h(s, call{ctx: ctx, files: files, progress: progress}, r.Body)
	if err != nil {
		s.reply(r.Number, replyError, err.Error())
		return
	}
	s.reply(r.Number, replyAnswer, answer)
}

func (s *Server) reply(number uint64, kind replyKind, body any) {
	s.post(s.codec.encode(reply{Number: number, Kind: kind, Body: s.codec.encode(body)}))
}

func (s *Server) open(c call, r OpenRequest) (engine.Opened, error) {
	if c.files == nil {
		return engine.Opened{}, fmt.Errorf("no files came with the request to open %q", r.Label)
	}
	// Files are called after themselves and their folders: “3 files” is the name of no node.
	opened, err := s.engine.Open(c.ctx, "", c.files, c.progress)
	opened.Chains = nil // the reports have told of all of them
	return opened, err
}

func (s *Server) readOn(c call, r engine.ReadOnSpec) (engine.Resumed, error) {
	return s.engine.ReadOn(c.ctx, r, c.files, c.progress)
}

func (s *Server) paste(c call, r PasteRequest) (engine.Opened, error) {
	return s.engine.Paste(c.ctx, r.Text)
}

func (s *Server) close(_ call, r CloseRequest) (Nothing, error) {
	s.engine.Close(r.Source)
	return Nothing{}, nil
}

func (s *Server) rows(c call, r RowsRequest) (engine.RowPage, error) {
	return s.engine.Rows(c.ctx, r.Chain, r.First, r.Count)
}

func (s *Server) detail(c call, r PositionRequest) (engine.Detail, error) {
	return s.engine.Detail(c.ctx, r.Chain, r.Position)
}

func (s *Server) state(c call, r PositionRequest) (engine.State, error) {
	return s.engine.State(c.ctx, r.Chain, r.Position)
}

func (s *Server) findings(_ call, r ChainRequest) (FindingsResponse, error) {
	f, err := s.engine.Findings(r.Chain)
	return FindingsResponse{Findings: f}, err
}

func (s *Server) search(c call, r engine.TableSpec) (engine.Table, error) {
	return s.engine.Search(c.ctx, r, c.progress)
}

func (s *Server) tableRows(c call, r TableRowsRequest) (engine.RowPage, error) {
	return s.engine.TableRows(c.ctx, r.Table, r.First, r.Count)
}

func (s *Server) findRow(_ call, r FindRowRequest) (engine.Place, error) {
	return s.engine.FindRow(r.Table, r.Chain, r.Position)
}

func (s *Server) findTime(_ call, r FindTimeRequest) (engine.Place, error) {
	return s.engine.FindTime(r.Table, r.TimeNS)
}

func (s *Server) histogram(_ call, r engine.HistogramSpec) (engine.Histogram, error) {
	return s.engine.Histogram(r)
}

func (s *Server) related(c call, r PositionRequest) (engine.Related, error) {
	return s.engine.Related(c.ctx, r.Chain, r.Position)
}

func (s *Server) diffStates(c call, r DiffStatesRequest) (engine.StateDiff, error) {
	return s.engine.DiffStates(c.ctx, r.A, r.B, r.Everywhere)
}

func (s *Server) compare(c call, r CompareRequest) (engine.Comparison, error) {
	return s.engine.Compare(c.ctx, r.A, r.B, c.progress)
}

func (s *Server) insights(c call, r InsightsRequest) (InsightsResponse, error) {
	found, err := s.engine.Insights(c.ctx, r.Chains, c.progress)
	if err != nil {
		return InsightsResponse{}, err
	}
	sender, err := s.engine.SenderInsights(r.Chains)
	return InsightsResponse{Insights: found, Sender: sender, Problems: s.engine.Problems()}, err
}

func (s *Server) reasons(c call, r ReasonsRequest) (ReasonsResponse, error) {
	groups, err := s.engine.Reasons(c.ctx, r.Chains, r.FromNS, r.ToNS)
	return ReasonsResponse{Groups: groups}, err
}

func (s *Server) clockOffsets(call, Nothing) (ClockOffsetsResponse, error) {
	offsets, err := s.engine.ClockOffsets()
	return ClockOffsetsResponse{Offsets: offsets}, err
}

func (s *Server) notes(call, Nothing) (NotesResponse, error) {
	return NotesResponse{Notes: s.engine.Notes()}, nil
}

func (s *Server) putNote(_ call, n engine.Note) (engine.Note, error) {
	return s.engine.PutNote(n)
}

func (s *Server) deleteNote(_ call, r DeleteNoteRequest) (Nothing, error) {
	s.engine.DeleteNote(r.ID)
	return Nothing{}, nil
}

func (s *Server) setBase(_ call, r SetBaseRequest) (SetBaseResponse, error) {
	origin, err := s.engine.SetBase(r.Chain, r.From)
	return SetBaseResponse{Origin: origin}, err
}

func (s *Server) setKind(c call, r SetKindRequest) (engine.ChainInfo, error) {
	return s.engine.SetKind(c.ctx, r.Chain, r.Kind)
}
