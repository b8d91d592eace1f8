//go:build !js

package site

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os/exec"

	kgzip "github.com/klauspost/compress/gzip"
)

// pack compresses with gzip. The same content always gives the same bytes.
func pack(content []byte) ([]byte, error) {
	var b bytes.Buffer
	err := packAt(&b, kgzip.BestCompression, bytes.NewReader(content))
	return b.Bytes(), err
}

// packData is pack for data of any size: the best compression makes chains one
// percent smaller and takes fifteen times as long.
func packData(packed io.Writer, content io.Reader) error {
	const level = 6
	return packAt(packed, level, content)
}

func packAt(packed io.Writer, level int, content io.Reader) error {
	w, err := kgzip.NewWriterLevel(packed, level)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, content); err != nil {
		return err
	}
	return w.Close()
}

func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// brotliLevel is two below the best: the program, which gains most, comes
// compressed with the best; the rest would gain next to nothing and take long.
const brotliLevel = "-9"

// BrotliTool compresses with the brotli program. It is nil where there is none.
func BrotliTool() func(content []byte) ([]byte, error) {
	tool, err := exec.LookPath("brotli")
	if err != nil {
		return nil
	}
	return func(content []byte) ([]byte, error) {
		cmd := exec.Command(tool, brotliLevel, "--stdout", "-")
		cmd.Stdin = bytes.NewReader(content)
		packed, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", tool, err)
		}
		return packed, nil
	}
}

// packedGain is the part of a file that a packed form has to save to be worth a
// second file: what is packed already, pictures and archives, saves less.
const packedGain = 20

// compress adds the packed forms that are missing, and drops those that are not
// worth it.
func (s *Site) compress(f hostedFile) (hostedFile, error) {
	var err error
	if f.gzip == nil {
		if f.gzip, err = pack(f.plain); err != nil {
			return f, err
		}
	}
	if f.brotli == nil && s.options.Brotli != nil {
		if f.brotli, err = s.options.Brotli(f.plain); err != nil {
			return f, err
		}
	}
	for _, packed := range []*[]byte{&f.gzip, &f.brotli} {
		if len(*packed) > len(f.plain)-len(f.plain)/packedGain {
			*packed = nil
		}
	}
	return f, nil
}
