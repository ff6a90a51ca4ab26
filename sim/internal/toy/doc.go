// Package toy has engines that know nothing of Go or asyncio, for the tests of what
// stands above engines: a small language of threads, variables and locks, with a walk
// over all its interleavings that knows nothing of reduction to compare with.
package toy
