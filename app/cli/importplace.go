//go:build !js

package cli

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"chainglass/app/output"
	"chainglass/wire/redex"
)

// places are the folders that imported channels go to, each its own: no two are the
// same, and none lies where another has a file or a generation.
type places struct {
	dir string
	// taken are folders of channels, and blocked are folders above them that are no
	// channels' own, because a file there would be in the way.
	taken, blocked map[string]bool
}

func newPlaces(dir string) *places {
	return &places{dir: dir, taken: map[string]bool{}, blocked: map[string]bool{}}
}

// place is the folder of a channel.
type place struct {
	path string
	// base is the name of the folder below which it is; moved says that it is not
	// the one that was asked for.
	base  string
	moved bool
}

// take gives a channel its folder: node/channel, or another one if that is not free.
// A folder that is rebuilt may have any name; one that is made has a name that nodes
// accept.
func (p *places) take(node, channel string, rebuilt bool) (place, error) {
	// The name of a node may have folders in front, which tell it from others.
	for segment := range strings.SplitSeq(node, "/") {
		if node != "" && !isPathSegment(segment) {
			return place{}, fmt.Errorf("node %q cannot be the name of a folder", node)
		}
	}
	below, err := channelPath(channel, rebuilt)
	if err != nil {
		return place{}, err
	}
	base := filepath.FromSlash(node)
	for i := 2; ; i++ {
		folder := filepath.Join(p.dir, base, below)
		if p.free(folder) {
			p.claim(folder)
			return place{path: folder, base: base, moved: i > 2}, nil
		}
		base = fmt.Sprintf("%s (%d)", cmp.Or(node, "node"), i)
	}
}

// channelPath is the path of a channel below the folder of its node.
func channelPath(channel string, rebuilt bool) (string, error) {
	if !rebuilt {
		return redex.ChannelPath("", channel)
	}
	if channel == "" || len(channel) > maxChannelPath {
		return "", fmt.Errorf("a channel name of %d bytes cannot be a path", len(channel))
	}
	for segment := range strings.SplitSeq(channel, "/") {
		if !isPathSegment(segment) {
			return "", fmt.Errorf("channel %q cannot be a path: %w", channel, errSegment)
		}
	}
	return filepath.FromSlash(channel), nil
}

// maxChannelPath bounds the path of a channel, and maxSegment the name of a folder.
const (
	maxChannelPath = 1024
	maxSegment     = 255
)

var errSegment = errors.New("one of its segments cannot be the name of a folder")

// eachAbove calls visit for the folders from the one above folder up to dir, each
// with the name of what lies in it on the way to folder.
func (p *places) eachAbove(folder string, visit func(above, name string)) {
	for folder != p.dir && len(folder) > len(p.dir) {
		above := filepath.Dir(folder)
		visit(above, filepath.Base(folder))
		folder = above
	}
}

// free reports whether a channel may have a folder.
func (p *places) free(folder string) bool {
	free := !p.taken[folder] && !p.blocked[folder]
	p.eachAbove(folder, func(above, name string) {
		if p.taken[above] && redex.IsFolderName(name) {
			free = false
		}
	})
	return free
}

func (p *places) claim(folder string) {
	p.taken[folder] = true
	p.eachAbove(folder, func(above, name string) {
		if redex.IsFolderName(name) {
			p.blocked[above] = true
		}
	})
}

// isPathSegment reports whether name, which comes from a file, can be the name
// of one folder on this system, and one in which channels are looked for.
func isPathSegment(name string) bool {
	return name != "." && !output.IsPartial(name) && len(name) <= maxSegment && filepath.IsLocal(name) && !strings.ContainsAny(name, "/\\:\x00")
}
