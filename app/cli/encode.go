//go:build !js

package cli

import (
	"bytes"
	"encoding/hex"

	"github.com/spf13/cobra"

	"chainglass/wire/serdejson"
)

func encodeCommand(c *console) *cobra.Command {
	var typeName string
	cmd := &cobra.Command{
		Use:   "encode",
		Short: "Encode records, one JSON line each, to hex",
		Long: `Encode reads one record a line from stdin, as JSON, and writes one JSON object a
line to stdout, in the same order:

  {"hex":"01...","record":{...}}   the bytes as stored, and the record they hold
  {"error":"..."}                  why the line is not a record

A line is the record itself or an object with the record as its "record", which
is what decode writes. Keys may be in snake_case or camelCase. Every line has
its answer, a blank one too. That a line is no record is a result, not a
failure: the exit status is 0.`,
		Example: `  echo '{"id":1,"kind":"start_daemon","emitted_at_ms":0,"disposition":"Dispatched"}' | chainglass encode
  chainglass decode --type log < payloads.hex | chainglass encode --type log`,
		Args: exactly(0, ""),
		RunE: func(*cobra.Command, []string) error {
			t, err := parseRecordType(typeName)
			if err != nil {
				return err
			}
			return eachLine(c, encoder(t))
		},
	}
	addTypeFlag(cmd, &typeName)
	return cmd
}

// encoder returns the answer of encode to a line.
func encoder(t recordType) func(dst, line []byte) []byte {
	wrapper := serdejson.NewShape("line", "record=")
	var payload, record []byte
	return func(dst, line []byte) []byte {
		var err error
		payload, record, err = t.appendParsed(payload[:0], record[:0], unwrap(wrapper, line))
		if err != nil {
			dst = serdejson.AppendString(append(dst, `{"error":`...), err.Error())
			return append(dst, '}')
		}
		dst = append(dst, `{"hex":"`...)
		dst = hex.AppendEncode(dst, payload)
		dst = append(dst, `","record":`...)
		return append(append(dst, record...), '}')
	}
}

// unwrap returns the value of "record" if line is an object that has one, and
// line if not. No record type has a field of that name.
func unwrap(wrapper *serdejson.Shape, line []byte) []byte {
	if len(line) == 0 || line[0] != '{' || !bytes.Contains(line, []byte(`"record"`)) {
		return line
	}
	c := serdejson.NewCursor(line)
	var record []byte
	c.Struct(wrapper, func(string) {
		from := c.Offset()
		c.Skip()
		record = line[from:c.Offset()]
	})
	if c.End() != nil || record == nil {
		return line
	}
	return record
}
