package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var books = scenario.Scenario{
	Name:  "books",
	Title: "switching, side by side, overlapping",
	Topic: scenario.WaitingTogether,
	Story: "Counting the words of a book is 2 s of work for a core, and reading one from disk is 2 s of waiting. " +
		"One core that switches between three books gains nothing: all three are done after 6 s; three cores work side by side and need 2 s. " +
		"But reading a book while counting another needs 2 s on one core too, for a core is free while somebody waits for the disk.",
	Claim:   "6 s on one core, 2 s on three, and 2 s on one core for counting one book while reading the next",
	Program: sim.Main(countWords),
	Check: claim.All(claim.Takes(10*time.Second), claim.PrintsAt(
		"6s Emma is counted", "6s Dracula is counted", "6s Ulysses is counted", "6s one core, switching between three books: 6s",
		"8s Emma is counted", "8s Dracula is counted", "8s Ulysses is counted", "8s three cores, side by side: 2s",
		"10s Emma is counted", "10s Dracula is read", "10s one core, counting one book and reading the next: 2s",
	)),
	AnyOrder: true,
}

// job is what a thread does with a book.
type job func(ctx context.Context) (sim.None, error)

func count(book string) job {
	return func(ctx context.Context) (sim.None, error) {
		sim.Compute(ctx, 2*time.Second)
		sim.Print(ctx, book, "is counted")
		return sim.None{}, nil
	}
}

func read(book string) job {
	return func(ctx context.Context) (sim.None, error) {
		sim.Block(ctx, 2*time.Second)
		sim.Print(ctx, book, "is read")
		return sim.None{}, nil
	}
}

func countWords(ctx context.Context) error {
	for _, way := range []struct {
		name  string
		pool  string
		cores int
		jobs  []job
	}{
		{"one core, switching between three books", "switching", 1, []job{count("Emma"), count("Dracula"), count("Ulysses")}},
		{"three cores, side by side", "side-by-side", 3, []job{count("Emma"), count("Dracula"), count("Ulysses")}},
		{"one core, counting one book and reading the next", "overlapping", 1, []job{count("Emma"), read("Dracula")}},
	} {
		begin := sim.Now(ctx)
		pool := sim.NewThreadPool(ctx, way.pool, len(way.jobs), sim.Cores(way.cores))
		var threads []*sim.Future[sim.None]
		for _, j := range way.jobs {
			threads = append(threads, sim.RunInExecutor(ctx, pool, "book", j))
		}
		if _, err := sim.Gather(ctx, sim.Awaitables(threads)...).Await(ctx); err != nil {
			return err
		}
		sim.Printf(ctx, "%s: %v", way.name, sim.Now(ctx)-begin)
	}
	return nil
}
