package insight

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestNamesInTexts(t *testing.T) {
	for text, want := range map[string]Names{
		"":                                     {},
		"boom":                                 {},
		"peer 0x51b7e0c2d4a89f33 unreachable":  {0x51b7e0c2d4a89f33},
		"peer=0xc4f1a2b3d4e5f6, gone":          {0xc4f1a2b3d4e5f6},
		"peer 51b7e0c2d4a89f33 unreachable":    {0x51b7e0c2d4a89f33},
		"peer 5888422165206310707 unreachable": {5888422165206310707},
		"peer 0000000000a89f33 unreachable":    {0xa89f33},
		"pull of chain 7000 from 0x51b7e0c2d4a89f33 timed out after 5000 ms": {0x51b7e0c2d4a89f33, 7000},
		"chain 7000 has no holder":                     {7000},
		"source checksum mismatch at seq 77":           {},
		"no replica of 8012 is left":                   {8012},
		"timed out after 5000 ms waiting for chain 12": {12},
		"disk is 97% full, 3 retries":                  {},
		"10ms late":                                    {},
		"0x":                                           {},
		"0x0":                                          {},
		"0x123456789abcdef01 is too long":              {},
		"99999999999999999999 overflows":               {},
		"node 0x51b7e0c2d4a89f33 and 0x9f3c11d27a6e80b4 and 7": {0x51b7e0c2d4a89f33, 0x9f3c11d27a6e80b4},
		strings.Repeat("x", nameBytes) + " chain 7":            {},
	} {
		if got := namesIn([]byte(text)); got != want {
			t.Errorf("%q names %x, want %x", text, got, want)
		}
	}
}

// Whatever a text is, what it names comes without a gap, and the same from the cache.
func FuzzNamesIn(f *testing.F) {
	f.Add([]byte("peer 0x51b7e0c2d4a89f33 unreachable after 3 attempts"))
	f.Fuzz(func(t *testing.T, text []byte) {
		names := namesIn(text)
		if names[0] == 0 && names[1] != 0 {
			t.Errorf("%q names %x", text, names)
		}
		var c nameCache
		if first, again := c.of(text), c.of(text); first != names || again != names {
			t.Errorf("%q names %x, by the cache %x and %x", text, names, first, again)
		}
	})
}

// A value that comes often is found among any number of others, and what is kept is bounded.
func TestNamesAreBounded(t *testing.T) {
	x := &nameWatch{widthNS: stepNS, byText: map[string]int32{}, byKey: map[nameKey]int32{}}
	random := rand.New(rand.NewPCG(1, 2))
	const rows, often = 200_000, uint64(1) << 63
	seqs, peers := x.text("seq #"), x.text("peer #")
	want := 0
	for i := range rows {
		names := Names{leastID + uint64(i)}
		if i > rows/100 && i%20 == 0 {
			names[0] = often
			want++
		}
		x.add(peers, &names, i, startNS+uint64(i)*nanosPerSec*40)
		x.add(seqs, &Names{random.Uint64()}, i, startNS+uint64(i)*nanosPerSec)
	}
	u := x.uses[x.byKey[nameKey{peers, often}]]
	if u.value != often || u.count < want*99/100 || u.count > want {
		t.Errorf("%x was counted %d times, want %d", u.value, u.count, want)
	}
	if len(x.uses) > 2*maxNames+1 || x.stepped > maxNameSteps || len(x.byKey) > 2*maxNames {
		t.Errorf("%d values, %d steps", len(x.uses), x.stepped)
	}
	for i := range maxNamingTexts + 5 {
		x.text(fmt.Sprint(i))
	}
	if n := x.text("one more"); n != tooManyTexts || len(x.texts) > maxNamingTexts {
		t.Errorf("text %d of %d", n, len(x.texts))
	}
}

func TestDirectory(t *testing.T) {
	w := newWorld(3, "node-1", "node-2", "twin", "9f3c11d27a6e80b4")
	w.noise()
	w.members[2].nodeID = w.members[1].nodeID // two claim one id
	w.members[3].nodeID = 0
	w.members[0].commands(100, 45237, commandRestart(7, "telemetry"))
	chains := w.play()
	d, err := DirectoryOf(t.Context(), chains, func() {})
	if err != nil {
		t.Fatal(err)
	}
	one := w.members[0].nodeID
	want := []Entry{{ThingNode, one, "node-1"}, {ThingNode, 0x9f3c11d27a6e80b4, "9f3c11d27a6e80b4"}, {ThingDaemon, 7, "telemetry"}, {ThingOperator, 45237, ""}}
	if one > 0x9f3c11d27a6e80b4 {
		want[0], want[1] = want[1], want[0]
	}
	if got := d.Entries(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if found := d.Find(one); len(found) != 1 || found[0].Name != "node-1" {
		t.Errorf("%x is %v", one, found)
	}
	if id, known := d.NodeID("node-1"); !known || id != one {
		t.Errorf("node-1 has id %x", id)
	}
	if name, known := d.Node(w.members[1].nodeID); known {
		t.Errorf("an id that two nodes claim is of %s", name)
	}
	if found := d.Find(7); len(found) != 1 || found[0].Thing.String() != "daemon" {
		t.Errorf("7 is %v", found)
	}
}

// A log that is gone leaves the id of its node unknown, and the story is told.
func TestDirectoryWithoutALog(t *testing.T) {
	s := newScript("node-1", 1)
	s.nodeID = 1 << 62
	s.calm(0, 400, 2)
	chains := []Chain{s.actions, brokenChain{s.logs}}
	if _, err := Analyse(t.Context(), chains, func() {}); err != nil {
		t.Error(err)
	}
	if d, err := DirectoryOf(t.Context(), chains, func() {}); err != nil || len(d.Entries()) != 0 {
		t.Errorf("%v, %v", d.Entries(), err)
	}
}
