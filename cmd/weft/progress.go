package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"weft/sim/explore"
)

// progress is a line on a terminal that says how far an exploration is. A nil
// progress says nothing.
type progress struct {
	w     io.Writer
	width int
	now   func() time.Time
	last  time.Time
	shown bool
}

// pause is the least real time between two updates: an eye does not see more.
const pause = 100 * time.Millisecond

func (p *progress) show(e explore.Progress) {
	if p == nil {
		return
	}
	if now := p.now(); now.Sub(p.last) >= pause {
		p.last, p.shown = now, true
		fmt.Fprintf(p.w, "\r%s\x1b[K", p.line(e))
	}
}

// clear takes the line away.
func (p *progress) clear() {
	if p != nil && p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// line writes how far an exploration is: done, about how many, rate, time left,
// outcomes so far.
func (p *progress) line(e explore.Progress) string {
	rate := 0.0
	if e.Elapsed > 0 {
		rate = float64(e.Runs) / e.Elapsed.Seconds()
	}
	text := fmt.Sprintf("%d runs", e.Runs)
	if e.Total > 0 {
		done := min(1, float64(e.Runs)/e.Total)
		const bar = 20
		full := int(done * bar)
		text = fmt.Sprintf("[%s%s] %d of ≈%.3g runs", strings.Repeat("#", full), strings.Repeat(".", bar-full), e.Runs, e.Total)
	}
	text += fmt.Sprintf(", %.3g/s", rate)
	if left := (e.Total - float64(e.Runs)) / rate; e.Total > 0 && rate > 0 && left > 0 && left < 1e6 {
		text += fmt.Sprintf(", ≈%v left", time.Duration(left*float64(time.Second)).Round(time.Second))
	}
	text += fmt.Sprintf(", %d outcomes", e.Outcomes)
	if e.Failed {
		text += ", one FAILS"
	}
	if p.width > 0 && len([]rune(text)) >= p.width {
		text = string([]rune(text)[:p.width-1])
	}
	return text
}
