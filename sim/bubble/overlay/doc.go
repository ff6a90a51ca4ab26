// Package overlay makes the Go runtime that package bubble needs, out of the Go
// distribution that its user has.
//
// The go command can be told to read other text in place of some of its files:
// go build -overlay=FILE takes a JSON file that names, for each path, the file
// to read instead. This holds for the standard library too, and so for the
// runtime. Nothing of the distribution is changed, a build without the flag is
// what it was, and the go command keeps both kinds of build in its cache. The
// paths must be absolute, which is why the files cannot come with this module:
// [Generate] makes them on the machine that builds, below the user's cache
// folder, and says where the JSON file is.
//
//	go test -overlay=$(weft overlay) ./...
//
// # Anchored edits
//
// For each minor version of Go there is a table of edits. An [Edit] does not
// say a line number: it quotes a text, its anchor, which must stand exactly once
// in the file, and the text that takes its place. A patch release that moves
// code about leaves anchors as they are. A distribution that has changed a
// function which an edit relies on has not, in all likelihood, and is refused
// with an [AnchorError]: a scheduler that is patched in the wrong place would
// lose goroutines now and then, and nobody would know why.
//
// All anchors are sought in the file as it is in the distribution, never in what
// another edit has put there, so that the order of edits means nothing; they
// must not overlap.
//
// What the edits call is in the files of the folder _runtime, which are added to
// package runtime. Begin with weft.go there: it says what is shared with package
// bubble, which drives a run.
//
// # Another version of Go
//
// A version of Go that has no table is refused with [ErrUnsupported]. What tables share
// stands in shared.go and shared_methods.go; the file of a version has the rest. To make
// one, an afternoon is enough:
//
//  1. Copy the newest table (go127.go) under the new name, and add it to the list of
//     versions in version.go.
//  2. GOTOOLCHAIN=go1.28.0 go run ./cmd/weft doctor says which edits do not fit the new
//     Go, where, and what was expected there. Look at what has become of those places.
//     An edit that differs between versions moves from shared.go to the files of the
//     versions.
//  3. When all fit, doctor builds a program and runs it: this compiles the files of
//     _runtime against the new runtime, and finds out whether compiled code goes around a
//     function that was edited (as that of Go 1.27 goes around newobject).
//  4. Run the tests under the new Go: weft test of sim/bubble and scenarios, and the
//     standard library's own, as .ci/run does it. Add the version there.
//
// Read the release's changes of proc.go, time.go, chan.go, select.go and synctest.go even
// where all edits fit: an anchor says that a text is there, and not that it means the same.
//
// # Toolchains that the go command has fetched
//
// They lie below GOMODCACHE, and the go command refuses to replace files there. So the
// overlay replaces them by another path, a link in the cache folder, and
// [Overlay.Command] uses the toolchain by that link.
//
// # What builds cost
//
// Seconds of the processor, user and system, for a module with one test, under go1.26.8 on
// two processors that others used as well (so wall time says nothing):
//
//	                    go test    go tool weft test
//	first, empty cache       75                  154
//	again, unchanged        0.7                  1.3
//	after an edit           1.3                  2.1
//
// # What is in the cache
//
// The folder's name is a hash of what is in it, so a new release of Go or of Weft
// gets a new folder, and processes that run at the same time write the same. A
// file that has been changed or cut short is written anew before its path is
// given out. Everything below the folder may be deleted at any time when no
// build is running.
package overlay
