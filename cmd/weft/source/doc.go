// Package source builds programs that lie in files of their own, so that weft can run them in
// an order of its choice: a file, several, or a folder with a package main. Nothing of the
// program is changed. The go command is told of one file more, which is on no disk where the
// program is, and which imports the package that takes over when a run is wanted.
//
// There are two sorts of programs. One in ordinary Go has a function main, and is built with
// the overlay (package weft/sim/bubble/overlay). A coroutine program has
//
//	func Program(ctx context.Context) error
//
// and runs on the event loop of package weft/sim.
//
// Where the files are in no module, they may import the standard library and Weft. In a
// module they may import what it requires, whether it requires Weft or not: a workspace that
// the go command is told of for this one command has both.
package source
