package redact

import (
	"slices"
	"strings"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"

	"github.com/google/go-cmp/cmp"
)

// texter is ready to redact the texts given, with a daemon telemetry, a node
// node-1, and the ids of a node and an operator.
func texter(t *testing.T, mode TextMode, p place, list ...string) *texts {
	t.Helper()
	return texterOf(t, Options{Texts: mode}, p, list...)
}

// texterOf is texter with options.
func texterOf(t *testing.T, o Options, p place, list ...string) *texts {
	t.Helper()
	o.Random = chance(1)
	s := newSecrets(&o)
	l := &learner{secrets: s}
	l.name(ClassDaemonName, "telemetry")
	l.name(ClassDaemonName, "scheduler")
	l.name(ClassNodeName, "node-1")
	l.name(ClassAuthor, "Ann Lee")
	l.id(ClassNode, 0x9f3c5a7be1d20417)
	l.id(ClassOperator, 53261)
	for _, text := range list {
		l.text(p, text)
	}
	if _, err := l.verdict(); err != nil {
		t.Fatal(err)
	}
	for _, text := range list {
		s.texts.judge(text, p)
	}
	if err := s.assign(); err != nil {
		t.Fatal(err)
	}
	// Tests need not know where values begin.
	s.texts.values.assignFrom(0)
	return s.texts
}

