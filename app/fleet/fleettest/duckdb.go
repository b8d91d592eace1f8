package fleettest

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Row is a row that DuckDB answers with: numbers of 64 bits come as text.
type Row = map[string]any

// Query runs queries in one new database and returns the rows of each.
func Query(t testing.TB, queries ...string) [][]Row {
	t.Helper()
	input, err := json.Marshal(queries)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "query.mjs")
	cmd.Dir = filepath.Join(Root(), "duckdb")
	cmd.Stdin = bytes.NewReader(input)
	var told strings.Builder
	cmd.Stderr = &told
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("DuckDB: %v\n%s\nIf it is missing, \"make fleet\" installs it.", err, told.String())
	}
	var answers [][]Row
	d := json.NewDecoder(bytes.NewReader(output))
	d.UseNumber()
	if err := d.Decode(&answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

// Root returns the folder of the module.
func Root() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(here))
}

// Incident returns the path of the sample incident.
func Incident() string { return filepath.Join(Root(), "../../web/sample/incident.zip") }

// Damage returns the folder of the cases of damage.
func Damage() string { return filepath.Join(Root(), "../../wire/redex/testdata/damage") }
