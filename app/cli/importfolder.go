//go:build !js

package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chainglass/app/view"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/redex"
)

// rebuild writes the folder of a chain as it was.
func (im *importer) rebuild(ctx context.Context, i int, chain export.ChainInfo, files []wire.FolderFile, folder string) error {
	r := folderRebuild{importer: im, chain: chain, folder: folder, files: files, parts: sortedParts(im.file.RawParts(i))}
	err := r.write(ctx, im.file.Chain(i))
	for _, f := range r.open {
		err = errors.Join(err, f.Close())
	}
	return err
}

// sortedParts returns raw parts by file and offset.
func sortedParts(parts []export.RawPart) []export.RawPart {
	return slices.SortedStableFunc(slices.Values(parts), func(a, b export.RawPart) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Offset, b.Offset))
	})
}

// folderRebuild writes one channel folder.
type folderRebuild struct {
	*importer
	chain  export.ChainInfo
	folder string
	files  []wire.FolderFile
	parts  []export.RawPart
	open   []*os.File
}

func (r *folderRebuild) write(ctx context.Context, entries wire.Reader) error {
	if err := os.MkdirAll(r.folder, 0o777); err != nil {
		return err
	}
	var own [wire.FilePartCount]redex.RebuiltFile
	for part := range own {
		own[part].Runs = noRuns
	}
	for number, f := range r.files {
		to, err := r.create(ctx, number)
		switch {
		case err != nil:
			return err
		case f.Part != wire.FileOther:
			own[f.Part] = to
		case to.Out != nil:
			missing, err := redex.CopyRuns(to)
			if err != nil {
				return err
			}
			r.missing(f.Path, missing)
			if err := r.close(); err != nil {
				return err
			}
		}
	}
	return r.entries(ctx, entries, own)
}

func noRuns() (redex.RawRun, error) { return redex.RawRun{}, io.EOF }

// create makes a file of the folder, or a folder that has no file.
func (r *folderRebuild) create(ctx context.Context, number int) (redex.RebuiltFile, error) {
	f := r.files[number]
	dir, name := filepath.Split(filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Join(r.folder, dir), 0o777); err != nil || name == "" {
		return redex.RebuiltFile{}, err
	}
	out, err := os.OpenFile(filepath.Join(r.folder, dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return redex.RebuiltFile{}, err
	}
	r.open = append(r.open, out)
	return redex.RebuiltFile{Out: out, Size: f.Size, Runs: r.runs(ctx, number)}, nil
}

// close closes the file that was made last.
func (r *folderRebuild) close() error {
	last := len(r.open) - 1
	f := r.open[last]
	r.open = r.open[:last]
	return f.Close()
}

// runs returns what travelled of a file besides the entries.
func (r *folderRebuild) runs(ctx context.Context, number int) redex.RawRuns {
	first, _ := slices.BinarySearchFunc(r.parts, number, func(p export.RawPart, number int) int { return cmp.Compare(p.File, number) })
	left := r.parts[first:]
	var buf []byte
	return func() (redex.RawRun, error) {
		if err := ctx.Err(); err != nil {
			return redex.RawRun{}, err
		}
		if len(left) == 0 || left[0].File != number {
			return redex.RawRun{}, io.EOF
		}
		p := left[0]
		left = left[1:]
		b, err := r.file.ReadRaw(p, buf)
		if err != nil {
			// It is among the faults of the export, which are told.
			return redex.RawRun{Offset: p.Offset, Lost: p.Length}, nil
		}
		buf = b
		return redex.RawRun{Offset: p.Offset, Bytes: b}, nil
	}
}

// entries writes the files that the entries come from.
func (r *folderRebuild) entries(ctx context.Context, entries wire.Reader, own [wire.FilePartCount]redex.RebuiltFile) error {
	rebuild := redex.NewRebuild(own[wire.FileIDX], own[wire.FileDAT], own[wire.FileTS])
	var b wire.Block
	for at := 0; ; at += len(b.Entries) {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := entries.ReadBlock(at, &b)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.leaveOut(r.chain, "reading stopped at position %d of %d: %v", at, entries.Len(), err)
			break
		}
		if err := rebuild.Add(&b); err != nil {
			return err
		}
	}
	report, err := rebuild.Finish()
	if err != nil {
		return err
	}
	r.tell(&report)
	return nil
}

// tell says what the files lack.
func (r *folderRebuild) tell(report *redex.Rebuilt) {
	if report.LeftOut > 0 {
		r.leaveOut(r.chain, "%s left out, the first at position %d: the export does not hold them",
			view.Plural(report.LeftOut, "entry is", "entries are"), report.FirstLeftOut)
	}
	if report.Guessed > 0 {
		r.leaveOut(r.chain, "%s lost with the export and made from the entries",
			view.Plural(report.Guessed, "row of idx was", "rows of idx were"))
	}
	if report.TimesLeftOut > 0 {
		r.leaveOut(r.chain, "%s left out: ts has no place for them", view.Plural(report.TimesLeftOut, "append time is", "append times are"))
	}
	for _, f := range r.files {
		switch f.Part {
		case wire.FileIDX:
			r.missing(f.Path, report.IDX)
		case wire.FileDAT:
			r.missing(f.Path, report.DAT)
		case wire.FileTS:
			r.missing(f.Path, report.TS)
		}
	}
}

// missing says which bytes of a file are missing.
func (r *folderRebuild) missing(name string, m redex.MissingBytes) {
	if m.Bytes > 0 {
		r.leaveOut(r.chain, "%s: %s missing, the first at byte %s: the export does not hold them",
			strings.TrimSuffix(name, "/"), view.Plural(m.Bytes, "byte is", "bytes are"), view.Count(m.First))
	}
}
