package source

import (
	"archive/zip"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCredentialNames(t *testing.T) {
	for _, name := range []string{
		"control.json", "CONTROL.JSON", "a/b/Control.Json", "control.json.bak", "control.json~", "control (1).json",
		"control (Ann's conflicted copy 2026-05-22).json", "control - Copy.json", "Copy of control.json", "control copy 2.json",
		"Kopie von control.json", "control - コピー.json", "control.json.gz", ".control.json.swp", "#control.json#", "control_json",
		"control-20260522.json", "control-v2.json", "2026-05-22T16-08 control.json", "control.sync-conflict-20260522-160801-AB12CD3.json",
		"control%20(1).json", "(control.json)", "control.json;1", "control2.json",
		"enrollment.snapshot", "Enrollment.Snapshot", "enrollment.snapshot~", "enrollment (2).snapshot", "enrollment.bak.snapshot",
		"enrollment.snapshot.old", "enrollment_snapshot.tar.zst", "._enrollment.snapshot",
	} {
		if !IsCredential(name) {
			t.Errorf("%q passes", name)
		}
	}
	for _, name := range []string{
		"", ".", "/", "idx", "dat", "manifest", "json", "control", "snapshot.json", "enrollment.lock", "access-control.json",
		"control-plane.json", "controls.json", "uncontrol.json", "json.control", "enrollment-report.snapshot", "enrollment", "node.snapshot",
		"control.json/idx", "pull control reasons.ndjson",
	} {
		if IsCredential(name) {
			t.Errorf("%q is refused", name)
		}
	}
}

// Credentials are told by folder, wherever they lie; the sentence does not depend
// on how many other problems there are.
func TestCredentialsAreTold(t *testing.T) {
	in := corpus(t, "damage/clean").under("node-3")
	in["node-3/control.json"] = `{"secret":"s3cret"}`
	in["node-3/enrollment.snapshot"] = "s3cret"
	in["node-3/packed/logs.zip"] = zipOf(t, files{"a/control.json.bak": "s3cret"}, zip.Deflate)
	in["node-3/packed/logs.tar"] = tarOf(t, files{"b/Enrollment.Snapshot": "s3cret"})
	for i := range MaxProblems + 10 {
		in[fmt.Sprintf("node-3/junk/%d", i)] = ""
	}
	set := find(t, in.fsys())
	var told []string
	for _, p := range set.Problems {
		if p.Title == "credentials lie in this folder" {
			told = append(told, p.Path+": "+p.Detail)
			if p.Level != LevelNote {
				t.Errorf("%v is %v", p, p.Level)
			}
		}
	}
	want := []string{
		"node-3: control.json, enrollment.snapshot; they were not opened and do not leave",
		"node-3/packed/logs.tar!/b: Enrollment.Snapshot; they were not opened and do not leave",
		"node-3/packed/logs.zip!/a: control.json.bak; they were not opened and do not leave",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	// One that is handed over by itself is an error, whose advice helps.
	alone := find(t, files{"control.json": `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`}.fsys())
	if len(alone.Chains) != 0 || len(alone.Problems) != 1 || alone.Problems[0].Level != LevelError || alone.Problems[0].Advice == "" {
		t.Errorf("%v", alone.Problems)
	}
}
