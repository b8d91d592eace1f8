//go:build !js

package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"chainglass/app/engine"
	"chainglass/app/source"
	"chainglass/app/view"
)

const (
	// followEvery is how long a path that is followed is left alone between two looks, at
	// least, and followShare how many times as long as a look takes.
	followEvery = 250 * time.Millisecond
	followShare = 10
)

// follower is a verification that goes on.
type follower struct {
	c       *console
	engine  *engine.Engine
	files   *pathFS
	source  engine.SourceID
	bases   bool // a snapshot was found
	verbose bool
	path    string

	now *verification
	// told are the findings that were told, by chain.
	told map[string]bool
	// failed is the last error of looking.
	failed string
	// damaged is true once there was damage that is not of an end that is being written.
	damaged bool
}

// runFollow verifies a path, and reports what comes, until it is interrupted.
func runFollow(ctx context.Context, c *console, path string, verbose bool) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	files, err := newPathFS([]string{path})
	if err != nil {
		return err
	}
	f := &follower{c: c, engine: engine.New(engine.Options{}), files: files, verbose: verbose, path: path, told: map[string]bool{}}
	opened, err := f.engine.Open(ctx, "", files, func(engine.Progress) {})
	if err != nil {
		return err
	}
	defer f.engine.Close(opened.Source)
	if opened.Cancelled {
		return ctx.Err()
	}
	f.source, f.bases = opened.Source, len(opened.Bases) > 0
	f.now = &verification{Problems: problemsOf(files, opened.Problems), Unrecognised: opened.Unrecognised, path: path, readable: f.bases}
	if err := f.look(); err != nil {
		return err
	}
	if err := f.now.writeText(c, verbose); err != nil {
		return err
	}
	c.warn("following %s; Ctrl-C ends it", path)
	if err := f.run(ctx); err != nil {
		return err
	}
	// A second Ctrl-C ends the process at once.
	stop()
	conclusion := f.now.conclusion()
	if f.damaged && !f.now.damaged() {
		conclusion = strings.Replace(conclusion, "nothing is damaged", "nothing is damaged now, damage was found before", 1)
	}
	if err := c.print("%s", conclusion); err != nil {
		return err
	}
	return f.now.status(f.damaged || f.now.damaged())
}

// run looks at the path again and again.
func (f *follower) run(ctx context.Context) error {
	wait := time.NewTimer(followEvery)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wait.C:
		}
		began := time.Now()
		resumed, err := f.engine.ReadOn(ctx, engine.ReadOnSpec{Source: f.source}, nil, nil)
		again := false
		for i := range resumed.Changes {
			again = again || resumed.Changes[i].Kind.Apart()
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			f.fail(err)
		default:
			f.failed = ""
			if err := f.report(&resumed); err != nil {
				return err
			}
		}
		if again {
			if err := f.readAgain(ctx); err != nil {
				return err
			}
		}
		wait.Reset(max(followEvery, followShare*time.Since(began)))
	}
}

// fail tells of an error, once.
func (f *follower) fail(err error) {
	if text := err.Error(); text != f.failed {
		f.failed = text
		f.c.warn("%s cannot be looked at: %s", f.path, text)
	}
}

// readAgain reads chains again that do not begin any more as they were read, which was told.
func (f *follower) readAgain(ctx context.Context) error {
	resumed, err := f.engine.ReadOn(ctx, engine.ReadOnSpec{Source: f.source, Again: true}, nil, nil)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		f.fail(err)
		return nil
	}
	for i := range resumed.Changes {
		// What was told of the chain is of one that is not there any more.
		if c := &resumed.Changes[i]; c.Kind.Apart() {
			name := nameOf(&c.Chain)
			for told := range f.told {
				if strings.HasPrefix(told, name+"\x00") {
					delete(f.told, told)
				}
			}
		}
	}
	return f.report(&resumed)
}

