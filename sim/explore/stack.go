package explore

import (
	"errors"
	"path/filepath"
	"strings"

	"weft/sim"
)

// errorText returns what an error says, for a report. Of a panic it shows the
// part of the stack that is the program's, without what differs from run to run.
func errorText(err error) string {
	var panicked *sim.PanicError
	if !errors.As(err, &panicked) || panicked.Stack == "" {
		return err.Error()
	}
	head, _, found := strings.Cut(err.Error(), "\n\n"+panicked.Stack)
	if !found {
		return err.Error()
	}
	return strings.TrimRight(head+"\n"+programStack(panicked.Stack), "\n")
}

// programStack returns the frames of a goroutine's stack, as package
// runtime/debug writes it, from the place of the panic on to where the engine has
// called the program: a line each, without arguments and addresses.
func programStack(stack string) string {
	lines := strings.Split(stack, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "panic(") {
			lines = lines[i:] // before are the functions that caught it
			break
		}
	}
	var b strings.Builder
	for i := 0; i+1 < len(lines); i++ {
		place, ok := strings.CutPrefix(lines[i+1], "\t")
		if !ok {
			continue
		}
		function := lines[i]
		if open := strings.LastIndexByte(function, '('); open > 0 {
			function = function[:open]
		}
		if strings.HasPrefix(function, engineFunctions) || strings.HasPrefix(function, ownPackage+"(*Attempt)") {
			break
		}
		if function == "panic" || strings.HasPrefix(function, "runtime.") {
			continue
		}
		place, _, _ = strings.Cut(place, " +0x")
		folder, file := filepath.Split(place)
		b.WriteString("    " + filepath.Base(function) + "  " + filepath.Base(folder) + "/" + file + "\n")
	}
	return b.String()
}

// engineFunctions is how the names of the functions begin that call the program.
const engineFunctions = "weft/sim.(*worker)"
