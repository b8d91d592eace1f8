//go:build !js

package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"chainglass/app/kind"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/serdejson"
)

// recordType is one of the types that have a stored form and a JSON form.
type recordType struct {
	name string
	// appendJSON appends the record in payload as JSON. On an error nothing is
	// appended.
	appendJSON func(dst, payload []byte) ([]byte, error)
	// parse reads a record of JSON, the whole text of the cursor, and appends its stored
	// form. On an error nothing is appended.
	parse func(dst []byte, c *serdejson.Cursor) ([]byte, error)
}

// kinds are the kinds of chain that the commands know.
func kinds() kind.Set { return kind.Set{} }

// kindNames are the names of the kinds whose records are known.
func kindNames() (names []string) {
	for _, k := range kinds().All() {
		names = append(names, k.Name)
	}
	return names
}

// recordTypes are in the order in which help names them: those of the kinds of chain, and
// what they fold to.
func recordTypes() []recordType {
	var types []recordType
	for _, k := range kinds().All() {
		types = append(types, recordType{name: k.Name, appendJSON: k.AppendJSON, parse: k.Parse})
	}
	return append(types, snapshotType())
}

func snapshotType() recordType {
	return recordType{
		name: "snapshot",
		appendJSON: func(dst, payload []byte) ([]byte, error) {
			s, err := snapshot.DecodeMeshOsSnapshot(payload)
			if err != nil {
				return dst, err
			}
			return s.AppendJSON(dst), nil
		},
		parse: func(dst []byte, c *serdejson.Cursor) ([]byte, error) {
			s := snapshot.ReadJSONSnapshot(c)
			if err := c.End(); err != nil {
				return dst, err
			}
			return s.AppendPostcard(dst), nil
		},
	}
}

// appendParsed reads a record from JSON text and appends both of its forms.
func (t recordType) appendParsed(payload, record, text []byte) (newPayload, newRecord []byte, err error) {
	c := serdejson.NewCursor(text)
	with, err := t.parse(payload, &c)
	if err != nil {
		return payload, record, err
	}
	record, err = t.appendJSON(record, with[len(payload):])
	return with, record, err
}

// appendDecoded appends the member that carries the record in payload, or what
// is wrong with it, to an object that has a member already.
func (t recordType) appendDecoded(dst, payload []byte) []byte {
	with, err := t.appendJSON(append(dst, `,"record":`...), payload)
	if err != nil {
		return appendJSONError(dst, err)
	}
	return with
}

func findRecordType(name string) (t recordType, known bool) {
	for _, t := range recordTypes() {
		if t.name == name {
			return t, true
		}
	}
	return recordType{}, false
}

// parseRecordType reads the value of --type.
func parseRecordType(name string) (recordType, error) {
	t, known := findRecordType(name)
	if !known {
		return t, usagef("--type %q is not one of %s", name, recordTypeNames())
	}
	return t, nil
}

func recordTypeNames() string {
	var names []string
	for _, t := range recordTypes() {
		names = append(names, t.name)
	}
	return strings.Join(names, ", ")
}

func addTypeFlag(cmd *cobra.Command, name *string) {
	cmd.Flags().StringVar(name, "type", wire.ChainAction.String(), "type of the records: "+recordTypeNames())
}
