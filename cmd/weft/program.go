package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"weft/cmd/weft/source"
	"weft/scenarios"
	"weft/scenarios/goroutine"
	"weft/scenarios/scenario"
	"weft/sim"
	"weft/sim/bubble"
	"weft/sim/order"
)

// policies completes --policy.
var policies = []string{"fifo", "same-instant", "any-ready", "jitter:", "hold-ups:"}

const policyHelp = "which orders are permitted: fifo, same-instant, any-ready, jitter:DURATION or hold-ups:TIMES:DURATION (default: what the program asks for, else same-instant)"

// oneProgram demands one program: a name, a folder, or the files that it consists of.
func oneProgram(command string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		named, given := programOf(cmd, args)
		files := len(named) > 0 && inFiles(named[0])
		switch {
		case len(named) == 0, len(named) > 1 && !files:
			return fmt.Errorf("%s takes one program: a name (see weft list), or a Go file with func main(), such as bank.go", command)
		case len(given) > 0 && !files:
			return fmt.Errorf("what follows -- is for programs in files of their own, and %s is none", named[0])
		}
		return nil
	}
}

// completion completes one argument.
type completion = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completePrograms completes the names of the gallery and, if those may stand
// there too, files.
func completePrograms(files bool) completion {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []string
		for _, s := range scenarios.All() {
			names = append(names, s.Name+"\t"+s.Title)
		}
		for _, s := range goroutine.All() {
			names = append(names, s.Name+"\t"+s.Title)
		}
		if files {
			return names, cobra.ShellCompDirectiveDefault
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// findProgram finds a program of the gallery by its name.
func findProgram(name string) (scenario.Scenario, error) {
	if s, ok := scenarios.Find(name); ok {
		return s, nil
	}
	return scenario.Scenario{}, unknownProgram(name)
}

// inGo reports whether a name is one of a program in ordinary Go.
func inGo(name string) bool { return strings.HasPrefix(name, "go/") }

// inFiles reports whether a name is that of a program in files of its own: of a Go file, or of
// a folder. Where the gallery has the name, it is the gallery's.
func inFiles(name string) bool {
	if source.Names(name) {
		return true
	}
	info, err := os.Stat(name)
	return err == nil && info.IsDir() && !isProgram(name)
}

// subject is a program to be run many times, or along a given schedule.
type subject struct {
	scenario.Scenario
	name     string   // as the command line gave it
	named    []string // the same of a program in files of its own, one by one
	engine   order.Engine
	schedule order.Schedule // of the recorded run, if it was one
	files    []string       // of a program in files of its own
	cold     order.Engine   // makes each run in a process of its own; nil if that is not to be looked at
	chilled  bool           // so does engine
	more     string         // what a command line says of it behind its flags
}

// findSubject finds a program by its name, by its files, or by a recorded run.
func findSubject(cmd *cobra.Command, args []string, policy string) (subject, error) {
	s, err := lookUp(cmd, args, policy)
	if err != nil {
		return s, err
	}
	return s, s.refine(cmd)
}

func lookUp(cmd *cobra.Command, args []string, policy string) (subject, error) {
	named, rest := programOf(cmd, args)
	s, given := subject{name: strings.Join(named, " ")}, cmd.Flags().Changed("policy")
	if strings.EqualFold(filepath.Ext(s.name), ".jsonl") {
		recorded, err := readTrace(s.name)
		if err != nil {
			return s, err
		}
		if recorded.Program == "" {
			return s, fmt.Errorf("the run in %s does not say what program it is of; name the program, and give its schedule with --schedule", s.name)
		}
		if s.schedule, err = order.ParseSchedule(recorded.Schedule); err != nil {
			return s, err
		}
		s.name = recorded.Program
		if named = []string{s.name}; !source.Names(s.name) || strings.Contains(s.name, ".go ") {
			named = strings.Fields(s.name)
		}
		if !given {
			policy, given = recorded.Policy, true
		}
	}
	if f := cmd.Flags().Lookup(stdinFlag); f != nil && f.Changed && !inFiles(named[0]) {
		return s, fmt.Errorf("--stdin is for a Go program in a file; %s is a program of the gallery, and reads nothing", s.name)
	}
	if inGo(s.name) {
		return findGoSubject(s, policy, given)
	}
	if inFiles(named[0]) {
		s.named = named
		return findFile(cmd, s, named, rest, policy, given)
	}
	var err error
	if s.Scenario, err = findProgram(s.name); err != nil {
		return s, err
	}
	var options []sim.Option
	if given {
		p, err := order.ParsePolicy(policy)
		if err != nil {
			return s, err
		}
		options = append(options, sim.WithPolicy(p))
	}
	s.engine = s.Engine(options...)
	return s, nil
}

// errNoJitter says that goroutines have no such policy.
func errNoJitter(p order.Policy) error {
	window, _ := p.PicksTimers()
	return fmt.Errorf("there is no policy %s for goroutines; use hold-ups:1:%v, in which time passes while a goroutine is ready", p, window)
}

// findGoSubject completes the subject for a program in ordinary Go.
func findGoSubject(s subject, policy string, given bool) (subject, error) {
	program, ok := goroutine.Find(s.name)
	if !ok {
		return s, unknownProgram(s.name)
	}
	s.Scenario = scenario.Scenario{Name: program.Name, Title: program.Title, Story: program.Story, Fixes: program.Fixes}
	var options []bubble.Option
	if given {
		p, err := order.ParsePolicy(policy)
		if err != nil {
			return s, err
		}
		if window, _ := p.PicksTimers(); window > 0 {
			return s, errNoJitter(p)
		}
		options = append(options, bubble.WithPolicy(p))
	}
	if !bubble.Controlled() {
		return s, errUncontrolled
	}
	s.engine = program.Engine(options...)
	return s, nil
}
