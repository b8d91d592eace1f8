//go:build !js

package cli

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"chainglass/wire/serdejson"
)

func decodeCommand(c *console) *cobra.Command {
	var typeName string
	cmd := &cobra.Command{
		Use:   "decode",
		Short: "Decode records, one hex line each, to JSON lines",
		Long: `Decode reads one record a line from stdin, in hex, and writes one JSON object a
line to stdout, in the same order:

  {"hex":"01...","record":{...}}   the record as the reference's JSON writes it
  {"hex":"01...","error":"..."}    the reference's text of what is wrong

Every line has its answer: a blank one is the empty payload, and one that is not
hex comes back as it is, with an error. That a record does not decode is a
result, not a failure: the exit status is 0.`,
		Example: `  echo 01010c73746172745f6461656d6f6e80d095ffbc3100 | chainglass decode
  chainglass decode --type log < payloads.hex`,
		Args: exactly(0, ""),
		RunE: func(*cobra.Command, []string) error {
			t, err := parseRecordType(typeName)
			if err != nil {
				return err
			}
			return eachLine(c, decoder(t))
		},
	}
	addTypeFlag(cmd, &typeName)
	return cmd
}

// eachLine appends the answer to every line of stdin to stdout. It is flushed
// before the next line has to be waited for, so that another program may hold
// a conversation.
func eachLine(c *console, answer func(dst, line []byte) []byte) error {
	in, out := newLines(c.stdin), bufio.NewWriterSize(c.json, lineBufferBytes)
	var text []byte
	for {
		line, err := in.Next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return errors.Join(err, out.Flush())
		}
		text = append(answer(text[:0], line), '\n')
		if _, err := out.Write(text); err != nil {
			return err
		}
		if in.Drained() {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

// decoder returns the answer of decode to a line.
func decoder(t recordType) func(dst, line []byte) []byte {
	var payload []byte
	return func(dst, line []byte) []byte {
		var err error
		payload, err = hex.AppendDecode(payload[:0], line)
		if err != nil {
			dst = serdejson.AppendString(append(dst, `{"hex":`...), strings.ToValidUTF8(string(line), "\ufffd"))
			return append(appendJSONError(dst, badHex(line, err)), '}')
		}
		dst = append(dst, `{"hex":"`...)
		dst = append(hex.AppendEncode(dst, payload), '"')
		return append(t.appendDecoded(dst, payload), '}')
	}
}

// badHex says what keeps a line from being hex.
func badHex(line []byte, err error) error {
	var bad hex.InvalidByteError
	if !errors.As(err, &bad) {
		return fmt.Errorf("not hex: %d digits, an odd number", len(line))
	}
	for i, b := range line {
		if b == byte(bad) {
			return fmt.Errorf("not hex: byte %#02x at column %d", b, i+1)
		}
	}
	return err
}

// appendJSONError appends the member that carries an error to an object that
// has a member already.
func appendJSONError(dst []byte, err error) []byte {
	return serdejson.AppendString(append(dst, `,"error":`...), err.Error())
}
