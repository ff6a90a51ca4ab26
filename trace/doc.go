// Package trace holds what happened in a run: its events, how they are
// recorded, stored, compared and drawn.
package trace
