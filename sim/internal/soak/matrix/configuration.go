package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
)

// configuration is how a process is built and run. What a seed gives must not depend on it.
type configuration struct {
	toolchain string // GOTOOLCHAIN
	build     build
	procs     int  // GOMAXPROCS
	gogc      int  // GOGC: 1 has the collector at work all the time
	cold      bool // the process makes one run
}

// build is how the test binary was built.
type build string

const (
	watched   build = ""                 // what the package reads and writes is seen, if there is an overlay
	unwatched build = "-weft.memory=off" // it is not
	detected  build = "-race"            // the race detector sees it
)

func (c configuration) String() string {
	warm := "warm"
	if c.cold {
		warm = "cold"
	}
	return fmt.Sprintf("%s %s GOMAXPROCS=%d GOGC=%d %s", c.toolchain, cmp.Or(c.build, "plain"), c.procs, c.gogc, warm)
}

// environment returns that of a process.
func (c configuration) environment() []string {
	return slices.Concat(os.Environ(), c.variables())
}

func (c configuration) variables() []string {
	own := []string{fmt.Sprint("GOMAXPROCS=", c.procs), fmt.Sprint("GOGC=", c.gogc)}
	if c.build == detected {
		// Programs with data races are among those that are run.
		own = append(own, "GORACE=log_path="+os.DevNull)
	}
	return own
}

// line is what a shell takes.
func (c configuration) line(args []string) string {
	return strings.Join(slices.Concat(c.variables(), args), " ")
}

// configurations returns all of them, of which neighbours differ in much.
func configurations(toolchains []string) []configuration {
	var all []configuration
	for _, gogc := range []int{100, 1} {
		for _, procs := range []int{1, 4, 2} {
			for _, cold := range []bool{false, true} {
				for _, build := range []build{watched, detected, unwatched} {
					for _, toolchain := range toolchains {
						all = append(all, configuration{toolchain, build, procs, gogc, cold})
					}
				}
			}
		}
	}
	return all
}
