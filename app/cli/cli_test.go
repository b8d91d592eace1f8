//go:build !js

package cli

import (
	"strings"
	"testing"
)

func TestHelpHasExamples(t *testing.T) {
	c := &console{}
	for _, cmd := range rootCommand(c).Commands() {
		r := command(cmd.Name(), "--help").want(t, StatusOK)
		if !strings.Contains(r.stdout, "Examples:\n  ") || !strings.Contains(r.stdout, program+" "+cmd.Name()) {
			t.Errorf("%s: %s", cmd.Name(), r.stdout)
		}
	}
	for _, args := range [][]string{{}, {"--help"}, {"help"}} {
		r := command(args...).want(t, StatusOK)
		if !strings.Contains(r.stdout, "decode") || r.text != "" {
			t.Errorf("%v: %s%s", args, r.stdout, r.text)
		}
	}
}

func TestWrongUsage(t *testing.T) {
	for name, c := range map[string]struct{ args, says string }{
		"unknown command":  {"verfy", `did you mean "verify"?`},
		"strange command":  {"frobnicate x", `unknown command "frobnicate"`},
		"unknown flag":     {"verify --fast x", "unknown flag: --fast"},
		"flag of the root": {"--fast", "unknown flag: --fast"},
		"bad number":       {"generate -o x --records many", "many"},
		"no path":          {"fold", "PATH is missing"},
		"two paths":        {"verify a b", `unexpected argument "b"`},
		"argument":         {"decode x", `unexpected argument "x"`},
		"record type":      {"decode --type blob", "action, audit, log, failure, snapshot"},
		"chain type":       {"cat ../../wire --type blob", "action, audit, log, failure"},
		"no output":        {"export x", "-o FILE.chain is missing"},
		"no folder":        {"import x", "-o DIR is missing"},
		"port":             {"serve --port 70000", "not a port"},
		"no site folder":   {"site", "-o DIR is missing"},
		"site argument":    {"site dist", `unexpected argument "dist"`},
	} {
		t.Run(name, func(t *testing.T) {
			r := command(strings.Fields(c.args)...).want(t, StatusUsage).says(t, c.says).says(t, "--help")
			if r.stdout != "" {
				t.Errorf("stdout got %q", r.stdout)
			}
		})
	}
}

func TestNothingToRead(t *testing.T) {
	for _, name := range []string{"fold", "verify", "cat"} {
		command(name, "missing").want(t, StatusFailed).says(t, "missing")
		command(name, t.TempDir()).want(t, StatusFailed)
	}
	command("import", "missing", "-o", t.TempDir()).want(t, StatusFailed).says(t, "missing")
}

func TestVersion(t *testing.T) {
	if r := command("version").want(t, StatusOK); !strings.HasPrefix(r.stdout, program+" ") {
		t.Errorf("%q", r.stdout)
	}
}
