// Package kept has what files share in which schedules are kept for later: names that every
// file system takes, and a text of lines, each a key and a value, that people can read.
package kept
