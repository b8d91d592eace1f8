package view

import (
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/wire/message"
)

func TestMarksOfTheStory(t *testing.T) {
	marks := MarksOf([]insight.Finding{
		{Rule: insight.RuleRestart, Title: message.New("Restart"), Chain: 2, First: 7, FirstTimeNS: at1600},
		{Rule: insight.RuleFirst, Title: message.New("First of its kind"), Chain: 2},
		{Rule: insight.RulePanic, Title: message.New("Panic {}", message.Reason("\u202e")), Chain: 2},
	})
	if len(marks) != 2 || marks[0].Letter != "R" || marks[0].Position != 7 || marks[1].Letter != "P" {
		t.Fatalf("marks %+v", marks)
	}
	if strings.Contains(marks[1].Title, "\u202e") {
		t.Error("an override is in a title")
	}
	damage := DamageMark(&engine.Finding{Severity: engine.SeverityDamage, Title: message.New("Bad"), Chain: 2, Position: 3}, at1600)
	if damage.Letter != "!" || damage.Tone != ToneFailed {
		t.Errorf("damage is marked %+v", damage)
	}
}

// A burst on several nodes is one finding and has a mark on each of them.
func TestMarksOfABurst(t *testing.T) {
	marks := MarksOf([]insight.Finding{{
		Rule: insight.RuleBurst, Title: message.New("Failures burst on 2 nodes"), Chain: 2, First: 7, FirstTimeNS: at1600,
		Related: []insight.Ref{
			{Chain: 2, Position: 7, TimeNS: at1600, What: message.New("n1: 40 failures")},
			{Chain: 3, Position: 9, TimeNS: at1600 + 1, What: message.New("n2: 30 failures")},
			{Chain: 3, Position: 10, What: message.New("a row")},
		},
	}})
	if len(marks) != 2 || marks[1].Chain != 3 || marks[1].Position != 9 || marks[1].NS != at1600+1 || marks[1].Title != "n2: 30 failures" {
		t.Errorf("marks %+v", marks)
	}
}

func TestMarksTooCloseBecomeOne(t *testing.T) {
	layout := LayoutAxis(threeNodes(), false)
	axis := axisOf(0, 60, 600) // ten pixels a minute
	mark := func(letter string, rank int, chain engine.ChainID, minute float64) AxisMark {
		return AxisMark{Letter: letter, rank: rank, Title: letter, Chain: chain, NS: axisOf(minute, minute, 0).FromNS}
	}
	placed := axis.PlaceMarks([]AxisMark{
		mark("A", 1, 2, 11), mark("R", 5, 2, 10), mark("A", 1, 2, 20), mark("P", 4, 4, 10),
		mark("A", 1, 2, 70), mark("A", 1, 77, 10),
	}, &layout, UTC)
	var got []string
	for _, p := range placed {
		got = append(got, p.First.Letter+strings.Repeat("+", p.Count-1))
	}
	if text := strings.Join(got, " "); text != "R+ P A" {
		t.Errorf("placed %q", text)
	}
	if placed[0].Title != "2026-05-22 16:10:00.000  R\n2026-05-22 16:11:00.000  A" {
		t.Errorf("title %q", placed[0].Title)
	}
}
