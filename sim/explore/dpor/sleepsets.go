package dpor

import "weft/sim/explore/search"

// SleepSets walks the tree of decisions and leaves out the orders that differ
// from an earlier one only in steps which do not affect each other, by sleep sets
// alone (Godefroid, CAV'90). As [Reduced] does, it relies on footprints and sees
// every trace; it runs each of them once, whatever the steps of the program touch,
// and needs no more theory than that two steps which touch nothing in common can
// change places. But it finds out late that an order is of no use: there are many
// blocked runs. It is there to check the others, and for small programs.
func SleepSets() search.Strategy { return reduction{"sleepsets", allAwake, partsOfTree} }
