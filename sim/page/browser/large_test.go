package browser_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"weft/sim"
	"weft/sim/order"
	"weft/sim/page"
)

// TestLong opens a run of 10,000 events and scrolls through it. Only the rows in sight are
// in the document.
func TestLong(t *testing.T) {
	s := page.Subject{Summary: page.Summary{Name: "long"}, Engine: sim.Engine(sim.Main(func(ctx context.Context) error {
		n := sim.NewVar(ctx, "n", 0)
		var tasks []sim.Awaitable[sim.None]
		for i := range 5 {
			tasks = append(tasks, sim.Go(ctx, fmt.Sprintf("worker%d", i), func(ctx context.Context) error {
				for range 400 {
					n.Set(n.Get() + 1)
					if err := sim.Sleep(ctx, time.Millisecond); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		_, err := sim.Gather(ctx, tasks...).Await(ctx)
		return err
	}), sim.WithProgram("long"), sim.WithPolicy(order.FIFO))}
	b := open(t, 1600, pageOf(t, s))
	events := eval[int](b, `weftPage.run.events.length`)
	if events < 10_000 {
		t.Fatalf("the run has %d events", events)
	}
	t.Logf("%d events, shown after %v ms", events, eval[float64](b, `performance.getEntriesByName("ready")[0].startTime`))
	if rows := eval[int](b, `document.querySelectorAll(".event").length`); rows > 100 {
		t.Errorf("%d rows are in the document", rows)
	}
	b.press("l", end)
	b.shows(".event.chosen", "the run ends: finished")
	took := eval[float64](b, `new Promise((done) => {
		const box = document.querySelector(".lane-scroll"), from = performance.now();
		let longest = 0, last = from, n = 0;
		const frame = (now) => {
			longest = Math.max(longest, now - last);
			last = now;
			if (++n > 60) return done(longest);
			box.scrollTop = n * 4000;
			requestAnimationFrame(frame);
		};
		requestAnimationFrame(frame);
	})`, await)
	t.Logf("the longest frame while it is scrolled: %.0f ms", took)
	took = eval[float64](b, `(() => { const from = performance.now(); for (let i = 0; i < 50; i++) weftPage.go(5000 + i); return (performance.now() - from) / 50; })()`)
	t.Logf("a step: %.1f ms", took)
}

// TestManyOrders opens a tree of about 10,000 orders.
func TestManyOrders(t *testing.T) {
	s := page.Subject{Summary: page.Summary{Name: "many"}, Engine: sim.Engine(sim.Main(func(ctx context.Context) error {
		last := sim.NewVar(ctx, "last", 0)
		var tasks []sim.Awaitable[sim.None]
		for i := range 7 {
			tasks = append(tasks, sim.Go(ctx, fmt.Sprintf("t%d", i), func(context.Context) error {
				last.Set(i)
				return nil
			}))
		}
		_, err := sim.Gather(ctx, tasks...).Await(ctx)
		sim.Printf(ctx, "%d", last.Get())
		return err
	}), sim.WithProgram("many"), sim.WithPolicy(order.AnyReady))}
	b := open(t, 1600, pageOf(t, s))
	if orders := eval[int](b, `weftPage.program.tree.root.orders`); orders != 5040 {
		t.Fatalf("%d orders, want 7!", orders)
	}
	t.Logf("shown after %v ms", eval[float64](b, `performance.getEntriesByName("ready")[0].startTime`))
	took := eval[float64](b, `(() => { const from = performance.now(); for (let i = 0; i < 10; i++) { weftPage.go(weftPage.index); document.body.offsetHeight; } return (performance.now() - from) / 10; })()`)
	t.Logf("the tree is drawn in %.1f ms, with %d blocks", took, eval[int](b, `weftPage.orders.blocks.length`))
	b.do(chromedp.Click(chromedp.CSS(".map .blk:not(.own)")))
	b.settle()
	b.shows("#run-title", "A run that passes")
}
