//go:build !js

package cli

import (
	"fmt"

	"github.com/zeebo/xxh3"

	"chainglass/app/source"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/serdejson"
)

// seriesLimit is how many numbers are listed one by one.
const seriesLimit = 600

// series is the numbers of entries: all of them as long as they are few, and
// the ends.
type series struct {
	count       int
	first, last postcard.Option[uint64]
	all         []postcard.Option[uint64]
}

func (s *series) add(v postcard.Option[uint64]) {
	if s.count == 0 {
		s.first = v
	}
	s.last = v
	s.count++
	if s.count <= seriesLimit {
		s.all = append(s.all, v)
	}
}

// appendJSON appends the list, or the ends of a long one.
func (s *series) appendJSON(dst []byte) []byte {
	if s.count <= seriesLimit {
		return serdejson.AppendSeq(dst, s.all, appendOption)
	}
	dst = appendOption(append(dst, `{"first":`...), s.first)
	dst = appendOption(append(dst, `,"last":`...), s.last)
	return append(dst, '}')
}

func appendOption(dst []byte, v postcard.Option[uint64]) []byte {
	return serdejson.AppendOptionU64(dst, v.Value, v.Some)
}

// decodeError is an entry that is kept and is no record.
type decodeError struct {
	seq  uint64
	text string
}

// recovered is what fold prints, without the snapshot.
type recovered struct {
	entries     int
	seqs, times series
	timesUsable bool
	nextSeq     uint64
	datLen      int64
	payloads    *xxh3.Hasher
	unhashed    bool // a payload was not handed out
	errors      []decodeError
	// cut is set for a chain that is a part of its source's.
	cut *source.Cut
}

func newRecovered() *recovered { return &recovered{payloads: xxh3.New()} }

// add counts a kept entry.
func (r *recovered) add(e *wire.Entry) {
	r.entries++
	r.seqs.add(postcard.Some(e.Seq))
	r.times.add(e.TSNS)
	r.timesUsable = r.timesUsable || e.TSNS.Some
	r.nextSeq = e.Seq + 1
	r.datLen += int64(len(e.Payload))
	if e.Status == wire.EntryTooLarge {
		r.unhashed = true
	}
	// A hash in memory does not fail.
	_, _ = r.payloads.Write(e.Payload)
}

func (r *recovered) fail(seq uint64, text string) {
	r.errors = append(r.errors, decodeError{seq, text})
}

// appendJSON appends the whole result with the snapshot.
func (r *recovered) appendJSON(dst []byte, state *snapshot.MeshOsSnapshot) []byte {
	dst = serdejson.AppendU64(append(dst, `{"entries":`...), uint64(r.entries))
	dst = r.seqs.appendJSON(append(dst, `,"seqs":`...))
	dst = append(dst, `,"ts":`...)
	if r.timesUsable {
		dst = r.times.appendJSON(dst)
	} else {
		dst = serdejson.AppendNull(dst)
	}
	dst = serdejson.AppendU64(append(dst, `,"next_seq":`...), r.nextSeq)
	dst = serdejson.AppendU64(append(dst, `,"dat_len":`...), uint64(r.datLen))
	dst = append(dst, `,"payload_xxh3_of_all":`...)
	if r.unhashed {
		dst = serdejson.AppendNull(dst)
	} else {
		dst = fmt.Appendf(dst, `"%016x"`, r.payloads.Sum64())
	}
	dst = serdejson.AppendSeq(append(dst, `,"decode_errors":`...), r.errors, appendDecodeError)
	if r.cut != nil {
		dst = appendCut(append(dst, `,"source":`...), r.cut)
	}
	dst = state.AppendJSON(append(dst, `,"snapshot":`...))
	return append(dst, '}')
}

func appendDecodeError(dst []byte, e decodeError) []byte {
	dst = serdejson.AppendU64(append(dst, `{"seq":`...), e.seq)
	dst = serdejson.AppendString(append(dst, `,"error":`...), e.text)
	return append(dst, '}')
}
