//go:build !js

package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// lossy is an export of one sound chain whose source was not read wholly, about the
// chain or about no chain.
func lossy(t *testing.T, about bool) string {
	return writeExport(t, func(w *export.Writer) error {
		id, err := w.AddChain(export.ChainInfo{Node: "n", Channel: "meshos/log", Kind: wire.ChainLog})
		if err != nil {
			return err
		}
		f := export.Finding{By: export.BySource, Rule: export.FindingNotRead, Severity: export.SeverityDamage, Title: message.New("cannot be read"), Where: "n/dat", Count: 1}
		if about {
			f.Chain = postcard.Some(id)
		}
		return w.AddFinding(f)
	})
}

// No command says that all is well over what an export says of its source.
func TestCarriedDamageIsTold(t *testing.T) {
	for _, about := range []bool{false, true} {
		name := lossy(t, about)
		said := command("verify", name).want(t, StatusDamaged)
		if !strings.Contains(said.stdout, "cannot be read") || strings.Contains(said.stdout, "nothing is damaged") {
			t.Errorf("verify: %s", said.stdout)
		}
		for _, form := range []string{"--markdown", "--html"} {
			said := command("report", name, form)
			if !strings.Contains(said.stdout, "cannot be read") || strings.Contains(said.stdout, "very entry is present") {
				t.Errorf("report %s: %.3000s", form, said.stdout)
			}
			said.says(t, "cannot be read")
		}
		for _, args := range [][]string{{"cat", name}, {"fold", name}, {"export", name, "-o", filepath.Join(t.TempDir(), "x.chain")}} {
			command(args...).says(t, "cannot be read")
		}
	}
	var doc struct{ Findings []finding }
	said := command("verify", "--json", lossy(t, true)).want(t, StatusDamaged)
	if err := json.Unmarshal([]byte(said.stdout), &doc); err != nil || len(doc.Findings) != 1 || doc.Findings[0].By != export.BySource || doc.Findings[0].Rule != export.FindingNotRead {
		t.Errorf("%v: %s", err, said.stdout)
	}
}

// What the sender found is told as the sender's, and is no damage.
func TestTheSendersStoryIsTold(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "x.chain")
	command("generate", "-o", filepath.Join(dir, "n"), "--records", "30000").want(t, StatusOK)
	command("export", dir, "-o", file).want(t, StatusOK)
	said := command("verify", file).want(t, StatusOK)
	if !strings.Contains(said.stdout, "What the sender found, not checked here:") {
		t.Errorf("verify: %s", said.stdout)
	}
	if said := command("report", file); !strings.Contains(said.stdout, "## What the sender found") {
		t.Errorf("report: %s", said.stdout)
	}
	var doc struct{ Findings []finding }
	if err := json.Unmarshal([]byte(command("verify", "--json", file).stdout), &doc); err != nil {
		t.Fatal(err)
	}
	senders := 0
	for _, f := range doc.Findings {
		if f.By == export.BySender {
			senders++
		}
	}
	if senders == 0 {
		t.Error("no finding is the sender's")
	}
}
