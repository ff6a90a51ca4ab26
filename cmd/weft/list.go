package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"weft/scenarios"
	"weft/scenarios/goroutine"
	"weft/scenarios/scenario"
)

func newList(c console) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the programs of the gallery",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			w := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
			topic := scenario.Topic("")
			for _, s := range scenarios.All() {
				if s.Topic != topic {
					if topic != "" {
						fmt.Fprintln(w)
					}
					topic = s.Topic
					fmt.Fprintf(w, "%s\n", topic)
				}
				fmt.Fprintf(w, "  %s\t%s\n", s.Name, s.Title)
			}
			fmt.Fprintln(w, "\nordinary Go")
			for _, s := range goroutine.All() {
				fmt.Fprintf(w, "  %s\t%s\n", s.Name, s.Title)
			}
			return w.Flush()
		},
	}
}
