// Package walk has the strategies that leave nothing out: they walk the tree of
// decisions depth first, one run for each order.
//
// [Exhaustive] walks the whole tree. [Bounded] walks the orders with few switches away
// from the default first, so that the first failure that it finds has the fewest of
// all. Both part the tree into pieces that know nothing of each other, a [Subtree]
// each, which is how several workers share a walk and how a walk that was stopped
// goes on later.
//
// What a walk costs is the number of orders, and this grows very fast. Package dpor
// leaves out those that can show nothing new; package sample draws some.
package walk
