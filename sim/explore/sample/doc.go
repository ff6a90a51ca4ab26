// Package sample has the strategies that draw runs, for programs with more orders than
// can be walked. Each finds what others rarely find:
//
//   - [Random] takes every alternative with equal probability. Orders with many
//     decisions at one place are rare.
//   - [PCT] gives tasks priorities, and changes few of them in a run: it finds bugs
//     that need few switches, with a probability that is known beforehand.
//   - [POS] gives priorities to steps, and draws anew for those that race with the one
//     taken: it spreads runs over traces.
//   - [URW] draws each order of what is left with the same probability, and [SURW]
//     does so for the accesses of one object.
//   - [Portfolio] lets them take turns.
//
// A run draws from the seed of its number, so that an exploration with the same seed
// makes the same runs. Most methods want to know how long runs are and what their
// steps touch: this profile is taken from the runs of earlier rounds, and nobody
// changes it during a round.
package sample
