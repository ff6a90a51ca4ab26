// Package exploretest has what the tests of explorations share: programs, and a search
// that must succeed.
package exploretest
