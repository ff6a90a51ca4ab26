package race

import (
	"context"
	"errors"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var readYourWrites = scenario.Scenario{
	Name:  "read-your-writes",
	Title: "a new photo that its owner does not see",
	Topic: scenario.TooEarly,
	Story: "Ada stores a new photo in the main database and loads her page, which is read from a copy. " +
		"If she is quicker than the copying, she sees the old photo, as if hers had not been stored.",
	Claim:   "in the default order Ada sees her new photo; in 6 of the 8 orders she sees the old one",
	Program: changePhoto(readAtOnce),
	Options: anyReady,
	Check:   claim.All(claim.Takes(0), claim.PrintsAt("0s ada sees her new photo")),
	Explore: &scenario.Exploration{Orders: 8, Failing: 6},
}

var readYourWritesFixed = scenario.Scenario{
	Name:  "read-your-writes-fixed",
	Title: "a new photo, and a page that waits for it",
	Topic: scenario.TooEarly,
	Story: "Before the page of somebody who has just written something is read, the copy catches up. " +
		"Others may read it when they like; whoever wrote sees what they wrote.",
	Claim:    "Ada sees her new photo in each of the 4 orders",
	Program:  changePhoto(readWhenCopied),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(0), claim.PrintsAt("0s ada sees her new photo")),
	Explore:  &scenario.Exploration{Orders: 4},
	Fixes:    "read-your-writes",
}

// photos is a database with a copy, and what has not been copied yet.
type photos struct {
	main, copied *sim.Var[string]
	changes      *sim.Queue[string]
}

func readAtOnce(_ context.Context, p photos) (string, error) { return p.copied.Get(), nil }

func readWhenCopied(ctx context.Context, p photos) (string, error) {
	if err := p.changes.Join(ctx); err != nil {
		return "", err
	}
	return p.copied.Get(), nil
}

func changePhoto(read func(ctx context.Context, p photos) (string, error)) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		p := photos{sim.NewVar(ctx, "main", "old"), sim.NewVar(ctx, "copy", "old"), sim.NewQueue[string](ctx, "changes", 0)}
		copier := sim.Go(ctx, "copier", func(ctx context.Context) error {
			change, err := p.changes.Get(ctx)
			if err != nil {
				return err
			}
			p.copied.Set(change)
			return p.changes.TaskDone()
		})
		ada := sim.Go(ctx, "ada", func(ctx context.Context) error {
			p.main.Set("new")
			if err := p.changes.Put(ctx, "new"); err != nil {
				return err
			}
			if err := sim.Yield(ctx); err != nil { // the page loads
				return err
			}
			photo, err := read(ctx, p)
			if err != nil {
				return err
			}
			if photo != "new" {
				return errors.New("ada sees her old photo")
			}
			sim.Print(ctx, "ada sees her new photo")
			return nil
		})
		_, err := sim.Gather(ctx, copier, ada).Await(ctx)
		return err
	})
}
