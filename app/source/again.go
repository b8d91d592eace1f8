package source

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"io/fs"

	"chainglass/wire/redex"
)

// What was opened may be looked at again later: files grow, and others appear.

// Stamp is a number that changes with the paths, sizes and times of files: where it is
// the same as before, nothing has been appended. It opens no file. It is not meant to
// resist malice, and says nothing of what is in the files.
func Stamp(ctx context.Context, files fs.FS) (uint64, error) {
	sum := fnv.New64a()
	var b []byte
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		b = append(append(b[:0], name...), 0)
		var info fs.FileInfo
		if err == nil && !entry.IsDir() {
			info, err = entry.Info()
		}
		switch {
		case err != nil:
			b = append(b, err.Error()...)
		case info != nil:
			b = binary.LittleEndian.AppendUint64(b, uint64(info.Size()))
			b = binary.LittleEndian.AppendUint64(b, uint64(info.ModTime().UnixNano()))
		}
		_, _ = sum.Write(b) // it never fails
		return ctx.Err()
	})
	return sum.Sum64(), err
}

// SameFiles reports whether both watches are of the same files, of the same sizes and
// times. Nothing is known of what is in memory only.
func (w *Watch) SameFiles(other *Watch) bool {
	if w == nil || other == nil || len(w.files) == 0 || len(w.files) != len(other.files) {
		return false
	}
	for i := range w.files {
		a, b := &w.files[i], &other.files[i]
		if a.name != b.name || !stampOf(a.was).equal(stampOf(b.was)) || !redex.SameFile(a.was, b.was) {
			return false
		}
	}
	return true
}

// NameLike gives the chains of a set that was found again the names that they had, which
// known tells by their origins. Others that lie with one of them are of its node, whatever
// that is called by now, and the rest gets names that are free; see [Set.NameApart].
func (s *Set) NameLike(known func(origin string) (node, channel string, is bool), taken func(node, channel string) bool) {
	nodes := map[home]string{}
	fresh := Set{}
	var places []int
	for i := range s.Chains {
		c := &s.Chains[i]
		if node, channel, is := known(c.Origin); is && c.Live {
			nodes[c.home] = node
			c.Channel = channel
			c.rename(node)
		}
	}
	for i := range s.Chains {
		c := &s.Chains[i]
		if _, _, is := known(c.Origin); is {
			continue
		}
		if node, is := nodes[c.home]; is && !taken(node, c.Channel) {
			c.rename(node)
			continue
		}
		fresh.Chains = append(fresh.Chains, *c)
		places = append(places, i)
	}
	fresh.NameApart(taken)
	for i, at := range places {
		s.Chains[at] = fresh.Chains[i]
	}
}

// CloseOthers closes the channel folders of s but for those of chains that keep names, and
// forgets the chains, of which the caller has those that it needs.
func (s *Set) CloseOthers(keep func(*Chain) bool) error {
	kept := map[io.Closer]bool{}
	for i := range s.Chains {
		if c := &s.Chains[i]; c.Redex != nil && keep(c) {
			kept[c.Redex.Generation] = true
		}
	}
	var err error
	var left []io.Closer
	for _, c := range s.closers {
		if _, folder := c.(*redex.Generation); folder && !kept[c] {
			err = errors.Join(err, c.Close())
			continue
		}
		left = append(left, c)
	}
	s.closers, s.Chains = left, nil
	return err
}
