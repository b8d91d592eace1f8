package bench

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/foxglove/mcap/go/mcap"

	"chainglass/app/synth"
	"chainglass/wire"
	"chainglass/wire/redex"
)

// Inputs are the same records in several forms.
type Inputs struct {
	Records int
	// Chain is the storage folder of a node with a chain of actions.
	Chain string
	// Lines is a file with the records as JSON, a line each.
	Lines string
	// MCAP is a file with the payloads as messages, in chunks without compression and
	// with checksums.
	MCAP string
}

// seed is what the records are made from.
const seed = 7

// InputsIn are the inputs in a folder, once they have been written there.
func InputsIn(dir string, records int) Inputs {
	return Inputs{records, filepath.Join(dir, "node-big"), filepath.Join(dir, "records.ndjson"), filepath.Join(dir, "records.mcap")}
}

// WriteInputs writes the inputs into a folder.
func WriteInputs(dir string, records int) (Inputs, error) {
	in := InputsIn(dir, records)
	w, err := newInputWriter(&in)
	if err != nil {
		return Inputs{}, err
	}
	return in, errors.Join(w.write(records), w.close())
}

// inputWriter writes all forms at once.
type inputWriter struct {
	chain *redex.Writer
	lines *os.File
	text  *bufio.Writer
	file  *os.File
	mcap  *mcap.Writer
}

func newInputWriter(in *Inputs) (*inputWriter, error) {
	path, err := redex.ChannelPath(in.Chain, "meshos/actions")
	if err != nil {
		return nil, err
	}
	w := &inputWriter{}
	if w.chain, err = redex.Create(path); err != nil {
		return nil, err
	}
	if w.lines, err = os.Create(in.Lines); err != nil {
		return nil, err
	}
	w.text = bufio.NewWriterSize(w.lines, 1<<20)
	if w.file, err = os.Create(in.MCAP); err != nil {
		return nil, err
	}
	if w.mcap, err = mcap.NewWriter(w.file, &mcap.WriterOptions{Chunked: true, IncludeCRC: true, Compression: mcap.CompressionNone}); err != nil {
		return nil, err
	}
	return w, errors.Join(
		w.mcap.WriteHeader(&mcap.Header{}),
		w.mcap.WriteSchema(&mcap.Schema{ID: 1, Name: "record", Encoding: "postcard"}),
		w.mcap.WriteChannel(&mcap.Channel{ID: 1, SchemaID: 1, Topic: "meshos/actions", MessageEncoding: "postcard"}))
}

func (w *inputWriter) write(records int) error {
	node := synth.NewNode(seed)
	var payload, text []byte
	for i := range records {
		r := node.Next()
		payload = wire.AppendRecord(payload[:0], &r)
		if _, err := w.chain.AppendAt(payload, node.AppendedAtNS()); err != nil {
			return err
		}
		text = append(r.AppendJSON(text[:0]), '\n')
		if _, err := w.text.Write(text); err != nil {
			return err
		}
		if err := w.mcap.WriteMessage(&mcap.Message{ChannelID: 1, Sequence: uint32(i), LogTime: node.AppendedAtNS(), PublishTime: node.AppendedAtNS(), Data: payload}); err != nil {
			return err
		}
	}
	return nil
}

func (w *inputWriter) close() error {
	return errors.Join(w.chain.Close(), w.text.Flush(), w.lines.Close(), w.mcap.Close(), w.file.Close())
}

// EachMessage calls visit with the messages of a file in the form of [Inputs.MCAP], once
// the checksum of their chunk has been checked. The message is only valid until visit
// returns.
func EachMessage(file io.Reader, visit func(*mcap.Message)) error {
	lexer, err := mcap.NewLexer(bufio.NewReaderSize(file, 1<<20), &mcap.LexerOptions{ValidateChunkCRCs: true})
	if err != nil {
		return err
	}
	defer lexer.Close()
	var buffer []byte
	var message mcap.Message
	for {
		token, record, err := lexer.Next(buffer)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case token == mcap.TokenMessage:
			if err := message.PopulateFrom(record, false); err != nil {
				return err
			}
			visit(&message)
		}
		if cap(record) > cap(buffer) {
			buffer = record[:0]
		}
	}
}

// ChainMB returns the size of the chain's files in MB.
func (in *Inputs) ChainMB() (float64, error) {
	var bytes int64
	err := filepath.WalkDir(in.Chain, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return float64(bytes) / 1e6, err
}
