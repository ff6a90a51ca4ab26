package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"weft/cmd/weft/source"
	"weft/scenarios/scenario"
	"weft/sim/bubble/overlay"
	"weft/sim/explore"
	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

const (
	stdinFlag  = "stdin"
	pointsFlag = "points"
)

// fileFlags are the flags about what a program finds, and how closely it is looked at.
func fileFlags(cmd *cobra.Command) {
	cmd.Flags().String(wantFlag, "", "a run fails that does not print these `LINES`")
	cmd.Flags().String(pointsFlag, "", "with memory: reads and writes of variables that race may come in any order")
	cmd.Flags().String(stdinFlag, "", "the standard input of a program in a `FILE` of its own (default: an empty one)")
}

// programOf parts a command line: which program is meant, and what follows -- for it.
func programOf(cmd *cobra.Command, args []string) (named, given []string) {
	if at := cmd.ArgsLenAtDash(); at >= 0 {
		return args[:at], args[at:]
	}
	return args, nil
}

// findFile completes the subject for a program in files of its own: it is built, and its runs
// are made in processes.
func findFile(cmd *cobra.Command, s subject, named, given []string, policy string, asked bool) (subject, error) {
	p, err := source.Find(named)
	if err != nil {
		return s, err
	}
	o := source.Options{Name: s.name, Args: given}
	if asked {
		of, err := order.ParsePolicy(policy)
		if err != nil {
			return s, err
		}
		if window, _ := of.PicksTimers(); window > 0 && !p.Coroutine() {
			return s, errNoJitter(of)
		}
		o.Policy = policy
	}
	if f := cmd.Flags().Lookup(stdinFlag); f != nil && f.Changed {
		if o.Stdin, err = filepath.Abs(f.Value.String()); err != nil {
			return s, err
		}
		if info, err := os.Stat(o.Stdin); errors.Is(err, fs.ErrNotExist) {
			return s, fmt.Errorf("--stdin: there is no file %s", f.Value)
		} else if err != nil {
			return s, fmt.Errorf("--stdin: %w", err)
		} else if info.IsDir() {
			return s, fmt.Errorf("--stdin: %s is a folder; want a file with what the program is to read", f.Value)
		}
		s.more += " --stdin " + words.Shell(f.Value.String())
	}
	for i, arg := range given {
		if i == 0 {
			s.more += " --"
		}
		s.more += " " + words.Shell(arg)
	}
	mode, err := memoryModeOf("")
	if err != nil {
		return s, err
	}
	o.Binary, err = p.Build(cmd.Context(), func(ctx context.Context, made *overlay.Overlay, module bool) []string {
		return compileFile(ctx, made, mode, module)
	})
	var wrong *source.BuildError
	if errors.As(err, &wrong) {
		fmt.Fprintln(cmd.ErrOrStderr(), wrong.Said) // in the compiler's own words
		return s, &endError{exitUsage, wrong.Hint}
	} else if err != nil {
		return s, err
	}
	trace.AddSources(p.Files...)
	s.Scenario = scenario.Scenario{Name: s.name}
	s.files = p.Files
	cold, err := p.ColdEngine(o)
	if err != nil {
		return s, err
	}
	if s.engine, err = p.Engine(o); err != nil {
		return s, err
	}
	s.cold = cold
	if !alike(order.RunOnce(s.engine, order.Default()), order.RunOnce(cold, order.Default())) {
		s.chill(cmd)
	}
	return s, nil
}

// alike reports whether two runs show the same.
func alike(a, b *order.Run) bool {
	return a.End == b.End && a.Summary == b.Summary && slices.EqualFunc(a.Output, b.Output, func(a, b order.Line) bool { return a.Text == b.Text })
}

// chill has each run made in a process of its own from now on.
func (s *subject) chill(cmd *cobra.Command) {
	fmt.Fprintf(cmd.ErrOrStderr(), "weft: %s keeps something from run to run, in another package than main; so each run is made in a process of its own, which is slower\n", s.name)
	s.engine, s.cold, s.chilled = s.cold, nil, true
}

// confirmed is how many outcomes are looked at in processes of their own.
const confirmed = 50

