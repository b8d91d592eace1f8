package table

import (
	"fmt"
	"path"
	"time"

	"github.com/zeebo/xxh3"

	"chainglass/app/engine"
)

// noDate is what query engines take for a missing value in the name of a folder.
const noDate = "__HIVE_DEFAULT_PARTITION__"

// Name returns the name of the file of a chain: a folder for its kind, one for the day of its
// earliest entry in UTC, and the file of the node and channel.
//
//	chain=action/date=2026-05-22/node-1~~meshos~actions.parquet
func Name(c *engine.ChainInfo) string {
	date := noDate
	if ns, known := earliestNS(c); known {
		date = time.Unix(0, int64(ns)).UTC().Format(time.DateOnly)
	}
	return path.Join("chain="+c.Kind.String(), "date="+date, FileName(c.Node, c.Channel)+".parquet")
}

// earliestNS returns the time of the earliest entry. Times that are far from nearly all others
// do not count.
func earliestNS(c *engine.ChainInfo) (ns uint64, known bool) {
	first, _, _, fits := engine.FitTimes(c.Times)
	return first, fits
}

// nameBytes bounds a file name, which may have 255 bytes with what is put behind it.
const nameBytes = 200

// FileName returns the name of the file of a chain, without what follows a full stop: its
// node and channel with '~' for '/', and "~~" between them. Every other byte that is not a
// letter, a digit, '-' or '.' is '_' and two hexadecimal digits, so that different chains have
// different names. The end of a long one is replaced by a hash of all of it.
func FileName(node, channel string) string {
	name := string(appendName(append(appendName(nil, node), "~~"...), channel))
	if len(name) > nameBytes {
		return fmt.Sprintf("%s_%016x", name[:nameBytes], xxh3.HashString(name))
	}
	return name
}

func appendName(dst []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' && i > 0:
			dst = append(dst, c)
		case c == '/' && i > 0 && i < len(text)-1 && text[i-1] != '/':
			dst = append(dst, '~')
		default:
			dst = fmt.Appendf(dst, "_%02x", c)
		}
	}
	return dst
}
