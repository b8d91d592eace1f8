package report

import (
	"testing"

	"chainglass/app/engine"
)

// annotated is the incident with two notes.
func annotated(t *testing.T) *engine.Engine {
	t.Helper()
	e := incident(t)
	actions := engine.ChainID(0)
	for _, c := range e.Chains() {
		if c.Node == "node-1" && c.Channel == "meshos/actions" {
			actions = c.ID
		}
	}
	remark(t, e, "n1", "Ada", "The process restarted **here**, after the panic of `16:12:30`.\n\n- ids begin at 1 again\n- nothing is lost",
		engine.NoteAnchor{Chain: actions, Position: 10473})
	remark(t, e, "n2", "", "The bad minutes: see <b>the bursts</b>.", engine.NoteAnchor{}, 1779466080000, 1779466500000)
	return e
}

func TestIncident(t *testing.T) {
	r := reportOn(t, annotated(t), Options{Remarks: []string{"Made from the reference's incident"}})
	golden(t, "incident.html", r.HTML())
	golden(t, "incident.md", r.Markdown())
	golden(t, "incident.svg", r.SVG())
}
