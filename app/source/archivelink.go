package source

import (
	"bufio"
	"hash/crc32"
	"io"
	"path"
	"strings"
)

// A symbolic link in an archive is not followed: what it leads to inside is opened where it
// lies, so that nothing is left out by it; what lies outside is not there.

const (
	// maxArchiveLinks bounds the links of an archive that are looked after, and
	// maxLinkBytes the path that one leads to.
	maxArchiveLinks = 1000
	maxLinkBytes    = 4096
	// maxLinkSteps is how many links lead from one to the next, as systems do.
	maxLinkSteps = 40
)

// archiveLink is a symbolic link. The target is as it is stored.
type archiveLink struct{ name, target string }

// link takes a symbolic link, until all entries are known.
func (a *archive) link(name, target string) {
	if len(a.links) == maxArchiveLinks || len(target) > maxLinkBytes || target == "" {
		a.skip(name, "it is a symbolic link, which is not followed", nil)
		return
	}
	a.links = append(a.links, archiveLink{name, target})
}

// linkTarget returns what a symbolic link of a zip leads to, "" if that cannot be read.
func (a *archive) linkTarget(c *candidate, e *zipEntry) string {
	if e.fault != "" || e.flags&zipEncrypted != 0 {
		return ""
	}
	var r io.Reader = io.NewSectionReader(c.r, e.data.from, e.data.to-e.data.from)
	if e.method != zipStored {
		unpacked, done, err := inflater(e.method, bufio.NewReaderSize(r, maxLinkBytes))
		if err != nil {
			return ""
		}
		defer done()
		r = unpacked
	}
	target, err := io.ReadAll(io.LimitReader(r, maxLinkBytes+1))
	if err != nil || crc32.ChecksumIEEE(target) != e.crc {
		return ""
	}
	return string(target)
}

// tellLinks tells of all links where they lead.
func (a *archive) tellLinks() {
	targets := map[string]string{}
	for _, l := range a.links {
		targets[l.name] = l.target
	}
	for _, l := range a.links {
		if a.leadsInside(l.name, targets) {
			a.note("left out", "it is a symbolic link to "+quoted(l.target)+", which is opened where it lies", l.name)
		} else {
			a.skip(l.name, "it is a symbolic link to "+quoted(l.target)+", which is not in the archive", nil)
		}
	}
	a.links = nil
}

// leadsInside reports whether a link leads to an entry of the archive, by whatever links.
func (a *archive) leadsInside(name string, targets map[string]string) bool {
	for range maxLinkSteps {
		target, linked := targets[name]
		if !linked {
			return a.tree.find(name) != nil
		}
		if strings.HasPrefix(target, "/") {
			return false
		}
		if name = path.Join(path.Dir(name), target); name == ".." || strings.HasPrefix(name, "../") {
			return false
		}
	}
	return false
}
