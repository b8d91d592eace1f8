//go:build !js

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"chainglass/app/disk"
	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/app/source"
	"chainglass/wire/export"
)

// saltBytes bounds what is read of a file with a salt.
const saltBytes = 1 << 10

// readSalt takes a salt, or the file that it was saved in.
func readSalt(text string) (salt [export.SaltBytes]byte, err error) {
	if salt, err = redact.ParseSalt(text); err == nil {
		return salt, nil
	}
	content, failed := disk.ReadFile(text, saltBytes)
	switch {
	case errors.Is(failed, fs.ErrNotExist) && !errors.As(failed, new(*source.RefusedError)):
		return salt, usagef("--reveal: %q is no salt and no file with one: %w", text, err)
	case failed != nil:
		return salt, failed
	}
	if salt, err = redact.ParseSalt(string(content)); err != nil {
		return salt, usagef("--reveal: %s holds no salt: %w", text, err)
	}
	return salt, nil
}

// runReveal checks of which original a redacted view is.
func runReveal(ctx context.Context, c *console, salt, original, view string) (err error) {
	key, err := readSalt(salt)
	if err != nil {
		return err
	}
	redacted, err := find(ctx, view)
	if err != nil {
		return err
	}
	defer redacted.closing(&err)
	result, err := redacted.export(view)
	if err != nil {
		return err
	}
	if len(result.Redactions()) == 0 {
		return fmt.Errorf("%s is no redacted view", view)
	}
	of, err := find(ctx, original)
	if err != nil {
		return err
	}
	defer of.closing(&err)
	file, err := of.original(ctx, original)
	if err != nil {
		return err
	}
	same, err := redact.Reveals(key, file, result)
	switch {
	case err != nil:
		return err
	case !same:
		c.warn("%s is not shown to be a view of %s: the original, or the salt, is another", view, original)
		return errDamaged()
	}
	return c.print("%s is a redacted view of %s", view, original)
}

// original is the export that was found, or that export makes of the folders that
// were.
func (o *opened) original(ctx context.Context, name string) (*export.File, error) {
	if len(o.Exports) > 0 || len(o.Chains)+len(o.Bases) == 0 {
		return o.export(name)
	}
	e := engine.New(engine.Options{})
	found, err := e.Open(ctx, "", o.files, nil)
	if err != nil {
		return nil, err
	}
	defer e.Close(found.Source)
	var whole bytes.Buffer
	if _, err := e.Pack(ctx, engine.PackSpec{}, &whole); err != nil {
		return nil, err
	}
	return export.Open(bytes.NewReader(whole.Bytes()), int64(whole.Len()))
}
