package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"weft/sim/explore"
	"weft/sim/explore/queue"
	"weft/sim/explore/search"
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
	file  explore.StatusFile // with what is said, unless it has no name
}

// steps is how many there are in a bar.
const steps = 1000

// between is how much time passes between two lines where there is no terminal.
const between = 10 * time.Second

func newProgress(w io.Writer, file string) *progress {
	p := &progress{w: w, said: time.Now(), file: explore.StatusFile{Name: file}}
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

// status says how far it is. Elapsed is the time from the beginning to the last result.
func (p *progress) status(name string, k *queue.Keeper) explore.Status {
	e := k.Units.Progress()
	e.Elapsed = 0
	if !p.began.IsZero() {
		e.Elapsed = max(0, p.last.Sub(p.began))
	}
	s := e.Status(name, time.Now())
	s.Units, s.Ended = k.Units.Counted(), ended(k)
	if s.Ended != "" {
		s.Left = 0
	}
	return s
}

// ended says how the exploration has ended, or is "".
func ended(k *queue.Keeper) string {
	switch {
	case k.End == nil:
		return ""
	case k.End.Text != "":
		return k.End.Text
	}
	return map[search.Stop]string{
		search.Through: "all was done", search.FailureFound: "a failure was found", search.NotRepeatable: "the program does not do the same twice",
	}[k.End.Why]
}

// show shows how far it is, if that is not shown already.
func (p *progress) show(name string, k *queue.Keeper) error {
	s := p.status(name, k)
	if p.bar != nil {
		p.bar.Describe(line(s, len(k.Findings)))
		p.bar.Set(int(s.Share * steps))
	} else if s.At.Sub(p.said) >= between {
		p.said = s.At
		fmt.Fprintf(p.w, "weft-queue: %s\n", line(s, len(k.Findings)))
	}
	if p.file.Name == "" || s.Ended == "" && !p.file.Due(s.At) {
		return nil
	}
	if r := k.Report(); r != nil {
		s.Show(r)
		s.Failed = s.Failed || len(k.Findings) > 0
	}
	return p.file.Write(s)
}

// clear takes the bar away.
func (p *progress) clear() {
	if p.bar != nil {
		p.bar.Clear()
	}
}

// line says how far it is: runs, about how many, rate, time left, outcomes so far.
func line(s explore.Status, failures int) string {
	text := words.Count(s.Runs, "run")
	if s.Ended == "" && s.Total > 0 {
		text = fmt.Sprintf("%s of ≈%.3g runs", words.Thousands(s.Runs), s.Total)
	}
	if s.Rate > 0 {
		text += fmt.Sprintf(", %.3g a second", s.Rate)
	}
	if s.Left > 0 {
		text += fmt.Sprintf(", ≈%v left", s.Left.Round(time.Second))
	}
	text += fmt.Sprintf(", %s, %s", words.Count(s.Units, "unit"), words.Count(s.Outcomes, "outcome"))
	if failures > 0 {
		text += ", " + words.Plural(failures, "of them FAILS", "of them FAIL")
	}
	return text
}
