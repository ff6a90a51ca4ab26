package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"weft/sim/explore/queue"
	"weft/trace/words"
)

// console is where the command writes.
type console struct{ out, err io.Writer }

// terminal reports whether what is written to w is looked at as it comes.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// progress shows how far an exploration is: as a bar on a terminal, and else as a line now
// and then.
type progress struct {
	w     io.Writer
	bar   *progressbar.ProgressBar // nil if it is no terminal
	began time.Time                // when the plan was written
	last  time.Time                // when the last result was
	said  time.Time
}

// steps is how many there are in a bar.
const steps = 1000

// between is how much time passes between two lines where there is no terminal.
const between = 10 * time.Second

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, said: time.Now()}
	if terminal(w) {
		p.bar = progressbar.NewOptions(steps, progressbar.OptionSetWriter(w), progressbar.OptionFullWidth(), progressbar.OptionSetPredictTime(false),
			progressbar.OptionSetElapsedTime(false), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionShowDescriptionAtLineEnd(), progressbar.OptionUseANSICodes(true))
	}
	return p
}

// wrote notes when an entry of the ledger was written.
func (p *progress) wrote(key string, at time.Time) {
	if key == queue.KeyPlan {
		p.began = at
	}
	if at.After(p.last) {
		p.last = at
	}
}

// show shows how far it is, if that is not shown already.
func (p *progress) show(k *queue.Keeper) {
	if p.bar != nil {
		p.bar.Describe(p.line(k))
		p.bar.Set(int(k.Units.Share() * steps))
		return
	}
	if now := time.Now(); now.Sub(p.said) >= between {
		p.said = now
		fmt.Fprintf(p.w, "weft-queue: %s\n", p.line(k))
	}
}

// clear takes the bar away.
func (p *progress) clear() {
	if p.bar != nil {
		p.bar.Clear()
	}
}

// line says how far it is: runs, about how many, rate, time left, outcomes so far.
func (p *progress) line(k *queue.Keeper) string {
	e := k.Units.Progress()
	text := words.Count(e.Runs, "run")
	over := k.End != nil || k.Units.Done()
	if !over && e.Total > 0 {
		text = fmt.Sprintf("%s of ≈%.3g runs", words.Thousands(e.Runs), e.Total)
	}
	if took := p.last.Sub(p.began); !p.began.IsZero() && took > 0 {
		text += fmt.Sprintf(", %.3g a second", float64(e.Runs)/took.Seconds())
		if share := k.Units.Share(); !over && share > 0 {
			if left := took.Seconds() * (1 - share) / share; left < 1e7 {
				text += fmt.Sprintf(", ≈%v left", time.Duration(left*float64(time.Second)).Round(time.Second))
			}
		}
	}
	text += fmt.Sprintf(", %s, %s", words.Count(k.Units.Counted(), "unit"), words.Count(e.Outcomes, "outcome"))
	if n := len(k.Findings); n > 0 {
		text += fmt.Sprintf(", %d of them FAIL", n)
		if n == 1 {
			text = text[:len(text)-len("1 of them FAIL")] + "1 of them FAILS"
		}
	}
	return text
}
