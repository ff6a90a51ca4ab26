// Package scenarios is a gallery of small concurrent programs.
package scenarios
