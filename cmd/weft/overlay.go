package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"weft/sim/bubble/overlay"
	"weft/trace/words"
)

func newOverlay(c console) *cobra.Command {
	var env bool
	cmd := &cobra.Command{
		Use:   "overlay",
		Short: "Print the path of the runtime overlay for go test",
		Long: `Make the runtime overlay from the Go distribution in use, unless the cache has it
already, and print the path of its JSON file and nothing else. weft test does the
same and runs go test with it.

With --env, print what a shell must set for the go command to build with it, in
this folder, from then on. For go test -race, ` + memoryVariable + `=off must be in the environment
while that is printed: the race detector sees memory for itself.

A toolchain that the go command has fetched itself takes an overlay by a link and
not in its own place, so that there the path is not enough: use --env, or weft test.

The exit status is 0, or 2 if there is no overlay: weft doctor says more.`,
		Example: `  go test -overlay=$(weft overlay) ./...
  eval "$(weft overlay --env)"; go test ./...`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			made, err := overlay.Generate(cmd.Context(), "")
			if err != nil {
				return err
			}
			if env {
				mode, err := memoryModeOf("")
				if err != nil {
					return err
				}
				_, err = fmt.Fprint(c.Out, exports(made, memoryFlags(cmd.Context(), made, "", mode, nil)))
				return err
			}
			if made.Env() != nil {
				return fmt.Errorf("the go command has fetched %s itself, and the path of the overlay is not enough for it; use weft test in place of go test, or eval \"$(weft overlay --env)\" before it",
					made.Toolchain.GOVERSION)
			}
			_, err = fmt.Fprintln(c.Out, made.Path)
			return err
		},
	}
	cmd.Flags().BoolVar(&env, "env", false, "print what a shell must set, in place of the path")
	return cmd
}

// exports returns the lines by which a shell sets the environment for an overlay, and for
// what is said to the compiler.
func exports(made *overlay.Overlay, compile []string) string {
	flags := strings.TrimSpace(made.Toolchain.GOFLAGS + " " + quoteFlag("-overlay="+made.Path))
	for _, flag := range compile {
		flags += " " + quoteFlag(flag)
	}
	var b strings.Builder
	for _, entry := range append(made.Env(), "GOFLAGS="+flags, overlayVariable+"="+made.Path) {
		name, value, _ := strings.Cut(entry, "=")
		b.WriteString("export " + name + "=" + words.Shell(value) + "\n")
	}
	return b.String()
}

// quoteFlag writes a flag as GOFLAGS takes it.
func quoteFlag(flag string) string {
	if strings.ContainsAny(flag, " \t") {
		return "'" + flag + "'"
	}
	return flag
}
