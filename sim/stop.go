package sim

import "weft/sim/order"

// Stop lets the loop finish its turn and return from the Run method that it is
// in. If it is not running, the next RunForever takes one turn.
//
// Under [order.AnyReady], the stop is something that may happen at any pick from now
// on, and the loop returns there and then; by default, that is at the end of the
// turn.
func (l *Loop) Stop() {
	if !l.policy.PicksReady() || !l.running {
		l.stopping = true
		return
	}
	l.touch(l, order.Writes)
	if l.stopAsked == nil {
		turn := l.order.last
		if l.order.inside {
			turn = l.order.here.turn
		}
		l.askStop(turn)
	}
}

// stopMark stands in the ready queue where a call of Stop takes effect.
type stopMark struct{ n int32 }

func (m *stopMark) run(l *Loop, _ entry) { l.stopping = true }

func (l *Loop) askStop(turn int32) {
	l.stops++
	l.stopAsked = &stopMark{l.stops}
	e := entry{work: l.stopAsked, cause: l.last, by: l.by}
	e.rank = l.rankFrom(root{turn: turn, class: fromEnd, n: l.stops})
	l.ready.insert(&e)
}

// pushEnd makes ready what stops the loop because c has ended. Under AnyReady it
// stands behind everything else of its turn: asyncio looks whether it has to stop
// when a turn is over.
func (l *Loop) pushEnd(w work, c *core) {
	l.ends++
	e := entry{work: w, from: c, gen: uint32(l.ends), cause: l.last, by: l.by}
	if l.policy.PicksReady() {
		e.rank = l.rankFrom(root{turn: l.nextTurn(), class: fromEnd, n: l.ends})
		l.ready.insert(&e)
	} else {
		l.ready.push(&e)
	}
}

// run gets the callback off RunUntilComplete's future: it stops the loop.
func (l *Loop) run(*Loop, entry) { l.stopping = true }

// begin readies a Stop that was called before the run for its first turn.
func (l *Loop) begin() {
	if l.policy.PicksReady() && l.stopping {
		l.stopping = false
		l.askStop(l.order.last + 1)
	}
}

// forgetStop takes back a call of Stop that has come to nothing, because the
// run ended for another reason.
func (l *Loop) forgetStop() {
	if l.stopAsked == nil {
		return
	}
	for i := range l.ready.n {
		if l.ready.at(i).work == work(l.stopAsked) {
			l.ready.take(i)
			break
		}
	}
	l.stopAsked = nil
}
