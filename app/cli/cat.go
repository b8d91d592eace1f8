//go:build !js

package cli

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"

	"github.com/spf13/cobra"

	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/serdejson"
)

func catCommand(c *console) *cobra.Command {
	var s selection
	cmd := &cobra.Command{
		Use:   "cat PATH",
		Short: "Print the records of chains as JSON lines",
		Long: `Cat prints one JSON object an entry, in the order of the chain:

  {"seq":7,"ts":1779465600693929732,"status":"ok","record":{...}}
  {"seq":8,"ts":null,"status":"bad-checksum","error":"...","hex":"01..."}

ts is the append time in Unix nanoseconds, null where there is none. An entry
that is damaged or is no record has an error, and its bytes as far as they are
there; one of a chain of unknown type has its bytes only. Where records of
several chains are printed, "chain" comes first and names each.`,
		Example: `  chainglass cat /var/lib/net-mesh --channel meshos/actions | tail -n 3
  chainglass cat incident.zip | jq -r 'select(.status != "ok") | [.chain, .seq, .error] | @tsv'`,
		Args: exactly(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error { return runCat(cmd.Context(), c, args[0], s) },
	}
	s.addFlags(cmd)
	return cmd
}

func runCat(ctx context.Context, c *console, path string, s selection) (err error) {
	found, err := c.open(ctx, path)
	if err != nil {
		return err
	}
	defer found.closing(&err)
	chains, err := found.chains(&s)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(c.stdout, lineBufferBytes)
	for i := range chains {
		p := newPrinter(&chains[i], len(chains) > 1)
		err := eachEntry(chains[i].Reader, func(pos int, e *wire.Entry) error {
			_, err := out.Write(p.line(pos, e))
			return err
		})
		if err != nil {
			return errors.Join(err, out.Flush())
		}
	}
	return out.Flush()
}

// printer makes the lines of one chain.
type printer struct {
	head    []byte // up to the sequence number
	records recordType
	known   bool
	parsed  source.ParseErrorer // nil where payloads are as they were stored
	text    []byte
}

func newPrinter(chain *source.Chain, named bool) *printer {
	p := &printer{head: []byte("{")}
	if named {
		p.head = serdejson.AppendString([]byte(`{"chain":`), chainName(chain))
		p.head = append(p.head, ',')
	}
	p.records, p.known = recordTypeOf(chain.Kind)
	p.parsed, _ = chain.Reader.(source.ParseErrorer)
	return p
}

// line returns the line of an entry. It is valid until the next call.
func (p *printer) line(pos int, e *wire.Entry) []byte {
	b := append(append(p.text[:0], p.head...), `"seq":`...)
	b = serdejson.AppendU64(b, e.Seq)
	b = appendOption(append(b, `,"ts":`...), e.TSNS)
	b = append(append(b, `,"status":"`...), e.Status.String()...)
	b = append(b, '"')
	p.text = append(p.appendContent(b, pos, e), "}\n"...)
	return p.text
}

// appendContent appends the record, or the error and the bytes.
func (p *printer) appendContent(b []byte, pos int, e *wire.Entry) []byte {
	if err := p.damage(pos, e); err != nil {
		return appendHex(appendJSONError(b, err), e.Payload)
	}
	if !p.known {
		return appendHex(b, e.Payload)
	}
	with, err := p.records.appendJSON(append(b, `,"record":`...), e.Payload)
	if err != nil {
		return appendHex(appendJSONError(b, err), e.Payload)
	}
	return with
}

// statusErrors say what is wrong with entries that are not decoded.
func statusErrors() map[wire.EntryStatus]error {
	return map[wire.EntryStatus]error{
		wire.EntryBadChecksum: errors.New("payload does not match its checksum"),
		wire.EntryOutOfRange:  errors.New("payload lies outside the payload file"),
		wire.EntryTorn:        errors.New("payload is cut off at the end of the payload file"),
		wire.EntryTooLarge:    errors.New("payload is too large to decode"),
		wire.EntryLost:        errors.New("entry is lost with the part of the file that held it"),
	}
}

// damage returns what keeps an entry from being decoded.
func (p *printer) damage(pos int, e *wire.Entry) error {
	if e.Status != wire.EntryOK {
		return statusErrors()[e.Status]
	}
	if p.parsed != nil && len(e.Payload) == 0 {
		return p.parsed.ParseError(pos)
	}
	return nil
}

func appendHex(dst, payload []byte) []byte {
	if len(payload) == 0 {
		return dst
	}
	dst = append(dst, `,"hex":"`...)
	return append(hex.AppendEncode(dst, payload), '"')
}
