package bubble_test

import (
	"fmt"
	"hash/maphash"
	"iter"
	oldrand "math/rand"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/order"
)

// chances are what a program sees of random numbers without a source of its own.
var chances = []struct {
	name string
	draw func() string
}{
	{"math/rand", func() string {
		return fmt.Sprint(oldrand.Int63(), oldrand.Float64(), oldrand.Intn(1000), oldrand.Perm(5))
	}},
	{"math/rand/v2", func() string {
		return fmt.Sprint(rand.Uint64(), rand.Float64(), rand.N(time.Hour), rand.Perm(5))
	}},
	{"shuffle", func() string {
		all := []int{1, 2, 3, 4, 5, 6, 7, 8, 9}
		rand.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		oldrand.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		return fmt.Sprint(all)
	}},
	{"a small map", func() string {
		m := map[string]int{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
		var text strings.Builder
		for range 8 {
			for key := range m {
				text.WriteString(key)
			}
		}
		return text.String()
	}},
	{"a large map", func() string { return keysOf(mapOf(100, func(i int) int { return i })) }},
	{"a large map of strings", func() string {
		return keysOf(mapOf(100, func(i int) string { return strings.Repeat("key ", i) }))
	}},
	{"a large map of structs", func() string {
		return keysOf(mapOf(100, func(i int) struct {
			x float64
			y any
		} {
			return struct {
				x float64
				y any
			}{float64(i), fmt.Sprint(i)}
		}))
	}},
	{"a map that was cleared", func() string {
		m := mapOf(100, func(i int) int { return i })
		clear(m)
		for i := range 100 {
			m[i] = i
		}
		return keysOf(m)
	}},
	{"hash/maphash", func() string {
		var h maphash.Hash
		h.WriteString("weft")
		seed := maphash.MakeSeed()
		return fmt.Sprint(maphash.String(seed, "weft"), maphash.Comparable(seed, 7), h.Sum64())
	}},
}

func mapOf[K comparable](n int, key func(int) K) map[K]int {
	m := map[K]int{}
	for i := range n {
		m[key(i)] = i
	}
	return m
}

// keysOf returns the values of a map in the order in which it gives them.
func keysOf[K comparable](m map[K]int) string {
	var values []int
	for _, v := range m {
		values = append(values, v)
	}
	return fmt.Sprint(values)
}

// drawn returns what the program prints, in the default order.
func drawn(t *testing.T, program func(), options ...bubble.Option) string {
	t.Helper()
	run := order.RunOnce(bubble.Engine(program, options...), order.Default())
	if run.Err != nil {
		t.Fatal(run.Err)
	}
	var text []string
	for _, line := range run.Output {
		text = append(text, line.Text)
	}
	return strings.Join(text, "\n")
}

// Of one seed, all that is random is the same in every run. Of different seeds, it is
// different.
func TestRandomSeed(t *testing.T) {
	controlled(t)
	for _, c := range chances {
		t.Run(c.name, func(t *testing.T) {
			seen := map[string]uint64{}
			for seed := range uint64(4) {
				program := func() { bubble.Println(c.draw()) }
				first, again := drawn(t, program, bubble.WithRandomSeed(seed)), drawn(t, program, bubble.WithRandomSeed(seed))
				if first != again {
					t.Errorf("seed %d gives %s, and then %s", seed, first, again)
				}
				if other, known := seen[first]; known {
					t.Errorf("seeds %d and %d both give %s", other, seed, first)
				}
				seen[first] = seed
			}
			if first, known := seen[drawn(t, func() { bubble.Println(c.draw()) })]; !known || first != 0 {
				t.Error("without a seed it is not what seed 0 gives")
			}
		})
	}
}

// Within a run, what is drawn again is something else.
func TestRandomNumbersGoOn(t *testing.T) {
	controlled(t)
	for _, c := range chances {
		if text := drawn(t, func() { bubble.Println(c.draw() == c.draw()) }); text != "false" {
			t.Errorf("%s gives the same twice", c.name)
		}
	}
}

// TestRandomChild prints what is drawn, for TestRandomSeedInAnotherProcess, which runs it.
func TestRandomChild(t *testing.T) {
	if os.Getenv("BUBBLE_CHILD") == "" {
		t.Skip("for TestRandomSeedInAnotherProcess")
	}
	for _, c := range chances {
		fmt.Printf("%s: %s\n", c.name, drawn(t, func() { bubble.Println(c.draw()) }, bubble.WithRandomSeed(3)))
	}
}

// In another process, too, it is the same: a failure that depends on it can be repeated.
func TestRandomSeedInAnotherProcess(t *testing.T) {
	controlled(t)
	for name, env := range map[string]string{"as it is": "GODEBUG=", "no instructions for hashing": "GODEBUG=cpu.aes=off"} {
		t.Run(name, func(t *testing.T) {
			var texts [2]string
			for i := range texts {
				cmd := exec.Command(os.Args[0], "-test.run=^TestRandomChild$", "-test.v")
				cmd.Env = append(os.Environ(), "BUBBLE_CHILD=1", env)
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				texts[i] = string(out)
			}
			for _, c := range chances {
				first, found := lineWith(texts[0], c.name+": ")
				if again, _ := lineWith(texts[1], c.name+": "); !found || first != again {
					t.Errorf("%s: one process gives %.20s..., and another one %.20s...", c.name, first, again)
				}
			}
		})
	}
}

// lineWith returns what follows prefix in the line that begins with it.
func lineWith(text, prefix string) (string, bool) {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}

// Each goroutine has a stream of its own, however it was started, so that what it draws
// does not depend on when it runs.
func TestRandomStreams(t *testing.T) {
	controlled(t)
	const kinds = 5
	for _, c := range chances {
		t.Run(c.name, func(t *testing.T) {
			r := explored(t, func() {
				var drew [kinds + 1][2]string
				draw := func(into *[2]string) {
					for i := range into {
						into[i] = c.draw()
						runtime.Gosched() // where others may draw
					}
				}
				var wg sync.WaitGroup
				wg.Add(3)
				go func() {
					defer wg.Done()
					time.Sleep(time.Nanosecond) // until the timer below is due
					draw(&drew[0])
				}()
				go func() {
					defer wg.Done()
					wg.Add(1)
					go func() { defer wg.Done(); draw(&drew[1]) }()
					draw(&drew[2])
				}()
				time.AfterFunc(time.Nanosecond, func() { defer wg.Done(); draw(&drew[3]) })
				next, stop := iter.Pull(func(yield func(struct{}) bool) { draw(&drew[4]) })
				next()
				stop()
				draw(&drew[kinds])
				wg.Wait()
				bubble.Printf("%q", drew)
				var all []string
				for i := range drew {
					all = append(all, drew[i][:]...)
				}
				slices.Sort(all)
				bubble.Println(len(slices.Compact(all)), "different")
			}, explore.WithStrategy(sample.Random()), explore.WithRuns(100))
			if r.Traces < 10 {
				t.Errorf("only %d traces", r.Traces)
			}
			if len(r.Outcomes) != 1 || !strings.HasSuffix(r.Outcomes[0].Text, "\n12 different\n") {
				t.Errorf("%d outcomes, the first one ends in %s", len(r.Outcomes), r.Outcomes[0].Text[strings.IndexByte(r.Outcomes[0].Text, '\n')+1:])
			}
		})
	}
}

// Each call of a timer's function is in a goroutine of its own, which draws other
// numbers: what waits at random and tries again does not wait for the same time for ever.
func TestRandomStreamsOfTimers(t *testing.T) {
	controlled(t)
	for _, d := range []time.Duration{0, time.Second} {
		for name, program := range map[string]func(draw func()){
			"two timers": func(draw func()) {
				time.AfterFunc(d, draw)
				time.AfterFunc(d, draw)
			},
			"a timer that is set again": func(draw func()) {
				timer := time.AfterFunc(d, draw)
				time.Sleep(time.Minute)
				timer.Reset(d)
			},
			"a timer and who sets it": func(draw func()) {
				time.AfterFunc(d, draw)
				draw()
			},
		} {
			t.Run(fmt.Sprint(name, ", ", d), func(t *testing.T) {
				if text := drawn(t, func() {
					drew := make(chan uint64, 2)
					program(func() { drew <- rand.Uint64() })
					bubble.Println(<-drew == <-drew)
				}); text != "false" {
					t.Error("they draw the same number")
				}
			})
		}
	}
}
