// Package store is initialised before package main, and keeps something.
package store

import "sync"

var mu sync.Mutex

// Counts is how often each name was added.
var Counts = map[string]int{}

// Add adds one.
func Add(name string) {
	mu.Lock()
	defer mu.Unlock()
	Counts[name]++
}
