package synth

import (
	"encoding/hex"
	"iter"
	"math/rand/v2"
	"path"

	"chainglass/wire/redex"
)

// BlobChannels is the folder of a node in which the channels of stored blobs lie.
const BlobChannels = "dataforts/blob"

// File is a file of a storage folder: its slash path in the folder of the node, and
// what is in it.
type File struct {
	Name    string
	Content []byte
}

// maxBlobBytes is the size of the largest blob that is made up.
const maxBlobBytes = 200

// Blobs returns the files of a node's store of that many blobs: each is a channel of
// one entry, called by the hash of the blob. The same seed gives the same files. The
// content of a file is valid until the next one is asked for.
func Blobs(count int, seed uint64) iter.Seq[File] {
	return func(yield func(File) bool) {
		d := dice{rand.NewPCG(seed, 0x626c6f62)}
		manifest := redex.AppendManifest(nil, redex.FirstGeneration)
		var blob, row, ts []byte
		for i := range count {
			blob = d.bytes(blob[:0], 1+d.below(maxBlobBytes))
			hash := d.bytes(nil, 32)
			channel := path.Join(BlobChannels, hex.EncodeToString(hash))
			live := path.Join(channel, redex.GenerationDir(redex.FirstGeneration))
			row = redex.AppendRow(row[:0], redex.HeapRow(0, 0, blob))
			ts = redex.AppendTS(ts[:0], birthNS+uint64(i)*secondNS)
			for _, f := range [...]File{
				{path.Join(channel, "manifest"), manifest},
				{path.Join(live, "dat"), blob}, {path.Join(live, "idx"), row}, {path.Join(live, "ts"), ts},
			} {
				if !yield(f) {
					return
				}
			}
		}
	}
}
