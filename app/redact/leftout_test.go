package redact_test

import (
	"bytes"
	"maps"
	"testing"

	"chainglass/app/redact"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/redex"
)

// TestRawPartsDoNotLeave redacts an export that carries a folder: no byte of it and no
// list of it leaves, and how much that was is said.
func TestRawPartsDoNotLeave(t *testing.T) {
	secret := []byte("secret-customer-4711")
	var b bytes.Buffer
	w, err := export.NewWriter(&b, export.Options{})
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	id, err := w.AddChain(export.ChainInfo{Node: "node-1", Channel: "log", Kind: wire.ChainLog})
	check(err)
	check(w.AddFolder(id, []wire.FolderFile{
		{Path: "manifest", Size: redex.ManifestSize}, {Path: "v0000000001/dat", Size: 20, Part: wire.FileDAT},
		{Path: string(secret), Size: 20},
	}))
	check(w.AddRaw(id, 0, 0, redex.AppendManifest(nil, 1)))
	check(w.AddRaw(id, 1, 0, secret))
	check(w.AddRaw(id, 2, 0, secret))
	check(w.Close())
	src, err := export.Open(bytes.NewReader(b.Bytes()), int64(b.Len()))
	check(err)
	var out bytes.Buffer
	_, err = redact.Rewrite(&out, src, redact.Options{})
	check(err)
	if bytes.Contains(out.Bytes(), secret) {
		t.Error("a raw part, or its name, left")
	}
	f, err := export.Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
	check(err)
	if _, listed := f.Folder(0); listed || len(f.RawParts(0)) > 0 {
		t.Error("the folder left")
	}
	said := map[string]uint64{}
	for _, x := range f.Findings() {
		said[x.Where] = x.Count
	}
	if want := (map[string]uint64{"v0000000001/dat": 20, "": 20}); !maps.Equal(said, want) {
		t.Errorf("said %v, want %v", said, want)
	}
}
