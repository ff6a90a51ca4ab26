// Package scenariotest holds what the tests of all chapters of the gallery ask of a
// program, and how they run and explore it.
package scenariotest
