//go:build !js

package cli

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// revisionDigits is how much of a commit's hash is shown.
const revisionDigits = 12

func versionCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print which build this is",
		Example: "  chainglass version",
		Args:    exactly(0, ""),
		RunE: func(*cobra.Command, []string) error {
			return c.print("%s %s %s %s/%s", program, version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		},
	}
}

// version names the build: the version of the module, or the commit that the
// program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	switch {
	case info.Main.Version != "" && info.Main.Version != "(devel)":
		return info.Main.Version
	case revision == "":
		return "devel"
	}
	revision = revision[:min(len(revision), revisionDigits)]
	if settings["vcs.modified"] == "true" {
		revision += "+changes"
	}
	return revision
}
