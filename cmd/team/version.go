package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/store"
)

// built says what this program is; with -o json it is the answer.
type built struct {
	Version string `json:"version"`
	// Commit the program was built from; empty where it was built without git.
	Commit string `json:"commit,omitempty"`
	// Modified: files were changed since that commit.
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	// Schema is the newest version of the database's schema that this program knows.
	Schema int64 `json:"schema"`
}

func thisProgram() (built, error) {
	b := built{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	var err error
	b.Schema, err = store.SchemaVersion()
	return b, err
}

func versionCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "version", Short: "Print the version", GroupID: groupServe, Args: cobra.NoArgs,
		Long: `Prints the version of this program, the commit it was built from, and the version of the database's schema it knows. A
database whose schema is newer is refused, unless it says that it still works with this one.`,
		Example: "  team version\n  team version -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			programs, err := asJSON(cmd, "text")
			if err != nil {
				return err
			}
			b, err := thisProgram()
			if err != nil {
				return err
			}
			if programs {
				return c.printJSON(b)
			}
			fmt.Fprintf(c.out, "team %s (%s, %s/%s, schema %d)\n", b.Version, b.Go, b.OS, b.Arch, b.Schema)
			return nil
		},
	}
	localOutput(cmd, "text")
	return cmd
}
