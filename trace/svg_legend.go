package trace

// svgKey is an entry of the legend: a sign and what it means.
type svgKey struct {
	text string
	wide int // pixels that the sign takes
	draw func(x, y int)
	x, y int
}

// legendKeys returns what the legend explains: the signs that the drawing has.
func (s *svg) legendKeys() []svgKey {
	host, task := s.d.Columns[0].Name, "task"
	if host == Scheduler {
		task = "goroutine"
	}
	keys := []svgKey{
		{text: "control to a " + task, wide: 30, draw: func(x, y int) { s.forth(x, x+30, y) }},
		{text: "control back to the " + host, wide: 30, draw: func(x, y int) { s.back(x+30, x, y) }},
		{text: "has control", wide: 8, draw: func(x, y int) {
			s.printf(`<rect x="%d" y="%d" width="8" height="16" rx="2" fill="currentColor"/>`, x, y-8)
		}},
		{text: "a " + task + " is spawned", wide: 32, draw: func(x, y int) { s.spawn(x, x+28, y) }},
	}
	has := map[Kind]bool{}
	other := false
	for _, r := range s.shown {
		has[r.Kind] = true
		other = other || r.From == r.To && r.Kind != Decide && r.Kind != Callback
	}
	mark := func(k Kind) func(x, y int) { return func(x, y int) { s.mark(x+6, y, k) } }
	if has[Decide] {
		keys = append(keys, svgKey{text: "a decision", wide: 12, draw: mark(Decide)})
	}
	if has[Callback] {
		keys = append(keys, svgKey{text: "a callback", wide: 12, draw: mark(Callback)})
	}
	if other {
		keys = append(keys, svgKey{text: "anything else that happens", wide: 12, draw: mark(Print)})
	}
	for _, lane := range s.lane {
		if lane >= 0 {
			keys = append(keys, svgKey{text: "may come in another order", wide: 24, draw: func(x, y int) {
				s.printf(`<g class="swap">`)
				s.bracket(x+8, x+24, []int{y - 13, y + 13})
				s.printf(`</g>`)
			}})
			break
		}
	}
	return keys
}

// placeKeys puts the entries of the legend into lines, and returns where the last one is.
func (s *svg) placeKeys(y int) int {
	const line, between, gap = 30, 28, 8
	x := svgMargin
	for i := range s.keys {
		k := &s.keys[i]
		wide := k.wide + gap + textWidth(k.text)
		if x > svgMargin && x+wide > s.wide-svgMargin {
			x, y = svgMargin, y+line
		}
		k.x, k.y = x, y
		x += wide + between
	}
	return y
}

// legend says what the signs mean.
func (s *svg) legend() {
	for _, k := range s.keys {
		s.printf(`<g class="c0">`)
		k.draw(k.x, k.y)
		s.printf(`<text class="faint" x="%d" y="%d">%s</text></g>`+"\n", k.x+k.wide+8, k.y+4, xmlText(k.text))
	}
}
