package race

import (
	"context"
	"errors"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var publishBeforeInit = scenario.Scenario{
	Name:  "publish-before-init",
	Title: "a server that says it is ready, and then gets ready",
	Topic: scenario.TooEarly,
	Story: "The server says that it is ready and reads its pages afterwards; the client connects as soon as it hears that. " +
		"Mostly connecting takes longer than reading, but if it does not, the client asks for a page that is not there yet.",
	Claim:   "in the default order the client gets its page; in 6 of the 10 orders there is none",
	Program: serveWhenReady(publishThenInit),
	Options: anyReady,
	Check:   claim.All(claim.Takes(0), claim.PrintsAt("0s the client gets welcome")),
	Explore: &scenario.Exploration{Orders: 10, Failing: 6},
}

var publishBeforeInitFixed = scenario.Scenario{
	Name:  "publish-before-init-fixed",
	Title: "a server that gets ready, and then says so",
	Topic: scenario.TooEarly,
	Story: "The server reads its pages first and says that it is ready last. " +
		"Whoever hears it finds everything in its place.",
	Claim:    "the client gets its page in each of the 3 orders",
	Program:  serveWhenReady(initThenPublish),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(0), claim.PrintsAt("0s the client gets welcome")),
	Explore:  &scenario.Exploration{Orders: 3},
	Fixes:    "publish-before-init",
}

func publishThenInit(ctx context.Context, page *sim.Var[string], ready *sim.Event) error {
	ready.Set()
	return readPage(ctx, page)
}

func initThenPublish(ctx context.Context, page *sim.Var[string], ready *sim.Event) error {
	if err := readPage(ctx, page); err != nil {
		return err
	}
	ready.Set()
	return nil
}

func readPage(ctx context.Context, page *sim.Var[string]) error {
	if err := sim.Yield(ctx); err != nil { // the disk
		return err
	}
	page.Set("welcome")
	return nil
}

func serveWhenReady(serve func(ctx context.Context, page *sim.Var[string], ready *sim.Event) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		page := sim.NewVar(ctx, "page", "")
		ready := sim.NewEvent(ctx, "ready")
		server := sim.Go(ctx, "server", func(ctx context.Context) error { return serve(ctx, page, ready) })
		client := sim.Go(ctx, "client", func(ctx context.Context) error {
			if err := ready.Wait(ctx); err != nil {
				return err
			}
			if err := sim.Yield(ctx); err != nil { // connecting
				return err
			}
			text := page.Get()
			if text == "" {
				return errors.New("404: the page is not there")
			}
			sim.Print(ctx, "the client gets", text)
			return nil
		})
		_, err := sim.Gather(ctx, server, client).Await(ctx)
		return err
	})
}
