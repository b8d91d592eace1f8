//go:build !js

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/source"
	"chainglass/app/view"
)

// loaded is what was found in the paths of a command line, read into an engine.
type loaded struct {
	*engine.Engine
	files  *pathFS
	source engine.SourceID
	// problems counts what could not be used, or not wholly, and has been told.
	problems int
	// noted are sentences about what was found beside the chains and is no damage:
	// credentials, links that were not followed.
	noted []string
}

// load reads everything found in paths and tells on stderr what could not be
// used. The caller closes the result.
func (c *console) load(ctx context.Context, paths ...string) (*loaded, error) {
	files, err := newPathFS(paths)
	if err != nil {
		return nil, err
	}
	c.tellTwice(files)
	e := engine.New(engine.Options{})
	found, err := e.Open(ctx, "", files, nil)
	if err != nil {
		return nil, err
	}
	if found.Cancelled {
		return nil, ctx.Err()
	}
	l := &loaded{Engine: e, files: files, source: found.Source}
	for _, p := range found.Problems {
		if p.Severity >= engine.SeverityWarning {
			c.warn("%s", problemLine(files, p))
			l.problems++
		} else if !p.Unrecognised {
			// Without the path of this machine: a report goes to others.
			l.noted = append(l.noted, source.Problem{Path: p.Path, Title: p.Title, Detail: p.Detail, Advice: p.Advice}.String())
		}
	}
	c.tellUnrecognised(found.Unrecognised)
	if len(found.Chains)+len(found.Bases) == 0 {
		l.close()
		return nil, nothingFound(files)
	}
	carried, err := l.carried()
	if err != nil {
		return nil, err
	}
	c.tellCarried(carried)
	return l, nil
}

// close closes the files.
func (l *loaded) close() { l.Close(l.source) }

// chainInfos describes the chains.
func (l *loaded) chainInfos() []*engine.ChainInfo {
	infos := l.Chains()
	chains := make([]*engine.ChainInfo, len(infos))
	for i := range infos {
		chains[i] = &infos[i]
	}
	return chains
}

// problemLine is a problem as one line, without the last stop.
func problemLine(files *pathFS, p engine.Problem) string {
	parts := []string{p.Title}
	if p.Path != "" {
		parts = []string{files.Display(p.Path), p.Title}
	}
	if p.Detail != "" {
		parts = append(parts, p.Detail)
	}
	line := strings.Join(parts, ": ")
	if p.Advice != "" {
		line += ". " + p.Advice
	}
	return strings.TrimSuffix(line, ".")
}

// nothingFound says that paths hold no chain.
func nothingFound(files *pathFS) error {
	var paths []string
	for _, r := range files.roots {
		f, err := r.tree.Open(".")
		if refused := (*source.RefusedError)(nil); errors.As(err, &refused) {
			return fmt.Errorf("%s cannot be opened: %s", r.disk, refused.Reason)
		}
		if err == nil {
			_ = f.Close() // nothing was read from it
		}
		paths = append(paths, r.disk)
	}
	return fmt.Errorf("no chain found in %s", strings.Join(paths, ", "))
}

// summary counts what chains hold.
func summary(chains, entries int) string {
	return view.Plural(chains, "chain", "chains") + ", " + view.Plural(entries, "entry", "entries")
}
