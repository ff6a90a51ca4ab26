package explore_test

import (
	"context"
	"os"
	"testing"

	"weft/sim/explore"
	"weft/trace"
)

func TestZZExplain(t *testing.T) {
	for name, main := range map[string]func(context.Context) error{
		"transfers": transfers, "slowTransfers": slowTransfers, "locks": locks, "wakeUp": wakeUp, "shop": shop, "late": late, "answers": answers, "holder": holder,
	} {
		failing := failuresOf(main)
		t.Log(name, len(everyOrder(main)), "orders,", len(failing), "fail")
		s, err := explore.Shrink(t.Context(), engineOf(main), failing[len(failing)-1])
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v", *s)
		f, err := explore.Explain(t.Context(), engineOf(main), s.Schedule)
		if err != nil {
			t.Fatal(err)
		}
		f.WriteText(os.Stdout, trace.ViewOptions{})
		p, err := explore.Prospects(t.Context(), engineOf(main), s.Schedule)
		if err != nil {
			t.Fatal(err)
		}
		explore.WriteProspects(os.Stdout, p)
	}
}
