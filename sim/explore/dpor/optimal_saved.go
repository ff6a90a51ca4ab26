package dpor

import "encoding/json"

// savedOptimizer is what is saved of an optimizer.
type savedOptimizer struct {
	ledger
	savedFixpoint
	savedForesight
	Wakeups []savedWakeup `json:"wakeups"` // the first is the top
	Levels  []savedLevel  `json:"levels,omitempty"`
	Taken   []int32       `json:"taken,omitempty"`
	Over    bool          `json:"over,omitempty"`
	Begin   []savedChoice `json:"begin,omitempty"`
	Looks   int           `json:"looks,omitempty"`
}

type savedWakeup struct {
	Sleeper  int        `json:"sleeper"`
	Choices  [][2]int32 `json:"choices,omitempty"`
	Children []int      `json:"children,omitempty"`
	Leaf     bool       `json:"leaf,omitempty"`
}

type savedLevel struct {
	At      int           `json:"at"`
	Asleep  []int         `json:"asleep,omitempty"`
	Here    int           `json:"here"`
	Trying  int           `json:"trying"` // -1 for nothing
	Choices []savedChoice `json:"choices,omitempty"`
	Again   int           `json:"again"`
	Own     int           `json:"own"`
}

type savedChoice struct {
	At   int     `json:"at"`
	Left []int32 `json:"left,omitempty"`
}

func savedChoices(open []openChoice) (saved []savedChoice) {
	for _, c := range open {
		saved = append(saved, savedChoice{c.at, c.left})
	}
	return saved
}

func openAgain(saved []savedChoice) (open []openChoice) {
	for _, c := range saved {
		open = append(open, openChoice{c.At, c.Left})
	}
	return open
}

func (p *optimizer) Save() ([]byte, error) {
	s := &savedOptimizer{Taken: p.taken, Over: p.over, Begin: savedChoices(p.begin), Looks: p.looks}
	s.savedFixpoint = p.fixpoint.save(&s.ledger)
	s.savedForesight = p.foresight.save(&s.ledger)
	numbers := map[*wakeup]int{}
	var all []*wakeup
	number := func(n *wakeup) int {
		if n == nil {
			return -1
		}
		i, known := numbers[n]
		if !known {
			i = len(all)
			numbers[n] = i
			all = append(all, n)
		}
		return i
	}
	number(p.top)
	for _, f := range p.levels {
		s.Levels = append(s.Levels, savedLevel{
			f.at, s.sleepers(f.asleep), number(f.here), number(f.trying), savedChoices(f.choices), f.again, s.footprint(f.own),
		})
	}
	for i := 0; i < len(all); i++ {
		n := all[i]
		w := savedWakeup{Sleeper: s.sleeper(n.sleeper), Children: numbered(n.children, number), Leaf: n.leaf}
		for _, c := range n.choices {
			w.Choices = append(w.Choices, [2]int32{c.key, c.alt})
		}
		s.Wakeups = append(s.Wakeups, w)
	}
	return json.Marshal(s)
}

func (p *optimizer) Restore(data []byte) error {
	s := &savedOptimizer{}
	if err := json.Unmarshal(data, s); err != nil {
		return err
	}
	if err := p.fixpoint.restore(s.savedFixpoint, &s.ledger); err != nil {
		return err
	}
	p.foresight.restore(s.savedForesight, &s.ledger)
	p.reset()
	p.taken, p.over, p.begin, p.looks = s.Taken, s.Over, openAgain(s.Begin), s.Looks
	all := make([]*wakeup, len(s.Wakeups))
	for i := range all {
		all[i] = &wakeup{}
	}
	wakeupAt := func(i int) *wakeup {
		if i < 0 {
			return nil
		}
		return at(&s.ledger, all, i)
	}
	for i, w := range s.Wakeups {
		n := all[i]
		n.sleeper, n.children, n.leaf = s.sleeperAt(w.Sleeper), named(w.Children, wakeupAt), w.Leaf
		for _, c := range w.Choices {
			n.choices = append(n.choices, choice{c[0], c[1]})
		}
	}
	if p.top = wakeupAt(0); p.top == nil {
		return errSaved
	}
	for _, f := range s.Levels {
		p.levels = append(p.levels, level{
			f.At, named(f.Asleep, s.sleeperAt), wakeupAt(f.Here), wakeupAt(f.Trying), openAgain(f.Choices), f.Again, s.footprintAt(f.Own),
		})
	}
	return s.err
}
