package trace_test

import (
	"fmt"
	"testing"

	"weft/trace"
)

func TestDigestIsTheHashWithoutTheEvents(t *testing.T) {
	whole, hash, off := trace.NewRecorder(trace.Order), trace.NewRecorder(trace.Order), trace.NewRecorder(trace.Off)
	for i := range 5 {
		e := trace.Entry{Kind: trace.Print, Task: "t", Detail: fmt.Sprint(i)}
		if a, b := whole.Record(e), hash.Digest(e); a != b || off.Digest(e) != 0 {
			t.Errorf("event %d has the number %d, and digested %d", i, a, b)
		}
	}
	if whole.Hash() != hash.Hash() || whole.Hash() == 0 || whole.Len() != hash.Len() || len(hash.Events()) != 0 {
		t.Errorf("hash %v of %d events, digested %v of %d with %d kept", whole.Hash(), whole.Len(), hash.Hash(), hash.Len(), len(hash.Events()))
	}
}

func TestShowIsAsFmtDoes(t *testing.T) {
	type named string
	for _, v := range []any{"text", "", 0, -7, true, false, named("n"), int64(3), 1.5, []int{1}, nil} {
		if got, want := trace.Show(v), fmt.Sprint(v); got != want {
			t.Errorf("%T: %q, want %q", v, got, want)
		}
	}
}

func ExampleRecorder_Digest() {
	r := trace.NewRecorder(trace.Order)
	r.Digest(trace.Entry{Kind: trace.Print, Task: "say1", Detail: "Hello 1!"})
	fmt.Println(r.Len(), len(r.Events()))
	// Output: 1 0
}
