package page

import (
	"html/template"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// drawnMost is how many events a run may have to be drawn where scripts do not run: more
// nobody follows, and it takes a browser a second to read.
const drawnMost = 500

// Witness draws the run that a page shows where scripts do not run: the simplest failing
// one, or the default order. Of a run with very many events it returns "".
func Witness(engine order.Engine, p *Program) (template.HTML, error) {
	var schedule order.Schedule
	if p.Failure != nil {
		schedule = p.Failure.schedule
	}
	t := order.RunOnce(engine, order.Replay(schedule)).Trace()
	if len(t.Events) > drawnMost {
		return "", nil
	}
	var b strings.Builder
	if err := trace.WriteSVG(&b, t, trace.ViewOptions{}); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}
