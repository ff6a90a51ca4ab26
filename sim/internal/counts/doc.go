// Package counts holds engines and strategies to exact numbers: small programs of
// which it is known how many orders they have, how many traces, how many of these end
// in a deadlock, and what they can show.
//
// A [Program] is a line of a file in testdata. [Loop] runs one on the event loop;
// another engine needs a function like it. [Check] explores one and compares.
//
// # The format
//
// One JSON object a line. Of each thread, "threads" holds a decision tree: the key is
// the results of its operations so far, joined by ";", and the value the next one.
//
//	k        fields   does                                              result
//	R        x        reads variable x                                  its value
//	W        x a      writes a to x                                     -
//	RMW      x [a]    adds a, or 1, to x                                the value before
//	CAS      x a b    writes b to x if that is a, else only reads it    1 or 0
//	LOCK     x        takes lock x; enabled only while that is free     -
//	UNLOCK   x        gives it back                                     -
//	TRYLOCK  x        takes lock x if it is free, else only reads it    1 or 0
//	SEND     x s      puts s into queue x, which has no bound           -
//	RECV     x        takes an item; enabled only while there is one    the item
//	STEP     ops      does several of [R x] and [W x a] in one step     what was read, joined by ",", or ()
//	END                ends the thread
//
// "init" holds the values of variables at the start, and "default" that of all others.
// "inter" is how many complete orders of the operations there are, "traces" how many
// traces (Mazurkiewicz), "dead" how many of these end in a deadlock. "outs" are the
// outcomes: the results of each thread joined by ";", the threads joined by "|", then
// "#" and those variables in "locs" whose value at the end is not the default; or DEAD.
package counts
