package engine

import (
	"context"

	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// besides is what the channel folder of a chain holds besides the entries.
type besides struct {
	files []wire.FolderFile
	// bytes counts what of each file the entries do not hold.
	bytes []int64
	// err says why that is not known.
	err error
}

// total counts the bytes of all files.
func (b *besides) total() (n int64) {
	for _, bytes := range b.bytes {
		n += bytes
	}
	return n
}

// besides returns what the folder of the chain holds besides its entries: nothing of
// a chain that was read from no folder. It reads all rows the first time.
func (c *reading) besides(pace func() error) (*besides, error) {
	c.besidesMu.Lock()
	defer c.besidesMu.Unlock()
	if c.beside != nil {
		return c.beside, nil
	}
	if !c.in.files.hold() {
		return nil, errClosed
	}
	defer c.in.files.release()
	b := &besides{}
	switch {
	case c.source.Redex != nil:
		b.files = c.source.Redex.Generation.Folder()
		if err := b.count(c.source.Redex, pace); err != nil {
			return nil, err
		}
	case c.source.Stored != nil:
		b.files, _ = c.source.Stored.Folder()
		b.countStored(c.source.Stored)
	}
	c.beside = b
	return b, nil
}

// count counts the bytes of a channel folder. Its error is that of pace.
func (b *besides) count(folder *source.RedexInfo, pace func() error) (paced error) {
	r := folder.Generation.NewResidue(nil)
	b.err = r.Own(func() error {
		paced = pace()
		return paced
	})
	b.bytes = r.Bytes()
	for i, f := range b.files {
		if f.Part == wire.FileOther && !isPlainManifest(folder, f.Path) {
			b.bytes[i] = f.Size
		}
	}
	return paced
}

// countStored counts the bytes of a folder that came with an export.
func (b *besides) countStored(stored *source.StoredChain) {
	b.bytes = make([]int64, len(b.files))
	for _, p := range stored.RawParts() {
		if p.File >= len(b.bytes) || stored.IsPlainManifest(p) {
			continue
		}
		b.bytes[p.File] += p.Length
	}
}

// isPlainManifest reports whether a file is the manifest that a folder with nothing
// but the chain in it has.
func isPlainManifest(folder *source.RedexInfo, name string) bool {
	m := folder.Channel.Manifest
	return name == "manifest" && m.Valid() && m.File.Size == redex.ManifestSize && m.Generation == folder.Generation.Number()
}

// pace is what long work on the folders of chains calls.
func (p *packer) pace(ctx context.Context) func() error {
	return func() error {
		p.meter.tick(nil)
		return ctx.Err()
	}
}

// carriesFolder reports whether what the folder of a part holds goes along.
func (p *packer) carriesFolder(part *tablePart) bool { return !p.entriesOnly && part.matches == nil }

// listFolder writes what the folder of a chain holds.
func (p *packer) listFolder(id export.ChainID, c *reading) error {
	switch {
	case c.source.Redex != nil:
		return p.w.AddFolder(id, c.source.Redex.Generation.Folder())
	case c.source.Stored != nil:
		if files, listed := c.source.Stored.Folder(); listed {
			return p.w.AddFolder(id, files)
		}
	}
	return nil
}

// rawParts writes what the folder of a chain holds besides the entries. What cannot
// be read is noted.
func (p *packer) rawParts(ctx context.Context, id export.ChainID, c *reading) error {
	if !c.in.files.hold() {
		return errClosed
	}
	defer c.in.files.release()
	switch {
	case c.source.Redex != nil:
		return p.folderParts(ctx, id, c)
	case c.source.Stored != nil:
		return p.storedParts(ctx, id, c)
	}
	return nil
}

func (p *packer) folderParts(ctx context.Context, id export.ChainID, c *reading) error {
	g := c.source.Redex.Generation
	pace := p.pace(ctx)
	files := g.Folder()
	r := g.NewResidue(func(file int, offset int64, b []byte) error {
		if !isPlainManifest(c.source.Redex, files[file].Path) {
			p.packed.RawBytes += int64(len(b))
		}
		if err := p.w.AddRaw(id, file, offset, b); err != nil {
			return err
		}
		return pace()
	})
	note := func(err error) error {
		if err == nil || r.EmitError() != nil || ctx.Err() != nil {
			return err
		}
		p.unread(c, err.Error())
		return nil
	}
	if err := note(r.Own(pace)); err != nil {
		return err
	}
	for i, f := range files {
		if f.Part == wire.FileOther {
			if err := note(r.Other(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *packer) storedParts(ctx context.Context, id export.ChainID, c *reading) error {
	pace := p.pace(ctx)
	files, _ := c.source.Stored.Folder()
	var buf []byte
	for _, part := range c.source.Stored.RawParts() {
		if part.File >= len(files) {
			continue // the export was told to be damaged
		}
		b, err := c.source.Stored.File.ReadRaw(part, buf)
		if err != nil {
			p.unread(c, err.Error())
			continue
		}
		buf = b
		if !c.source.Stored.IsPlainManifest(part) {
			p.packed.RawBytes += int64(len(b))
		}
		if err := p.w.AddRaw(id, part.File, part.Offset, b); err != nil {
			return err
		}
		if err := pace(); err != nil {
			return err
		}
	}
	return nil
}

// unread notes that something of a chain could not be read, and so does not go.
func (p *packer) unread(c *reading, text string) {
	p.packed.Unread = append(p.packed.Unread, Problem{
		Severity: SeverityDamage, Path: c.source.Origin, Title: "Reading stopped", Detail: text,
		Advice: "What was read is in the export",
	})
	f := NotRead(&source.Problem{Level: source.LevelError, Path: c.source.Origin, Title: "Reading stopped", Detail: text})
	f.Chain = postcard.Some(p.ids[c.id])
	p.notRead = append(p.notRead, f)
}

// leftOut says what of the folders of chains does not go on purpose.
func (p *packer) leftOut(ctx context.Context) error {
	for _, part := range p.parts {
		if p.carriesFolder(part) {
			continue
		}
		b, err := part.chain.besides(p.pace(ctx))
		if err != nil {
			return err
		}
		for i, f := range b.files {
			if b.bytes[i] == 0 {
				continue
			}
			if err := p.w.AddFinding(export.LeftOut(p.ids[part.chain.id], f, b.bytes[i])); err != nil {
				return err
			}
		}
	}
	return nil
}
