package main

import (
	"testing"

	"chainglass/app/e2e/bench"
)

// Every step measures what it says, of a chain that is large enough for all questions.
func TestSteps(t *testing.T) {
	in, err := bench.WriteInputs(t.TempDir(), 50_000)
	if err != nil {
		t.Fatal(err)
	}
	measured := bench.Values{}
	for name, step := range steps() {
		values, err := step(in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for key, value := range values {
			if measured[key] = value; value <= 0 {
				t.Errorf("%s: %s is %v", name, key, value)
			}
		}
	}
	for _, q := range bench.Queries() {
		if measured[q.Key] == 0 {
			t.Errorf("%q is not measured", q.Text)
		}
	}
	for _, key := range []bench.Key{bench.Open, bench.Memory, bench.FirstRows, bench.State, bench.JSON, bench.MCAP, bench.Read} {
		if measured[key] == 0 {
			t.Errorf("%s is not measured", key)
		}
	}
}

// Inputs of another length than they are said to have are no measurement.
func TestStepsCount(t *testing.T) {
	dir := t.TempDir()
	if _, err := bench.WriteInputs(dir, 5000); err != nil {
		t.Fatal(err)
	}
	in := bench.InputsIn(dir, 5001)
	for _, name := range []string{"open", "json", "mcap"} {
		if _, err := steps()[name](in); err == nil {
			t.Errorf("%s takes 5000 records for 5001", name)
		}
	}
}
