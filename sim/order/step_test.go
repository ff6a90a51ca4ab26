package order_test

import (
	"testing"

	"weft/sim/order"
)

func TestConflicts(t *testing.T) {
	step := func(task string, touches ...order.Touch) order.Step { return order.Step{Task: task, Touches: touches} }
	touch := func(object string, access order.Access) order.Touch {
		return order.Touch{Object: object, Access: access}
	}
	reads, adds, writes := touch("x", order.Reads), touch("x", order.Adds), touch("x", order.Writes)
	for _, test := range []struct {
		a, b order.Step
		want bool
	}{
		{step("a"), step("b"), false},
		{step("a"), step("a"), true},
		{step(""), step(""), false}, // two callbacks
		{step("a", reads), step("b", reads), false},
		{step("a", adds), step("b", adds), false},
		{step("a", reads), step("b", adds), true},
		{step("a", reads), step("b", writes), true},
		{step("a", adds), step("b", writes), true},
		{step("a", writes), step("b", writes), true},
		{step("a", writes), step("b", touch("y", order.Writes)), false},
		{step("a", touch("a", order.Writes), reads), step("b", touch("b", order.Writes), writes), true},
		{order.Step{Alone: true}, step("b"), true},
	} {
		if test.a.Conflicts(&test.b) != test.want || test.b.Conflicts(&test.a) != test.want {
			t.Errorf("%+v and %+v: want %v from both sides", test.a, test.b, test.want)
		}
	}
}
