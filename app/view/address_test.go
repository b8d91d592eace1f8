package view

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
)

// anyText is a value with all that an address must carry.
func anyText(r *rand.Rand) string {
	const letters = `abc xyz&=#%20"“”–.>)/:;+*_é漢…`
	runes := []rune(letters)
	var b strings.Builder
	for range 1 + r.IntN(12) {
		b.WriteRune(runes[r.IntN(len(runes))])
	}
	return b.String()
}

func anyPlace(r *rand.Rand) Place {
	p := Place{Node: anyText(r), Channel: anyText(r), Position: r.IntN(5000), Zone: []string{"", "Europe/Berlin", "Asia/Kolkata"}[r.IntN(3)]}
	if r.IntN(2) == 0 {
		p.Table.Query = `reason:"` + anyText(r) + `" kind:pull_replica time:16:08..16:15`
	}
	if r.IntN(2) == 0 {
		p.Table.Chains = JoinNames([]ChainName{{anyText(r), anyText(r)}, {anyText(r), "meshos/audit"}})
	}
	if r.IntN(2) == 0 {
		p.Time.Shown = Span{1_779_465_600_000_000_000, 1_779_465_700_000_000_000 + uint64(r.IntN(1e9))}
	}
	if r.IntN(3) == 0 {
		p.Time.PinNode, p.Time.PinChannel, p.Time.PinPosition, p.Time.Changes = anyText(r), anyText(r), 1+r.IntN(90), true
	}
	p.Tab = []string{"", "snapshot", "findings"}[r.IntN(3)]
	return p
}

// insert puts a text somewhere into a fragment, not within an escape.
func insert(r *rand.Rand, fragment, text string) string {
	at := 3 + r.IntN(len(fragment)-2)
	for at < len(fragment) && (strings.Contains(fragment[max(0, at-2):at], "%")) {
		at++
	}
	return fragment[:at] + text + fragment[at:]
}

// hash is how a browser hands out a fragment: what is not ASCII is escaped, and so
// are blanks.
func hash(fragment string) string {
	var b strings.Builder
	for i := range len(fragment) {
		if c := fragment[i]; c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '`' {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + strings.ToUpper(string("0123456789abcdef"[c>>4])+string("0123456789abcdef"[c&15])))
		}
	}
	return b.String()
}

// mangled changes a fragment in one way that mail and chat do.
func mangled(r *rand.Rand, f string) (how, changed string) {
	ends := []string{".", ")", ">", "&gt;", ",", "\u200b", "…", "”", ").", ">.", "*", "_", "'", "\u00a0", "&quot;"}
	switch r.IntN(14) {
	case 0:
		return "amp", strings.ReplaceAll(f, "&", "&amp;")
	case 1:
		return "amp twice", strings.ReplaceAll(f, "&", "&amp;amp;")
	case 2:
		return "escaped whole", url.QueryEscape(f)
	case 3:
		return "escaped twice", url.QueryEscape(url.QueryEscape(f))
	case 4:
		return "percent escaped", strings.ReplaceAll(f, "%", "%25")
	case 5, 6:
		return "end", f + ends[r.IntN(len(ends))]
	case 7:
		return "wrapped", insert(r, f, "\r\n")
	case 8:
		return "wrapped to a blank", insert(r, insert(r, f, " "), " ")
	case 9:
		return "quoted", insert(r, f, "\n> ")
	case 10:
		return "invisible", insert(r, f, "\u200b")
	case 11:
		return "quoted-printable", insert(r, strings.ReplaceAll(f, "=", "=3D"), "=\r\n")
	case 12:
		return "cut", f[:r.IntN(len(f))]
	}
	return "tracked", f + "&utm_source=mail&fbclid=Iw0"
}

// A place's address that mail and chat changed opens the same place, or it is said
// that it does not.
func TestAddressesThroughMailAndChat(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	opened, all := map[string]int{}, map[string]int{}
	for round := range 2500 {
		p := anyPlace(r)
		fragment := p.Encode()
		how, changed := mangled(r, fragment)
		if r.IntN(3) == 0 {
			more, again := mangled(r, changed+" ")
			how, changed = how+", "+more, again
		}
		got, said := ReadPlace(hash(changed))
		all[how]++
		if got == p {
			opened[how]++
		}
		if got != p && said == "" && strings.TrimSpace(changed) != "" {
			t.Fatalf("round %d: %s\n%s\n%s\nopens %+v\nnot   %+v\nand nothing is said", round, how, fragment, hash(changed), got, p)
		}
	}
	for how, n := range all {
		if share := float64(opened[how]) / float64(n); !strings.Contains(how, ",") && how != "cut" && share < 1 {
			t.Errorf("of those %s, %.0f %% open the same place", how, 100*share)
		}
	}
}

// Addresses without a sum are of earlier versions, and typed by hand.
func TestAddressesWithoutASum(t *testing.T) {
	want := Place{Node: "node-1", Channel: "meshos/actions", Position: 42, Zone: "Europe/Berlin"}
	for _, c := range []struct {
		fragment string
		said     bool
	}{
		{"v1&node=node-1&channel=meshos/actions&zone=Europe/Berlin&at=42", false},
		{"v1&amp;node=node-1&amp;channel=meshos/actions&amp;zone=Europe/Berlin&amp;at=42", false},
		{"v1&node=node-1&channel=meshos/actions&zone=Europe/Berlin&at=42).", false},
		{"v1&node=node-1&channel=meshos/actions&zone=Europe/Berlin&at=42%E2%80%8B", false},
		{"v1%26node%3Dnode-1%26channel%3Dmeshos%2Factions%26zone%3DEurope%2FBerlin%26at%3D42", false},
		{"v1&node=node-1&channel=meshos/actions&zone=Europe/Berlin&at=42&fbclid=x", true},
	} {
		got, said := ReadPlace(c.fragment)
		if got != want || said != "" != c.said {
			t.Errorf("%s: %+v, %q", c.fragment, got, said)
		}
	}
	for fragment, want := range map[string]string{
		"":           "",
		"top":        "",
		"v1":         addressCut,
		"v2&node=a":  "This address is of a later version of this page. Open it there.",
		"node=a&b=c": addressChanged,
		"v1&at=x":    "This part of the address is not understood and left out: at=x",
	} {
		if _, said := ReadPlace(fragment); said != want {
			t.Errorf("%q: %q, want %q", fragment, said, want)
		}
	}
}
