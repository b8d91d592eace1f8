//go:build !js

package cli

import (
	"bufio"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"chainglass/app/kind"
	"chainglass/app/saveas"
	"chainglass/app/source"
	"chainglass/wire"
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
	out := bufio.NewWriterSize(c.json, lineBufferBytes)
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
	name   string // "" leaves it out
	kind   *kind.Kind
	parsed source.ParseErrorer // nil where payloads are as they were stored
	text   []byte
}

func newPrinter(chain *source.Chain, named bool) *printer {
	p := &printer{kind: kinds().Of(chain.Kind)}
	if named {
		p.name = saveas.ChainName(chain.Node, chain.Channel)
	}
	p.parsed, _ = chain.Reader.(source.ParseErrorer)
	return p
}

// line returns the line of an entry. It is valid until the next call.
func (p *printer) line(pos int, e *wire.Entry) []byte {
	var parseError error
	if p.parsed != nil && len(e.Payload) == 0 {
		parseError = p.parsed.ParseError(pos)
	}
	p.text = saveas.AppendNDJSON(p.text[:0], p.name, p.kind, e, parseError)
	return p.text
}
