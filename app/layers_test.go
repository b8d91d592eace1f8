// Package app_test holds the layout of the whole program: which package may
// import which.
package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// deps lists everything that a package of this module depends on.
func deps(t *testing.T, pkg string, env ...string) []string {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", pkg)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list -deps %s: %v\n%s", pkg, err, stderr.String())
	}
	return strings.Fields(string(out))
}

// Imports point one way: what a package may reach among our own packages and
// outside the standard library.
func TestImportsPointOneWay(t *testing.T) {
	const (
		xxh3 = "github.com/zeebo/xxh3"
		cpu  = "github.com/klauspost/cpuid/v2"
		zip  = "github.com/klauspost/compress"
		cbor = "github.com/fxamacker/cbor/v2"
		f16  = "github.com/x448/float16"
	)
	wire := []string{"chainglass/wire", "chainglass/wire/postcard", "chainglass/wire/serdejson"}
	storage := append([]string{"chainglass/wire/redex", "chainglass/wire/export", "chainglass/wire/message", xxh3, cpu, cbor, f16}, wire...)
	data := append([]string{"chainglass/snapshot", "chainglass/fold", "chainglass/fold/rank"}, storage...)
	kind := append([]string{"chainglass/app/kind", "chainglass/app/insight"}, data...)
	engine := append([]string{"chainglass/wire/salvage", "chainglass/app/kind", "chainglass/app/source", "chainglass/app/query", "chainglass/app/insight", "chainglass/app/engine", "chainglass/app/engine/part", "chainglass/app/zone", "chainglass/app/output", zip}, data...)
	messages := append([]string{"chainglass/app/rpc", "chainglass/app/share", "chainglass/app/redact", "chainglass/app/report", "chainglass/app/view", "chainglass/app/saveas"}, engine...)
	for pkg, allowed := range map[string][]string{
		"./wire/postcard":  {"chainglass/wire/postcard"},
		"./wire/serdejson": {"chainglass/wire/serdejson"},
		"./wire":           wire,
		"./snapshot":       append([]string{"chainglass/snapshot"}, wire...),
		"./fold/rank":      {"chainglass/fold/rank"},
		"./fold":           append([]string{"chainglass/fold", "chainglass/fold/rank", "chainglass/snapshot"}, wire...),
		"./wire/redex":     append([]string{"chainglass/wire/redex", xxh3, cpu}, wire...),
		"./wire/export":    append([]string{"chainglass/wire/export", "chainglass/wire/message", xxh3, cpu, cbor, f16}, wire...),
		"./wire/message":   {"chainglass/wire/message"},
		"./wire/salvage":   append([]string{"chainglass/wire/salvage", "chainglass/snapshot", xxh3, cpu}, wire...),
		"./app/output":     {"chainglass/app/output"},
		"./app/zone":       {"chainglass/app/zone"},
		"./app/kind":       kind,
		"./app/query":      append([]string{"chainglass/app/query", "chainglass/app/zone"}, kind...),
		"./app/insight":    append([]string{"chainglass/app/insight", "chainglass/snapshot", "chainglass/wire/message", xxh3, cpu}, wire...),
		"./app/source":     engine,
		"./app/engine":     engine,
		"./app/redact":     append([]string{"chainglass/app/redact"}, kind...),
		"./app/saveas":     append([]string{"chainglass/app/saveas"}, engine...),
		"./app/report":     append([]string{"chainglass/app/report", "chainglass/app/view"}, engine...),
		"./app/rpc":        messages,
		"./app/host":       {"chainglass/app/host", "chainglass/app/zone"},
		"./app/browser":    {"chainglass/app/browser", "chainglass/app/host", "chainglass/app/zone"},
		"./app/page":       append([]string{"chainglass/app/page", "chainglass/app/host"}, messages...),
	} {
		for _, dep := range deps(t, pkg) {
			if !standard(dep) && !underAny(dep, allowed) {
				t.Errorf("%s depends on %s", pkg, dep)
			}
		}
	}
}

// standard reports whether a package is the standard library's: no dot in the
// first part of its path, and not ours.
func standard(dep string) bool {
	first, _, _ := strings.Cut(dep, "/")
	return first != "chainglass" && !strings.Contains(first, ".")
}

// underAny reports whether a package is one of those listed, or below one that
// is not ours.
func underAny(dep string, allowed []string) bool {
	for _, a := range allowed {
		if dep == a || !strings.HasPrefix(a, "chainglass") && strings.HasPrefix(dep, a+"/") {
			return true
		}
	}
	return false
}

// The binary that goes into a browser holds no server and no command line.
func TestTheBrowsersBinaryHoldsNoServer(t *testing.T) {
	forbidden := map[string]bool{
		"github.com/spf13/cobra":   true,
		"chainglass/app/cli":       true,
		"chainglass/app/site":      true,
		"net/http/httptest":        true,
		"github.com/spf13/pflag":   true,
		"github.com/google/go-cmp": true,
	}
	for _, dep := range deps(t, ".", "GOOS=js", "GOARCH=wasm") {
		if forbidden[dep] || strings.HasPrefix(dep, "github.com/google/go-cmp/") {
			t.Errorf("the wasm binary holds %s", dep)
		}
	}
}

// A region of the page is drawn without the others: what regions share is below them,
// and package ui puts them together. States of a comparison are states.
func TestRegionsOfThePageAreApart(t *testing.T) {
	const ui = "chainglass/app/ui"
	regions, err := filepath.Glob("ui/*/*.go")
	if err != nil || len(regions) == 0 {
		t.Fatal(regions, err)
	}
	seen := map[string]bool{}
	for _, file := range regions {
		dir := filepath.Dir(file)
		if seen[dir] || dir == "ui/uitest" {
			continue
		}
		seen[dir] = true
		for _, dep := range deps(t, "./app/"+filepath.ToSlash(dir)) {
			if (dep == ui || strings.HasPrefix(dep, ui+"/")) && dep != "chainglass/app/"+filepath.ToSlash(dir) && dep != ui+"/draw" {
				t.Errorf("%s depends on %s", dir, dep)
			}
		}
	}
}

// Of the packages that know go-app, the core knows none.
func TestOnlyThePageKnowsGoApp(t *testing.T) {
	for _, pkg := range []string{"./app/engine", "./app/rpc", "./app/view", "./app/report", "./app/page", "./fold"} {
		for _, dep := range deps(t, pkg, "GOOS=js", "GOARCH=wasm") {
			if strings.HasPrefix(dep, "github.com/maxence-charriere/go-app") {
				t.Errorf("%s depends on %s", pkg, dep)
			}
		}
	}
}
