//go:build !js

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"chainglass/app/source"
	"chainglass/app/view"
	"chainglass/wire"
)

// opened is what was found in the paths of a command line.
type opened struct {
	*source.Set
	files *pathFS
}

// find searches paths. The caller closes the result.
func find(ctx context.Context, paths ...string) (*opened, error) {
	files, err := newPathFS(paths)
	if err != nil {
		return nil, err
	}
	set, err := source.Find(ctx, files, source.Options{})
	if err != nil {
		return nil, err
	}
	return &opened{Set: set, files: files}, nil
}

// open searches paths and tells on stderr what could not be used. The caller
// closes the result.
func (c *console) open(ctx context.Context, paths ...string) (*opened, error) {
	found, err := find(ctx, paths...)
	if err != nil {
		return nil, err
	}
	c.tellTwice(found.files)
	for _, p := range found.Problems {
		if p.Level >= source.LevelWarning {
			p.Path = found.files.Display(p.Path)
			c.warn("%s", strings.TrimSuffix(p.String(), "."))
		}
	}
	if n := found.MoreProblems.Damaged(); n > 0 {
		c.warn("%s that could not be used, or not wholly", view.Plural(n, "more file", "more files"))
	}
	c.tellUnrecognised(found.Unrecognised())
	c.tellCarried(found.carried())
	return found, nil
}

// tellTwice says which paths are not opened again.
func (c *console) tellTwice(files *pathFS) {
	for _, said := range files.twice {
		c.warn("%s", said)
	}
}

// tellUnrecognised says that files were left out because they are none of ours.
func (c *console) tellUnrecognised(files int) {
	if files > 0 {
		c.warn("%s not recognised; verify lists them", view.Plural(files, "file is", "files are"))
	}
}

// selection is the flags that pick a chain out of what was found.
type selection struct {
	channel  string
	typeName string
}

func (s *selection) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.channel, "channel", "", "channel to take: its name, or node/name where several nodes have it")
	cmd.Flags().StringVar(&s.typeName, "type", "", "kind that the records are taken for: "+strings.Join(kindNames(), ", ")+" (default: decided by content)")
}

// chainName is how a chain is called on the command line.
func chainName(c *source.Chain) string {
	if c.Node == "" {
		return c.Channel
	}
	return c.Node + "/" + c.Channel
}

// matches reports whether the chain is the one, or one of those, asked for.
func (s *selection) matches(c *source.Chain) bool {
	return s.channel == "" || s.channel == c.Channel || s.channel == chainName(c) || s.channel == c.Origin
}

// chains returns the chains asked for; generations that are not in use only if
// one is named by its path.
func (o *opened) chains(s *selection) ([]source.Chain, error) {
	k, known := kinds().Parse(s.typeName)
	if s.typeName != "" && (!known || !k.Known()) {
		return nil, usagef("--type %q is not one of %s", s.typeName, strings.Join(kindNames(), ", "))
	}
	var found []source.Chain
	live := 0
	for _, c := range o.Chains {
		if c.Live {
			live++
		} else if s.channel != c.Origin {
			continue
		}
		if s.matches(&c) {
			if known {
				c.Kind, c.KindBasis = k.ID, source.ByChoice
			}
			found = append(found, c)
		}
	}
	switch {
	case live == 0 && len(found) == 0:
		return nil, o.nothingFound()
	case len(found) == 0:
		return nil, usageError(listError{fmt.Errorf("there is no channel %q; name one of these", s.channel), list(o.Chains)})
	}
	return found, nil
}

func (o *opened) nothingFound() error { return nothingFound(o.files) }

// list names the chains that are live, on a line each.
func list(chains []source.Chain) (lines []string) {
	for i := range chains {
		if c := &chains[i]; c.Live {
			lines = append(lines, fmt.Sprintf("%-32s %-8s %15s", view.VisibleText(chainName(c)), c.Kind, view.Plural(c.Reader.Len(), "entry", "entries")))
		}
	}
	return lines
}

// chain returns the one chain asked for. Where that is left open it is the
// only chain, or the only action chain; salvaged ones have to be named.
func (o *opened) chain(s *selection) (source.Chain, error) {
	found, err := o.chains(s)
	if err != nil {
		return source.Chain{}, err
	}
	if len(found) == 1 {
		return found[0], nil
	}
	found = slices.DeleteFunc(found, func(c source.Chain) bool { return c.Salvaged })
	if len(found) == 1 {
		return found[0], nil
	}
	var actions []source.Chain
	for _, c := range found {
		if c.Kind == wire.ChainAction {
			actions = append(actions, c)
		}
	}
	if len(actions) == 1 {
		return actions[0], nil
	}
	return source.Chain{}, usageError(listError{errors.New("which chain? Name one of these with --channel"), list(found)})
}

// closing adds the error of closing o to err.
func (o *opened) closing(err *error) { *err = errors.Join(*err, o.Close()) }
