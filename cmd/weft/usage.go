package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"weft/scenarios"
	"weft/scenarios/goroutine"
	"weft/trace/words"
)

// usageOfFlag puts what the parser of flags says in words for the one who typed them.
func usageOfFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var bare *pflag.ValueRequiredError
	switch {
	case errors.As(err, &unknown):
		name, dashes := unknown.GetSpecifiedName(), "--"
		if unknown.GetSpecifiedShortnames() != "" {
			name, dashes = name[:1], "-"
		}
		var known []string
		if dashes == "--" {
			known = flagsOf(cmd)
		}
		return fmt.Errorf("%s has no flag %s%s%s; %s --help lists those that it has", cmd.CommandPath(), dashes, words.Clean(name), words.DidYouMean(name, "--", known), cmd.CommandPath())
	case errors.As(err, &invalid):
		return fmt.Errorf("--%s %q: want %s", invalid.GetFlag().Name, invalid.GetValue(), wanted(invalid.GetFlag()))
	case errors.As(err, &bare):
		return fmt.Errorf("--%s stands there without a value: want %s", bare.GetFlag().Name, wanted(bare.GetFlag()))
	}
	return err
}

// flagsOf returns the names of a command's flags.
func flagsOf(cmd *cobra.Command) []string {
	names := []string{"help"}
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// wanted says what a flag takes.
func wanted(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "uint64":
		return "a number from 0 to 18446744073709551615, such as 7"
	case "int":
		return "a number"
	case "bool":
		return "true or false, or the flag alone for true"
	}
	if name, usage := pflag.UnquoteUsage(f); usage != "" && name != "string" {
		return name + " (" + usage + ")"
	}
	return f.Usage
}

// unknownCommand says what to do about a first word that is no command: it may be a
// misspelt one, or what another one takes.
func unknownCommand(root *cobra.Command, args []string) error {
	typed := args[slices.IndexFunc(args, func(arg string) bool { return !strings.HasPrefix(arg, "-") })]
	var known []string
	for _, cmd := range root.Commands() {
		if !cmd.Hidden {
			known = append(known, cmd.Name())
		}
	}
	if near := words.DidYouMean(typed, "", known); near != "" {
		return fmt.Errorf("there is no command %q%s; weft --help lists them", typed, near)
	}
	if isProgram(typed) {
		return fmt.Errorf("there is no command %q; to run that program: weft run %[2]s, or weft explore %[2]s", typed, words.Shell(typed))
	}
	return fmt.Errorf("there is no command %q; weft --help lists them", typed)
}

// isProgram reports whether a name is that of something that can be run.
func isProgram(name string) bool {
	_, inGallery := scenarios.Find(name)
	_, inGo := goroutine.Find(name)
	return inGallery || inGo || filepath.Ext(name) == ".go"
}

// noArguments is for commands that take flags only.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments; leave out %q", cmd.CommandPath(), args[0])
	}
	return nil
}

// unknownProgram says what to do about a name that is not in the gallery.
func unknownProgram(name string) error {
	info, err := os.Stat(name)
	switch ext := strings.ToLower(filepath.Ext(name)); {
	case err == nil && ext == ".jsonl":
		return fmt.Errorf("%s is a recorded run: to repeat it, weft replay %[2]s; to see it, weft trace %[2]s", words.Clean(name), words.Shell(name))
	case err == nil && !info.IsDir() && ext != ".go":
		return fmt.Errorf("%s is no Go program; this takes the name of a program of the gallery (weft list), a file that ends in .go, or a folder with a package main", words.Clean(name))
	case errors.Is(err, fs.ErrNotExist) && (ext == ".go" || ext == ".jsonl" || filepath.IsAbs(name) || strings.HasPrefix(name, ".")):
		return fmt.Errorf("there is no file or folder %q; this takes one, or the name of a program of the gallery (weft list)", name)
	}
	hint := ""
	if near := scenarios.Nearest(name); near != "" {
		hint = fmt.Sprintf(" (did you mean %s?)", near)
	}
	return fmt.Errorf("there is no program %q in the gallery%s; weft list names them all", name, hint)
}
