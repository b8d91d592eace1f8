package redact

import (
	"errors"

	"chainglass/wire/export"
	"chainglass/wire/redex"
)

// What a folder holds besides the entries is no known record, so nothing of it
// leaves: neither the list of its files nor their bytes.

// leftOut says how much that is.
func (r *rewriter) leftOut() error {
	for i, c := range r.src.Chains() {
		files, _ := r.src.Folder(i)
		bytes := make([]int64, len(files))
		for _, p := range r.src.RawParts(i) {
			if p.File < len(bytes) && !r.isPlainManifest(i, p) {
				bytes[p.File] += p.Length
			}
		}
		for number, f := range files {
			if bytes[number] == 0 {
				continue
			}
			if !redex.IsFolderPath(f.Path) {
				f.Path = "" // it says what its writer wanted
			}
			if err := errors.Join(r.checked("a finding"), r.w.AddFinding(export.LeftOut(r.chains[c.ID], f, bytes[number]))); err != nil {
				return err
			}
			r.summary.Findings++
		}
	}
	return nil
}

func (r *rewriter) isPlainManifest(chain int, p export.RawPart) bool {
	if p.Length != redex.ManifestSize {
		return false
	}
	files, _ := r.src.Folder(chain)
	b, err := r.src.ReadRaw(p, nil)
	return err == nil && redex.IsPlainManifest(files, p.File, b)
}
