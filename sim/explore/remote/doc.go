// Package remote has the units of an exploration done by another process: by the binary of
// a test, or by the weft command.
//
// Whoever hands out units needs to know nothing of the program. [Start] starts the binary
// with the arguments that say what is explored, and how; [Process.Do] sends it a unit, and
// returns what was found and what is left. The process goes on to the next unit, so that
// what it costs to start it is paid once.
//
// The binary comes, by way of its arguments, to where it would explore. There it asks for a
// [Server]; if it was started for units, it gets one, and serves. A test does so in
// simtest.Check, and weft explore before it makes its first run. A process that comes to
// several explorations serves the first one, unless it was told another number.
//
// Requests and replies are lines of JSON over the file descriptors 3 and 4, so that
// standard input and output are left to the program. They bear the number of the format, so
// that binaries of different versions of Weft refuse each other by name. Windows has no
// such way to hand over files. On Linux, a process ends when the one that started it does;
// on other systems, it does so after its unit.
package remote