func TestTexts(t *testing.T) {
	node := "0x9f3c5a7be1d20417"
	for _, tt := range []struct{ text, want string }{
		{"pull timed out after 5000 ms", "pull timed out after 5000 ms"},
		{"Pull timed out. Retry refused", "Pull timed out. Retry refused"},
		{"the Target was lost", "the word-a was lost"},
		{"connect to acme-prod-7.internal:5432 failed", "connect to word-a-word-b-0g.word-c:0h failed"},
		{"telemetry exited: signal 11", "daemon-a exited: signal 0g"},
		{"Telemetry, node-1 and Ann Lee", "daemon-a, node-0g and author-a"},
		{"scheduler tick", "daemon-b tick"},
		{"node-10 is not node-1", "node-0g is not node-0g"},
		{"telemetrys", "word-a"},
		{"v2 of sha256 on db01", "word-a of word-b on word-c"},
		{`role "admin" is not user`, `role "word-a" is not user`},
		{"key 'retry' of the cluster's policy", "key 'word-a' of the cluster's policy"},
		{"don't `pull`", "don't `word-a`"},
		{`open "quote and on`, `open "quote word-a word-b`},
		{"café lost 12µs", "word-a.word-b lost 12µs"},
		{"müller2", "word-a.word-b.word-c"},
		{"emoji 🙂 and \x01 control\u202e", "word-a ? and ? control?"},
		{"—  keeps → punctuation, (a) [b] {c}!", "—  keeps → word-a, (a) [word-b] {word-c}!"},
		{"a\nB\tfailed", "a\nword-a\tfailed"},
		{"deadbeef cafe01 0xff 1e9", "word-a 0g 0h 0j"},
		{"# 5", "# 0g"},
		{"", ""},
	} {
		x := texter(t, TextTemplate, placeText, tt.text)
		if tt.text == "node-10 is not node-1" || strings.Contains(tt.text, "open") {
			// The name's value and the text's are counted apart.
			if got := x.redact(tt.text, placeText).text; !x.check(got, placeText) {
				t.Errorf("%q became %q", tt.text, got)
			}
			continue
		}
		got := x.redact(tt.text, placeText).text
		if got != tt.want {
			t.Errorf("%q became %q, want %q", tt.text, got, tt.want)
		}
		if !x.check(got, placeText) {
			t.Errorf("%q may not leave, it is said", got)
		}
		if quoted := strings.ContainsAny(tt.text, "\"'`"); got != tt.text && !quoted && x.check(tt.text, placeText) {
			t.Errorf("%q may leave, it is said", tt.text)
		}
	}
	x := texter(t, TextTemplate, placeText, "x "+node)
	p := x.ids.pseudonym(ClassNode, 0x9f3c5a7be1d20417)
	for text, format := range map[string]string{
		node: "0x%016x", node[2:]: "%016x", "0X9F3C5A7BE1D20417": "0X%016X", "11474145438749295639": "%d",
	} {
		if want, got := sprintf(format, p), x.redact(text, placeText).text; got != want || !x.check(got, placeText) {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

func TestWordings(t *testing.T) {
	operator := "operator %d is not registered in the cluster's operator policy"
	for _, tt := range []struct {
		p                    place
		text, template, drop string
	}{
		{placeReason, "dispatcher panicked", "dispatcher panicked", "dispatcher panicked"},
		{placeReason, "dispatch retry budget exhausted after 6 attempts", "dispatch retry budget exhausted after 6 attempts", "dispatch retry budget exhausted after # attempts"},
		{placeReason, "deferred 17 times — exceeds max_defer_count 16", "deferred 17 times — exceeds max_defer_count 16", "deferred # times — exceeds max_defer_count #"},
		{placeReason, "gated (daemon-backoff) for 3852 ms", "gated (daemon-backoff) for 3852 ms", "gated (daemon-backoff) for 3852 ms"},
		{placeReason, "gated (acme) over) for 1 ms) for 3852 ms", "gated (word-a) over) for 1 ms) for 3852 ms", "gated () for 3852 ms"},
		{placeReason, "gated (telemetry 5); cooldown 99 ms", "gated (daemon-a 0g); cooldown 99 ms", "gated (); cooldown 99 ms"},
		{placeReason, "gated ()", "gated ()", "gated ()"},
		{placeReason, "gated (x) for 007 ms", "gated (word-a) for 0g ms", ""},
		{placeReason, "source checksum mismatch at seq 9", "source checksum mismatch at seq 0g", ""},
		{placeSource, "action-id:53261", "action-id:53261", "action-id:53261"},
		{placeSource, "action-id:7:pull_replica", "action-id:7:pull_replica", "action-id:7:pull_replica"},
		{placeSource, "action-id:7:acme", "action-id:0g:word-a", ""},
		{placeSource, "daemon:telemetry", "daemon:daemon-a", ""},
		{placeText, "action-id:53262", "action-id:0g", ""},
		{placeText, "gated (x) for 3852 ms", "gated (word-a) for 3852 ms", ""},
	} {
		for mode, want := range map[TextMode]string{TextTemplate: tt.template, TextDrop: tt.drop} {
			x := texter(t, mode, tt.p, tt.text)
			if got := x.redact(tt.text, tt.p).text; got != want || !x.check(got, tt.p) {
				t.Errorf("%s: %q became %q, want %q", mode, tt.text, got, want)
			}
		}
	}
	x := texter(t, TextTemplate, placeReason)
	if got, want := x.redact(sprintf(operator, 53261), placeReason).text, sprintf(operator, x.ids.pseudonym(ClassOperator, 53261)); got != want || !x.check(got, placeReason) {
		t.Errorf("%q, want %q", got, want)
	}
	if x.check(sprintf(operator, 53261), placeReason) {
		t.Error("an operator's id may leave, it is said")
	}
}

// Daemons may have names that are words of the sentences nodes write. In those
// they mean what they always do.
func TestNamesThatAreWords(t *testing.T) {
	retry := snapshot.AdminAuditRecord{Event: snapshot.AdminEvent{Kind: snapshot.EventForceRestartDaemon, Daemon: snapshot.DaemonRef{ID: 5, Name: "retry"}}}
	daemon := snapshot.AdminAuditRecord{Event: snapshot.AdminEvent{Kind: snapshot.EventForceRestartDaemon, Daemon: snapshot.DaemonRef{ID: 6, Name: "Daemon"}}}
	b := write(t, func(w *export.Writer) error {
		if err := addChain(w, export.ChainInfo{Node: "word", Channel: "meshos/actions", Kind: wire.ChainAction},
			failed(1, "dispatch retry budget exhausted after 6 attempts"), failed(2, "retry refused by daemon in other words")); err != nil {
			return err
		}
		return addChain(w, export.ChainInfo{Node: "word", Channel: "audit", Kind: wire.ChainAudit}, retry.AppendPostcard(nil), daemon.AppendPostcard(nil))
	})
	out, _ := rewritten(t, b, Options{})
	got := reasons(t, out)
	if !strings.HasPrefix(got[0], "dispatch retry budget exhausted after 0") || got[1] != "xdaemon-a refused by xdaemon-b in other words" {
		t.Errorf("%q", got)
	}
	if node := parsed(t, out).Chains()[0].Node; node != "node-a" {
		t.Errorf("node %q", node)
	}
}

// A hundred nodes with numbers have the same wording before and after.
func TestNamesKeepTheirTemplate(t *testing.T) {
	var payloads [][]byte
	b := write(t, func(w *export.Writer) error {
		for _, node := range []string{"node-1", "node-2", "east-1", "east-2", "west"} {
			payloads = append(payloads, failed(1, "peer "+node+" is lost"))
			if err := addChain(w, export.ChainInfo{Node: node, Kind: wire.ChainUnknown}); err != nil {
				return err
			}
		}
		return addChain(w, export.ChainInfo{Node: "node-1", Kind: wire.ChainAction}, payloads...)
	})
	out, _ := rewritten(t, b, Options{})
	var names []string
	for _, c := range parsed(t, out).Chains() {
		names = append(names, c.Node)
	}
	if diff := cmp.Diff([]string{"node-0g", "node-0h", "node-a-0g", "node-a-0h", "node-b", "node-0g"}, names); diff != "" {
		t.Error(diff)
	}
	var templates []string
	for _, e := range entriesOf(t, out, 5) {
		r, err := wire.DecodeRecord(e.Payload)
		if err != nil {
			t.Fatal(err)
		}
		templates = append(templates, string(appendTemplate(nil, r.Disposition.(wire.Failed).Reason)))
	}
	slices.Sort(templates)
	want := []string{"peer node-# is lost", "peer node-# is lost", "peer node-a-# is lost", "peer node-a-# is lost", "peer node-b is lost"}
	if diff := cmp.Diff(want, templates); diff != "" {
		t.Error(diff)
	}
}

func TestChannelsAndOrigins(t *testing.T) {
	b := write(t, func(w *export.Writer) error {
		for _, c := range []export.ChainInfo{
			{Node: "n", Channel: "meshos/actions", Origin: "/home/ann/n/meshos/actions/v0000000007"},
			{Node: "n", Channel: "acme/orders", Origin: "x"},
			{Node: "", Channel: "admin-audit"},
		} {
			if _, err := w.AddChain(c); err != nil {
				return err
			}
		}
		return nil
	})
	out, _ := rewritten(t, b, Options{})
	var got []export.ChainInfo
	for _, c := range parsed(t, out).Chains() {
		got = append(got, c.ChainInfo)
	}
	want := []export.ChainInfo{
		{Node: "node-a", Channel: "meshos/actions", Origin: "node-a/meshos/actions/v0000000007"},
		{Node: "node-a", Channel: "channel-a", Origin: "node-a/channel-a"},
		{Node: "", Channel: "admin-audit", Origin: "admin-audit"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A text that looks as if it had been redacted before gets other pseudonyms.
func TestPseudonymsAreNoOriginals(t *testing.T) {
	x := newValues()
	for n := range 3000 {
		x.learn(valueOf(n))
	}
	x.assign(7)
	for original, p := range x.known {
		if x.has(p) || !isPseudoValue(p) {
			t.Fatalf("%s became %s", original, p)
		}
	}
	b := chainOf(t, wire.ChainAction, failed(1, "word-b word acme 0gk 0gh node-a daemon-a"))
	once, _ := rewritten(t, b, Options{})
	twice, _ := rewritten(t, once, Options{Random: chance(2)})
	if reasons(t, once)[0] == reasons(t, b)[0] || reasons(t, twice)[0] == reasons(t, once)[0] {
		t.Errorf("%q, %q, %q", reasons(t, b), reasons(t, once), reasons(t, twice))
	}
}

// Words past the limit all become the same, and the text may still leave.
func TestTooManyWords(t *testing.T) {
	n := newNames("word")
	for i := range MaxNames + 1 {
		n.learn("x" + lettersOf(i, alphabet))
	}
	n.assign(func(string) bool { return false }, func(string) string { return "" })
	if got := n.pseudonym("x" + lettersOf(MaxNames, alphabet)); got != beyond || n.err() == nil {
		t.Errorf("%q, %v", got, n.err())
	}
	if got := n.pseudonym("xa"); got != "word-a" {
		t.Errorf("%q", got)
	}
}

func TestLetters(t *testing.T) {
	for n, want := range map[int]string{0: "a", 25: "z", 26: "aa", 27: "ab", 26 + 26*26: "aaa"} {
		if got := lettersOf(n, alphabet); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
	for n := range 10_000 {
		if v := valueOf(n); !isPseudoValue(v) || !isValue(v) || string(appendTemplate(nil, v)) != "#" {
			t.Fatalf("%s", v)
		}
	}
	for _, word := range []string{"", "0", "g", "0x", "0a", "0g1", "05"} {
		if isPseudoValue(word) {
			t.Errorf("%q", word)
		}
	}
}

// The list holds words in an order that does not matter, none twice, and none that
// is a value.
func TestWordList(t *testing.T) {
	if n := len(listed().any); n < 1500 {
		t.Errorf("%d words", n)
	}
	for word := range listed().any {
		if !isASCII(word) || isValue(word) || isPseudoValue(word) {
			t.Errorf("%q", word)
		}
	}
	for _, w := range wordings {
		for _, literal := range w.literals {
			o := splitting{unquoted: true, spell: nothing, keeps: listed().has, visit: func(p piece, part string, _ int) {
				if p != pieceKept {
					t.Errorf("%q of %q is not listed", part, literal)
				}
			}}
			o.split(literal)
		}
	}
	for _, kind := range append(wire.ActionKinds(), rejectionKinds[:]...) {
		if !listed().has(kind, false) {
			t.Errorf("%s is not listed", kind)
		}
	}
}

// Of a name that is a page of ordinary words, as much is replaced where a text has
// it as tells it from others.
func TestLongNames(t *testing.T) {
	long := strings.Repeat("the words of a name ", 40)
	b := write(t, func(w *export.Writer) error {
		for _, node := range []string{long, strings.ToUpper(long[:30]), "ü" + long} {
			if err := addChain(w, export.ChainInfo{Node: node}); err != nil {
				return err
			}
		}
		return addChain(w, export.ChainInfo{Node: long, Kind: wire.ChainAction}, failed(1, "lost "+long+"again"), failed(2, "The words of a NAME the words"), failed(3, "x ü"+long))
	})
	out, _ := rewritten(t, b, Options{})
	got := reasons(t, out)
	if !strings.HasPrefix(got[0], "lost node-a words of a name node-a") || len(got[0]) > len(long)/2 || got[1] != "node-b" || !strings.HasPrefix(got[2], "word-b node-c words of a name node-a") {
		t.Errorf("%q", got)
	}
}

// Many nodes of one name and many numbers take no longer each.
func BenchmarkManyNames(b *testing.B) {
	const nodes = 20_000
	whole := write(b, func(w *export.Writer) error {
		var payloads [][]byte
		for n := range nodes {
			name := sprintf("node-%d", n)
			payloads = append(payloads, failed(uint64(n), "peer "+name+" unreachable"))
			if _, err := w.AddChain(export.ChainInfo{Node: name}); err != nil {
				return err
			}
		}
		return addChain(w, export.ChainInfo{Node: "node-0", Kind: wire.ChainAction}, payloads...)
	})
	b.SetBytes(int64(len(whole)))
	for b.Loop() {
		rewritten(b, whole, Options{})
	}
}
