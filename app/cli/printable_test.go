//go:build !js

package cli

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// forged is a verdict that no command says.
const forged = "7 chains, 7 entries: nothing is damaged."

// tricks are texts that would do more than be read.
func tricks() []string {
	var all []string
	for _, before := range []string{
		"\n", "\r\n", "\r", "\v", "\f", "\u0085", "\u2028", "\u2029", "\x00\n\n",
		"\x1b[2J\x1b[H", "\u009b2J", "\x1b]0;title\x07\n", "\u009d0;title\u009c", "\x1b[8m\n", "\b\b\b\b\b\b\b\b\x7f\n",
		"\u202e\n", "\u2066\u2067\u2068", "\u200b\u200d\u2060\ufeff\n", "\u061c\u00ad\n", "\U000e0041\n",
	} {
		all = append(all, "x"+before+forged+"\u202d\x1b[8m")
	}
	return append(all, strings.Join(all, ""))
}

// noTricks fails the test if text would do more than be read, or if a line of it
// is the forged verdict.
func noTricks(t *testing.T, what, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s: not UTF-8: %.300q", what, text)
	}
	for i, r := range text {
		if r != '\n' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029') {
			t.Fatalf("%s: %U in %q", what, r, text[max(i-80, 0):min(i+80, len(text))])
		}
	}
	for line := range strings.Lines(text) {
		// A report quotes notes, which have lines.
		if strings.HasPrefix(strings.TrimLeft(line, " |*-#`"), forged) {
			t.Fatalf("%s: a line of data stands by itself: %.300q", what, line)
		}
	}
}

// hostileExport is an export in which every text is one of tricks.
func hostileExport(t *testing.T) string {
	return writeExport(t, func(w *export.Writer) error {
		for i, trick := range tricks() {
			info := export.ChainInfo{Node: trick, Channel: trick, Kind: wire.ChainKind(1 + i%4), Origin: trick}
			id, err := w.AddChain(info)
			if err != nil {
				return err
			}
			action := wire.ActionChainRecord{ID: uint64(i), Kind: trick, EmittedAtMS: 1779465600000}
			action.Disposition = wire.Failed{Reason: trick}
			payloads := [][]byte{
				wire.AppendRecord(nil, &action),
				(&snapshot.LogRecord{TSMS: 1779465600000, Message: trick}).AppendPostcard(nil),
				(&snapshot.FailureRecord{Source: trick, Reason: trick, RecordedAtMS: 1779465600000}).AppendPostcard(nil),
				[]byte(trick),
			}
			for seq, payload := range payloads {
				word := redex.Checksum(payload)
				if seq == 1 && i%2 == 1 {
					word ^= 1
				}
				entry := wire.Entry{Seq: uint64(seq), TSNS: postcard.Some[uint64](1779465600000000000 + uint64(seq)), Payload: payload, FlagsAndChecksum: word}
				if err := w.AppendEntries(id, []wire.Entry{entry}); err != nil {
					return err
				}
			}
			note := export.Note{ID: trick, Author: trick, Text: trick + "\n\n" + trick, UpdatedAtMS: 1, Anchors: []export.Anchor{{Chain: id}}}
			finding := export.Finding{
				Chain: postcard.Some(id), By: export.BySource, Rule: export.FindingNotRead, Severity: "damage", Where: trick,
				Title: message.New("lost {}", message.Text(trick)), Detail: message.Own(trick),
			}
			lost := finding
			lost.Rule = "recovery-v0.34.0"
			lost.Chain = postcard.None[export.ChainID]()
			if err := errors.Join(w.AddNote(note), w.AddFinding(finding), w.AddFinding(lost)); err != nil {
				return err
			}
		}
		return nil
	})
}

