package redact

import (
	"strings"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"

	"github.com/google/go-cmp/cmp"
)

// Words that stand where names stand elsewhere are offered, and taken out if the
// sender wants it.
func TestWordsThatMayBeNamesAreOffered(t *testing.T) {
	restart := snapshot.AdminAuditRecord{Event: snapshot.AdminEvent{Kind: snapshot.EventForceRestartDaemon, Daemon: snapshot.DaemonRef{ID: 5, Name: "retry"}}}
	b := write(t, func(w *export.Writer) error {
		if err := addChain(w, export.ChainInfo{Node: "node-1", Channel: "meshos/actions", Kind: wire.ChainAction},
			failed(1, "Mark restarted it"), failed(2, "Qwxz restarted it"), failed(3, "Mark restarted it"), failed(4, "will hope for the best"),
			failed(5, "Retry restarted it"), failed(6, "RETRY later"), failed(7, "the peer is down")); err != nil {
			return err
		}
		if err := w.AddNote(export.Note{ID: "1", Author: "Hope Blkrt", Text: "x"}); err != nil {
			return err
		}
		return addChain(w, export.ChainInfo{Node: "node-1", Channel: "audit", Kind: wire.ChainAudit}, restart.AppendPostcard(nil))
	})
	out, s := rewritten(t, b, Options{})
	want := []ReviewWord{{Word: "mark", Count: 2, Example: "Mark restarted it"}}
	if listed().has("hope", false) {
		want = append([]ReviewWord{{Word: "hope", Count: 1, Example: "will hope for the best", PartOfName: true}}, want...)
	}
	if diff := cmp.Diff(want, s.Review); diff != "" {
		t.Error(diff)
	}
	// What equals a name is replaced, in whatever case.
	got := reasons(t, out)
	if got[0] != "Mark restarted it" || strings.Contains(strings.ToLower(got[4]+got[5]), "retry") {
		t.Errorf("%q", got)
	}
	out, s = rewritten(t, b, Options{Replace: []string{"MARK", "Hope"}})
	got = reasons(t, out)
	if got[0] != got[2] || strings.Contains(strings.ToLower(strings.Join(got, " ")), "mark") || got[0] == got[1] || len(s.Review) != 0 {
		t.Errorf("%q, %+v", got, s.Review)
	}
	if got[6] != "the peer is down" {
		t.Errorf("%q", got[6])
	}
}
