package bubble

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"weft/sim/order"
)

// WithExpected says that goroutines may be left at the end of a run: those that have one
// of these functions on their stack, such as the one that they were started with. They are
// no leak then, and do not keep time going on when the program has returned. It is for what
// a library leaves on purpose, such as idle connections, or a cleaner that nothing can
// stop. A function is given by its full name, as stack traces write it:
// "net/http.(*persistConn).writeLoop", or "example.com/cache.New.func1" for the first
// function literal in New. The idea is that of go.uber.org/goleak's IgnoreAnyFunction.
//
// Given more than once, all of them count. It panics without a function, and for one
// whose name has no package.
func WithExpected(functions ...string) Option {
	if len(functions) == 0 {
		panic("bubble: WithExpected was given no function; name those that goroutines may be left in")
	}
	for _, f := range functions {
		path := f[strings.LastIndexByte(f, '/')+1:]
		pkg, name, ok := strings.Cut(path, ".")
		if !ok || pkg == "" || name == "" || strings.HasSuffix(f, "()") || strings.ContainsAny(f, " \t\n") {
			panic(fmt.Sprintf("bubble: WithExpected was given %q; it must be the full name of a function, as in a stack trace, such as \"net/http.(*persistConn).writeLoop\"", f))
		}
	}
	functions = slices.Clone(functions)
	return optionFunc(func(s *settings) { s.expected = append(slices.Clip(s.expected), functions...) })
}

// unexpected returns those of the goroutines that are left that may not be.
func (n *run) unexpected(left []order.Waiting) []order.Waiting {
	if len(n.expected) == 0 {
		return left
	}
	return slices.DeleteFunc(left, func(w order.Waiting) bool {
		return slices.ContainsFunc(n.goroutines, func(g *goroutine) bool { return g.label == w.Task && !g.ended && n.expects(g) })
	})
}

// expects reports whether a goroutine may be left.
func (n *run) expects(g *goroutine) bool {
	pcs := make([]uintptr, 512) // the function that it was started with stands last
	frames := runtime.CallersFrames(pcs[:hooks.stack(n.control, g.id, pcs)])
	for {
		frame, more := frames.Next()
		if slices.Contains(n.expected, frame.Function) {
			return true
		}
		if !more {
			return false
		}
	}
}

// mayStay returns 1 if all goroutines that are left may be, and else 0.
func (n *run) mayStay() int {
	for i, g := range n.goroutines {
		if i > 0 && !g.ended && g.label != "" && g.begun && !n.expects(g) {
			return 0
		}
	}
	return 1
}
