package program

import (
	"flag"
	"io"
	"log"
	"os"
	"slices"
	"strings"
)

// standard is what the standard library keeps for the program as a whole, and which nearly every
// program changes: its flags, its log, its arguments, its files, its environment and its folder.
// It is put back before each run, since package main finds it so in a process of its own.
type standard struct {
	flags  []flag.Flag // those of packages that are initialised before any run
	usage  func()
	log    io.Writer
	prefix string
	marks  int // flags of the log

	args          []string
	in, out, errs *os.File
	environ       []string
	folder        string
}

// newStandard takes down what there is now.
func newStandard() *standard {
	s := &standard{
		usage: flag.Usage, log: log.Writer(), prefix: log.Prefix(), marks: log.Flags(),
		args: slices.Clone(os.Args), in: os.Stdin, out: os.Stdout, errs: os.Stderr, environ: os.Environ(),
	}
	flag.VisitAll(func(f *flag.Flag) { s.flags = append(s.flags, *f) })
	s.folder, _ = os.Getwd()
	return s
}

// restore puts it back.
func (s *standard) restore() {
	os.Args = slices.Clone(s.args)
	os.Stdin, os.Stdout, os.Stderr = s.in, s.out, s.errs
	if !slices.Equal(os.Environ(), s.environ) {
		os.Clearenv()
		for _, variable := range s.environ {
			// A name may begin with the sign, as some do on Windows.
			if i := strings.IndexByte(variable[min(1, len(variable)):], '='); i >= 0 {
				os.Setenv(variable[:i+1], variable[i+2:])
			}
		}
	}
	if now, err := os.Getwd(); err != nil || now != s.folder {
		os.Chdir(s.folder)
	}
	flag.Usage = s.usage
	flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	flag.CommandLine.Usage = func() { flag.Usage() }
	for _, f := range s.flags {
		f.Value.Set(f.DefValue)
		flag.Var(f.Value, f.Name, f.Usage)
		flag.Lookup(f.Name).DefValue = f.DefValue
	}
	log.SetOutput(s.log)
	log.SetPrefix(s.prefix)
	log.SetFlags(s.marks)
}
