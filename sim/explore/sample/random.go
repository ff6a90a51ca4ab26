package sample

import (
	"weft/sim/explore/search"
	"weft/sim/order"
)

// Random draws every alternative with equal probability, or by the weights that
// the program gave it: a random walk through the tree of decisions.
func Random() search.Strategy { return random{} }

type random struct{}

func (random) String() string { return "random" }

func (r random) Planner(x *search.Exploration) search.Planner { return newSampler(x, r) }
func (random) drawer(*profile) drawing                        { return &randomDrawing{} }
func (random) learns() learning                               { return learnsNothing }

type randomDrawing struct{ *order.RandomStrategy }

func (d *randomDrawing) begin(_ int, seed uint64) { d.RandomStrategy = order.Random(seed) }
