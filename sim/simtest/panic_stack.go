package simtest

import (
	"errors"
	"path/filepath"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// errorText returns what an error says, for a report. Of a panic it shows the
// part of the stack that is the program's, without what differs from run to run.
func errorText(err error) string {
	var panicked *order.PanicError
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
	var frames []string
	end := 0 // behind the last frame that is not the engine's
	for i := 0; i+1 < len(lines); i++ {
		place, ok := strings.CutPrefix(lines[i+1], "\t")
		if !ok {
			continue
		}
		function := lines[i]
		if open := strings.LastIndexByte(function, '('); open > 0 {
			function = function[:open]
		}
		if function == "panic" || strings.HasPrefix(function, "runtime.") || strings.HasPrefix(function, "created by ") {
			continue
		}
		place, _, _ = strings.Cut(place, " +0x")
		frames = append(frames, "    "+filepath.Base(function)+"  "+trace.ShortPlace(place)+"\n")
		if !isEngine(function) {
			end = len(frames)
		}
	}
	return strings.Join(frames[:end], "")
}

// isEngine reports whether a function is one of those that call the program.
func isEngine(function string) bool {
	for _, own := range []string{"weft/sim.", "weft/sim/bubble.", ownPackage, "iter.", "testing.", "internal/synctest."} {
		if strings.HasPrefix(function, own) {
			return true
		}
	}
	return false
}
