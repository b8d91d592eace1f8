package export

import (
	"fmt"
	"io"
	"sync"

	"chainglass/wire"
)

// DefaultBlockBytes is where a block ends unless [Options] say otherwise.
const DefaultBlockBytes = 1 << 20

// Options are what a [Writer] is made with. The zero value is usable.
type Options struct {
	// Tool names the program that writes, for people.
	Tool string
	// CreatedAtMS goes into the header, Unix milliseconds. It is handed in so
	// that the same input gives the same bytes.
	CreatedAtMS uint64
	// BlockEntries ends a block after so many entries; 0 means the format's
	// limit, [MaxBlockEntries], which it may not exceed.
	BlockEntries int
	// BlockBytes ends a block before it grows beyond so many bytes; 0 means
	// [DefaultBlockBytes], which it may not exceed. A larger entry is a block
	// of its own.
	BlockBytes int
}

// normalized fills in defaults and refuses what the format does not allow.
func (o Options) normalized() (Options, error) {
	if o.BlockEntries == 0 {
		o.BlockEntries = MaxBlockEntries
	}
	if o.BlockBytes == 0 {
		o.BlockBytes = DefaultBlockBytes
	}
	refuse := func(field string, err error) (Options, error) {
		return o, &Error{Item: PartHeader, Field: field, Err: err}
	}
	if _, ok := checkText(textField{"tool", o.Tool}); !ok {
		return refuse("tool", ErrText)
	}
	if len(o.Tool) > MaxHeaderBytes/2 {
		return refuse("tool", ErrTooLarge)
	}
	if o.BlockEntries < 1 || o.BlockEntries > MaxBlockEntries || o.BlockBytes < 1 || o.BlockBytes > DefaultBlockBytes {
		return o, fmt.Errorf("export: a block of %d entries, %d bytes: %w", o.BlockEntries, o.BlockBytes, ErrTooLarge)
	}
	return o, nil
}

// Writer writes a chain export front to back. It keeps one unfinished block a
// chain in memory, and the index of the footer. Its methods may be called from
// several goroutines. After the first failure of the underlying writer every
// call returns that failure.
type Writer struct {
	mu      sync.Mutex
	w       io.Writer
	opts    Options
	offset  int64
	chains  []chainBuffer
	index   []byte // body of the footer
	counts  map[ItemType]int
	frame   []byte // scratch
	payload []byte // scratch
	err     error
}

// chainBuffer is the unfinished block of a chain.
type chainBuffer struct {
	info    ChainInfo
	first   int    // position of the first entry in body
	count   int    // entries in body
	nextSeq uint64 // follows the last entry appended
	body    []byte
	files   int // of its folder, once that is written
}

// NewWriter writes the header to w and returns a Writer. [Writer.Close] makes
// the export complete; it does not close w.
func NewWriter(w io.Writer, opts Options) (*Writer, error) {
	opts, err := opts.normalized()
	if err != nil {
		return nil, err
	}
	e := &Writer{w: w, opts: opts, counts: map[ItemType]int{}}
	e.write(PartHeader, appendHeader(nil, Header{Version: FormatVersion, Tool: opts.Tool, CreatedAtMS: opts.CreatedAtMS}))
	return e, e.err
}

// AddChain names a chain and returns its id, to be used for its entries.
func (w *Writer) AddChain(info ChainInfo) (ChainID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := ChainID(len(w.chains))
	if field, ok := checkText(textField{"node", info.Node}, textField{"channel", info.Channel}, textField{"origin", info.Origin}); !ok {
		return 0, w.refuse(ItemChain, field, ErrText)
	}
	body, err := encodeChain(info)
	if err := w.item(ItemChain, []uint64{uint64(id)}, body, err); err != nil {
		return 0, err
	}
	w.chains = append(w.chains, chainBuffer{info: info})
	return id, nil
}

// AppendEntries appends entries to a chain, damaged ones as they are. It copies
// them; blocks of several chains may interleave. How the entries are spread
// over calls makes no difference to the bytes written.
func (w *Writer) AppendEntries(id ChainID, entries []wire.Entry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range entries {
		if err := w.appendEntry(id, &entries[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) appendEntry(id ChainID, e *wire.Entry) error {
	if w.err != nil {
		return w.err
	}
	if id >= ChainID(len(w.chains)) {
		return w.refuse(ItemBlock, "chain", ErrUnknownChain)
	}
	if len(e.Payload) > MaxPayloadBytes {
		return w.refuse(ItemBlock, "payload", ErrTooLarge)
	}
	c := &w.chains[id]
	if c.count > 0 && len(c.body)+len(e.Payload)+maxEntryOverhead > w.opts.BlockBytes {
		w.flush(id)
	}
	c.body = appendEntry(c.body, e)
	c.count++
	c.nextSeq = e.Seq + 1
	if c.count == w.opts.BlockEntries {
		w.flush(id)
	}
	return w.err
}

// AddBase adds the snapshot that the folds of a node start from.
func (w *Writer) AddBase(b Base) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if field, ok := checkText(textField{"node", b.Node}); !ok {
		return w.refuse(ItemBase, field, ErrText)
	}
	body, err := encodeBody(baseBody(b))
	return w.item(ItemBase, nil, body, err)
}

// AddNote adds a note.
func (w *Writer) AddNote(n Note) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if field, ok := checkText(textField{"id", n.ID}, textField{"author", n.Author}, textField{"text", n.Text}); !ok {
		return w.refuse(ItemNote, field, ErrText)
	}
	body, err := encodeNote(n)
	return w.item(ItemNote, []uint64{NoteVersion}, body, err)
}

// AddFinding adds a finding about the chains or their source.
func (w *Writer) AddFinding(f Finding) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if field, ok := checkText(textField{"rule", f.Rule}, textField{"confidence", f.Confidence}, textField{"where", f.Where}); !ok {
		return w.refuse(ItemFinding, field, ErrText)
	}
	body, err := encodeFinding(f)
	return w.item(ItemFinding, nil, body, err)
}