// hostileFolder is a folder in which every file and folder that can have the name
// has one of tricks: channels, archives, JSON, junk.
func hostileFolder(t *testing.T) (dir string) {
	dir = t.TempDir()
	healthy := filepath.Join(dir, "healthy")
	command("generate", "-o", healthy, "--records", "5").want(t, StatusOK)
	for i, trick := range tricks() {
		name := strings.ReplaceAll(strings.ReplaceAll(trick, "\x00", ""), "/", "")
		name = strings.ToValidUTF8(name[:min(len(name), 150)], "")
		writeFile(t, "junk "+trick, dir, name+".bin")
		writeFile(t, "junk \xff\x9b2J", dir, fmt.Sprintf("%d\xff\x9b2J\n%s", i, forged))
		key, err := json.Marshal(trick)
		if err != nil {
			t.Fatal(err)
		}
		record := fmt.Sprintf(`{"id":1,"kind":%s,"emitted_at_ms":1779465600000,"disposition":"Dispatched"}`+"\n", key)
		strange := fmt.Sprintf(`{"id":1,"kind":"x","emitted_at_ms":1,"disposition":{%s:1}}`+"\n", key)
		field := fmt.Sprintf(`{"id":1,%s:"x","emitted_at_ms":1,"disposition":%[1]s}`+"\n", key)
		writeFile(t, record+strange+field+record, dir, name+".ndjson")
		for file, content := range files(t, healthy) {
			writeFile(t, content, dir, "node"+name, file)
		}
		// A channel that is damaged, so that findings name it.
		writeFile(t, "cut", dir, "cut"+name, "meshos/actions/v0000000001/idx")
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for file, content := range files(t, healthy) {
			w, err := z.Create(trick + "/" + file)
			if err == nil {
				_, err = w.Write([]byte(content))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		writeFile(t, b.String(), dir, name+".zip")
		writeFile(t, b.String()[:b.Len()*3/4], dir, name+"cut.zip")
	}
	return dir
}

// What commands print is what they say. No name, key, text, note, channel or
// finding of what they read acts on a terminal, hides, or stands where a verdict
// of ours would.
func TestNothingPrintedActsOnATerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	exported, folder := hostileExport(t), hostileFolder(t)
	all := tricks()
	trick := all[len(all)-1]
	name := strings.ReplaceAll(trick, "\x00", "")
	out := func() string { return filepath.Join(t.TempDir(), "x"+all[0]+all[9]+".out") }
	runs := [][]string{
		{trick}, {"verify"}, {"verify", name}, {"verify", "--" + trick}, {"verify", exported, trick}, {"generate", "-o", out(), "--records", trick},
		{"generate", "-o", out(), "--records", "3"}, {"generate", "-o", out(), "--channel", trick}, {"import", name, "-o", out()},
		{"cat", exported, "--type", trick}, {"decode", "--type", trick}, {"fold", exported, "--rules", trick}, {"serve", name},
		{"export", "--redact=" + trick, exported, "-o", out()}, {"import", exported, "-o", out()}, {"site", "-o", "/dev/null/" + trick},
		{"verify", exported, "--reveal", trick},
	}
	for _, in := range []string{exported, folder} {
		runs = append(runs, [][]string{
			{"verify", in}, {"verify", in, "--json"}, {"cat", in}, {"fold", in}, {"fold", in, "--channel", trick}, {"fold", in, "--base", in},
			{"export", in, "-o", out()}, {"export", in, "--redact", "-o", out()}, {"export", in, "-o", in}, {"export", in, "--redact=drop", "-o", out()},
			{"report", in}, {"report", in, "--html"}, {"report", in, "--svg"}, {"report", in, "--title", trick}, {"report", in, "-o", out()},
			{"page", in, "-o", out(), "--title", trick}, {"page", in, "-o", out(), "--where", trick}, {"page", in, "-o", out(), "--range", trick},
			{"page", in, "-o", out(), "--notes", name}, {"page", in, "-o", out(), "--where", "reason:\"" + trick + "\""},
			{"link", in}, {"link", in, "--base", trick}, {"link", in, "--where", "id:1"},
		}...)
	}
	said := 0
	for _, args := range runs {
		r := command(args...)
		what := fmt.Sprintf("%.100q, status %d", args, r.status)
		noTricks(t, what+", stdout", r.stdout)
		noTricks(t, what+", stderr", r.text)
		said += strings.Count(r.stdout+r.text, "nothing is damaged.")
	}
	var lines strings.Builder
	for _, trick := range all {
		lines.WriteString(trick + "\n" + hex.EncodeToString([]byte(trick)) + "\n")
		action := wire.ActionChainRecord{Kind: trick, Disposition: wire.Dispatched{}}
		lines.WriteString(hex.EncodeToString(wire.AppendRecord(nil, &action)) + "\n")
		if key, err := json.Marshal(trick); err == nil {
			fmt.Fprintf(&lines, `{"id":1,"kind":%s,"emitted_at_ms":1,"disposition":"Dispatched"}`+"\n"+`{"id":1,"disposition":{%[1]s:1}}`+"\n", key)
		}
	}
	for _, name := range []string{"decode", "encode"} {
		r := fed(lines.String(), name).want(t, StatusOK)
		noTricks(t, name, r.stdout+r.text)
		if !strings.Contains(r.stdout, `\u009b`) {
			t.Errorf("%s says nothing of the tricks", name)
		}
		said += strings.Count(r.stdout, "nothing is damaged.")
	}
	// Else nothing was tried.
	if said < 1000 {
		t.Errorf("the tricks were met %d times", said)
	}
}

// JSON keeps its values when invisible characters are spelled as escapes.
func TestJSONStaysWhatItWas(t *testing.T) {
	for i, trick := range tricks() {
		action := wire.ActionChainRecord{ID: uint64(i), Kind: trick}
		action.Disposition = wire.Failed{Reason: trick}
		payload := hex.EncodeToString(wire.AppendRecord(nil, &action))
		r := fed(payload+"\n", "decode").want(t, StatusOK)
		var got struct {
			Record struct {
				Kind        string
				Disposition struct{ Failed struct{ Reason string } }
			}
		}
		if err := json.Unmarshal([]byte(r.stdout), &got); err != nil {
			t.Fatal(err)
		}
		if got.Record.Kind != trick || got.Record.Disposition.Failed.Reason != trick {
			t.Errorf("%q became %q and %q", trick, got.Record.Kind, got.Record.Disposition.Failed.Reason)
		}
		if again := fed(r.stdout, "encode").want(t, StatusOK).stdout; again != r.stdout {
			t.Errorf("encode makes %q of %q", again, r.stdout)
		}
	}
}

// Text is printed by the functions that make it visible, and by no others.
func TestNothingPrintsAround(t *testing.T) {
	around := map[string]bool{
		"Fprint": true, "Fprintf": true, "Fprintln": true, "Print": true, "Printf": true, "Println": true, "Stdout": true, "Stderr": true,
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || name == "printable.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.SelectorExpr)
			if !is {
				return true
			}
			if pkg, is := call.X.(*ast.Ident); is && (pkg.Name == "fmt" || pkg.Name == "os") && around[call.Sel.Name] {
				t.Errorf("%s calls %s.%s; say, warn, print and text.printf print what is visible", name, pkg.Name, call.Sel.Name)
			}
			return true
		})
	}
}