// look describes the chains as they are, and remembers whether they are damaged.
func (f *follower) look() error {
	if err := f.now.addChains(f.engine, f.files); err != nil {
		return err
	}
	for i := range f.now.Chains {
		c := &f.now.Chains[i]
		for j := range c.findings {
			found := &c.findings[j]
			f.told[toldKey(c.Name, found)] = true
			f.damaged = f.damaged || engine.MeansDamage(found.severity, found.Rule) && !ofTheEnd(found.Rule)
		}
	}
	return nil
}

// toldKey is what makes a finding another one than those told.
func toldKey(chain string, f *finding) string {
	key := chain + "\x00" + f.Rule
	if f.Position != nil {
		key += fmt.Sprintf("\x00%d", *f.Position)
	}
	return key
}

// ofTheEnd reports whether a finding may be of entries that are being written: the next
// look shows them whole.
func ofTheEnd(rule string) bool {
	switch rule {
	case "torn", "partial-row", "times-missing", "text-cut", "salvaged", "reading-stopped":
		return true
	}
	return strings.HasPrefix(rule, "recovery")
}

// report tells what has changed.
func (f *follower) report(resumed *engine.Resumed) error {
	if len(resumed.Changes) == 0 && len(resumed.Problems) == 0 {
		return nil
	}
	before := f.told
	f.told = map[string]bool{}
	for key := range before {
		f.told[key] = true
	}
	if err := f.look(); err != nil {
		return err
	}
	out := newText(f.c.stdout)
	for i := range resumed.Changes {
		change := &resumed.Changes[i]
		f.damaged = f.damaged || change.Kind == engine.ChangeReplaced || change.Kind == engine.ChangeGeneration || change.Kind == engine.ChangeGone
		if text := changeText(change); text != "" {
			out.printf("%s: %s\n", nameOf(&change.Chain), text)
		}
		if change.Read {
			f.writeNew(out, nameOf(&change.Chain), before)
		}
	}
	found := problemsOf(f.files, resumed.Problems)
	for i := range found {
		found[i].writeText(out)
		writeIndented(out, found[i].Advice)
	}
	f.now.Problems = problemsOf(f.files, f.engine.Problems())
	return out.flush()
}

func nameOf(info *engine.ChainInfo) string {
	return chainName(&source.Chain{Node: info.Node, Channel: info.Channel})
}

// changeText says what has become of a chain.
func changeText(c *engine.ChainChange) string {
	in := view.Plural(c.Chain.Entries, "entry", "entries") + " in all"
	switch {
	case c.Kind == engine.ChangeAppended && c.Added > 0:
		return fmt.Sprintf("%s, %s", view.Plural(c.Added, "more entry", "more entries"), in)
	case c.Kind == engine.ChangeAppended:
		return "the entries at its end changed, " + in
	case c.Kind == engine.ChangeAppeared:
		return "a new chain, " + view.Plural(c.Chain.Entries, "entry", "entries")
	case c.Closed:
		return "every record that was salvaged has its row now"
	case c.Kind == engine.ChangeSalvaged:
		return fmt.Sprintf("other records are without a row now, %s", in)
	case c.Kind.Apart() && c.Read:
		return "read again, " + in
	case c.Kind == engine.ChangeTrimmed && c.AllRemoved:
		return fmt.Sprintf("retention removed all %s that were read", view.Plural(c.Removed, "entry", "entries"))
	case c.Kind == engine.ChangeTrimmed:
		return fmt.Sprintf("retention removed the first %s", view.Plural(c.Removed, "entry", "entries"))
	}
	return fmt.Sprintf("%s: %s", apartNames[c.Kind], c.Why)
}

var apartNames = map[engine.ChangeKind]string{
	engine.ChangeGeneration: "has another generation", engine.ChangeReplaced: "was replaced or changed where it had been read", engine.ChangeGone: "is gone",
}

// writeNew writes the findings of a chain that were not told before.
func (f *follower) writeNew(out text, name string, before map[string]bool) {
	for i := range f.now.Chains {
		c := &f.now.Chains[i]
		if c.Name != name {
			continue
		}
		for j := range c.findings {
			if found := &c.findings[j]; !before[toldKey(name, found)] {
				writeFinding(out, found, f.verbose)
			}
		}
	}
}
