// Package bugs has ten bugs of published modules, in versions that have them, each as
// whoever reported it has met it: a program that uses what the module exports. The tests
// run them with default settings and compare the whole reports with those in testdata, to
// be read as the one who reported the bug would read them.
package bugs
