package browser_test

import (
	"context"
	"testing"

	"weft/sim"
	"weft/sim/order"
	"weft/sim/page"
)

// TestHostile opens the page of a program whose names and output are markup, escape
// sequences and marks that turn the direction of writing. They are shown as text.
func TestHostile(t *testing.T) {
	names := []string{"<img src=x onerror=\"hacked=1\">", "\x1b[31mred", "\u202etxt.exe", "</script><script>hacked=1</script>"}
	s := page.Subject{
		Summary: page.Summary{Name: "hostile", Title: "<b>\u202e", Story: "<script>hacked=1</script>"},
		Engine: sim.Engine(sim.Main(func(ctx context.Context) error {
			seen := sim.NewVar(ctx, "<i>\u2066v", "")
			var tasks []sim.Awaitable[sim.None]
			for _, name := range names {
				tasks = append(tasks, sim.Go(ctx, name, func(ctx context.Context) error {
					seen.Set(name)
					sim.Print(ctx, name)
					return nil
				}))
			}
			_, err := sim.Gather(ctx, tasks...).Await(ctx)
			return err
		}), sim.WithProgram("hostile"), sim.WithPolicy(order.AnyReady)),
	}
	b := open(t, 1600, pageOf(t, s))
	b.press(end, "n", "2", end)
	if eval[bool](b, `"hacked" in window`) {
		t.Error("a name has run as a script")
	}
	if n := eval[int](b, `document.querySelectorAll("main img, main i:not([class]), main b > b, main script").length`); n > 0 {
		t.Errorf("%d names have become elements", n)
	}
	harm := eval[[]string](b, `(() => {
		const found = [], bad = /[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/;
		for (const e of document.querySelectorAll("main, main *, title")) {
			for (const a of e.attributes) if (bad.test(a.value)) found.push(e.tagName + " " + a.name + ": " + JSON.stringify(a.value));
			for (const n of e.childNodes) if (n.nodeType === 3 && bad.test(n.data)) found.push(e.tagName + "." + e.className + ": " + JSON.stringify(n.data));
		}
		return found;
	})()`)
	for _, h := range harm {
		t.Error(h)
	}
	b.shows(".facts", `\u202etxt.exe`)
	b.shows(".facts", `<img src=x onerror="hacked=1">`)
}
