package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// helped drops a file of 40 MB on the probe and returns what its engine tells of help
// with it. One thing more is asked for in the middle.
func helped(t *testing.T, p *page, more string) string {
	t.Helper()
	files := tree{"dat": strings.Repeat("0123456789abcdefghijklmnopqrstuv", 40<<15)}
	p.drop(filepath.Join(files.write(t), "dat"))
	p.nextIntake()
	p.answer("files")
	return p.sendAndAnswer("help", more)
}

func TestHelpersReadFiles(t *testing.T) {
	eachProbeAt(t, "?helpers=2", func(t *testing.T, p *page) {
		if got := helped(t, p, ""); got != "right=40 wrong=0 left=0 helpers=2 size=16 error=<nil>" {
			t.Error(got)
		}
	})
}

func TestNoHelpersWhereNoneAreWanted(t *testing.T) {
	eachProbeAt(t, "?helpers=0", func(t *testing.T, p *page) {
		if got := helped(t, p, ""); !strings.HasPrefix(got, "right=0 wrong=0 left=40 helpers=0 size=0") {
			t.Error(got)
		}
	})
}

// A question that kills helpers, whichever way, takes two of them with it. What was asked
// of both of them at that time is left to the engine, all else is answered.
func TestHelpersThatDieCostNothing(t *testing.T) {
	for _, way := range []string{"panic", "close"} {
		t.Run(way, func(t *testing.T) {
			eachProbeAt(t, "?helpers=3", func(t *testing.T, p *page) {
				p.expectFault("deliberately broken")
				p.expectFault("exception")
				p.expectFault("exit code")
				got := helped(t, p, way)
				var right, wrong, left, helpers, size int
				if _, err := fmt.Sscanf(got, "right=%d wrong=%d left=%d helpers=%d size=%d", &right, &wrong, &left, &helpers, &size); err != nil {
					t.Fatalf("%v: %s", err, got)
				}
				if right+left != 41 || wrong != 0 || left < 1 || left > 16 || size != 8 || !strings.Contains(got, "no helper can do this: the helper died") {
					t.Error(got)
				}
			})
		})
	}
}

func TestAHelpersErrorIsTold(t *testing.T) {
	eachProbeAt(t, "?helpers=2", func(t *testing.T, p *page) {
		if got := helped(t, p, "fail"); got != "right=40 wrong=0 left=1 helpers=2 size=16 error=deliberately failed" {
			t.Error(got)
		}
	})
}
