package engine

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Two folders of one name, dropped one after the other, are two nodes.
func TestNodesOfTwoSourcesAreToldApart(t *testing.T) {
	e := New(Options{})
	var names []string
	for range 2 {
		opened, err := e.Open(t.Context(), "", os.DirFS("../../wire/redex/testdata/damage/clean"), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close(opened.Source)
		for _, c := range opened.Chains {
			names = append(names, c.Name())
		}
	}
	if diff := cmp.Diff([]string{"meshos/actions", "(2) meshos/actions"}, names); diff != "" {
		t.Error(diff)
	}
}
