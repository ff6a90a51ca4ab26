//go:build unix

package sim_test

import (
	"testing"
	"testing/synctest"
	"time"
)

// BenchmarkSynctest compares tasks that sleep with as many goroutines that do the same in
// a bubble of testing/synctest, in turns, and reports the ratio of the quickest of each.
func BenchmarkSynctest(b *testing.B) {
	const n = 100_000
	bubble := func() (took time.Duration) {
		// The only way to a bubble is by a test.
		ok := testing.RunTests(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{
			Name: "Bubble", F: func(t *testing.T) {
				synctest.Test(t, func(*testing.T) {
					start := realNow()
					for i := range n {
						d := time.Second + time.Duration(i*7919%n)*time.Microsecond
						go time.Sleep(d)
					}
					time.Sleep(time.Hour)
					took = realNow() - start
				})
			},
		}})
		if !ok {
			b.Fatal("the test of the bubble failed")
		}
		return took
	}
	var tasks, goroutines time.Duration
	for b.Loop() {
		start := realNow()
		sleepers(b, n, func() {})
		if took := realNow() - start; tasks == 0 || took < tasks {
			tasks = took
		}
		if took := bubble(); goroutines == 0 || took < goroutines {
			goroutines = took
		}
	}
	b.ReportMetric(float64(tasks)/n, "ns/task")
	b.ReportMetric(float64(goroutines)/n, "ns/goroutine")
	b.ReportMetric(float64(tasks)/float64(goroutines), "x-synctest")
}
