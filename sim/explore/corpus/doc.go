// Package corpus keeps schedules in a folder that outlives a run of the tests, such as one
// that a server for continuous integration caches: those of failures, and of outcomes that
// few runs had. The next time they are run first, so that what was found once in a million
// runs is found at once.
//
// The folder holds one folder for each program that is explored, and there one file for each
// outcome, [Most] of them at most. A file is a text that people can read. It is written under
// another name first and then renamed, and says all that there is to say of it: so several
// processes may be at one folder at the same time, and what one of them loses is what another
// one has just written of the same outcome. Files that are none of a corpus, or damaged, are
// said and left alone.
//
// Runs of kept schedules are none of those that an exploration counts: what was chosen
// because it is rare says nothing of how rare it is.
package corpus
