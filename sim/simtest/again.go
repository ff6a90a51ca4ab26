package simtest

import (
	"net/url"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"

	"weft/sim/order"
	"weft/trace/words"
)

// againLine returns the command that runs the test again in the order of a
// schedule. command is what runs tests, and policy is that of the run if it is not the
// one that the code says.
func againLine(t testing.TB, command, pkg string, s order.Schedule, policy string) string {
	line := command + " " + words.Shell(pkg)
	if _, isBenchmark := t.(*testing.B); isBenchmark {
		line += " -run '^$' -bench " + words.Shell(pattern(t.Name()))
	} else {
		line += " -run " + words.Shell(pattern(t.Name()))
	}
	if policy != "" {
		line += " -weft.policy=" + policy
	}
	return line + " -weft.schedule=" + s.String()
}

// pattern returns the pattern that selects a test and no other: of each element
// of its name, because that is how package testing compares them.
func pattern(name string) string {
	elements := strings.Split(name, "/")
	for i, e := range elements {
		elements[i] = "^" + regexp.QuoteMeta(e) + "$"
	}
	return strings.Join(elements, "/")
}

// testPackage returns the package of the running test as the go command takes
// it: below the main module as a path from its root, and else the import path.
// It is that of the outermost function which package testing has called, or else
// the one that called Check.
func testPackage() string {
	frames := callers(1)
	function := ""
	for i, f := range frames {
		if strings.HasPrefix(f.Function, "testing.") && i > 0 {
			function = frames[i-1].Function
			break
		}
		if function == "" && !strings.HasPrefix(f.Function, ownPackage) {
			function = f.Function
		}
	}
	path := packageOf(function)
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Path == "" {
		return path
	}
	if path == info.Main.Path {
		return "."
	}
	if below, ok := strings.CutPrefix(path, info.Main.Path+"/"); ok {
		return "./" + below
	}
	return path
}

// ownPackage is how the names of this package's functions begin, as the runtime
// tells them.
var ownPackage = strings.TrimSuffix(callers(0)[0].Function, "init")

// packageOf returns the import path of the package that a function belongs to, or
// for a function of an external test, of the package that it tests.
func packageOf(function string) string {
	folder, name := "", function
	if i := strings.LastIndexByte(cutTypes(function), '/'); i >= 0 {
		folder, name = function[:i+1], function[i+1:]
	}
	name, _, _ = strings.Cut(name, ".")
	name = strings.TrimSuffix(name, "_test")
	if plain, err := url.PathUnescape(name); err == nil { // a dot in the last element is %2e
		name = plain
	}
	return folder + name
}

// cutTypes cuts off the type arguments of a function's name, which may hold
// slashes.
func cutTypes(function string) string {
	function, _, _ = strings.Cut(function, "[")
	return function
}
