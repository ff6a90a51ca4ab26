package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

// version is that of Weft. What is new in it stands in CHANGES.md beside this file. Schedules,
// traces, checkpoints and parts have formats of their own, which say when they change.
const version = "0.2.0"

// versionLine is what weft version prints.
func versionLine() string {
	return fmt.Sprintf("weft %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func newVersion(c console) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "The version of Weft, and of Go",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(c.Out, versionLine())
			return err
		},
	}
}
