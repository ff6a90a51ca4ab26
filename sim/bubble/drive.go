package bubble

import (
	"fmt"
	"time"

	"weft/sim/order"
)

// drive answers until the run has ended.
func (n *run) drive() {
	c := n.control
	for {
		n.dog.waits.Store(true)
		want := hooks.wait(c)
		n.dog.waits.Store(false)
		n.dog.rounds.Add(1)
		n.take(c.events[:c.used], c.log[:c.logged])
		c.used, c.logged = 0, 0
		switch want {
		case wantNobody:
			return
		case wantRoom:
			hooks.answer(c, 0)
		case wantLeft:
			hooks.answer(c, n.mayStay())
		default:
			hooks.answer(c, n.decide(want, c.choices[:c.count], c.now))
		}
	}
}

// decide has the strategy take one of the choices.
func (n *run) decide(want want, choices []choice, now int64) int {
	kind := order.PickReady
	switch {
	case want == wantTimer && n.control.policy == sameInstant:
		kind = order.PickTimer
	case want == wantCase:
		kind = order.PickChoice
	}
	alternatives := n.room(len(choices))
	for i := range alternatives {
		alternatives[i] = n.alternative(want, &choices[i])
	}
	d := order.Decision{Kind: kind, Key: alternatives[0].Name, At: n.since(now), Alternatives: alternatives, Of: len(alternatives)}
	if want == wantCase {
		d.Key = n.selectKey(choices[0].g)
	}
	d.Taken = n.strategy.Choose(&d)
	if d.Taken < 0 || d.Taken >= len(alternatives) {
		panic(fmt.Sprintf("bubble: the strategy took alternative %d of %d; it must return an index", d.Taken, len(alternatives)))
	}
	d.Index = d.Taken
	if kind == order.PickReady {
		n.picked = len(n.decisions)
	}
	n.decisions = append(n.decisions, d)
	n.decided(&d)
	return d.Taken
}

// planned tells the strategy of a decision that went by its plan.
func (n *run) planned(e *event, choices []choice) {
	if taken := n.decide(want(e.step), choices, e.now); taken != int(e.arg) {
		panic(fmt.Sprintf("bubble: the strategy %s planned alternative %d and took %d; Plan must say what Choose returns", n.strategy.Name(), e.arg, taken))
	}
}

// room returns room for alternatives. Those of one run lie side by side.
func (n *run) room(count int) []order.Alternative {
	n.listed += count
	from := len(n.alternatives)
	if from+count > cap(n.alternatives) {
		n.alternatives = make([]order.Alternative, 0, max(2*cap(n.alternatives), count, 64))
		from = 0
	}
	n.alternatives = n.alternatives[:from+count]
	return n.alternatives[from : from+count : from+count]
}

// start is what every bubble's clock shows at first.
const start = 946684800000000000 // midnight UTC 2000-01-01, as testing/synctest says

func (n *run) since(now int64) time.Duration { return time.Duration(now - start) }