// confirms reports whether what was found of a program whose runs share processes is found
// in processes of their own as well.
func (s *subject) confirms(r *explore.Report) bool {
	if s.cold == nil {
		return true
	}
	if cold, ok := s.engine.(order.Cold); r.Nondeterminism != nil || ok && cold.FirstDiffers() {
		return false
	}
	for _, o := range r.Outcomes[:min(len(r.Outcomes), confirmed)] {
		run := order.RunOnce(s.cold, order.Replay(o.Witness))
		if run.End != o.End || !alike(run, order.RunOnce(s.engine, order.Replay(o.Witness))) {
			return false
		}
	}
	return true
}

// refine looks at the program more closely, as far as that is asked for: at what it should
// print, and at accesses to memory that race.
func (s *subject) refine(cmd *cobra.Command) error {
	if engine, want := expecting(cmd, s.engine); want != "" {
		s.engine = engine
		if s.cold != nil {
			s.cold, _ = expecting(cmd, s.cold)
		}
		s.more = " --want " + words.Shell(want) + s.more
	}
	f := cmd.Flags().Lookup(pointsFlag)
	if f == nil || !f.Changed {
		return nil
	}
	if f.Value.String() != "memory" {
		return fmt.Errorf("--points is %q; want memory", f.Value)
	}
	engine, ok := finer(s.engine)
	switch {
	case s.chilled:
		return fmt.Errorf("--points=memory needs runs that share a process, and those of %s cannot", s.name)
	case !ok:
		return fmt.Errorf("--points=memory is for programs in ordinary Go whose reads and writes are seen, and %s is none", s.name)
	}
	s.engine, s.cold = engine, nil
	s.more = " --points memory" + s.more
	return nil
}

// finer returns the engine on which accesses that race are points.
func finer(e order.Engine) (order.Engine, bool) {
	f, ok := e.(order.Finer)
	if !ok {
		return nil, false
	}
	return f.Finer()
}

// shared are packages of the standard library with types that goroutines may not use at the same
// time, and do so by mistake. What these read and write is seen, so that this is a data race.
var shared = []string{"bufio", "bytes", "container/heap", "container/list", "container/ring", "encoding/csv", "encoding/json", "math/big", "math/rand", "math/rand/v2", "sort", "strings", "text/tabwriter"}

// compileFile returns what is said to the compiler about a program in files: so that a run
// sees what it reads and writes.
func compileFile(ctx context.Context, made *overlay.Overlay, mode memoryMode, module bool) []string {
	const files = "command-line-arguments" // what the go command calls a package of files
	if mode == memoryOff {
		return nil
	}
	var flags []string
	if mode == memoryModule {
		for _, pkg := range shared {
			flags = append(flags, "-gcflags="+pkg+"="+instrument)
		}
	}
	mains, others := []string{files}, []string(nil)
	if module {
		folder := filepath.Dir(made.Toolchain.GOMOD)
		mains, others = modules(ctx, made, folder, "list", "-m"), dependencies(ctx, made, folder)
	}
	flags = append(flags, gcflags(mode, mains, others, nil)...)
	return append(flags, "-gcflags="+files+"="+instrument)
}

// source returns the text of a file of the program, which the folder and the name of the file
// are given of.
func (s *subject) source(file string) (string, bool) {
	i := slices.IndexFunc(s.files, func(path string) bool { return strings.HasSuffix(filepath.ToSlash(path), "/"+file) })
	if i < 0 {
		return "", false
	}
	text, err := os.ReadFile(s.files[i])
	return string(text), err == nil
}

// typed is the name of the program as a shell takes it.
func (s *subject) typed() string {
	if s.files == nil {
		return words.Shell(cmp.Or(s.name, s.Name))
	}
	var typed []string
	for _, name := range s.named {
		typed = append(typed, words.Shell(name))
	}
	return strings.Join(typed, " ")
}

// again returns the command that repeats a run.
func (s *subject) again(schedule order.Schedule) string {
	return fmt.Sprintf("weft replay %s --policy %s --schedule %s%s", s.typed(), s.engine.Policy(), schedule, s.more)
}

// pictureName is what a picture of a program could be called.
func pictureName(program string) string {
	name := strings.TrimSuffix(strings.NewReplacer("/", "-", " ", "-", `\\`, "-").Replace(strings.TrimLeft(program, "./")), ".go")
	if name == "" { // of the folder that one is in
		return "program"
	}
	return name
}
