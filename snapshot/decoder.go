package snapshot

import (
	"slices"

	"chainglass/wire/postcard"
)

// decoder is a cursor that also knows the path to the value being read. The
// path is put together from the inside out once a read has failed, so that
// reading what is whole costs nothing.
type decoder struct {
	postcard.Cursor
	path string
}

// decode reads one value from the start of b and tells how many bytes it took.
func decode[T any](b []byte, read func(*decoder) T) (v T, n int, err error) {
	d := decoder{Cursor: postcard.NewCursor(b)}
	v = read(&d)
	if d.Failed() {
		var zero T
		return zero, 0, d.err()
	}
	return v, d.Offset(), nil
}

func (d *decoder) err() error {
	err := d.Err()
	if e, ok := err.(*postcard.Error); ok && d.path != "" {
		e.Field = d.path + "." + e.Field
	}
	return err
}

// blame puts name in front of the path of the failure.
func (d *decoder) blame(name string) {
	if d.path != "" {
		name += "." + d.path
	}
	d.path = name
}

// within reads a value that has fields of its own, the one called name.
func within[T any](d *decoder, name string, read func(*decoder) T) T {
	failedBefore := d.Failed()
	v := read(d)
	if d.Failed() && !failedBefore {
		d.blame(name)
	}
	return v
}

// maxPrealloc bounds the elements allocated on the word of a count. Elements in
// memory are much larger than the shortest ones in the input, so the bytes that
// are left are no sufficient bound; longer sequences grow as they are read.
const maxPrealloc = 4096

func readSeq[T any](d *decoder, name string, read func(*decoder) T) []T {
	count := d.Count(name)
	if count == 0 {
		return nil
	}
	elems := make([]T, 0, min(d.Capacity(count, 1), maxPrealloc))
	for i := uint64(0); i < count; i++ {
		elem := read(d)
		if d.Failed() {
			d.blame(elementName(name, i))
			return nil
		}
		elems = append(elems, elem)
	}
	return elems
}

// readMap reads a map. Of two values with the same key the last one counts.
func readMap[T any](d *decoder, name string, read func(*decoder) T) map[uint64]T {
	count := d.Count(name)
	if count == 0 {
		return nil
	}
	m := make(map[uint64]T, min(d.Capacity(count, 2), maxPrealloc))
	for i := uint64(0); i < count; i++ {
		key := d.U64(name)
		if d.Failed() {
			return nil
		}
		value := read(d)
		if d.Failed() {
			d.blame(elementName(name, key))
			return nil
		}
		m[key] = value
	}
	return m
}

// readIDs reads a sequence of u64.
func readIDs(d *decoder, name string) []uint64 {
	count := d.Count(name)
	if count == 0 {
		return nil
	}
	ids := make([]uint64, 0, min(d.Capacity(count, 1), maxPrealloc))
	for i := uint64(0); i < count && !d.Failed(); i++ {
		ids = append(ids, d.U64(name))
	}
	return ids
}

// readStringSet reads a set of strings, in any order and with any duplicates.
func readStringSet(d *decoder, name string) []string {
	count := d.Count(name)
	if count == 0 {
		return nil
	}
	set := make([]string, 0, min(d.Capacity(count, 1), maxPrealloc))
	for i := uint64(0); i < count && !d.Failed(); i++ {
		set = append(set, d.String(name))
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// readEnum reads an enum without data that has the variants named.
func readEnum[E ~uint8](d *decoder, name string, variants []string) E {
	return E(d.Variant(name, uint32(len(variants))))
}

func readOption[T any](d *decoder, name string, read func(*decoder, string) T) postcard.Option[T] {
	if !d.Option(name) {
		return postcard.Option[T]{}
	}
	return postcard.Some(read(d, name))
}

// readDuration reads seconds and nanoseconds; nanoseconds of a second or more
// are carried, and refused where they carry too far.
func readDuration(d *decoder, name string) Duration {
	return within(d, name, func(d *decoder) Duration {
		span, ok := Duration{Secs: d.U64("secs"), Nanos: d.U32("nanos")}.carry()
		if !ok {
			d.Fail(postcard.ErrCustom, "nanos")
		}
		return span
	})
}
