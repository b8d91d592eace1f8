//go:build !js

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

var errLineTable = errors.New("the table of functions is not laid out as Go 1.26 does")

// tableStart is how a table begins: magic, zeros, quantum, pointer size.
const tableStart = "\xf1\xff\xff\xff\x00\x00\x01\x08"

const (
	headerBytes = 8 + 8*8
	recordBytes = 44
	// The fields of a record, by their offset.
	pcspAt, pcfileAt, pclnAt, pcTablesAt, unitAt, lineAt, padAt = 16, 20, 24, 28, 32, 36, 42
	// The first pc table, if there is any, is the one that only signals need.
	unsafePointAt = recordBytes
)

// lineTable is the table of functions inside the memory of a program.
type lineTable struct {
	functions []byte // n pairs, then the records
	count     int
	names     []byte
	units     []byte // units and files
	pcTables  []byte
}

// findLineTable finds the one table of a program.
func findLineTable(memory []byte) (lineTable, error) {
	var found []lineTable
	for at := 0; ; at++ {
		next := bytes.Index(memory[at:], []byte(tableStart))
		if next < 0 {
			break
		}
		at += next
		if t, ok := readHeader(memory[at:]); ok {
			found = append(found, t)
		}
	}
	if len(found) != 1 {
		return lineTable{}, fmt.Errorf("%w: %d tables", errLineTable, len(found))
	}
	return found[0], nil
}

// readHeader reads the header of a table, if it is one.
func readHeader(b []byte) (lineTable, bool) {
	if len(b) < headerBytes {
		return lineTable{}, false
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8+8*i:]) }
	count, names, units, files, pcTables, functions := word(0), word(3), word(4), word(5), word(6), word(7)
	if word(2) != 0 || names != headerBytes || names >= units || units >= files || files >= pcTables ||
		pcTables >= functions || functions > uint64(len(b)) || count > (uint64(len(b))-functions)/8 {
		return lineTable{}, false
	}
	return lineTable{
		functions: b[functions:],
		count:     int(count),
		names:     b[names:units],
		units:     b[units:pcTables],
		pcTables:  b[pcTables:functions],
	}, true
}

// dropLines makes zeros of everything that only says where in its source an
// instruction came from.
func (t lineTable) dropLines() error {
	kept := make([]bool, len(t.pcTables))
	for i := range t.count {
		record, err := t.record(i)
		if err != nil {
			return err
		}
		for _, at := range []int{pcfileAt, pclnAt, unitAt, lineAt, unsafePointAt} {
			if at < len(record) {
				clear(record[at : at+4])
			}
		}
		if err := t.keep(kept, field(record, pcspAt)); err != nil {
			return err
		}
		for at := recordBytes; at < len(record); at += 4 {
			if err := t.keep(kept, field(record, at)); err != nil {
				return err
			}
		}
	}
	for i, keep := range kept {
		if !keep {
			t.pcTables[i] = 0
		}
	}
	clear(t.units)
	return nil
}

// keptNames begin the names of functions that a traceback names: the program's own,
// those that call them, and those that the runtime knows by their names.
var keptNames = []string{"chainglass/", "main.", "github.com/maxence-charriere/go-app/", "runtime."}

// dropNames makes zeros of the names of all other functions.
func (t lineTable) dropNames() {
	for rest := t.names; len(rest) > 0; {
		end := bytes.IndexByte(rest, 0)
		if end < 0 {
			return
		}
		name := rest[:end]
		if !slices.ContainsFunc(keptNames, func(prefix string) bool { return bytes.HasPrefix(name, []byte(prefix)) }) {
			clear(name)
		}
		rest = rest[end+1:]
	}
}

// record returns the record of a function with its pc tables, without its data.
func (t lineTable) record(i int) ([]byte, error) {
	at := uint64(field(t.functions, 8*i+4))
	if at+recordBytes > uint64(len(t.functions)) {
		return nil, fmt.Errorf("%w: function %d lies outside", errLineTable, i)
	}
	record := t.functions[at:]
	end := recordBytes + 4*uint64(field(record, pcTablesAt))
	if field(record, 0) != field(t.functions, 8*i) || record[padAt] != 0 || end > uint64(len(record)) {
		return nil, fmt.Errorf("%w: function %d has no record", errLineTable, i)
	}
	return record[:end], nil
}

// keep marks the bytes of the pc table at an offset; 0 is none.
func (t lineTable) keep(kept []bool, offset uint32) error {
	at := uint64(offset)
	if at == 0 || at < uint64(len(kept)) && kept[at] {
		return nil
	}
	for first := true; ; first = false {
		if at >= uint64(len(kept)) {
			return fmt.Errorf("%w: a pc table runs out of its place", errLineTable)
		}
		value, n := binary.Uvarint(t.pcTables[at:])
		if n > 0 && (first || value != 0) {
			_, m := binary.Uvarint(t.pcTables[at+uint64(n):])
			n = max(0, m) + n
		}
		if n <= 0 {
			return fmt.Errorf("%w: a pc table runs out of its place", errLineTable)
		}
		for i := range n {
			kept[at+uint64(i)] = true
		}
		at += uint64(n)
		if value == 0 && !first {
			return nil
		}
	}
}

func field(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
