package redact

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"chainglass/wire/message"
)

// sentences returns everything that the program says in findings: the formats of
// messages, the titles of problems, the steps of a recovery.
func sentences(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "bin" || d.Name() == "e2e" || d.Name() == "testdata") {
			return cmpErr(err, fs.SkipDir)
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		take := func(e ast.Expr) bool {
			literal, is := e.(*ast.BasicLit)
			if is && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				found[text] = path
			}
			return is
		}
		inMessages := strings.Contains(path, filepath.Join("wire", "message"))
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				method, is := n.Fun.(*ast.SelectorExpr)
				if !is || len(n.Args) == 0 || inMessages {
					return true
				}
				of, _ := method.X.(*ast.Ident)
				switch {
				case of != nil && of.Name == "message" && method.Sel.Name == "New":
					if !take(n.Args[0]) {
						t.Errorf("%s: the format of a message is no literal", path)
					}
				case method.Sel.Name == "Add":
					take(n.Args[0])
				case method.Sel.Name == "add" && strings.HasSuffix(path, filepath.Join("redex", "steps.go")):
					take(n.Args[len(n.Args)-1])
				}
			case *ast.KeyValueExpr:
				if key, is := n.Key.(*ast.Ident); is && key.Name == "Title" && strings.Contains(path, filepath.Join("app", "source")) {
					take(n.Value)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || len(found) < 100 {
		t.Fatalf("%d sentences, %v", len(found), err)
	}
	return found
}

func cmpErr(err, skip error) error {
	if err != nil {
		return err
	}
	return skip
}

// Every sentence of the program may leave, and no word is listed without need.
func TestOwnWordsAreListed(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	used := map[string]bool{}
	for text, path := range sentences(t) {
		m := message.Own(text)
		if strings.Contains(text, "{") {
			m = message.Message{Format: text}
		}
		for _, part := range m.Words() {
			for _, w := range unlisted(part) {
				t.Errorf("%s: %q is on no list", path, w)
			}
			for _, w := range strings.FieldsFunc(part, func(r rune) bool { return !isWordRune(r) }) {
				used[strings.ToLower(w)] = true
			}
		}
	}
	for w := range ownWords() {
		if !used[w] || listed().has(w, true) {
			t.Errorf("ownwords.txt has %q without need", w)
		}
	}
}
