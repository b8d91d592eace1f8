//go:build !js

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"chainglass/app/output"
	"chainglass/app/redact"
	"chainglass/wire/export"
)

// redactFlags are the flags of commands whose result can be redacted.
type redactFlags struct {
	texts      string
	shiftTimes bool
	salt       string
	hide, keep []string
	replace    []string
}

// redactHelp says what the flags do, for the help of such commands.
const redactHelp = `With --redact the result can be passed on: ids and names become pseudonyms, the
same everywhere, texts keep their wording and lose their values (--redact=drop
removes them), seqs and order stay, and nothing that is not known to be harmless
leaves. ` + redactDetails

// redactDetails is the part of the help that all commands share.
const redactDetails = `In texts, measures stay (500 ms, 3 attempts, 99 %), unless an id stands in
their place in any text that is the same but for its values. What leaves is printed
with the texts that have numbers: --hide-template TEXT hides the measures of one,
--keep-template TEXT keeps the values of one, but for ids and names, and
--replace-word WORD takes out an ordinary word that is a name here.

The result is labelled as a redacted view, searched for what was replaced, and what
left is told. --shift-times moves all times by one random amount as well.

The result commits to its original without telling anything of it. The salt that
shows of which original it is, is printed, or saved with --salt: keep it, and
"verify --reveal SALT ORIGINAL REDACTED" checks it. Whoever has the salt can check
guesses of what was replaced.`

func (f *redactFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.texts, "redact", "", "replace what identifies: texts keep their wording (template) or go (drop)")
	cmd.Flags().Lookup("redact").NoOptDefVal = redact.TextTemplate.String()
	cmd.Flags().BoolVar(&f.shiftTimes, "shift-times", false, "with --redact, move all times by one random amount")
	f.addDetails(cmd)
}

// addDetails adds the flags that say what of texts stays, and where the salt goes.
func (f *redactFlags) addDetails(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.hide, "hide-template", nil, "hide the measures of a text, given with # for its values; may be given again")
	cmd.Flags().StringArrayVar(&f.keep, "keep-template", nil, "keep the values of a text that are no ids; may be given again")
	cmd.Flags().StringArrayVar(&f.replace, "replace-word", nil, "replace an ordinary word that is a name here; may be given again")
	cmd.Flags().StringVar(&f.salt, "salt", "", "file to save the salt of a redacted view in (default: it is printed)")
}

// options returns how to redact, nil if that is not asked for.
func (f *redactFlags) options() (*redact.Options, error) {
	if f.texts == "" {
		switch {
		case f.shiftTimes:
			return nil, usagef("--shift-times goes with --redact")
		case f.salt != "":
			return nil, usagef("--salt goes with --redact")
		case len(f.hide)+len(f.keep)+len(f.replace) > 0:
			return nil, usagef("--hide-template, --keep-template and --replace-word go with --redact")
		}
		return nil, nil
	}
	return f.asked()
}

// asked is options where redaction is asked for.
func (f *redactFlags) asked() (*redact.Options, error) {
	if f.salt != "" {
		if err := output.CheckFile(f.salt); err != nil {
			return nil, fmt.Errorf("--salt: %w", err)
		}
	}
	mode, known := redact.ParseTextMode(f.texts)
	if !known {
		return nil, usagef("--redact takes template or drop, not %q", f.texts)
	}
	return &redact.Options{Texts: mode, ShiftTimes: f.shiftTimes, Hide: f.hide, Keep: f.keep, Replace: f.replace}, nil
}

// tellRedacted says what has left, and gives the sender the salt.
func (c *console) tellRedacted(ctx context.Context, s *redact.Summary, f *redactFlags) error {
	// A stderr that is gone has nobody to tell.
	_ = s.WriteText(c.stderr)
	salt := redact.SaltText(s.Salt)
	if f.salt == "" {
		c.warn("the salt, for you alone: %s", salt)
		return f.done(s)
	}
	err := output.Private(ctx, f.salt, func(_ context.Context, out io.Writer) error {
		_, err := io.WriteString(out, salt+"\n")
		return err
	})
	if err != nil {
		return fmt.Errorf("the salt is not saved: %w; it is %s", err, salt)
	}
	c.warn("the salt is in %s; keep it to yourself", f.salt)
	return f.done(s)
}

// done ends with the status for something incomplete if a template was named that no
// text has: what it was to hide may have left.
func (f *redactFlags) done(s *redact.Summary) error {
	if len(s.Unknown) > 0 {
		return errDamaged()
	}
	return nil
}

// writeRedacted writes a redacted view of the export that write writes. The whole
// one is on the disk meanwhile, in a file that nobody else finds. The errors of that
// file name the output.
func writeRedacted(file string, out io.Writer, write func(io.Writer) error, o *redact.Options) (s redact.Summary, err error) {
	whole, err := output.NewScratch(file)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, whole.Close()) }()
	if err := write(whole); err != nil {
		return s, err
	}
	f, err := export.Open(whole, whole.Size())
	if err != nil {
		return s, err
	}
	buffered := bufio.NewWriterSize(out, export.DefaultBlockBytes)
	if s, err = redact.Rewrite(buffered, f, *o); err != nil {
		return s, err
	}
	return s, buffered.Flush()
}
