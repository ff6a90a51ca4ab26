package page_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/order"
	"weft/sim/page"
)

// greetings is a program of two tasks that sleep for a second and greet.
var greetings = page.Subject{
	Summary: page.Summary{Name: "greetings", Title: "two tasks sleep at the same time"},
	Engine: sim.Engine(sim.Main(func(ctx context.Context) error {
		greet := func(ctx context.Context, name string) *sim.Task[sim.None] {
			return sim.Go(ctx, name, func(ctx context.Context) error {
				if err := sim.Sleep(ctx, time.Second); err != nil {
					return err
				}
				sim.Print(ctx, "Hello from "+name)
				return nil
			})
		}
		_, err := sim.Gather(ctx, greet(ctx, "a"), greet(ctx, "b")).Await(ctx)
		return err
	}), sim.WithPolicy(order.SameInstant)),
}

// What an exploration has found, as a page shows it.
func ExampleExplore() {
	p, err := page.Explore(context.Background(), greetings, page.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Report.Verdict)
	for _, o := range p.Report.Outcomes {
		fmt.Printf("%s  %q  %s\n", o.Letter, o.Text, o.Schedule)
	}
	// Output:
	// all 2 orders explored
	// A  "Hello from a\nHello from b\n"  w1
	// B  "Hello from b\nHello from a\n"  w1,timer:a.1=b.1
}

// What was found elsewhere, such as with a seed of one's own.
func ExampleFound() {
	report, err := explore.Search(context.Background(), greetings.Engine, explore.WithStrategy(sample.Random()), explore.WithSeed(7), explore.WithRuns(20))
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := page.Found(context.Background(), greetings, report, page.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Report.Runs, "runs,", len(p.Report.Outcomes), "outcomes")
	// Output:
	// 20 runs, 2 outcomes
}

// A page is one file.
func ExampleDocument_Write() {
	p, err := page.Explore(context.Background(), greetings, page.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	d := &page.Document{
		Title:    "greetings",
		Programs: []page.Summary{p.Summary},
		Data:     map[string]*page.Program{p.Name: p},
		Backend:  page.Embedded,
	}
	var html strings.Builder
	if err := d.Write(&html); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Contains(html.String(), "all 2 orders explored: 2 outcomes"))
	// Output: true
}

// Without an engine, runs come from the tree of orders.
func ExampleTree_Run() {
	p, err := page.Explore(context.Background(), greetings, page.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err := p.Tree.Run(p.Report, order.Schedule{{Kind: "timer", Key: "a.1", Taken: "b.1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range run.Events {
		if e.Task != "" && e.At == time.Second {
			fmt.Println(e.Number, e.Task, e.Text)
		}
	}
	_, err = p.Tree.Run(p.Report, order.Schedule{{Kind: "timer", Key: "a.1", Taken: "c.1"}})
	fmt.Println(errors.Is(err, page.ErrNoRun))
	// Output:
	// 9.3 b timer fires: its sleep is over
	// 9.4 a timer fires: its sleep is over
	// 10 b is resumed: its sleep is over
	// 10.1 b prints "Hello from b"
	// 11 b is finished
	// 12 a is resumed: its sleep is over
	// 12.1 a prints "Hello from a"
	// 13 a is finished
	// 14 main is resumed: its wait for gather is over
	// 15 main is finished
	// true
}

// What may be swapped in a run.
func ExampleSwapsOf() {
	swaps, err := page.SwapsOf(context.Background(), greetings.Engine, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range swaps {
		fmt.Println(s.Text)
		fmt.Println(s.Schedule)
	}
	// Output:
	// 10 and 12 may be swapped, and the output changes: both sleeps are due at 1s.
	// w1,timer:a.1=b.1
}

// What a page asks of an engine, and what the answer looks like.
func ExampleLibrary() {
	l := page.NewLibrary([]page.Subject{greetings}, page.Limits{})
	answer, err := l.Answer(context.Background(), "run", "greetings", "w1,timer:a.1=b.1")
	if err != nil {
		fmt.Println(err)
		return
	}
	run := answer.(*page.Run)
	text, err := json.Marshal(run.Decisions[0].Alternatives)
	fmt.Println(string(text), err)
	fmt.Println(run.Decisions[0].Taken, run.Elapsed)
	// Output:
	// [{"name":"a.1","task":"a","op":"fire","object":"sleep"},{"name":"b.1","task":"b","op":"fire","object":"sleep","turn":"timer:a.1=b.1"}] <nil>
	// 1 1s
}
