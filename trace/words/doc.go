// Package words writes for people: how many cells of a terminal a text takes, where
// it may be cut or wrapped, what of it must not be shown as it is, numbers with their
// nouns, and the name that somebody most likely meant.
//
// Text that comes from a program is data: markup, control sequences and marks that
// turn the direction of writing must not reach a terminal. [Clean] and [Line] see to
// that, and everything else here takes text that is clean.
package words
