package search_test

import (
	"context"
	"encoding/json"
	"fmt"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// lastFirst is a strategy of one run: wherever there is a choice, it takes what the
// default order would take last.
type lastFirst struct{}

func (lastFirst) String() string                               { return "last-first" }
func (lastFirst) Planner(x *search.Exploration) search.Planner { return &lastFirstPlanner{} }
func (lastFirst) Name() string                                 { return "last-first" }
func (lastFirst) Choose(d *order.Decision) int                 { return len(d.Alternatives) - 1 }

// lastFirstPlanner plans one round of one job.
type lastFirstPlanner struct{ done bool }

func (p *lastFirstPlanner) Round(runs int) []search.Job {
	if p.done {
		return nil
	}
	p.done = true
	return []search.Job{&lastFirstJob{tally: search.NewTally(false)}}
}

func (p *lastFirstPlanner) Merge([]search.Job)        {}
func (p *lastFirstPlanner) Undo([]search.Job)         { p.done = false }
func (p *lastFirstPlanner) Total() float64            { return 1 }
func (p *lastFirstPlanner) Save() ([]byte, error)     { return json.Marshal(p.done) }
func (p *lastFirstPlanner) Restore(data []byte) error { return json.Unmarshal(data, &p.done) }
func (p *lastFirstPlanner) Conclude() search.Conclusion {
	return search.Conclusion{Coverage: search.Coverage{Kind: search.OneOrder}}
}

type lastFirstJob struct{ tally *search.Tally }

func (j *lastFirstJob) Found() *search.Tally { return j.tally }

func (j *lastFirstJob) Do(w *search.Worker) { w.Count(j.tally, w.Run(lastFirst{}, trace.Off), 0) }

// A strategy is a planner of jobs. This one makes a single run.
func ExampleStrategy() {
	program := sim.Main(func(ctx context.Context) error {
		say := func(ctx context.Context) error {
			task, _ := sim.CurrentTask(ctx)
			sim.Print(ctx, task.Name())
			return nil
		}
		_, err := sim.Gather(ctx, sim.Go(ctx, "a", say), sim.Go(ctx, "b", say), sim.Go(ctx, "c", say)).Await(ctx)
		return err
	})
	report, err := explore.Search(context.Background(), sim.Engine(program), explore.WithStrategy(lastFirst{}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Verdict())
	fmt.Print(report.Outcomes[0].Text)
	fmt.Println(report.Outcomes[0].Witness)
	// Output:
	// 1 order run, as asked
	// c
	// b
	// a
	// w1,ready:a.1=c.1,ready:a.1=b.1
}
