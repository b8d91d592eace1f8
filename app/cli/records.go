//go:build !js

package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"chainglass/snapshot"
	"chainglass/wire"
)

// recordType is one of the types that have a stored form and a JSON form.
type recordType struct {
	name string
	// appendJSON appends the record in payload as JSON. On an error nothing is
	// appended.
	appendJSON func(dst, payload []byte) ([]byte, error)
	// parse reads a record from JSON text and appends both of its forms.
	parse func(payload, record, text []byte) (newPayload, newRecord []byte, err error)
}

// recordTypes are in the order in which help names them.
func recordTypes() []recordType {
	return []recordType{
		newRecordType("action", wire.DecodeRecord, wire.NewRecordParser().Parse, appendAction, (*wire.ActionChainRecord).AppendJSON),
		newRecordType("audit", snapshot.DecodeAdminAuditRecord, snapshot.ParseAdminAuditRecord, (*snapshot.AdminAuditRecord).AppendPostcard, (*snapshot.AdminAuditRecord).AppendJSON),
		newRecordType("log", snapshot.DecodeLogRecord, snapshot.ParseLogRecord, (*snapshot.LogRecord).AppendPostcard, (*snapshot.LogRecord).AppendJSON),
		newRecordType("failure", snapshot.DecodeFailureRecord, snapshot.ParseFailureRecord, (*snapshot.FailureRecord).AppendPostcard, (*snapshot.FailureRecord).AppendJSON),
		newRecordType("snapshot", snapshot.DecodeMeshOsSnapshot, snapshot.ParseMeshOsSnapshot, (*snapshot.MeshOsSnapshot).AppendPostcard, (*snapshot.MeshOsSnapshot).AppendJSON),
	}
}

func appendAction(r *wire.ActionChainRecord, dst []byte) []byte { return wire.AppendRecord(dst, r) }

func newRecordType[R any](
	name string,
	decode, parse func([]byte) (R, error),
	appendPayload, appendJSON func(*R, []byte) []byte,
) recordType {
	return recordType{
		name: name,
		appendJSON: func(dst, payload []byte) ([]byte, error) {
			r, err := decode(payload)
			if err != nil {
				return dst, err
			}
			return appendJSON(&r, dst), nil
		},
		parse: func(payload, record, text []byte) ([]byte, []byte, error) {
			r, err := parse(text)
			if err != nil {
				return payload, record, err
			}
			return appendPayload(&r, payload), appendJSON(&r, record), nil
		},
	}
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