// Bytes come in any pieces.
func TestFilterTakesAnyPieces(t *testing.T) {
	whole := "plain \x1b é 日本 \U0001f642 \u202e \u009b \xff\xe2\x80 end\n\xe2\x80"
	for _, guard := range []func() (*filter, *bytes.Buffer){
		func() (*filter, *bytes.Buffer) { var b bytes.Buffer; return people(&b), &b },
		func() (*filter, *bytes.Buffer) { var b bytes.Buffer; return programs(&b), &b },
	} {
		want := ""
		for size := len(whole); size > 0; size-- {
			f, b := guard()
			for at := 0; at < len(whole); at += size {
				if n, err := f.Write([]byte(whole[at:min(at+size, len(whole))])); err != nil || n != min(size, len(whole)-at) {
					t.Fatalf("%d bytes, %v", n, err)
				}
			}
			if err := f.flush(); err != nil {
				t.Fatal(err)
			}
			if want == "" {
				want = b.String()
			}
			if b.String() != want || !utf8.ValidString(want) {
				t.Errorf("in pieces of %d: %q, want %q", size, b.String(), want)
			}
		}
	}
}

func TestErrorsAreOneSentence(t *testing.T) {
	disk := errors.New("disk full")
	for want, err := range map[string]error{
		"disk full":                       errors.Join(disk, disk),
		"disk full; closed":               errors.Join(disk, errors.Join(os.ErrClosed, nil), fmt.Errorf("%w", disk)),
		"x.chain: disk full; interrupted": fmt.Errorf("x.chain: %w", errors.Join(disk, errors.New("interrupted"))),
		"plain":                           errors.New("plain"),
	} {
		if got := strings.ReplaceAll(sentence(err), "file already closed", "closed"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
