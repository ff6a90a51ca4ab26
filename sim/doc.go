// Package sim is an event loop on virtual time.
package sim