// AddRedaction says that the export is a redacted view of another one. It
// belongs before all other items, so that whoever reads them knows. Of a
// redaction that an older file states with a plain hash, the hash is left out.
func (w *Writer) AddRedaction(r Redaction) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if field, ok := checkText(textField{"texts", r.Texts}); !ok {
		return w.refuse(ItemRedaction, field, ErrText)
	}
	body, err := encodeRedaction(r)
	return w.item(ItemRedaction, nil, body, err)
}

// AddChainBase says which part of its source's chain a chain is.
func (w *Writer) AddChainBase(b ChainBase) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if b.Chain >= ChainID(len(w.chains)) {
		return w.refuse(ItemChainBase, "chain", ErrUnknownChain)
	}
	body, err := encodeChainBase(&b)
	return w.item(ItemChainBase, []uint64{uint64(b.Chain)}, body, err)
}

// AddFolder lists what the channel folder held that a chain was read from. It comes
// once for a chain, before its raw parts.
func (w *Writer) AddFolder(id ChainID, files []wire.FolderFile) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id >= ChainID(len(w.chains)) {
		return w.refuse(ItemFolder, "chain", ErrUnknownChain)
	}
	if w.chains[id].files > 0 {
		return w.refuse(ItemFolder, "chain", ErrOrder)
	}
	for _, f := range files {
		if field, ok := checkText(textField{"path", f.Path}); !ok {
			return w.refuse(ItemFolder, field, ErrText)
		}
	}
	body, err := encodeFolder(files)
	if err := w.item(ItemFolder, []uint64{uint64(id)}, body, err); err != nil {
		return err
	}
	w.chains[id].files = len(files)
	return nil
}

// AddRaw adds bytes of a file of the folder of a chain, at most [MaxRawBytes], which
// lie at offset in it. file is its place in the list of the folder.
func (w *Writer) AddRaw(id ChainID, file int, offset int64, b []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id >= ChainID(len(w.chains)) {
		return w.refuse(ItemRaw, "chain", ErrUnknownChain)
	}
	if file < 0 || file >= w.chains[id].files {
		return w.refuse(ItemRaw, "file", ErrNoFolder)
	}
	index := []uint64{uint64(id), uint64(file), uint64(offset), uint64(len(b))}
	if !rawFits(index, int64(len(b))) {
		return w.refuse(ItemRaw, "length", ErrTooLarge)
	}
	return w.item(ItemRaw, index, b, nil)
}

// Items returns how many items of a type have been written.
func (w *Writer) Items(typ ItemType) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[typ]
}

// Flush writes out the unfinished block of every chain, in the order of their
// ids, so that a reader of what is written so far finds all entries.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flushAll()
}

// Close writes what is unfinished, the footer and the trailer.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.flushAll(); err != nil {
		return err
	}
	t := trailer{footerOffset: w.offset}
	if err := w.item(ItemFooter, nil, w.index, nil); err != nil {
		return err
	}
	t.footerLength = w.offset - t.footerOffset
	w.write(PartTrailer, appendTrailer(nil, t))
	if w.err != nil {
		return w.err
	}
	w.err = ErrClosed
	return nil
}

func (w *Writer) flushAll() error {
	for id := range w.chains {
		w.flush(ChainID(id))
	}
	return w.err
}

// flush writes the unfinished block of a chain, if there is one.
func (w *Writer) flush(id ChainID) {
	c := &w.chains[id]
	if c.count == 0 || w.err != nil {
		return
	}
	w.put(ItemBlock, []uint64{uint64(id), uint64(c.first), uint64(c.count)}, c.body)
	c.first += c.count
	c.count, c.body = 0, c.body[:0]
}

// item writes an item unless its body could not be encoded.
func (w *Writer) item(typ ItemType, index []uint64, body []byte, err error) error {
	if w.err == nil && err == nil && len(body) > MaxBodyBytes {
		err = ErrTooLarge
	}
	if err != nil {
		return w.refuse(typ, "", err)
	}
	w.put(typ, index, body)
	return w.err
}

// put writes an item and notes it in the index.
func (w *Writer) put(typ ItemType, index []uint64, body []byte) {
	at := w.offset
	w.frame = appendFrame(w.frame[:0], typ, index, body)
	w.write(typ, w.frame)
	w.write(typ, body)
	if typ != ItemFooter {
		w.counts[typ]++
		w.index = appendIndexEntry(w.index, indexEntry{typ: typ, offset: at, index: index})
	}
}

func (w *Writer) write(typ ItemType, b []byte) {
	if w.err != nil {
		return
	}
	n, err := w.w.Write(b)
	w.offset += int64(n)
	if err != nil {
		w.err = &Error{Offset: w.offset, Item: typ, Err: err}
	}
}

// refuse reports an argument that cannot be written. Nothing was written, so
// the Writer remains usable; an earlier failure takes precedence.
func (w *Writer) refuse(typ ItemType, field string, err error) error {
	if w.err != nil {
		return w.err
	}
	return &Error{Offset: w.offset, Item: typ, Field: field, Err: err}
}
