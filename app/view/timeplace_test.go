package view

import "testing"

func TestTimeInTheFragment(t *testing.T) {
	for _, want := range []TimePlace{
		{},
		{Shown: Span{5, 1 << 63}},
		{PinNode: "node 2", PinChannel: "meshos/actions", PinPosition: 12, Changes: true},
		{PinNode: "node 2", PinChannel: "meshos/actions", PinPosition: 12, Changes: true, Everywhere: true},
	} {
		place := Place{Node: "n", Channel: "c", Time: want}
		if got := ParsePlace(place.Encode()).Time; got != want {
			t.Errorf("%+v comes back as %+v", want, got)
		}
	}
	for _, nonsense := range []string{"range=5..5", "range=a..b", "range=7", "range=-1..5", "a-at=-3", "state=x"} {
		if got := ParsePlace("v1&" + nonsense).Time; got != (TimePlace{}) {
			t.Errorf("%s is understood as %+v", nonsense, got)
		}
	}
}
