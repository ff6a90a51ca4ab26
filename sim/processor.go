package sim

import (
	"math/big"
	"slices"
	"time"

	"weft/vclock"
)

// processor is a number of cores that computations share evenly, as in the limit
// of ever shorter time slices (egalitarian processor sharing). It keeps one clock
// of the work that each computation has been given since the beginning: one that
// begins when this clock shows s, and needs w, is over when it shows s + w. The
// clock is kept as a fraction, so that sharing loses nothing but the nanosecond
// that the end of a computation is rounded up by.
type processor struct {
	cores int64
	given *big.Rat       // nanoseconds of work
	jobs  []*computation // in the order in which they will be over
	last  time.Duration
	wake  *worldEvent
}

type computation struct {
	over *big.Rat // when given has come to this
	done func()
}

func newProcessor(cores int) *processor {
	return &processor{cores: int64(cores), given: new(big.Rat)}
}

// rate returns how fast each computation goes now, at most 1.
func (p *processor) rate() *big.Rat {
	if n := int64(len(p.jobs)); n > p.cores {
		return big.NewRat(p.cores, n)
	}
	return big.NewRat(1, 1)
}

func (p *processor) add(l *Loop, work time.Duration, done func()) {
	p.settle(l)
	job := &computation{new(big.Rat).Add(p.given, big.NewRat(int64(work), 1)), done}
	at, _ := slices.BinarySearchFunc(p.jobs, job, func(a, b *computation) int {
		if c := a.over.Cmp(b.over); c != 0 {
			return c
		}
		return -1 // behind those that are over at the same time
	})
	p.jobs = slices.Insert(p.jobs, at, job)
	p.plan(l)
}

// settle accounts for the time since the last change.
func (p *processor) settle(l *Loop) {
	now := l.clock.Now()
	if len(p.jobs) == 0 {
		p.given = new(big.Rat) // nobody counts from it, so the fraction need not grow
	} else if now > p.last {
		p.given.Add(p.given, new(big.Rat).Mul(p.rate(), big.NewRat(int64(now-p.last), 1)))
	}
	p.last = now
}

// plan sets the instant at which the next computation will be over, rounded up
// to a nanosecond.
func (p *processor) plan(l *Loop) {
	if p.wake != nil {
		l.world.timers.Stop(&p.wake.Timer)
		p.wake = nil
	}
	if len(p.jobs) == 0 {
		return
	}
	wait := new(big.Rat).Sub(p.jobs[0].over, p.given)
	wait.Quo(wait, p.rate())
	ns := new(big.Int).Add(wait.Num(), new(big.Int).Sub(wait.Denom(), big.NewInt(1)))
	ns.Quo(ns, wait.Denom())
	d := vclock.Forever
	if ns.IsInt64() {
		d = max(0, time.Duration(ns.Int64()))
	}
	p.wake = l.world.at(vclock.Add(l.clock.Now(), d), func() {
		p.wake = nil
		p.settle(l)
		n := 0
		for n < len(p.jobs) && p.jobs[n].over.Cmp(p.given) <= 0 {
			n++
		}
		over := slices.Clone(p.jobs[:n])
		p.jobs = slices.Delete(p.jobs, 0, n)
		p.plan(l)
		for _, job := range over {
			job.done()
		}
	})
}
