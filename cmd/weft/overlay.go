package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"weft/sim/bubble/overlay"
)

func newOverlay(c console) *cobra.Command {
	return &cobra.Command{
		Use:   "overlay",
		Short: "Print the path of the runtime overlay for go test",
		Long: `Make the runtime overlay from the Go distribution in use, unless the cache has it
already, and print the path of its JSON file and nothing else. weft test does the
same and runs go test with it.

The exit status is 0, or 2 if there is no overlay: weft doctor says more.`,
		Example: "  go test -overlay=$(weft overlay) ./...",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			made, err := overlay.Generate(cmd.Context(), "")
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.Out, made.Path)
			return err
		},
	}
}
